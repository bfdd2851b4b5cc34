/**
 * How the names of some sources are used: which functions are only called, which lists may change.
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

/** Methods that change the list which they are called on. */
const CHANGES =
  /^(?:push|pop|shift|unshift|splice|sort|reverse|fill|copyWithin|set|add)$/;
/** What is given to these stays as it is. */
const KEEPS =
  /^(?:console|JSON|Object\.(?!assign|define)\w+|Array|Promise|String|Math)\b/;

/** The uses of the names of some sources. */
export class NameUses {
  /** Lists and objects that are changed, or that others may change. */
  readonly changed = new Set<string>();
  /** The calls of each function, and null for one that is used otherwise. */
  readonly calls = new Map<string, Node[] | null>();
  /** Declarations of loops. */
  readonly loops = new Set<unknown>();

  /** @param nodes All of them, those within others too */
  constructor(nodes: readonly Node[]) {
    for (const node of nodes) this.#noteUses(node);
  }

  /** Which functions are called, and which are handed on; which lists are. */
  #noteUses(node: Node): void {
    if (isOfTypes(node)) return;
    if (/^For(?:Of|In)Statement$/.test(node.type)) {
      const [declared] = nodesOf(nodeOf(node, "left")?.["declarations"]);
      this.loops.add(declared);
    }
    if (/^(?:Optional)?CallExpression$/.test(node.type)) this.#noteCall(node);
    for (const [key, child] of childMembers(node)) {
      const one = bare(child);
      if (one.type === "Identifier" && isValue(node, key)) {
        this.calls.set(memberText(one, "name") ?? "", null);
      }
    }
  }

  #noteCall(node: Node): void {
    const callee = bare(nodeOf(node, "callee") ?? node);
    const name = memberText(callee, "name") ??
      memberText(nodeOf(callee, "property"), "name");
    if (name !== null) {
      const known = this.calls.get(name);
      if (known === undefined) this.calls.set(name, [node]);
      else known?.push(node);
    }
    const path = memberPath(callee);
    const [root] = path;
    if (root !== undefined && CHANGES.test(path.at(-1) ?? "")) {
      this.changed.add(root);
    }
    if (KEEPS.test(path.join("."))) return;
    for (const argument of nodesOf(node["arguments"])) {
      if (argument.type === "Identifier") {
        this.changed.add(memberText(argument, "name") ?? "");
      }
    }
  }
}

/** Whether a name that stands there is used as a value, and neither called nor bound. */
function isValue(parent: Node, key: string): boolean {
  const { type, computed } = parent;
  if (key === "callee") return type === "NewExpression";
  if (key === "property" || key === "key") return computed === true;
  if (key === "id" || key === "params" || key === "label") return false;
  if (/^Import/.test(type)) {
    const names = ["imported", "local"].map((one) =>
      memberText(nodeOf(parent, one), "name")
    );
    return type === "ImportSpecifier" && names[0] !== names[1];
  }
  if (type === "ExportSpecifier") {
    return memberText(nodeOf(parent, "local"), "name") !==
      memberText(nodeOf(parent, "exported"), "name");
  }
  return true;
}
