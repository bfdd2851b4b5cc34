/**
 * What calls do, as far as their names say it.
 *
 * @module
 */
import type { Certainty } from "./operations.ts";

/** Methods that change what they are called of. */
const CHANGES: ReadonlySet<string> = new Set(
  (
    "push pop shift unshift splice sort reverse fill copyWithin set delete clear next " +
    "setDate setFullYear setHours setMinutes setMonth setSeconds setTime setInt8 setUint8 setInt16 setUint16 " +
    "setInt32 setUint32 setFloat32 setFloat64 setBigInt64 setBigUint64 " +
    "fit train trainOnBatch partialFit fitDataset compile " +
    "appendChild enqueue dequeue increment decrement inc dec exec"
  ).split(" "),
);

/** Those of them that other classes have, too, and that then give a changed copy. */
const MAY_COPY: ReadonlySet<string> = new Set(
  "push pop shift unshift splice sort reverse fill copyWithin set delete"
    .split(" "),
);

/** Names of methods that are called for what they do, also where a value is shown. */
const DOES =
  /^(?:add|append|insert|update|init|reset|remove|drop|apply|register|use|configure|connect|close|open|start|stop|step|write|load|run|seed|shuffle|normali[sz]e|scale|put|store|emit|subscribe|dispose|destroy|set[A-Z_]|add[A-Z_]|update[A-Z_]|remove[A-Z_]|load[A-Z_])/;

/** Names of methods that only look. */
const LOOKS =
  /^(?:map|filter|find|findIndex|findLast|some|every|reduce|reduceRight|flatMap|join|slice|concat|includes|indexOf|keys|values|entries|at|get|has|is|to|print|show|plot|head|tail|describe|display|summary|info|log|count|sum|mean|min|max|predict|transform|evaluate|score|forEach|then|catch|finally|text|json|toString|valueOf|get[A-Z]|has[A-Z]|is[A-Z]|to[A-Z])$/;

/** Modules whose functions keep nothing. */
const STATELESS =
  /^(?:node:)?(?:fs|fs\/promises|path|path\/posix|path\/win32|os|url|util|assert|querystring)$/;

/** Whether the functions of a module leave nothing behind in it. */
export function isStateless(specifier: string): boolean {
  return STATELESS.test(specifier);
}

/** What is known of that whose method is called. */
export interface Receiver {
  /** It is a module, or what a library gives by default. */
  library: boolean;
  /** Whether its class is not known: asked only where that matters. */
  isForeign: () => boolean;
}

/** How sure it is that a method changes what it is called of. */
export function certaintyOf(
  method: string | null,
  { statement, shown }: { statement: boolean; shown: boolean },
  { library, isForeign }: Receiver = {
    library: false,
    isForeign: () => false,
  },
): Certainty {
  if (method === null) return "possible";
  const used = !statement || shown;
  if (CHANGES.has(method)) {
    // A function of a module at most changes what the module keeps.
    if (library) return used || MAY_COPY.has(method) ? "possible" : "likely";
    return used && MAY_COPY.has(method) && isForeign() ? "possible" : "sure";
  }
  if (!statement || LOOKS.test(method)) return "possible";
  return (shown || library) && !DOES.test(method) ? "possible" : "likely";
}

/** Whether a method is called for what it does, as far as its name says. */
export function does(method: string | null): boolean {
  return method !== null && (CHANGES.has(method) || DOES.test(method));
}

/** Whether a method hands out one of the things that it is called of, itself and no copy. */
export function handsOut(method: string | null): boolean {
  return method !== null && /^(?:find|findLast|at|get)$/.test(method);
}

/** New lists of what is in the object whose method is called, and so many members that lead to it. */
const COPIES_OBJECT: Readonly<Record<string, number>> = {
  filter: 1,
  slice: 1,
  concat: 1,
  sort: 1,
  reverse: 1,
  toSorted: 1,
  toReversed: 1,
  toSpliced: 1,
  values: 1,
  entries: 2,
};

/** The same of a first argument; without an object before the point, of functions of libraries. */
const COPIES_FIRST: Readonly<Record<string, number>> = {
  "Array.from": 1,
  "Object.values": 1,
  "Object.entries": 2,
  "Object.groupBy": 2,
  "Map.groupBy": 3,
  "new Set": 1,
  "new Map": 2,
  ".concat": 1,
  ".sortBy": 1,
  ".orderBy": 1,
  ".groupBy": 2,
  ".group": 3,
  ".groups": 3,
};

