/**
 * Where the class of a value comes from: of one that a cell writes out it is known, of what a module gives it is not.
 *
 * @module
 */
import { memberPath } from "./members.ts";
import { HARMLESS } from "./methods.ts";
import { type ClassOrigin, SHARED } from "./operations.ts";
import {
  bare,
  childrenOf,
  memberText,
  type Node,
  nodeOf,
  nodesOf,
} from "./syntax.ts";

/** Methods that give a new list of the language when they are called of one. */
const LISTS =
  /^(?:map|filter|slice|concat|flat|flatMap|to(?:Sorted|Reversed|Spliced)|with|split|keys|values|entries)$/;

/** The names whose values have the class of an expression; none when the language itself made it. */
export function originsOf(given: Node | null): readonly ClassOrigin[] {
  if (given === null) return [];
  const node = bare(given);
  const of = (member: string) => originsOf(nodeOf(node, member));
  switch (node.type) {
    case "Identifier":
      return [{ name: memberText(node, "name") ?? "", part: false }];
    case "MemberExpression":
    case "OptionalMemberExpression":
      return partsOfOrigins(of("object"));
    case "AwaitExpression":
      return of("argument");
    case "AssignmentExpression":
      return of("right");
    case "ConditionalExpression":
      return [...of("consequent"), ...of("alternate")];
    case "LogicalExpression":
      return [...of("left"), ...of("right")];
    case "SequenceExpression":
      return originsOf(nodesOf(node["expressions"]).at(-1) ?? null);
    case "ObjectExpression":
      // `{ ...d3 }` has the functions of d3.
      return nodesOf(node["properties"]).flatMap((one) =>
        one.type === "SpreadElement"
          ? partsOfOrigins(originsOf(nodeOf(one, "argument")))
          : []
      );
    case "ImportExpression":
      return [fromModule(nodeOf(node, "source"))];
    case "CallExpression":
    case "OptionalCallExpression":
    case "NewExpression":
      return ofCall(node);
    default:
      return [];
  }
}

/** The same of what a value holds. */
export function partsOfOrigins(
  of: readonly ClassOrigin[],
): readonly ClassOrigin[] {
  return of.map(({ name }) => ({ name, part: true }));
}

/** The same of what an expression holds. */
export function originsInside(given: Node | null): readonly ClassOrigin[] {
  if (given === null) return [];
  const node = bare(given);
  const inside = /^(?:Array|Object)Expression$/.test(node.type)
    ? childrenOf(node).flatMap((one) =>
      originsOf(nodeOf(one, "value") ?? nodeOf(one, "argument") ?? one)
    )
    : originsOf(node);
  return partsOfOrigins(inside);
}

function ofCall(node: Node): readonly ClassOrigin[] {
  const callee = bare(nodeOf(node, "callee") ?? node);
  const given = nodesOf(node["arguments"]);
  const ofGiven = () => given.flatMap(originsOf);
  const [root = null, ...members] = memberPath(callee);
  if (root === "require" || callee.type === "Import") {
    return [fromModule(given[0] ?? null)];
  }
  const method = members.at(-1) ??
    memberText(nodeOf(callee, "property"), "name");
  if (
    root === "Object" && /^(?:assign|create|freeze)$/.test(method ?? "")
  ) {
    return ofGiven();
  }
  if (root === "Promise") return partsOfOrigins(ofGiven());
  if (root === "Object" || root !== null && HARMLESS.has(root)) return [];
  const object = nodeOf(callee, "object");
  if (object !== null && LISTS.test(method ?? "")) return originsOf(object);
  const maker = originsOf(object ?? callee);
  // What a function gives may be what it was given.
  return object === null && node.type !== "NewExpression"
    ? [...maker, ...ofGiven()]
    : maker;
}

function fromModule(source: Node | null): ClassOrigin {
  const from = memberText(source, "value") ?? "";
  return { name: `${SHARED.module}${from}`, part: false };
}

/** Whether an expression is a whole module: `await import("npm:d3")`. */
export function isWholeModule(given: Node | null): boolean {
  const node = given === null ? null : bare(given);
  if (node?.type === "AwaitExpression") {
    return isWholeModule(nodeOf(node, "argument"));
  }
  return node?.type === "ImportExpression" ||
    node?.type === "CallExpression" &&
      nodeOf(node, "callee")?.type === "Import";
}
