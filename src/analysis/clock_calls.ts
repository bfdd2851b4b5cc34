/**
 * Reads calls for what they have of a clock: of functions that are seen as these do, of others as their names tell.
 *
 * @module
 */
import { ClockReader } from "./clock_reader.ts";
import { clockedCall, readsOfClock, TAKES_SOME } from "./clock_rules.ts";
import { decides } from "./clock_store.ts";
import {
  CLOCKED,
  clocked,
  type ClockedFunction,
  clockedMembers,
  clockedObject,
  type ClockedScope,
  type ClockedValue,
  deepClocked,
  joinClocked,
  TIMED,
} from "./clock_values.ts";
import { memberName, memberPath } from "./members.ts";
import { bare, memberText, type Node, nodeOf, nodesOf } from "./syntax.ts";

/** What a promise hands on, to be called with its value. */
export const RESOLVES = "Resolves";

/** Reads what was written before, or kept in a variable of the environment. */
const KEPT = /^(?:read|open|load|getItem|env\.get$)/;
/** Takes out of a list, or puts it in another order. */
const MOVES = /^(?:reverse|sort|pop|shift|splice|copyWithin|delete|clear)$/;
const STORES = /^(?:push|unshift|add|set|append|enqueue|fill)$/;
/** What works on what it is given, and not on an object of its own. */
const LIBRARY =
  /^(?:Array|Object|Map|Promise|JSON|Math|Number|String|Intl|Deno|console|crypto|BigInt|Boolean|Date|Error|RegExp|Symbol|Reflect|\w+Array|parse(?:Int|Float)|structuredClone|fetch|isNaN|isFinite)$/;

/** A call, as far as its parts are read. */
interface ClockedCall {
  node: Node;
  name: string;
  /** The object whose method is called; null for a function, and for those of JavaScript's own. */
  object: ClockedValue | null;
  given: ClockedValue[];
  /** Whether it is JavaScript's own. */
  own: boolean;
}

/** Reads calls. */
export abstract class ClockCallReader extends ClockReader {
  /** What is in files. */
  readonly #files = clocked();
  /** Whether the notebook writes files that it names by the clock. */
  #named = false;
  readonly #resolves = new Map<Node, ClockedFunction>();

  /** What a module of the notebook's own gives. */
  protected abstract moduleValue(specifier: string): ClockedValue;

  protected override call(node: Node, scope: ClockedScope): ClockedValue {
    const callee = bare(nodeOf(node, "callee") ?? node);
    const list = nodesOf(node["arguments"]);
    const given = list.map((argument) => {
      const value = this.value(argument, scope);
      return argument.type === "SpreadElement"
        ? this.memberOf(value, null)
        : value;
    });
    if (callee.type === "Import") {
      return this.moduleValue(memberText(list[0] ?? null, "value") ?? "");
    }
    if (callee.type === "Super") return clocked();
    const path = memberPath(callee).join(".");
    const reads = readsOfClock(path, list.length);
    if (reads !== 0) return clocked(reads);
    const isMember = /MemberExpression$/.test(callee.type);
    const own = LIBRARY.test(path.split(".")[0] ?? "") &&
      scope.holding(path.split(".")[0] ?? "")?.isCell !== false;
    const target = isMember
      ? this.value(nodeOf(callee, "object"), scope)
      : null;
    const called = this.value(callee, scope);
    const name = /^(?:Object|Promise|Array)\./.test(path)
      ? memberName(callee) === "from" ? "from" : "of"
      : path === "Deno.env.get"
      ? "env.get"
      : isMember
      ? memberName(callee) ?? ""
      : path;
    if (called.functions.size > 0) {
      return joinClocked(
        [...called.functions].map((one) => this.carryOut(one, given)),
      );
    }
    if ((called.kinds & CLOCKED.chosen) !== 0) return this.chosen(called.from);
    const object = own ? null : target;
    if (object !== null && STORES.test(name)) {
      for (const value of given) this.put(object, null, this.stored(value));
      return object;
    }
    if (object !== null && MOVES.test(name)) this.#move(object, given);
    if (path === "Object.assign") {
      const [to = clocked(), ...others] = given;
      for (const one of others) this.put(to, null, this.memberOf(one, null));
    }
    const call = { node, name, object, given, own };
    const functions = given.some(({ functions }) => functions.size > 0);
    return functions ? this.#withFunctions(call) : this.#unseen(call, called);
  }

