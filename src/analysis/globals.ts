/**
 * Names that a cell gives to `globalThis` without declaring them.
 *
 * @module
 */
import { SharedReader } from "./beside.ts";
import { isGlobalObject, keyOf } from "./members.ts";
import { type FunctionBody, GLOBAL } from "./operations.ts";
import type { Scope } from "./scope.ts";
import { bare, memberText, type Node, nodeOf, nodesOf } from "./syntax.ts";

/** Functions that give names to their first argument. */
const GIVES = /^(?:assign|definePropert(?:y|ies)|set)$/;

/** Reads calls that give names to `globalThis`. */
export abstract class GlobalReader extends SharedReader {
  /**
   * Reads `Object.assign(globalThis, { a: 1 })` and the like.
   *
   * @returns Whether it was one
   */
  protected givesGlobals(
    path: readonly string[],
    given: readonly Node[],
    scope: Scope,
  ): boolean {
    const [root = "", method = "", ...more] = path;
    const [target, first, ...others] = given;
    if (
      !/^(?:Object|Reflect)$/.test(root) || !GIVES.test(method) ||
      more.length > 0 || target === undefined || first === undefined ||
      !isGlobalObject(target)
    ) return false;
    if (/^(?:set|defineProperty)$/.test(method)) {
      const [value] = others;
      const described = method === "defineProperty"
        ? propertyOf(value, "value")
        : value;
      for (const rest of others) {
        if (rest !== described) this.value(rest, scope);
      }
      this.#give(memberText(bare(first), "value"), described ?? null, scope);
      return true;
    }
    for (const object of [first, ...others]) {
      const properties = bare(object).type === "ObjectExpression"
        ? nodesOf(bare(object)["properties"])
        : [null];
      for (const property of properties) {
        const key = property === null
          ? null
          : keyOf(property)?.replace(/^[gs]et /, "") ?? null;
        const value = property === null
          ? object
          : property.type === "ObjectMethod"
          ? property
          : nodeOf(property, "value") ?? nodeOf(property, "argument");
        const described = method === "assign"
          ? value
          : propertyOf(value, "value") ?? value;
        this.#give(key, described, scope);
      }
    }
    return true;
  }

  /** @param name Null where nobody knows it */
  #give(name: string | null, value: Node | null, scope: Scope): void {
    const bodies: FunctionBody[] = [];
    const shares = value?.type === "ObjectMethod"
      ? this.functionValue(value, scope, bodies)
      : this.value(value, scope, bodies);
    this.bindGlobal(name ?? GLOBAL.any, { shares, bodies, declares: true });
  }

  /** Reads what goes through the names that are written out: `for (const k of ["a", "b"]) globalThis[k] = 1`. */
  protected noteKeys(pattern: Node, list: Node | null, scope: Scope): void {
    if (list === null) return;
    const name = pattern.type === "ArrayPattern"
      ? nodesOf(pattern["elements"])[0]
      : pattern;
    const keys = keysOf(bare(list), pattern.type === "ArrayPattern");
    const text = memberText(name ?? null, "name");
    if (text !== null && keys !== null) scope.setTexts(text, keys);
  }
}

/** The texts that a list goes through, or the first of its pairs; null where they are not written out. */
function keysOf(list: Node, pairs: boolean): string[] | null {
  const [given = null] = nodesOf(list["arguments"]);
  const callee = nodeOf(list, "callee");
  const isObjects = callee !== null &&
    memberText(nodeOf(callee, "object"), "name") === "Object" &&
    memberText(nodeOf(callee, "property"), "name") ===
      (pairs ? "entries" : "keys");
  const keys =
    isObjects && given !== null && bare(given).type === "ObjectExpression"
      ? nodesOf(bare(given)["properties"]).map(keyOf)
      : list.type !== "ArrayExpression"
      ? [null]
      : nodesOf(list["elements"]).map((one) => {
        const [first = null] = nodesOf(bare(one)["elements"]);
        return memberText(pairs ? first : one, "value");
      });
  return keys.every((key) => key !== null) ? keys : null;
}

function propertyOf(object: Node | null | undefined, key: string): Node | null {
  const found = nodesOf(object?.["properties"]).find((one) =>
    keyOf(one) === key
  );
  return found === undefined
    ? null
    : found.type === "ObjectMethod"
    ? found
    : nodeOf(found, "value");
}
