/**
 * Reads expressions for what they have of a clock.
 *
 * @module
 */
import {
  clockedOperation,
  readsOfClock,
  writtenNumber,
} from "./clock_rules.ts";
import { ClockStore, decides } from "./clock_store.ts";
import {
  CLOCKED,
  clocked,
  type ClockedFunction,
  clockedObject,
  type ClockedScope,
  type ClockedValue,
  deepClocked,
  joinClocked,
  TIMED,
} from "./clock_values.ts";
import { globalMember, keyOf, memberName, memberPath } from "./members.ts";
import { bare, childrenOf, type Node, nodeOf, nodesOf } from "./syntax.ts";

/** Under this name a promise has what it was resolved with. */
export const RESOLVED = "(resolved)";
/** So much code is read, expressions, each as often as something new is found. */
const MOST_READ = 3_000_000;

/** Reads expressions. */
export abstract class ClockReader extends ClockStore {
  #read = 0;

  protected abstract call(node: Node, scope: ClockedScope): ClockedValue;
  protected abstract functionValue(
    node: Node,
    scope: ClockedScope,
    self?: ClockedValue,
  ): ClockedValue;
  /** What a function that is seen gives. */
  protected abstract carryOut(
    one: ClockedFunction,
    given: readonly ClockedValue[],
  ): ClockedValue;
  /** Notes what the function that is carried out hands out before it ends. */
  protected abstract yields(node: Node, value: ClockedValue): void;
  protected abstract classValue(node: Node, scope: ClockedScope): ClockedValue;
  /** What a name means where it is read. */
  protected abstract read(name: string, scope: ClockedScope): ClockedValue;

  /** What an expression may be. */
  protected override value(
    given: Node | null,
    scope: ClockedScope,
  ): ClockedValue {
    if (given === null) return clocked();
    if (++this.#read > MOST_READ) throw new RangeError("too much code");
    const value = this.#value(bare(given), scope);
    if ((value.kinds & CLOCKED.chosen) !== 0) this.mark(value.from);
    return value;
  }

  #value(node: Node, scope: ClockedScope): ClockedValue {
    const inner = (member: string) => this.value(nodeOf(node, member), scope);
    switch (node.type) {
      case "Identifier":
        return this.read(String(node["name"]), scope);
      case "ThisExpression":
        return this.read("this", scope);
      case "BinaryExpression":
        return this.#operation(node, String(node["operator"]), scope);
      case "LogicalExpression": {
        const [left, right] = [inner("left"), inner("right")];
        const tests = (left.kinds & (CLOCKED.test | CLOCKED.chosen)) !== 0;
        return joinClocked([
          left,
          tests ? this.decided(right, nodeOf(node, "right"), left) : right,
        ]);
      }
      case "ConditionalExpression": {
        const test = inner("test");
        return joinClocked(
          ["consequent", "alternate"].map((member) =>
            decides(test)
              ? this.decided(inner(member), nodeOf(node, member), test)
              : inner(member)
          ),
        );
      }
      case "UnaryExpression":
        return this.#unary(node, inner("argument"));
      case "UpdateExpression": {
        const value = inner("argument");
        const of = nodeOf(node, "argument");
        if (of !== null) {
          const next = clocked(value.kinds, value.from);
          this.assign(of, next, scope, { node, compound: true });
        }
        return value;
      }
      case "AssignmentExpression": {
        const [left, right] = [nodeOf(node, "left"), nodeOf(node, "right")];
        const operator = String(node["operator"]).slice(0, -1);
        const compound = operator !== "";
        const value = !compound
          ? inner("right")
          : /^(?:&&|\|\||\?\?)$/.test(operator)
          ? joinClocked([inner("left"), inner("right")])
          : this.#operation(node, operator, scope);
        if (left !== null) {
          this.assign(left, value, scope, { node: right, compound });
        }
        return value;
      }
      case "MemberExpression":
      case "OptionalMemberExpression":
        return this.#member(node, scope);
      case "CallExpression":
      case "OptionalCallExpression":
      case "NewExpression":
        return this.call(node, scope);
      case "ArrowFunctionExpression":
      case "FunctionExpression":
        return this.functionValue(node, scope);
      case "ClassExpression":
        return this.classValue(node, scope);
      case "ObjectExpression":
      case "ArrayExpression":
        return this.#literal(node, scope);
      case "AwaitExpression": {
        const value = inner("argument");
        const resolved = [...value.objects].flatMap(({ fields }) =>
          fields.get(RESOLVED) ?? []
        );
        return resolved.length === 0
          ? value
          : joinClocked([value, ...resolved]);
      }
      case "SpreadElement":
        return inner("argument");
      case "YieldExpression": {
        const value = inner("argument");
        this.yields(node, value);
        return clocked(CLOCKED.unknown);
      }
      case "SequenceExpression":
        return nodesOf(node["expressions"]).map((one) => this.value(one, scope))
          .at(-1) ?? clocked();
      default: {
        const parts = childrenOf(node).map((child) =>
          deepClocked(this.value(child, scope))
        );
        return joinClocked(parts);
      }
    }
  }

