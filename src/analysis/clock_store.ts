/**
 * Names and objects, and what of a clock is put into them.
 *
 * @module
 */
import {
  addClocked,
  CLOCKED,
  clocked,
  clockedMembers,
  type ClockedObject,
  ClockedScope,
  type ClockedValue,
  deepClocked,
  joinClocked,
  TIMED,
} from "./clock_values.ts";
import { globalMember, keyOf, memberName } from "./members.ts";
import { bare, type Node, nodeOf, nodesOf } from "./syntax.ts";

/** What decides, if it is of these kinds, whether something is carried out. */
const DECIDES = TIMED | CLOCKED.chosen;

/** Whether a clock decides by a value. */
export function decides({ kinds }: ClockedValue): boolean {
  return (kinds & DECIDES) !== 0;
}

/** A part of the code that is carried out as the clock says. */
export interface ClockedBranch {
  kind: "once" | "loop";
  /** The names around it. */
  scope: ClockedScope;
  /** What says whether it is carried out. */
  test: ClockedValue;
  /** Whether it is a loop that the clock may end before its list ends. */
  ends: boolean;
}

/** What names and objects may hold. */
export abstract class ClockStore {
  /** Names that are in no cell. */
  protected readonly globals = new ClockedScope(null, true);
  /** The place of the cell that is carried out. */
  protected cell = 0;
  protected changed = false;
  /** Whether all is known of what names may be, but for what the clock chose. */
  protected strict = false;
  protected branch: ClockedBranch | null = null;
  readonly #objects = new Map<unknown, ClockedObject>();

  /** Notes that the clock chose something which the cell has. */
  protected abstract mark(from: Iterable<number>): void;
  /** What an expression may be. */
  protected abstract value(
    given: Node | null,
    scope: ClockedScope,
  ): ClockedValue;

  /** Something that the clock chose, here or where that is said. */
  protected chosen(from: Iterable<number> = []): ClockedValue {
    const value = clocked(CLOCKED.chosen, from);
    if (value.from.size === 0) value.from.add(this.cell);
    return value;
  }

  /** A value of some kinds, made from others. */
  protected made(kinds: number, of: readonly ClockedValue[]): ClockedValue {
    return (kinds & CLOCKED.chosen) === 0 ? clocked(kinds) : this.chosen(
      of.flatMap((one) => [...deepClocked(one).from]),
    );
  }

  /** Adds what a value may be. */
  protected add(to: ClockedValue, value: ClockedValue): void {
    if (addClocked(to, value)) this.changed = true;
  }

  /** The object that a place makes, or that a name without a known one has. */
  protected objectOf(origin: unknown): ClockedObject {
    const known = this.#objects.get(origin);
    if (known !== undefined) return known;
    const object = { fields: new Map(), rest: clocked() };
    this.#objects.set(origin, object);
    return object;
  }

  /** Puts a value into an object. @param name Null where it is not seen under which */
  protected put(
    object: ClockedValue,
    name: string | null,
    value: ClockedValue,
  ): void {
    if (object.objects.size === 0) object.objects.add(this.objectOf(object));
    for (const { fields, rest } of object.objects) {
      if (name === null) this.add(rest, value);
      else {
        const field = fields.get(name) ?? clocked();
        fields.set(name, field);
        this.add(field, value);
      }
    }
  }

  /** What a member may be. @param name Null for any */
  protected memberOf(value: ClockedValue, name: string | null): ClockedValue {
    const own = clocked(value.kinds, value.from);
    if (name === null) {
      for (const one of value.functions) own.functions.add(one); // of a pair
      return joinClocked([own, clockedMembers(value)]);
    }
    if (name === "length" || name === "size") return own;
    return joinClocked([
      own,
      ...[...value.objects].flatMap(({ fields, rest }) => [
        fields.get(name) ?? clocked(),
        rest,
      ]),
    ]);
  }

