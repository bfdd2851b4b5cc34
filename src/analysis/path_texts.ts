/**
 * What is known of the texts that expressions give: literals, and what is put together of them and of names.
 *
 * @module
 */
import { dirname } from "node:path";
import { toFileUrl } from "../base/file_urls.ts";
import { memberPath } from "./members.ts";
import {
  bare,
  childrenOf,
  memberText,
  type Node,
  nodeOf,
  nodesOf,
} from "./syntax.ts";

/** What is known of a path. */
export interface PathText {
  /** Its parts in their order; null for one that nobody knows before it is computed. */
  parts: readonly (string | null)[];
  /** It is made of the path of a temporary file or folder. */
  temporary: boolean;
}

type Parts = readonly (string | null)[];

const UNKNOWN: Parts = [null];
const TEMPORARY = /^(?:makeTemp(?:File|Dir)|mkdtemp)(?:Sync)?$|^tmpdir$/;
const JOINING = /^(?:join|resolve|normalize)$/;
/** Names that are made of names are followed so far. */
const MAX_DEPTH = 8;

/** The paths that expressions of some sources give. */
export class Paths {
  /** What each name is bound to; null for what no expression is. */
  readonly #bound = new Map<string, (Node | null)[]>();
  readonly #cwd: string;

  constructor(nodes: readonly Node[], cwd: string) {
    this.#cwd = cwd;
    for (const node of nodes) this.#note(node);
  }

  /** @param file The file that `import.meta` speaks of */
  of(node: Node, file: string): PathText {
    return {
      parts: joined(this.#parts(bare(node), file, 0)),
      temporary: this.#isTemporary(node, 0),
    };
  }

  #note(node: Node): void {
    if (node.type === "VariableDeclarator") {
      const id = nodeOf(node, "id");
      const init = nodeOf(node, "init");
      if (id?.type === "Identifier") this.#bind(memberText(id, "name"), init);
      else if (id !== null) this.#bindAll(id);
    } else if (node.type === "AssignmentExpression") {
      const left = nodeOf(node, "left");
      if (left !== null) this.#bindAll(left);
    }
    for (const parameter of nodesOf(node["params"])) this.#bindAll(parameter);
  }

  #bind(name: string | null, node: Node | null): void {
    if (name === null) return;
    const known = this.#bound.get(name);
    if (known === undefined) this.#bound.set(name, [node]);
    else known.push(node);
  }

  #bindAll(node: Node): void {
    if (node.type === "Identifier") this.#bind(memberText(node, "name"), null);
    else childrenOf(node).forEach((child) => this.#bindAll(child));
  }

  #parts(node: Node, file: string, depth: number): Parts {
    if (depth > MAX_DEPTH) return UNKNOWN;
    const inner = (one: Node | null | undefined): Parts =>
      one === null || one === undefined
        ? UNKNOWN
        : this.#parts(bare(one), file, depth + 1);
    switch (node.type) {
      case "StringLiteral":
        return [memberText(node, "value") ?? ""];
      case "TemplateLiteral": {
        const values = nodesOf(node["expressions"]);
        return nodesOf(node["quasis"]).flatMap((quasi, i) => [
          cooked(quasi),
          ...values[i] === undefined ? [] : inner(values[i]),
        ]);
      }
      case "BinaryExpression":
        return node["operator"] === "+"
          ? [...inner(nodeOf(node, "left")), ...inner(nodeOf(node, "right"))]
          : UNKNOWN;
      case "Identifier": {
        const bound = this.#bound.get(memberText(node, "name") ?? "") ?? [];
        return bound.length === 1 ? inner(bound[0]) : UNKNOWN;
      }
      case "MemberExpression":
        return this.#member(node, file);
      case "NewExpression":
        return this.#url(node, inner);
      case "CallExpression":
        return this.#call(node, inner);
      default:
        return UNKNOWN;
    }
  }

  #member(node: Node, file: string): Parts {
    const meta = nodeOf(node, "object")?.type === "MetaProperty";
    const name = memberText(nodeOf(node, "property"), "name");
    if (!meta) return UNKNOWN;
    if (name === "url") return [toFileUrl(file).href];
    if (name === "dirname") return [dirname(file)];
    return name === "filename" ? [file] : UNKNOWN;
  }

  #url(node: Node, inner: (one: Node | undefined) => Parts): Parts {
    if (memberText(nodeOf(node, "callee"), "name") !== "URL") return UNKNOWN;
    const [path, base] = nodesOf(node["arguments"]);
    const parts = joined(inner(path));
    if (base === undefined) return parts;
    const [from] = joined(inner(base));
    const [first] = parts;
    const url = typeof from === "string" && typeof first === "string"
      ? URL.parse(first, from)?.href
      : undefined;
    return url === undefined ? UNKNOWN : [url, ...parts.slice(1)];
  }

  #call(node: Node, inner: (one: Node | undefined) => Parts): Parts {
    const callee = bare(nodeOf(node, "callee") ?? node);
    const path = memberPath(callee);
    const given = nodesOf(node["arguments"]);
    const name = path.at(-1) ?? "";
    if (path.join(".") === "Deno.cwd" || path.join(".") === "process.cwd") {
      return [this.#cwd];
    }
    const list = bare(nodeOf(callee, "object") ?? callee);
    if (
      list.type === "ArrayExpression" && given.length === 1 &&
      memberText(nodeOf(callee, "property"), "name") === "join"
    ) {
      return between(nodesOf(list["elements"]).map(inner), inner(given[0]));
    }
    if (JOINING.test(name) && path.length <= 2 && given.length > 0) {
      return between(given.map(inner), ["/"]);
    }
    return /^(?:fromFileUrl|fileURLToPath|String)$/.test(name)
      ? inner(given[0])
      : UNKNOWN;
  }

  #isTemporary(node: Node, depth: number): boolean {
    const name = memberText(node, "name");
    if (node.type === "Identifier" && name !== null) {
      if (TEMPORARY.test(name)) return true;
      if (depth > MAX_DEPTH) return false;
      return (this.#bound.get(name) ?? []).some((bound) =>
        bound !== null && this.#isTemporary(bound, depth + 1)
      );
    }
    return childrenOf(node).some((child) => this.#isTemporary(child, depth));
  }
}

function cooked(quasi: Node): string {
  const value = quasi["value"];
  return typeof value === "object" && value !== null && "cooked" in value &&
      typeof value.cooked === "string"
    ? value.cooked
    : "";
}

/** Lists of parts with others between them. */
function between(lists: readonly Parts[], separator: Parts): Parts {
  return lists.flatMap((parts, i) =>
    i === 0 ? parts : [...separator, ...parts]
  );
}

/** Known parts that follow one another as one, and so unknown ones. */
function joined(parts: Parts): Parts {
  const found: (string | null)[] = [];
  for (const part of parts) {
    const last = found.at(-1);
    if (part === "") continue;
    if (part === null ? last !== null : typeof last !== "string") {
      found.push(part);
    } else if (part !== null) found.push(`${found.pop()}${part}`);
  }
  return found;
}
