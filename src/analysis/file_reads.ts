/**
 * Which files code reads, as far as it says so: the calls that read files, and what is known of their paths.
 *
 * @module
 */
import { FileFunctions, handedOn, READS } from "./file_functions.ts";
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

/** Sources without these words read nothing so. */
const MAY_READ =
  /readTextFile|readFile|\bopen|createReadStream|DatabaseSync|\bDeno\b(?!\s*(?:\?\.|\.)\s*\w)|["'](?:node:)?fs\b/;
/** What a call does that leaves a file where it says. */
const WRITES = /write|save|append|create|copy|rename|mkdir|download/i;

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
  const reads: FileRead[] = [];
  const written = new Set<string>();
  for (const [by, { source, file }] of sources.entries()) {
    const shift = parsed[by]?.wrapped === true ? 1 : 0;
    const textOf = ({ start, end }: Node) =>
      source.slice(start - shift, end - shift);
    for (const node of parsed[by]?.statements ?? []) {
      for (const { node: handed, items } of handedOn(node, names)) {
        const of = items === null
          ? [{ parts: [null], temporary: false }]
          : paths.ofItems(items, file);
        reads.push(...of.map((one) => ({ by, text: textOf(handed), ...one })));
      }
    }
    for (const node of nodes[by] ?? []) {
      if (!/^(?:(?:Optional)?Call|New)Expression$/.test(node.type)) continue;
      const callee = bare(nodeOf(node, "callee") ?? node);
      const called = memberPath(callee);
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
          reads.push(...of.map((one) => ({ by, text, ...one })));
          continue;
        }
      } else if (
        node.type === "NewExpression" || !WRITES.test(called.at(-1) ?? "")
      ) continue;
      for (const argument of given) {
        written.add(textOf(argument));
        for (const { parts } of paths.of(argument, file)) {
          if (parts.some((part) => part !== null)) {
            written.add(JSON.stringify(parts));
          }
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