  #operation(
    node: Node,
    operator: string,
    scope: ClockedScope,
  ): ClockedValue {
    const sides = [nodeOf(node, "left"), nodeOf(node, "right")];
    const values = sides.map((side) => this.value(side, scope));
    const [left, right] = values.map(({ kinds }, i) => {
      const side = sides[i] ?? null;
      return { kinds, number: side === null ? null : writtenNumber(side) };
    });
    return left === undefined || right === undefined
      ? clocked()
      : this.made(clockedOperation(operator, left, right, this.strict), values);
  }

  #unary(node: Node, value: ClockedValue): ClockedValue {
    const { operator } = node;
    const timed = (value.kinds & TIMED) !== 0;
    if (operator === "!") {
      return (value.kinds & CLOCKED.chosen) !== 0
        ? value
        : clocked(timed ? CLOCKED.test : 0);
    }
    if (operator === "~" && (value.kinds & CLOCKED.reading) !== 0) {
      return this.chosen();
    }
    return operator === "-" || operator === "+" || operator === "~"
      ? clocked(value.kinds, value.from)
      : clocked();
  }

  #member(node: Node, scope: ClockedScope): ClockedValue {
    const path = memberPath(node).join(".");
    if (path.endsWith("timeOrigin")) return clocked(readsOfClock(path, 0));
    const global = globalMember(node);
    if (global !== null) return this.read(global, scope);
    const object = this.value(nodeOf(node, "object"), scope);
    const name = memberName(node);
    if (node["computed"] === true && name === null) {
      const { kinds, from } = this.value(nodeOf(node, "property"), scope);
      if ((kinds & (TIMED | CLOCKED.chosen)) !== 0) return this.chosen(from);
    }
    const value = this.memberOf(object, name);
    const getters = this.memberOf(object, `get ${name}`).functions;
    return name === null || getters.size === 0 ? value : joinClocked([
      value,
      ...[...getters].map((one) => this.carryOut(one, [])),
    ]);
  }

  #literal(node: Node, scope: ClockedScope): ClockedValue {
    const object = clockedObject(this.objectOf(node));
    for (const element of nodesOf(node["elements"])) {
      const value = this.value(element, scope);
      const spread = element.type === "SpreadElement";
      this.put(object, null, spread ? this.memberOf(value, null) : value);
    }
    for (const property of nodesOf(node["properties"])) {
      if (property.type === "SpreadElement") {
        const value = this.value(property, scope);
        for (const one of value.objects) object.objects.add(one);
        this.put(object, null, clocked(value.kinds, value.from));
      } else if (property.type === "ObjectMethod") {
        const method = this.functionValue(property, scope, object);
        this.put(object, keyOf(property), method);
      } else {
        const value = this.value(nodeOf(property, "value"), scope);
        this.put(object, keyOf(property), value);
      }
    }
    return object;
  }
}
