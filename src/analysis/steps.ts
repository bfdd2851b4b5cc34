/**
 * The steps of a cell, as they are read: names that are read and bound, objects that are changed, functions.
 *
 * @module
 */
import { type Bound, partOf } from "./bound.ts";
import { globalKeys, globalMember, memberName, objectName } from "./members.ts";
import {
  type Certainty,
  type FunctionBody,
  ITERATOR,
  NO_MEMBER,
  type Operation,
  type Share,
} from "./operations.ts";
import { boundNames, Scope, throughCall, varNames } from "./scope.ts";
import { bare, memberText, type Node, nodeOf, nodesOf } from "./syntax.ts";

const NOTHING: readonly Share[] = [];
const NO_SCOPE = new Scope(null);

/** Notes the steps of a cell. */
export abstract class StepReader {
  protected operations: Operation[] = [];
  /** More than 0 where it is not certain that a step is carried out. */
  protected uncertain = 0;
  /** What `this` is. */
  protected self: readonly Share[] = NOTHING;
  #bodies = 0;

  /** Reads statements in their order. */
  protected abstract statements(list: readonly Node[], scope: Scope): void;
  /**
   * Reads an expression.
   *
   * @param into Takes the functions that its value is, or has as members; left out, they count as called at once
   * @returns What its value may share
   */
  protected abstract value(
    given: Node | null,
    scope: Scope,
    into?: FunctionBody[] | null,
  ): readonly Share[];

  /** Notes that a name is read. */
  protected read(
    name: string,
    scope: Scope,
    maybe = false,
    member: string | null = null,
  ): readonly Share[] {
    const local = scope.find(name);
    if (local !== null) return local;
    if (name === "undefined" || name === "arguments") return NOTHING;
    this.operations.push({ type: "read", name, maybe, member });
    return [{ name, direct: true }];
  }

  /** Reads the object of a member expression. @param member Which member of it is read; null for all of it */
  protected member(
    node: Node,
    scope: Scope,
    member: string | null = null,
  ): readonly Share[] {
    const global = globalMember(node);
    if (global !== null) return this.read(global, scope, true);
    const name = objectName(node);
    return name === null
      ? this.value(nodeOf(node, "object"), scope)
      : this.read(name, scope, false, member);
  }

  /** Notes that objects are changed. */
  protected change(
    shares: readonly Share[],
    certainty: Certainty,
    argument = false,
    member: string | null = null,
  ): void {
    for (const { name, direct, depth = 0 } of shares) {
      this.operations.push({
        type: "change",
        name,
        depth,
        certainty: direct ? certainty : "possible",
        argument,
        member,
      });
    }
  }

  /** Notes that an accessor may be asked: `get x`, `set x`, or the iterator. */
  protected access(shares: readonly Share[], member: string): void {
    if (shares.length === 0) return;
    this.operations.push({ type: "access", targets: shares, member });
  }

  /** Reads what may be carried out, or not, or often. */
  protected maybe<T>(work: () => T): T {
    this.uncertain++;
    try {
      return work();
    } finally {
      this.uncertain--;
    }
  }

  /** Binds the names of a pattern to a value. */
  protected bind(given: Node, scope: Scope, bound: Bound): void {
    const node = bare(given);
    switch (node.type) {
      case "Identifier":
        return this.#bindName(memberText(node, "name") ?? "", scope, bound);
      case "AssignmentPattern":
        this.maybe(() => this.value(nodeOf(node, "right"), scope));
        return this.bind(nodeOf(node, "left") ?? node, scope, bound);
      case "MemberExpression":
      case "OptionalMemberExpression":
        return this.assign(node, scope, bound, false);
      case "ObjectPattern":
        for (const property of nodesOf(node["properties"])) {
          if (property["computed"] === true) {
            this.value(nodeOf(property, "key"), scope);
          }
          // The rest of an object is another one.
          if (property.type === "RestElement") {
            this.bind(property, scope, bound);
            continue;
          }
          const inner = nodeOf(property, "value");
          if (inner !== null) this.bind(inner, scope, partOf(bound));
        }
        return;
      case "ArrayPattern":
        this.access(bound.shares, ITERATOR);
        for (const element of nodesOf(node["elements"])) {
          this.bind(element, scope, partOf(bound));
        }
        return;
      case "RestElement":
        return this.bind(nodeOf(node, "argument") ?? node, scope, {
          ...bound,
          shares: throughCall(bound.shares),
        });
    }
  }

