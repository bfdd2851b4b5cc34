/**
 * Which files code reads, as far as it says so: the calls that read files, and what is known of their paths.
 *
 * @module
 */
import { memberPath } from "./members.ts";
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

/** The functions of Deno and of `node:fs` that read a file by its path. */
const READS =
  /^(?:readTextFile|readFile|open)(?:Sync)?$|^(?:createReadStream|openAsBlob)$/;
/** Sources without these words read nothing so. */
const MAY_READ = /readTextFile|readFile|\bopen|createReadStream/;
/** What a call does that leaves a file where it says. */
const WRITES = /write|save|append|create|copy|rename|mkdir|download/i;
const FS = /^(?:node:)?fs(?:\/promises)?$/;

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
  const names = fileFunctions(nodes.flat());
  const reads: FileRead[] = [];
  const written = new Set<string>();
  for (const [by, { source, file }] of sources.entries()) {
    const shift = parsed[by]?.wrapped === true ? 1 : 0;
    const textOf = ({ start, end }: Node) =>
      source.slice(start - shift, end - shift);
    for (const node of nodes[by] ?? []) {
      if (!/^(?:Optional)?CallExpression$/.test(node.type)) continue;
      const callee = bare(nodeOf(node, "callee") ?? node);
      const called = memberPath(callee);
      const given = nodesOf(node["arguments"]);
      const [path] = given;
      const name = names.nameOf(called);
      if (name !== null && READS.test(name)) {
        if (path === undefined || path.type === "NumericLiteral") continue;
        if (!opensToWrite(given[1])) {
          reads.push({ by, text: textOf(path), ...paths.of(path, file) });
          continue;
        }
      } else if (!WRITES.test(called.at(-1) ?? "")) continue;
      for (const argument of given) {
        written.add(textOf(argument));
        const { parts } = paths.of(argument, file);
        if (parts.some((part) => part !== null)) {
          written.add(JSON.stringify(parts));
        }
      }
    }
  }
  return reads.filter(({ temporary, text, parts }) =>
    !temporary && !written.has(text) && !written.has(JSON.stringify(parts))
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

/** By which names sources call the functions of `Deno` and `node:fs`. */
class FileFunctions {
  /** Names of the objects that have them. */
  readonly objects = new Set(["Deno"]);
  /** Names of single ones, and what they are called there. */
  readonly single = new Map<string, string>();

  /** The function that `a.b.c` is; null for any other. */
  nameOf(path: readonly string[]): string | null {
    const [first = "", ...more] = path[0] === "globalThis"
      ? path.slice(1)
      : path;
    if (more.length === 0) return this.single.get(first) ?? null;
    const inner = more[0] === "promises" ? more.slice(1) : more;
    return this.objects.has(first) && inner.length === 1
      ? inner[0] ?? null
      : null;
  }
}

function fileFunctions(nodes: readonly Node[]): FileFunctions {
  const found = new FileFunctions();
  for (const node of nodes) {
    if (node.type === "ImportDeclaration") {
      if (!FS.test(memberText(nodeOf(node, "source"), "value") ?? "")) continue;
      for (const one of nodesOf(node["specifiers"])) {
        const local = memberText(nodeOf(one, "local"), "name") ?? "";
        const imported = nodeOf(one, "imported");
        const name = memberText(imported, "name");
        if (imported === null || name === "promises" || name === "default") {
          found.objects.add(local);
        } else if (name !== null) found.single.set(local, name);
      }
    } else if (node.type === "VariableDeclarator") {
      const to = nodeOf(node, "id");
      const from = nodeOf(node, "init");
      if (to === null || from === null || !isFileObject(from, found.objects)) {
        continue;
      }
      if (to.type === "Identifier") {
        found.objects.add(memberText(to, "name") ?? "");
      }
      for (const property of nodesOf(to["properties"])) {
        const key = memberText(nodeOf(property, "key"), "name");
        const value = memberText(nodeOf(property, "value"), "name");
        if (key !== null && value !== null) found.single.set(value, key);
      }
    }
  }
  return found;
}

/** `Deno`, `fs.promises`, `await import("node:fs")`, `require("node:fs")`. */
function isFileObject(node: Node, objects: ReadonlySet<string>): boolean {
  const value = bare(node);
  if (value.type === "AwaitExpression") {
    const inner = nodeOf(value, "argument");
    return inner !== null && isFileObject(inner, objects);
  }
  const loaded = nodeOf(value, "source") ?? nodesOf(value["arguments"])[0];
  if (loaded !== undefined) return FS.test(memberText(loaded, "value") ?? "");
  const [first = "", second, ...more] = memberPath(value);
  return objects.has(first) && more.length === 0 &&
    (second === undefined || second === "promises");
}
