/**
 * Reads statements for what they do with a clock's readings.
 *
 * @module
 */
import { ClockFunctionReader } from "./clock_functions.ts";
import { decides } from "./clock_store.ts";
import {
  CLOCKED,
  clocked,
  ClockedScope,
  type ClockedValue,
  deepClocked,
} from "./clock_values.ts";
import { blockNames, boundNames, exported } from "./scope.ts";
import { memberText, type Node, nodeOf, nodesOf } from "./syntax.ts";

/** Reads statements. */
export abstract class ClockStatementReader extends ClockFunctionReader {
  readonly #blocks = new Map<ClockedScope, Map<Node, ClockedScope>>();

  /** Reads a whole cell. */
  protected cellStatements(list: readonly Node[], scope: ClockedScope): void {
    this.branch = null;
    this.left = null;
    for (const statement of list) this.#hoist(statement, scope);
    for (const statement of list) this.#statement(statement, scope);
  }

  protected override statements(
    list: readonly Node[],
    scope: ClockedScope,
  ): void {
    for (const name of blockNames(list)) scope.declare(name);
    for (const statement of list) this.#hoist(statement, scope);
    for (const statement of list) this.#statement(statement, scope);
  }

  #hoist(given: Node, scope: ClockedScope): void {
    const node = exported(given);
    const name = memberText(nodeOf(node, "id"), "name");
    if (node.type === "FunctionDeclaration") {
      this.add(
        scope.declare(name ?? "default"),
        this.functionValue(node, scope),
      );
    }
  }

  /** The scope of a part of the code, the same each time. */
  #inner(node: Node, scope: ClockedScope): ClockedScope {
    const known = this.#blocks.get(scope) ?? new Map<Node, ClockedScope>();
    this.#blocks.set(scope, known);
    const inner = known.get(node) ?? new ClockedScope(scope);
    known.set(node, inner);
    return inner;
  }

  #part(node: Node | null, scope: ClockedScope): void {
    if (node === null) return;
    if (node.type === "BlockStatement") {
      this.statements(nodesOf(node["body"]), this.#inner(node, scope));
    } else this.#statement(node, scope);
  }

  /** A part that is carried out, or as often, as a value says. */
  #decidedPart(
    test: ClockedValue,
    kind: "once" | "loop",
    scope: ClockedScope,
    work: () => void,
  ): void {
    const { branch } = this;
    if (decides(test)) {
      this.branch = { kind, scope, test, ends: branch?.ends ?? false };
    }
    work();
    this.branch = branch;
  }

  /** A loop: where the clock may end it, all that it gathers is the clock's. */
  #inLoop(
    node: Node,
    test: ClockedValue,
    scope: ClockedScope,
    work: () => void,
  ): void {
    this.#loops.push(node);
    this.#decidedPart(test, "loop", scope, work);
    const ending = this.#ending.get(node);
    if (ending !== undefined) {
      const { branch } = this;
      this.branch = { kind: "loop", scope, test: ending, ends: true };
      work();
      this.branch = branch;
    }
    this.#loops.pop();
  }

  /** Loops and the like that a condition of the clock's leaves. */
  readonly #ending = new Map<Node, ClockedValue>();
  readonly #loops: Node[] = [];

  #leaves(node: Node, test: ClockedValue, scope: ClockedScope): void {
    const loop = this.#loops.at(-1);
    if (!leavesLoop(node)) return;
    if (loop !== undefined && !this.#ending.has(loop)) {
      this.#ending.set(loop, test);
      this.changed = true;
    }
    if (returns(node)) {
      this.left = { kind: "once", scope, test, ends: false };
    }
  }

  #statement(given: Node, scope: ClockedScope): void {
    const node = exported(given);
    const inner = this.#inner(node, scope);
    const value = (member: string, of = scope) =>
      this.value(nodeOf(node, member), of);
    switch (node.type) {
      case "ExpressionStatement": {
        const { kinds, from } = deepClocked(value("expression"));
        if ((kinds & CLOCKED.chosen) !== 0) this.mark(from);
        return;
      }
      case "VariableDeclaration":
        return this.#variables(node, scope);
      case "ClassDeclaration":
        this.add(
          scope.declare(memberText(nodeOf(node, "id"), "name") ?? "default"),
          this.classValue(node, scope),
        );
        return;
      case "ImportDeclaration":
        return this.#imports(node, scope);
      case "IfStatement": {
        const test = value("test");
        this.#decidedPart(test, "once", scope, () => {
          this.#part(nodeOf(node, "consequent"), scope);
          this.#part(nodeOf(node, "alternate"), scope);
        });
        if (decides(test)) this.#leaves(node, test, scope);
        return;
      }
      case "ForStatement": {
        const init = nodeOf(node, "init");
        if (init?.type === "VariableDeclaration") {
          for (const name of blockNames([init])) inner.declare(name);
          this.#variables(init, inner);
        } else this.value(init, inner);
        return this.#inLoop(node, value("test", inner), inner, () => {
          this.#part(nodeOf(node, "body"), inner);
          this.value(nodeOf(node, "update"), inner);
        });
      }
      case "ForInStatement":
      case "ForOfStatement": {
        const element = this.memberOf(value("right"), null);
        const left = nodeOf(node, "left");
        if (left?.type === "VariableDeclaration") {
          for (const name of blockNames([left])) inner.declare(name);
        }
        const pattern = left?.type === "VariableDeclaration"
          ? nodeOf(nodesOf(left["declarations"])[0] ?? left, "id")
          : left;
        if (pattern !== null) this.bind(pattern, element, inner);
        return this.#inLoop(
          node,
          clocked(),
          inner,
          () => this.#part(nodeOf(node, "body"), inner),
        );
      }
      case "WhileStatement":
      case "DoWhileStatement":
        return this.#inLoop(
          node,
          value("test"),
          scope,
          () => this.#part(nodeOf(node, "body"), scope),
        );
      case "ReturnStatement":
        return this.gives(value("argument"), nodeOf(node, "argument"));
      case "SwitchStatement":
        return this.#decidedPart(value("discriminant"), "once", scope, () => {
          for (const one of nodesOf(node["cases"])) {
            this.value(nodeOf(one, "test"), scope);
            this.statements(nodesOf(one["consequent"]), inner);
          }
        });
      case "TryStatement": {
        this.#part(nodeOf(node, "block"), scope);
        const handler = nodeOf(node, "handler");
        const parameter = handler === null ? null : nodeOf(handler, "param");
        for (const name of parameter === null ? [] : boundNames(parameter)) {
          inner.declare(name);
        }
        if (handler !== null) this.#part(nodeOf(handler, "body"), inner);
        return this.#part(nodeOf(node, "finalizer"), scope);
      }
      case "LabeledStatement":
        return this.#part(nodeOf(node, "body"), scope);
      case "BlockStatement":
        return this.#part(node, scope);
      case "ThrowStatement":
        value("argument");
        return;
      default: // `export default` of an expression
        if (/(?:Expression|Literal|Identifier)$/.test(node.type)) {
          this.value(node, scope);
        }
    }
  }

  #variables(node: Node, scope: ClockedScope): void {
    for (const one of nodesOf(node["declarations"])) {
      const [id, init] = [nodeOf(one, "id"), nodeOf(one, "init")];
      if (id !== null && init !== null) {
        this.bind(id, this.value(init, scope), scope);
      }
    }
  }

  #imports(node: Node, scope: ClockedScope): void {
    const from = memberText(nodeOf(node, "source"), "value") ?? "";
    const all = this.moduleValue(from);
    for (const one of nodesOf(node["specifiers"])) {
      const name = memberText(nodeOf(one, "local"), "name") ?? "";
      const imported = nodeOf(one, "imported");
      const value = imported === null
        ? all
        : this.memberOf(all, memberText(imported, "name"));
      this.add(scope.declare(name), value);
    }
  }
}

function leavesLoop(node: Node): boolean {
  return /^(?:Break|Continue|Return)Statement$/.test(node.type) ||
    !/Function/.test(node.type) && statementsIn(node).some(leavesLoop);
}

function returns(node: Node): boolean {
  return node.type === "ReturnStatement" ||
    !/Function/.test(node.type) && statementsIn(node).some(returns);
}

/** The statements directly in another one. */
function statementsIn(node: Node): Node[] {
  return ["consequent", "alternate", "body", "block"].flatMap((member) => {
    const inner = nodeOf(node, member);
    return [...inner === null ? [] : [inner], ...nodesOf(node[member])];
  });
}
