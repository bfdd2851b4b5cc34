/**
 * Carries out functions, once for each kind of what they are given, for what they do with a clock's readings.
 *
 * @module
 */
import { ClockCallReader, RESOLVES } from "./clock_calls.ts";
import { RESOLVED } from "./clock_reader.ts";
import type { ClockedBranch } from "./clock_store.ts";
import {
  CLOCKED,
  clocked,
  type ClockedFunction,
  clockedFunction,
  clockedObject,
  ClockedScope,
  type ClockedValue,
  joinClocked,
} from "./clock_values.ts";
import { keyOf } from "./members.ts";
import { boundNames, varNames } from "./scope.ts";
import { type Node, nodeOf, nodesOf } from "./syntax.ts";

/** For so many kinds of arguments a function is carried out by itself; for all others at once. */
const MOST_WAYS = 12;
/** A clock's reading that is called by another name: `const { now } = Date`. */
const READING: Node = { type: "Reading", start: 0, end: 0 };

/** A function as it is carried out for one kind of arguments. */
interface ClockedWay {
  scope: ClockedScope;
  result: ClockedValue;
  /** The places of cells whose choice is in it. */
  from: Set<number>;
  pass: number;
}

/** Reads functions and classes. */
export abstract class ClockFunctionReader extends ClockCallReader {
  /** How often all was read. */
  protected pass = 0;
  /** Where the clock may have ended the function before. */
  protected left: ClockedBranch | null = null;
  /** The functions that are being carried out, the innermost last. */
  protected readonly ways: ClockedWay[] = [];
  /** Functions that were made, with the place of their cell. */
  protected readonly madeFunctions = new Map<
    Node,
    { one: ClockedFunction; cell: number }
  >();
  readonly #ways = new Map<Node, Map<string, ClockedWay>>();
  readonly #functions = new Map<
    Node,
    Map<ClockedScope, ClockedFunction>
  >();
  readonly #ids = new Map<unknown, number>();

  protected abstract statements(
    list: readonly Node[],
    scope: ClockedScope,
  ): void;

  /** Readings of JavaScript's own, also where they are taken out of their object. */
  protected declareClocks(): void {
    const scope = this.globals;
    const now = clockedFunction({ node: READING, scope, self: clocked() });
    for (const name of ["performance", "Date"]) {
      const { fields, rest } = this.objectOf(name);
      fields.set("now", now);
      this.add(scope.declare(name), clockedObject({ fields, rest }));
    }
  }

  protected override functionValue(
    node: Node,
    scope: ClockedScope,
    self = clocked(),
  ): ClockedValue {
    const known = this.#functions.get(node) ?? new Map();
    this.#functions.set(node, known);
    const one: ClockedFunction = known.get(scope) ?? { node, scope, self };
    known.set(scope, one);
    if (!this.madeFunctions.has(node)) {
      this.madeFunctions.set(node, { one, cell: this.cell });
    }
    return clockedFunction(one);
  }

  protected override classValue(
    node: Node,
    scope: ClockedScope,
  ): ClockedValue {
    const self = clockedObject(this.objectOf(node));
    const inner = new ClockedScope(scope);
    inner.names.set("this", self);
    const above = this.value(nodeOf(node, "superClass"), scope);
    for (const { self: other } of above.functions) {
      for (const object of other.objects) self.objects.add(object);
    }
    const body = nodeOf(node, "body");
    for (const member of nodesOf(body?.["body"])) {
      const value = /Method$/.test(member.type)
        ? this.functionValue(member, inner, self)
        : this.value(nodeOf(member, "value"), inner);
      this.put(self, keyOf(member), value);
    }
    const made = clockedFunction({ node, scope: inner, self });
    for (const object of self.objects) made.objects.add(object);
    return made;
  }

  protected override carryOut(
    one: ClockedFunction,
    given: readonly ClockedValue[],
  ): ClockedValue {
    const { node, self } = one;
    if (node === READING) return clocked(CLOCKED.reading);
    if (node.type === RESOLVES) {
      this.put(self, RESOLVED, given[0] ?? clocked());
      return clocked();
    }
    if (/^Class(?:Declaration|Expression)$/.test(node.type)) {
      for (const { fields } of self.objects) {
        for (const made of fields.get("constructor")?.functions ?? []) {
          this.carryOut(made, given);
        }
      }
      return self;
    }
    const way = this.#wayOf(one, given);
    if (way.pass !== this.pass) {
      way.pass = this.pass;
      this.#run(one, way);
    }
    if (way.from.size > 0) this.mark(way.from);
    return way.result;
  }