/**
 * How many members of what a call gives lead to what is in its object, or in its first argument; null where none do.
 *
 * @param call.root The object of the language whose function it is, or the class
 * @param call.made It is called by `new`
 * @param call.mapped What is in it goes through a function
 */
export function copiedLevels(
  { root, method, made, mapped }: {
    root: string | null;
    method: string | null;
    made: boolean;
    mapped: boolean;
  },
): { ofObject: number | null; ofFirst: number | null } {
  const levels = (table: Readonly<Record<string, number>>, key: string) =>
    Object.hasOwn(table, key) && !mapped ? table[key] ?? null : null;
  return {
    ofObject: root === null ? levels(COPIES_OBJECT, method ?? "") : null,
    ofFirst: levels(
      COPIES_FIRST,
      made ? `new ${root}` : `${root ?? ""}.${method}`,
    ),
  };
}

/** Objects of the language and of Deno whose functions leave their arguments alone. */
export const HARMLESS: ReadonlySet<string> = new Set([
  ..."console Math JSON Number String Boolean BigInt Symbol Date Intl Promise structuredClone parseInt parseFloat"
    .split(
      " ",
    ),
  ..."isNaN isFinite performance crypto btoa atob URL URLSearchParams RegExp Error TypeError RangeError"
    .split(
      " ",
    ),
  ..."Map Set WeakMap WeakSet Array Float32Array Float64Array Int32Array Uint8Array Uint16Array Uint32Array"
    .split(
      " ",
    ),
  ..."Deno display queueMicrotask encodeURIComponent decodeURIComponent fetch Response Request Headers Blob"
    .split(
      " ",
    ),
  "TextEncoder",
  "TextDecoder",
]);

/** Functions of `Object` and `Reflect` that change their first argument. */
export const CHANGES_FIRST: ReadonlySet<string> = new Set([
  "assign",
  "defineProperty",
  "defineProperties",
  "setPrototypeOf",
  "freeze",
  "seal",
  "preventExtensions",
  "set",
  "deleteProperty",
]);

/** Functions that read files. */
const READS =
  /^(?:readTextFile|readFile|readDir|readLink|lstat|stat|realPath|readdir|createReadStream|exists|existsSync|access|readTextFileSync|readFileSync|readDirSync|statSync|lstatSync|readdirSync|accessSync|openAsBlob|copyFile|copyFileSync|copy|open|openSync|logArtifact|logDataset|logModel|registerModel|DatabaseSync|Database|Worker|fetch)$/;

/** Functions that write files. */
const WRITES =
  /^(?:write(?:TextFile|File)|writeFileSync|writeTextFileSync|appendFile|appendFileSync|createWriteStream|mkdir|mkdirSync|truncate|truncateSync|symlink|symlinkSync|link|linkSync|utime|utimeSync|chmod|chmodSync|unlink|unlinkSync|rm|rmSync|rmdir|rmdirSync|makeTempFile|makeTempDir|makeTempFileSync|makeTempDirSync|ensureDir|ensureFile|DatabaseSync|Database)$/;

/** The same names mean other things of other objects. */
const WRITES_OF_DENO =
  /^(?:create|createSync|remove|removeSync|rename|renameSync|copyFile|copyFileSync|copy|copySync|open|openSync|cp|cpSync|move|outputFile|outputJson)$/;
/** They read what they write elsewhere. */
const MOVES_OF_DENO = /^(?:rename|renameSync|copySync|cp|cpSync|move)$/;

const FILE_MODULES: ReadonlySet<string> = new Set([
  "Deno",
  "fs",
  "fsp",
  "fsPromises",
  "promises",
]);

/** What a call does with files. */
export function fileUse(
  root: string | null,
  name: string | null,
): { reads: boolean; writes: boolean } {
  if (name === null) return { reads: false, writes: false };
  const ofFiles = root === null || FILE_MODULES.has(root);
  const generic = /^(?:copy|open|openSync|stat|access)$/.test(name);
  return {
    reads: READS.test(name) && (ofFiles || !generic) ||
      ofFiles && MOVES_OF_DENO.test(name),
    writes: WRITES.test(name) || ofFiles && WRITES_OF_DENO.test(name),
  };
}
