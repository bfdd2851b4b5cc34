/**
 * What the names of some sources are bound to, whichever of their scopes that is in.
 *
 * @module
 */
import { memberPath } from "./members.ts";
import { NameUses } from "./name_uses.ts";
import {
  bare,
  childrenOf,
  memberText,
  type Node,
  nodeOf,
  nodesOf,
} from "./syntax.ts";

/** What may be bound to a name: an expression, one of the items of one, or what nobody knows. */
export type BoundTo = { node: Node } | { itemsOf: Node } | null;

/** Calls that give the path of a temporary file or folder. */
export const TEMPORARY = /^(?:makeTemp(?:File|Dir)|mkdtemp)(?:Sync)?$|^tmpdir$/;
const PATH_MODULE =
  /^(?:node:)?path(?:\/(?:posix|win32))?$|@std\/path\b|\bstd(?:@[^/]*)?\/path\b/;
const FUNCTION =
  /^(?:FunctionDeclaration|FunctionExpression|ArrowFunctionExpression|ObjectMethod|Class(?:Private)?Method)$/;
/** Methods that call their function with each item of a list. */
const EACH = /^(?:map|forEach|flatMap|filter|find|some|every)$/;

/** The names of some sources. */
export class BoundNames {
  readonly #bound = new Map<string, BoundTo[]>();
  readonly #uses: NameUses;
  /** What is imported from a module of path functions; "*" for all of it. */
  readonly #pathNames = new Map<string, string>();
  /** Functions whose parameters are bound already: outer nodes come before those within. */
  readonly #known = new Set<Node>();

  /** @param nodes All of them, those within others too */
  constructor(nodes: readonly Node[]) {
    this.#uses = new NameUses(nodes);
    for (const node of nodes) this.#noteBindings(node);
  }

  /** All that may be bound to a name. */
  of(name: string): readonly BoundTo[] {
    return this.#bound.get(name) ?? [null];
  }

  /** Whether what a list or an object of that name holds may be more than what its text says. */
  isChanged(name: string): boolean {
    return this.#uses.changed.has(name);
  }