  /** What a value becomes of which the clock decides whether it is taken. */
  protected decided(
    value: ClockedValue,
    node: Node | null,
    test: ClockedValue,
  ): ClockedValue {
    if ((test.kinds & CLOCKED.chosen) !== 0) return this.chosen(test.from);
    const { kinds } = deepClocked(value);
    if ((kinds & DECIDES) !== 0 || !this.strict) return value;
    if (value.functions.size > 0) return value;
    const written = node !== null && isWritten(bare(node));
    return written ? clocked(CLOCKED.elapsed) : this.chosen();
  }

  /** Assigns to a name, a pattern or a member. */
  protected assign(
    target: Node,
    value: ClockedValue,
    scope: ClockedScope,
    from: { node: Node | null; compound: boolean },
  ): void {
    const node = bare(target);
    if (node.type === "Identifier") {
      const name = String(node["name"]);
      const holding = scope.holding(name);
      const taken = this.branch !== null && isAround(holding, this.branch)
        ? this.#inBranch(this.branch, value, from)
        : value;
      if ((taken.kinds & CLOCKED.chosen) !== 0) this.mark(taken.from);
      this.add((holding ?? this.globals).declare(name), taken);
    } else if (/MemberExpression$/.test(node.type)) {
      const global = globalMember(node);
      if (global !== null) return this.add(this.globals.declare(global), value);
      const taken = this.branch === null
        ? value
        : this.#inBranch(this.branch, value, from);
      const object = this.value(nodeOf(node, "object"), scope);
      if (node["computed"] === true) {
        this.value(nodeOf(node, "property"), scope);
      }
      this.put(object, memberName(node), taken);
    } else this.bind(node, value, scope);
  }

  /** What is put into a list or a name where the clock says whether, or how often. */
  #inBranch(
    branch: ClockedBranch,
    value: ClockedValue,
    { node, compound }: { node: Node | null; compound: boolean },
  ): ClockedValue {
    const stays = branch.kind === "loop" && !compound && !branch.ends;
    const known = (branch.test.kinds & CLOCKED.chosen) === 0;
    return stays && known ? value : this.decided(value, node, branch.test);
  }

  /** What is put into a list. */
  protected stored(value: ClockedValue): ClockedValue {
    return this.branch === null
      ? value
      : this.decided(value, null, this.branch.test);
  }

  /** Binds the names of a pattern. */
  protected bind(given: Node, value: ClockedValue, scope: ClockedScope): void {
    const node = bare(given);
    switch (node.type) {
      case "Identifier":
        return this.add(
          (scope.holding(String(node["name"])) ?? scope).declare(
            String(node["name"]),
          ),
          value,
        );
      case "AssignmentPattern":
        return this.bind(
          nodeOf(node, "left") ?? node,
          joinClocked([value, this.value(nodeOf(node, "right"), scope)]),
          scope,
        );
      case "ObjectPattern":
        for (const property of nodesOf(node["properties"])) {
          const inner = nodeOf(property, "value");
          const key = property["computed"] === true
            ? this.value(nodeOf(property, "key"), scope)
            : clocked();
          if (inner === null) this.bind(property, value, scope);
          else if (decides(key)) {
            this.bind(inner, this.chosen(key.from), scope);
          } else this.bind(inner, this.memberOf(value, keyOf(property)), scope);
        }
        return;
      case "ArrayPattern":
        for (const element of nodesOf(node["elements"])) {
          this.bind(element, this.memberOf(value, null), scope);
        }
        return;
      case "RestElement":
        return this.bind(nodeOf(node, "argument") ?? node, value, scope);
      case "TSParameterProperty":
        return this.bind(nodeOf(node, "parameter") ?? node, value, scope);
      case "MemberExpression":
        return this.assign(node, value, scope, { node: null, compound: false });
    }
  }
}

/** Whether an expression is a text, a number or the like that is written out. */
function isWritten({ type, name }: Node): boolean {
  return /^(?:(?:String|Numeric|Boolean|Null|BigInt)Literal|UpdateExpression)$/
    .test(type) ||
    name === "undefined";
}

/** Whether a name holds outside of a branch. */
function isAround(
  holding: ClockedScope | null,
  { scope }: ClockedBranch,
): boolean {
  for (let one: ClockedScope | null = scope; one !== null; one = one.parent) {
    if (one === holding) return true;
  }
  return holding === null;
}
