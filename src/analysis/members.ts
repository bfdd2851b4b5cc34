/**
 * Names of members, as far as they are written out.
 *
 * @module
 */
import { GLOBAL, ITERATOR } from "./operations.ts";
import type { Scope } from "./scope.ts";
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

/** Whether an expression is `globalThis`, by one of its names. */
export function isGlobalObject(node: Node): boolean {
  return /^(?:globalThis|window|self)$/.test(
    memberText(bare(node), "name") ?? "",
  );
}

/** The name that a member of `globalThis` is. */
export function globalMember(node: Node): string | null {
  const property = nodeOf(node, "property");
  if (!isGlobalObject(nodeOf(node, "object") ?? node)) return null;
  return node["computed"] === true
    ? memberText(property, "value")
    : memberText(property, "name");
}

/** The names that `globalThis[key] = …` may give. */
export function globalKeys(target: Node, scope: Scope): readonly string[] {
  const key = memberText(nodeOf(target, "property"), "name");
  if (
    target["computed"] !== true || key === null ||
    !isGlobalObject(nodeOf(target, "object") ?? target)
  ) return [];
  return scope.find(key) === null
    ? [`${GLOBAL.of}${key}`]
    : scope.textsOf(key) ?? [GLOBAL.any];
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