  /** A list whose order or length the clock may decide. */
  #move(list: ClockedValue, given: readonly ClockedValue[]): void {
    const by = joinClocked(given);
    const test = this.branch?.test ?? (decides(by) ? by : null);
    if (test === null) return;
    this.put(list, null, this.decided(this.memberOf(list, null), null, test));
  }

  /** A call that is handed functions: it calls them with what is in its object, or in what else it is given. */
  #withFunctions(call: ClockedCall): ClockedValue {
    const { node, name, object, given } = call;
    const data = given.filter(({ functions }) => functions.size === 0);
    const of = object ?? joinClocked(data);
    const element = this.memberOf(of, null);
    if (object === null && !call.own) element.kinds |= CLOCKED.unknown;
    const results = this.objectOf(node);
    if (call.own && name === "Promise") {
      element.functions.add(this.#resolving(call, clockedObject(results)));
    }
    const reduces = name.startsWith("reduce");
    const before = reduces ? joinClocked([...data, results.rest]) : element;
    const list = name === "forEach" || name === "map" ? clocked() : element;
    const answers = given.flatMap(({ functions }) =>
      [...functions].map((one) =>
        this.carryOut(one, reduces ? [before, element] : [element, list])
      )
    );
    const answer = joinClocked(answers);
    if (TAKES_SOME.test(name)) return this.#taken(call, answer, element);
    this.add(results.rest, answer);
    const kinds = of.kinds & (CLOCKED.chosen | CLOCKED.unknown);
    const all = clockedObject(results);
    if (name === "map") return joinClocked([all, clocked(kinds, of.from)]);
    return joinClocked([all, answer, clocked(kinds, of.from)]);
  }

  #resolving({ node }: ClockedCall, self: ClockedValue): ClockedFunction {
    const known = this.#resolves.get(node) ??
      { node: { ...node, type: RESOLVES }, scope: this.globals, self };
    this.#resolves.set(node, known);
    return known;
  }

  /** Some of a list, by what a function says of each. */
  #taken(
    { name, object, given }: ClockedCall,
    answer: ClockedValue,
    element: ClockedValue,
  ): ClockedValue {
    const list = object ?? joinClocked(given);
    const { kinds, from } = deepClocked(answer);
    const timed = (deepClocked(element).kinds & TIMED) !== 0;
    const says = (kinds & TIMED) !== 0 && !timed && this.strict;
    if (says || (kinds & CLOCKED.chosen) !== 0) {
      const some = this.chosen(from);
      if (name === "sort") this.put(list, null, some);
      return some;
    }
    return name.startsWith("find") ? element : list;
  }

  /** A call of what is not seen. */
  #unseen(
    { name, object, given, own }: ClockedCall,
    called: ClockedValue,
  ): ClockedValue {
    const all = joinClocked(given);
    const deep = deepClocked(all);
    const whole = object === null ? clocked() : deepClocked(object);
    if ((deep.kinds & CLOCKED.chosen) !== 0) {
      this.mark(deep.from);
      if (/^(?:write|append|copy|rename|set$|setItem)/.test(name)) {
        this.add(this.#files, clocked(CLOCKED.chosen, deep.from));
      }
    }
    if (KEPT.test(name) && this.#files.kinds !== 0) {
      return this.chosen(this.#files.from);
    }
    if ((deep.kinds & CLOCKED.reading) !== 0) {
      if (/^(?:write|mkdir|create|open|copy|rename)/.test(name)) {
        this.#named = true;
      }
      // A file that the notebook named by the clock when it wrote it.
      if (/^read/.test(name) && (this.#named || !this.strict)) {
        return clocked(CLOCKED.unknown);
      }
    }
    const kinds = clockedCall(name, deep.kinds, object?.kinds ?? 0);
    if ((kinds & CLOCKED.chosen) !== 0) {
      return this.chosen([...deep.from, ...whole.from]);
    }
    // What is in a list, or was handed on, comes out again.
    const through = object ?? all;
    const found = joinClocked([clocked(kinds), clockedMembers(through)]);
    for (const one of through.objects) found.objects.add(one);
    const unknown = !own && object === null && deep.kinds === 0 ||
      (called.kinds & CLOCKED.unknown) !== 0;
    if (unknown) found.kinds |= CLOCKED.unknown;
    return found;
  }
}
