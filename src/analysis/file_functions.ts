/**
 * By which names sources call the functions that read files.
 *
 * @module
 */
import { memberPath } from "./members.ts";
import {
  bare,
  childMembers,
  isOfTypes,
  memberText,
  type Node,
  nodeOf,
  nodesOf,
} from "./syntax.ts";

/** The functions and classes of Deno, `node:fs` and `node:sqlite` that read a file by its path. */
export const READS =
  /^(?:readTextFile|readFile|open)(?:Sync)?$|^(?:createReadStream|openAsBlob|DatabaseSync)$/;
const FS = /^(?:node:)?fs(?:\/promises)?$/;
/** What packages call such functions: `XLSX.readFile`. */
const OF_PACKAGES = /^read(?:Text)?File(?:Sync)?$/;
/** Methods that call their function with each item of a list. */
const EACH = /^(?:map|forEach|flatMap)$/;

/** The names of some sources. */
export class FileFunctions {
  /** Names of the objects that have them. */
  readonly #objects = new Set(["Deno"]);
  /** Names of what packages give, which may have functions of that kind too. */
  readonly #packages = new Set<string>();
  /** Names of single ones, and what they are called there. */
  readonly #single = new Map<string, string>();

  /** @param nodes All of them in their order, those within others too */
  constructor(nodes: readonly Node[]) {
    for (const node of nodes) {
      if (node.type === "ImportDeclaration") this.#import(node);
      else if (node.type === "VariableDeclarator") this.#declare(node);
    }
  }

  /** The function that `a.b.c` is; null for any other, and "?" for one whose name is computed. */
  nameOf(path: readonly string[]): string | null {
    const [first = "", ...more] = withoutGlobal(path);
    if (more.length === 0) return this.#single.get(first) ?? null;
    const inner = more[0] === "promises" ? more.slice(1) : more;
    if (this.#packages.has(first) && OF_PACKAGES.test(inner.join("."))) {
      return inner.join(".");
    }
    return this.#objects.has(first) && inner.length === 1
      ? inner[0] ?? null
      : null;
  }

  /** The same for what is called, also where its object has no name. */
  calledName(callee: Node): string | null {
    const object = nodeOf(callee, "object");
    const member = memberText(nodeOf(callee, "property"), "name");
    return object !== null && memberPath(object).length === 0 &&
        this.isObject(object)
      ? member
      : this.nameOf(memberPath(callee));
  }

  /** Whether an expression is `Deno`, `fs.promises`, `await import("node:fs")`, `require("node:fs")`. */
  isObject(node: Node): boolean {
    const value = bare(node);
    if (value.type === "AwaitExpression") {
      const inner = nodeOf(value, "argument");
      return inner !== null && this.isObject(inner);
    }
    const loaded = nodeOf(value, "source") ?? nodesOf(value["arguments"])[0];
    if (loaded !== undefined) {
      return FS.test(memberText(loaded, "value") ?? "");
    }
    const [first = "", second, ...more] = withoutGlobal(memberPath(value));
    return this.#objects.has(first) && more.length === 0 &&
      (second === undefined || second === "promises");
  }

  /** The function that an expression is, or makes of it: `fs.readFile`, `f.bind(o)`, `promisify(f)`. */
  functionOf(node: Node): string | null {
    const value = bare(node);
    const name = this.nameOf(memberPath(value));
    if (name !== null) return READS.test(name) ? name : null;
    if (!/CallExpression$/.test(value.type)) return null;
    const callee = bare(nodeOf(value, "callee") ?? value);
    const called = memberText(nodeOf(callee, "property"), "name") ??
      memberText(callee, "name");
    const of = called === "bind"
      ? nodeOf(callee, "object")
      : called === "promisify"
      ? nodesOf(value["arguments"])[0] ?? null
      : null;
    return of === null ? null : this.functionOf(of);
  }