  /** Whether a function was carried out by a call of it. */
  protected isCalled(node: Node): boolean {
    return this.#ways.has(node);
  }

  #wayOf(one: ClockedFunction, given: readonly ClockedValue[]): ClockedWay {
    const { node, scope, self } = one;
    const ways = this.#ways.get(node) ?? new Map<string, ClockedWay>();
    this.#ways.set(node, ways);
    const id = (thing: unknown) => {
      if (!this.#ids.has(thing)) this.#ids.set(thing, this.#ids.size);
      return this.#ids.get(thing);
    };
    const ofGiven = given.map(({ kinds, objects, functions }) =>
      [kinds, ...[...objects, ...functions].map(id)].join(" ")
    ).join(",");
    let key = `${id(scope)}:${ofGiven}`;
    if (!ways.has(key) && ways.size >= MOST_WAYS) key = "any";
    const way = ways.get(key) ?? {
      scope: new ClockedScope(scope),
      result: clocked(),
      from: new Set<number>(),
      pass: 0,
    };
    if (!ways.has(key)) this.changed = true;
    ways.set(key, way);
    const parameters = nodesOf(node["params"]);
    for (const name of parameters.flatMap(boundNames)) way.scope.declare(name);
    if (!/^Arrow/.test(node.type)) {
      this.add(way.scope.declare("this"), self);
    }
    const listed = way.scope.declare("arguments");
    for (const value of given) this.put(listed, null, value);
    for (const [i, parameter] of parameters.entries()) {
      const rest = parameter.type === "RestElement";
      const value = rest
        ? clockedObject(this.objectOf(parameter))
        : given[i] ?? clocked();
      if (rest) given.slice(i).forEach((more) => this.put(value, null, more));
      this.bind(parameter, value, way.scope);
    }
    return way;
  }

  #run({ node }: ClockedFunction, way: ClockedWay): void {
    const { branch, left } = this;
    Object.assign(this, { branch: null, left: null });
    this.ways.push(way);
    const body = nodeOf(node, "body");
    if (body?.type === "BlockStatement") {
      for (const name of varNames(body)) way.scope.declare(name);
      this.statements(nodesOf(body["body"]), way.scope);
    } else this.gives(this.value(body, way.scope), body);
    this.ways.pop();
    Object.assign(this, { branch, left });
  }

  /** Notes what the function gives that is carried out. */
  protected gives(value: ClockedValue, node: Node | null): void {
    const way = this.ways.at(-1);
    if (way === undefined || node === null) return;
    const { test } = this.branch ?? this.left ?? {};
    this.add(
      way.result,
      test === undefined ? value : this.decided(value, node, test),
    );
  }

  protected override yields(node: Node, value: ClockedValue): void {
    const all = clockedObject(this.objectOf(node));
    this.put(all, null, value);
    this.gives(all, node);
  }

  /** Carries out what no call that is seen has called: what does may hand it anything. */
  protected carryOutUncalled(): void {
    for (const [node, { one, cell }] of [...this.madeFunctions]) {
      if (this.isCalled(node) && !this.#uncalled.has(node)) continue;
      this.#uncalled.add(node);
      this.cell = cell;
      const given = nodesOf(node["params"]).map(() => clocked(CLOCKED.unknown));
      this.carryOut(one, given);
    }
  }

  readonly #uncalled = new Set<Node>();

  protected override read(name: string, scope: ClockedScope): ClockedValue {
    const holding = scope.holding(name) ?? this.globals;
    const value = holding.names.get(name);
    if (!holding.isCell || this.ways.length === 0) {
      return value ?? this.unseen(name);
    }
    // A function has what a name means when it is called.
    const all = this.meanings(name);
    return all.length === 0 ? value ?? this.unseen(name) : joinClocked(all);
  }

  /** What a name means in each cell that declares it. */
  protected abstract meanings(name: string): readonly ClockedValue[];
  /** What a name may mean that nothing declares. */
  protected abstract unseen(name: string): ClockedValue;
}