  /** Gives a name of the notebook, from wherever in a cell. */
  protected bindGlobal(name: string, bound: Bound): void {
    this.#bindName(name, NO_SCOPE, bound);
  }

  #bindName(name: string, scope: Scope, bound: Bound): void {
    if (scope.find(name) !== null) {
      scope.add(name, bound.shares);
      if (typeof bound.text === "string" && bound.declares) {
        scope.setTexts(name, [bound.text]);
      }
      // A function that lives in a part of the cell only counts as called there.
      for (const { operations } of bound.bodies ?? []) {
        this.operations.push(
          ...operations.map((step) =>
            step.type === "bind" ? { ...step, certain: false } : step
          ),
        );
      }
      return;
    }
    this.operations.push({
      type: "bind",
      name,
      declares: bound.declares,
      certain: this.uncertain === 0,
      shares: bound.shares,
      bodies: bound.bodies ?? [],
      constant: bound.constant ?? false,
      text: bound.text ?? null,
      handle: bound.handle ?? false,
      plain: bound.plain ?? false,
      origins: bound.origins ?? [],
      library: bound.library ?? false,
    });
  }

  /** Reads a function: into a list of bodies, or as one that is called at once. @param given What its parameters may be */
  protected functionValue(
    node: Node,
    scope: Scope,
    into: FunctionBody[] | null,
    given: readonly (readonly Share[])[] = [],
  ): readonly Share[] {
    if (into !== null) into.push(this.body(node, scope, null));
    else this.maybe(() => this.#run(node, new Scope(scope), given));
    return NOTHING;
  }

  /** What a function does once it is called. */
  protected body(
    node: Node,
    scope: Scope,
    method: string | null,
  ): FunctionBody {
    const { operations, uncertain, self } = this;
    const n = ++this.#bodies;
    const parameters = nodesOf(node["params"]).map((_, i) =>
      `parameter:${n}.${i}`
    );
    this.operations = [];
    this.uncertain = 0;
    const own = `this:${n}`;
    if (node.type !== "ArrowFunctionExpression") {
      this.self = [{ name: own, direct: true }];
    }
    this.#run(
      node,
      new Scope(scope),
      parameters.map((name) => [{ name, direct: true }]),
    );
    const body = { method, operations: this.operations, parameters, self: own };
    Object.assign(this, { operations, uncertain, self });
    return body;
  }

  #run(
    node: Node,
    scope: Scope,
    given: readonly (readonly Share[])[],
  ): void {
    const body = nodeOf(node, "body");
    const parameters = nodesOf(node["params"]);
    for (const name of parameters.flatMap(boundNames)) scope.set(name);
    for (const name of body === null ? [] : varNames(body)) scope.set(name);
    const own = memberText(nodeOf(node, "id"), "name");
    if (own !== null && node.type === "FunctionExpression") scope.set(own);
    for (const [i, parameter] of parameters.entries()) {
      const inner = parameter.type === "TSParameterProperty"
        ? nodeOf(parameter, "parameter") ?? parameter
        : parameter;
      this.bind(inner, scope, { shares: given[i] ?? NOTHING, declares: true });
    }
    if (body?.type === "BlockStatement") {
      this.statements(nodesOf(body["body"]), scope);
    } else this.value(body, scope);
  }

  /** Assigns to a name, a pattern or a member. @param reads Whether the value before is read, too */
  protected assign(
    target: Node,
    scope: Scope,
    bound: Bound,
    reads: boolean,
  ): void {
    if (!/MemberExpression$/.test(target.type)) {
      if (reads) this.value(target, scope);
      return this.bind(target, scope, bound);
    }
    const global = globalMember(target);
    if (global !== null && scope.find(global) === null) {
      return this.#bindName(global, scope, { ...bound, declares: true });
    }
    for (const name of globalKeys(target, scope)) {
      this.bindGlobal(name, { ...bound, declares: true });
    }
    const member = memberName(target);
    const shares = this.member(target, scope, reads ? member : NO_MEMBER);
    if (target["computed"] === true) {
      this.value(nodeOf(target, "property"), scope);
    }
    const own = objectName(target) === null ? null : member;
    this.change(shares, "sure", false, own);
    if (reads) this.access(shares, `get ${member}`);
    this.access(shares, `set ${member}`);
    // What is put into an object is shared by it.
    for (const { name, direct } of shares) {
      if (!direct || bound.shares.length + (bound.bodies?.length ?? 0) === 0) {
        continue;
      }
      this.operations.push({
        type: "join",
        name,
        shares: throughCall(bound.shares),
        bodies: bound.bodies ?? [],
      });
    }
  }
}
