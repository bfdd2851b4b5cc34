/**
 * Names of members, as far as they are written out.
 *
 * @module
 */
import { ITERATOR } from "./operations.ts";
import { bare, memberText, type Node, nodeOf } from "./syntax.ts";

/** The name of a property that is written out, or that of the iterator; of an accessor with `get` or `set` before it. */
export function keyOf(property: Node): string | null {
  const key = nodeOf(property, "key");
  if (property["computed"] === true) {
    const path = key === null ? [] : memberPath(bare(key)).join(".");
    return /^Symbol\.(?:asyncI|i)terator$/.test(String(path)) ? ITERATOR : null;
  }
  const name = memberText(key, "name") ?? memberText(key, "value");
  const { kind } = property;
  return name !== null && (kind === "get" || kind === "set")
    ? `${kind} ${name}`
    : name;
}

/** The name that a member of `globalThis` is. */
export function globalMember(node: Node): string | null {
  const object = bare(nodeOf(node, "object") ?? node);
  const property = nodeOf(node, "property");
  if (!/^(?:globalThis|window|self)$/.test(memberText(object, "name") ?? "")) {
    return null;
  }
  return node["computed"] === true
    ? memberText(property, "value")
    : memberText(property, "name");
}

/** The name of the member that a member expression reads. */
export function memberName(node: Node): string | null {
  const property = nodeOf(node, "property");
  return node["computed"] === true
    ? memberText(property, "value")
    : memberText(property, "name");
}

/** The name whose member a member expression is; null when it is that of another expression. */
export function objectName(node: Node): string | null {
  const object = bare(nodeOf(node, "object") ?? node);
  return object.type === "Identifier" ? memberText(object, "name") : null;
}

/** The names of `a.b.c`; empty when it does not begin with a name. */
export function memberPath(node: Node): string[] {
  if (node.type === "Identifier") return [memberText(node, "name") ?? ""];
  if (!/MemberExpression$/.test(node.type)) return [];
  const before = memberPath(bare(nodeOf(node, "object") ?? node));
  return before.length === 0 ? [] : [...before, memberName(node) ?? "?"];
}

/** Whether an expression is the handle of a run: `await track(…)`. */
export function opensRun(node: Node): boolean {
  const call = bare(
    node.type === "AwaitExpression" ? nodeOf(node, "argument") ?? node : node,
  );
  return call.type === "CallExpression" &&
    memberText(nodeOf(call, "callee"), "name") === "track";
}