  /** The path function that `a.b` is; null for any other. */
  pathFunction(path: readonly string[]): string | null {
    const [first = "", second = null, ...more] = path;
    const imported = this.#pathNames.get(first);
    if (more.length > 0) return null;
    if (second !== null) return imported === "*" ? second : null;
    // One that no source binds comes from elsewhere.
    return imported ?? (this.#bound.has(first) ? null : first);
  }

  /** Whether an expression is made of the path of a temporary file or folder. */
  isTemporary(node: Node, seen = new Set<string>()): boolean {
    const name = memberText(node, "name");
    if (node.type === "Identifier" && name !== null) {
      if (TEMPORARY.test(name)) return true;
      if (seen.has(name)) return false;
      seen.add(name);
      const [bound = null, ...more] = this.#bound.get(name) ?? [];
      return bound !== null && more.length === 0 &&
        this.isTemporary("node" in bound ? bound.node : bound.itemsOf, seen);
    }
    return childrenOf(node).some((child) => this.isTemporary(child, seen));
  }

  #noteBindings(node: Node): void {
    if (node.type === "ImportDeclaration") this.#noteImport(node);
    const [init, right] = [nodeOf(node, "init"), nodeOf(node, "right")];
    if (node.type === "VariableDeclarator" && !this.#uses.loops.has(node)) {
      const id = nodeOf(node, "id");
      if (isPathModule(init) && id?.type === "Identifier") {
        this.#pathNames.set(memberText(id, "name") ?? "", "*");
      }
      if (init !== null) {
        this.#bindPattern(id, { node: init });
        this.#noteFunction(init, memberText(id, "name"));
      }
    } else if (/^For(?:Of|In)Statement$/.test(node.type) && right !== null) {
      const left = nodeOf(node, "left");
      const [declared] = nodesOf(left?.["declarations"]);
      this.#bindPattern(
        declared === undefined ? left : nodeOf(declared, "id"),
        { itemsOf: right },
      );
    } else if (node.type === "AssignmentExpression") {
      const plain = node["operator"] === "=" && right !== null;
      this.#bindPattern(nodeOf(node, "left"), plain ? { node: right } : null);
    } else if (node.type === "UpdateExpression") {
      this.#bindPattern(nodeOf(node, "argument"), null);
    } else if (node.type === "FunctionDeclaration") {
      const name = memberText(nodeOf(node, "id"), "name");
      this.#bind(name, null);
      this.#noteFunction(node, name);
    } else if (/CallExpression$/.test(node.type)) {
      const callee = bare(nodeOf(node, "callee") ?? node);
      const list = nodeOf(callee, "object");
      const [given] = nodesOf(node["arguments"]);
      const each = EACH.test(
        memberText(nodeOf(callee, "property"), "name") ?? "",
      );
      if (given !== undefined && each && list !== null && isFunction(given)) {
        this.#bindParameters(
          given,
          (i) => i === 0 ? [{ itemsOf: list }] : [null],
        );
        this.#known.add(given);
      }
    } else if (isFunction(node) && !this.#known.has(node)) {
      this.#bindParameters(node, () => [null]);
    }
  }

  /** Binds the parameters of a function of that name to what its calls give. */
  #noteFunction(given: Node, name: string | null): void {
    const node = bare(given);
    if (!isFunction(node) || name === null) return;
    this.#known.add(node);
    const calls = this.#uses.calls.get(name) ?? null;
    this.#bindParameters(
      node,
      (i) =>
        calls === null ? [null] : calls.flatMap((call): BoundTo[] => {
          const given = nodesOf(call["arguments"]);
          if (
            given.slice(0, i + 1).some((one) => one.type === "SpreadElement")
          ) {
            return [null];
          }
          const argument = given[i];
          return argument === undefined ? [] : [{ node: argument }];
        }),
    );
  }

  #bindParameters(
    node: Node,
    boundTo: (index: number) => readonly BoundTo[],
  ): void {
    for (const [i, parameter] of nodesOf(node["params"]).entries()) {
      for (const bound of boundTo(i)) this.#bindPattern(parameter, bound);
    }
  }

  #bind(name: string | null, bound: BoundTo): void {
    if (name === null) return;
    const known = this.#bound.get(name);
    if (known === undefined) this.#bound.set(name, [bound]);
    else known.push(bound);
  }

  /** Binds all names of a pattern. */
  #bindPattern(pattern: Node | null, bound: BoundTo): void {
    if (pattern === null) return;
    const part: BoundTo = bound === null
      ? null
      : { itemsOf: "node" in bound ? bound.node : bound.itemsOf };
    switch (pattern.type) {
      case "Identifier":
        return this.#bind(memberText(pattern, "name"), bound);
      case "AssignmentPattern": {
        const usual = nodeOf(pattern, "right");
        this.#bindPattern(nodeOf(pattern, "left"), bound);
        return this.#bindPattern(
          nodeOf(pattern, "left"),
          usual === null ? null : { node: usual },
        );
      }
      case "ArrayPattern":
        return nodesOf(pattern["elements"]).forEach((one) =>
          this.#bindPattern(one, part)
        );
      case "ObjectPattern":
        return nodesOf(pattern["properties"]).forEach((one) => {
          // The name of an entry of a folder is not its path.
          const isName = memberText(nodeOf(one, "key"), "name") === "name";
          this.#bindPattern(
            one.type === "RestElement" ? one : nodeOf(one, "value"),
            isName ? null : part,
          );
        });
      case "RestElement":
        return this.#bindPattern(nodeOf(pattern, "argument"), null);
      case "MemberExpression": {
        const [root] = memberPath(pattern);
        if (root !== undefined) this.#uses.changed.add(root);
        return;
      }
      default:
        childrenOf(pattern).forEach((one) => this.#bindPattern(one, null));
    }
  }

  #noteImport(node: Node): void {
    const from = memberText(nodeOf(node, "source"), "value") ?? "";
    if (!PATH_MODULE.test(from)) return;
    for (const one of nodesOf(node["specifiers"])) {
      const imported = memberText(nodeOf(one, "imported"), "name");
      this.#pathNames.set(
        memberText(nodeOf(one, "local"), "name") ?? "",
        imported === null || /^(?:default|posix|win32)$/.test(imported)
          ? "*"
          : imported,
      );
    }
  }
}

function isFunction(node: Node): boolean {
  return FUNCTION.test(node.type);
}

/** `await import("node:path")`, `require("node:path")`. */
function isPathModule(given: Node | null): boolean {
  if (given === null) return false;
  const node = bare(given);
  const inner = nodeOf(node, "argument");
  if (node.type === "AwaitExpression") return isPathModule(inner);
  const loaded = nodeOf(node, "source") ?? nodesOf(node["arguments"])[0];
  return PATH_MODULE.test(memberText(loaded ?? null, "value") ?? "");
}
