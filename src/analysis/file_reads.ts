/**
 * Which files code reads, as far as it says so: the calls that read files, and what is known of their paths.
 *
 * @module
 */
import { FileFunctions, handedOn, READS } from "./file_functions.ts";
import { memberPath } from "./members.ts";
import { boundNames } from "./scope.ts";
import {
  bare,
  childrenOf,
  memberText,
  type Node,
  nodeOf,
  nodesOf,
  tryCell,
} from "./syntax.ts";
import { Paths, type PathText } from "./path_texts.ts";

/** A call that reads a file. */
export interface FileRead extends PathText {
  /** The source that it stands in, by its index. */
  by: number;
  /** The path as it is written. */
  text: string;
}

/** A source, and the file that `import.meta` speaks of in it. */
export interface ReadingSource {
  source: string;
  file: string;
}

/** Sources without these words read nothing so. */
const MAY_READ =
  /readTextFile|readFile|\bopen|createReadStream|DatabaseSync|\bDeno\b(?!\s*(?:\?\.|\.)\s*\w)|["'](?:node:)?fs\b/;
/** What a call does that leaves a file where it says. */
const WRITES = /write|save|append|create|copy|rename|mkdir|download/i;
/** Calls of such a name that leave none: `stdout.write(…)`, `form.append(…)`. */
const WRITES_NOTHING =
  /^(?:write|append|appendChild|createElement\w*|createTextNode|createModel|createHash)$/;
/** They take what they write from what they are given first. */
const COPIES = /^(?:copy|rename|cp$|cpSync$|link|symlink|move)/i;

/** Where a call stands that reads or writes a path. */
interface Position {
  by: number;
  at: number;
  /** The function that it stands in, by where that begins; null outside of one. */
  inside: number | null;
}

/**
 * The calls of sources that read files, but for those of temporary files, and of files that the sources write.
 *
 * @param sources In their order; names of each are known to all
 * @param cwd What `Deno.cwd()` is
 */
export function fileReads(
  sources: readonly ReadingSource[],
  cwd: string,
): FileRead[] {
  if (!sources.some(({ source }) => MAY_READ.test(source))) return [];
  const parsed = sources.map(({ source }) => {
    const result = tryCell(source);
    return "statements" in result ? result : null;
  });
  const nodes = parsed.map((cell) =>
    cell?.statements.flatMap(withAllBelow) ?? []
  );
  const paths = new Paths(nodes.flat(), cwd);
  const names = new FileFunctions(nodes.flat());
  const reads: (FileRead & { key: string; position: Position })[] = [];
  const written = new Map<string, Position[]>();
  const noteWritten = (key: string, position: Position) =>
    written.getOrInsertComputed(key, () => []).push(position);
  for (const [by, { source, file }] of sources.entries()) {
    const shift = parsed[by]?.wrapped === true ? 1 : 0;
    const textOf = ({ start, end }: Node) =>
      source.slice(start - shift, end - shift);
    const functions = (nodes[by] ?? []).filter(isFunction);
    /** A path by its text, and by the function whose parameter it is. */
    const keyOf = (path: Node): string => {
      const text = textOf(path);
      const owner = functions.findLast((one) =>
        holds(one, path) && takes(one, text)
      );
      return owner === undefined ? text : `${by} ${owner.start} ${text}`;
    };
    const positionOf = (node: Node): Position => ({
      by,
      at: node.start,
      inside: functions.findLast((one) => holds(one, node))?.start ?? null,
    });
    for (const node of parsed[by]?.statements ?? []) {
      for (const { node: handed, items } of handedOn(node, names)) {
        const of = items === null
          ? [{ parts: [null], temporary: false }]
          : paths.ofItems(items, file);
        const position = positionOf(handed);
        const text = textOf(handed);
        reads.push(
          ...of.map((one) => ({ by, text, key: text, position, ...one })),
        );
      }
    }
    for (const node of nodes[by] ?? []) {
      if (!/^(?:(?:Optional)?Call|New)Expression$/.test(node.type)) continue;
      const callee = bare(nodeOf(node, "callee") ?? node);
      const called = memberPath(callee);
      const does = called.at(-1) ?? "";
      const given = nodesOf(node["arguments"]);
      const [path] = given;
      const name = node.type === "NewExpression"
        ? called.at(-1) ?? null
        : names.calledName(callee);
      if (name !== null && READS.test(name)) {
        if (path === undefined || path.type === "NumericLiteral") continue;
        if (!opensToWrite(given[1])) {
          const text = textOf(path);
          const of = path.type === "SpreadElement"
            ? [{ parts: [null], temporary: false }]
            : paths.of(path, file);
          const position = positionOf(node);
          const key = keyOf(path);
          reads.push(...of.map((one) => ({ by, text, key, position, ...one })));
          continue;
        }
      } else if (node.type === "NewExpression" || !writes(does)) continue;
      const position = positionOf(node);
      for (const argument of COPIES.test(does) ? given.slice(1, 2) : given) {
        noteWritten(keyOf(argument), position);
        for (const { parts } of paths.of(argument, file)) {
          if (parts.some((part) => part !== null)) {
            noteWritten(JSON.stringify(parts), position);
          }
        }
      }
    }
  }
  return reads.filter(({ temporary, key, parts, position }) =>
    !temporary &&
    ![key, JSON.stringify(parts)].some((one) =>
      written.get(one)?.some((write) => isBefore(write, position))
    )
  ).map(({ by, text, parts, temporary }) => ({ by, text, parts, temporary }));
}

/** Whether what one call wrote may be what another reads: not where it stands behind that, in the same code or a later cell. */
function isBefore(write: Position, read: Position): boolean {
  if (read.by === write.by && read.inside === write.inside) {
    return write.at < read.at;
  }
  return read.inside !== null || write.by <= read.by;
}

/** Whether a call of such a name leaves a file. */
function writes(name: string): boolean {
  return WRITES.test(name) && !WRITES_NOTHING.test(name);
}

function isFunction(node: Node): boolean {
  return /Function|Method/.test(node.type);
}

function holds(outer: Node, inner: Node): boolean {
  return outer !== inner && outer.start <= inner.start &&
    inner.end <= outer.end;
}

/** Whether a parameter of a function stands in a text. */
function takes(one: Node, text: string): boolean {
  return nodesOf(one["params"]).flatMap(boundNames).some((name) =>
    new RegExp(`(?<![\\w$.])${RegExp.escape(name)}(?![\\w$])`).test(text)
  );
}

function withAllBelow(node: Node): Node[] {
  return [node, ...childrenOf(node).flatMap(withAllBelow)];
}

/** Whether options of an opening call let nothing be read. */
function opensToWrite(options: Node | undefined): boolean {
  if (options?.type === "StringLiteral") {
    return /^[wa][^+]*$/.test(memberText(options, "value") ?? "");
  }
  if (options?.type !== "ObjectExpression") return false;
  const set = new Set(
    nodesOf(options["properties"]).flatMap((property) =>
      nodeOf(property, "value")?.["value"] === true
        ? [memberText(nodeOf(property, "key"), "name")]
        : []
    ),
  );
  return !set.has("read") &&
    ["write", "append", "create", "createNew"].some((name) => set.has(name));
}