  #import(node: Node): void {
    const from = memberText(nodeOf(node, "source"), "value") ?? "";
    for (const one of nodesOf(node["specifiers"])) {
      const local = memberText(nodeOf(one, "local"), "name") ?? "";
      const imported = nodeOf(one, "imported");
      if (!FS.test(from)) {
        if (!/^(?:\.{0,2}\/|file:|node:)/.test(from)) this.#packages.add(local);
        continue;
      }
      const name = memberText(imported, "name");
      if (imported === null || name === "promises" || name === "default") {
        this.#objects.add(local);
      } else if (name !== null) this.#single.set(local, name);
    }
  }

  #declare(node: Node): void {
    const to = nodeOf(node, "id");
    const from = nodeOf(node, "init");
    if (to === null || from === null) return;
    const local = to.type === "Identifier" ? memberText(to, "name") : null;
    const single = this.functionOf(from);
    if (local !== null && single !== null) this.#single.set(local, single);
    if (!this.isObject(from)) return;
    if (local !== null) this.#objects.add(local);
    for (const property of nodesOf(to["properties"])) {
      const key = memberText(nodeOf(property, "key"), "name");
      const value = nodeOf(property, "value");
      const name = memberText(value, "name") ??
        memberText(value === null ? null : nodeOf(value, "left"), "name");
      if (key === "promises" && name !== null) this.#objects.add(name);
      else if (key !== null && name !== null) this.#single.set(name, key);
    }
  }
}

/** A place where a function that reads files goes on to where nobody sees what it is called with. */
export interface HandedOn {
  node: Node;
  /** The list with each item of which it is called; null where nothing is known. */
  items: Node | null;
}

/** Where functions that read files, or the objects that have them, are handed on, stored or computed. */
export function handedOn(statement: Node, names: FileFunctions): HandedOn[] {
  const found: HandedOn[] = [];
  const visit = (node: Node, items: Node | null): void => {
    if (isOfTypes(node)) return;
    const path = memberPath(node);
    const name = names.nameOf(path);
    if (
      name !== null && (READS.test(name) || name === "?") ||
      path.length > 0 && names.isObject(node)
    ) {
      found.push({ node, items });
      return;
    }
    for (const [key, child] of childMembers(node)) {
      const one = bare(child);
      if (isName(node, key)) continue;
      if (isCalled(node, key, one, names)) continue;
      const each = key === "arguments" ? listOf(node) : null;
      visit(one, each);
    }
  };
  visit(statement, null);
  return found;
}

/** Whether what stands there is called, looked into or bound to a name that is followed. */
function isCalled(
  parent: Node,
  key: string,
  node: Node,
  names: FileFunctions,
): boolean {
  const path = memberPath(node);
  const known = path.length > 0 && names.nameOf(path) !== "?";
  if (parent.type === "UnaryExpression") return parent["operator"] === "typeof";
  if (key === "callee") return known;
  if (key === "object" && names.isObject(node)) {
    // A member whose name is computed is found where it stands.
    return path.length > 0;
  }
  if (parent.type === "VariableDeclarator" && key === "init") {
    const id = nodeOf(parent, "id");
    const rest = nodesOf(id?.["properties"]).some((one) =>
      one.type === "RestElement" || one["computed"] === true
    );
    if (names.isObject(node)) return !rest;
    return id?.type === "Identifier" && names.functionOf(node) !== null;
  }
  return false;
}

/** The list that a method goes through whose function is given to a call. */
function listOf(call: Node): Node | null {
  const callee = bare(nodeOf(call, "callee") ?? call);
  const name = memberText(nodeOf(callee, "property"), "name") ?? "";
  return EACH.test(name) ? nodeOf(callee, "object") : null;
}

/** Whether what stands there only names something. */
function isName(parent: Node, key: string): boolean {
  if (/^(?:Import|Export)\w*Specifier$/.test(parent.type)) return true;
  if (key === "property" || key === "key") return parent["computed"] !== true;
  return key === "id" || key === "params" || key === "label" ||
    key === "left" && parent.type === "AssignmentExpression";
}

function withoutGlobal(path: readonly string[]): readonly string[] {
  return /^(?:globalThis|window|self)$/.test(path[0] ?? "")
    ? path.slice(1)
    : path;
}
