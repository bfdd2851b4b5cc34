/**
 * What a cell does with the names of its notebook.
 *
 * @module
 */
import { DeclarationReader } from "./declarations.ts";
import { ITERATOR, type Operation } from "./operations.ts";
import { blockNames, boundNames, insideOf, Scope } from "./scope.ts";
import {
  bare,
  childrenOf,
  type Node,
  nodeOf,
  nodesOf,
  parseCell,
} from "./syntax.ts";

/** Reads a cell; null when it does not parse, and so does nothing. */
export function readCell(source: string): readonly Operation[] | null {
  const statements = parseCell(source);
  return statements === null ? null : new CellReader().cell(statements);
}

/** Reads statements. */
class CellReader extends DeclarationReader {
  /** The expression whose value the cell shows. */
  #shown: Node | null = null;

  /** Reads a whole cell. */
  cell(statements: readonly Node[]): readonly Operation[] {
    this.#shown =
      statements.findLast((node) => node.type !== "EmptyStatement") ??
        null;
    const scope = new Scope(null);
    this.hoist(statements, scope);
    for (const statement of statements) this.statement(statement, scope);
    return this.operations;
  }

  protected override statements(list: readonly Node[], scope: Scope): void {
    const inner = new Scope(scope);
    for (const name of blockNames(list)) inner.set(name);
    this.hoist(list, inner);
    for (const statement of list) this.statement(statement, inner);
  }

  #block(node: Node | null, scope: Scope): void {
    if (node === null) return;
    if (node.type === "BlockStatement") {
      this.statements(nodesOf(node["body"]), scope);
    } else this.statement(node, scope);
  }

  protected override statement(node: Node, scope: Scope): void {
    switch (node.type) {
      case "ExpressionStatement":
        return this.#expression(node, scope);
      case "VariableDeclaration":
        return this.variables(node, scope);
      case "FunctionDeclaration":
        return; // there already
      case "ClassDeclaration":
        return this.classDeclaration(node, scope);
      case "ImportDeclaration":
        return this.importDeclaration(node, scope);
      case "ExportNamedDeclaration":
        return this.exported(nodeOf(node, "declaration"), scope);
      case "ExportDefaultDeclaration":
        return this.exported(nodeOf(node, "declaration"), scope);
      case "TSEnumDeclaration":
      case "TSModuleDeclaration":
        return this.typescript(node, scope);
      case "TSImportEqualsDeclaration": {
        const id = nodeOf(node, "id");
        if (id === null || node["importKind"] === "type") return;
        this.value(nodeOf(node, "moduleReference"), scope);
        return this.bind(id, scope, { shares: [], declares: true });
      }
      case "IfStatement":
        this.value(nodeOf(node, "test"), scope);
        return this.maybe(() => {
          this.#block(nodeOf(node, "consequent"), scope);
          this.#block(nodeOf(node, "alternate"), scope);
        });
      case "ForStatement":
        return this.#for(node, scope);
      case "ForInStatement":
      case "ForOfStatement":
        return this.#forEach(node, scope);
      case "WhileStatement":
      case "DoWhileStatement":
        this.value(nodeOf(node, "test"), scope);
        return this.maybe(() => this.#block(nodeOf(node, "body"), scope));
      case "TryStatement":
        return this.#try(node, scope);
      case "SwitchStatement":
        this.value(nodeOf(node, "discriminant"), scope);
        return this.maybe(() => {
          const cases = nodesOf(node["cases"]);
          for (const one of cases) this.value(nodeOf(one, "test"), scope);
          this.statements(
            cases.flatMap((one) => nodesOf(one["consequent"])),
            scope,
          );
        });
      case "LabeledStatement":
        return this.#block(nodeOf(node, "body"), scope);
      case "BlockStatement":
        return this.statements(nodesOf(node["body"]), scope);
      case "BreakStatement":
      case "ContinueStatement":
        return;
      default:
        if (node.type.startsWith("TS")) return;
        for (const child of childrenOf(node)) this.value(child, scope);
    }
  }

  #expression(statement: Node, scope: Scope): void {
    let node = bare(nodeOf(statement, "expression") ?? statement);
    while (
      node.type === "AwaitExpression" ||
      node.type === "UnaryExpression" && node["operator"] === "void"
    ) node = bare(nodeOf(node, "argument") ?? node);
    if (!CALLS.has(node.type)) {
      this.value(nodeOf(statement, "expression"), scope);
      return;
    }
    const shown = statement === this.#shown;
    this.call(node, scope, { statement: true, shown, into: null });
  }

  #for(node: Node, scope: Scope): void {
    const inner = new Scope(scope);
    const init = nodeOf(node, "init");
    if (init?.type === "VariableDeclaration") {
      if (init["kind"] !== "var") {
        for (const name of blockNames([init])) inner.set(name);
      }
      this.variables(init, inner);
    } else this.value(init, inner);
    this.value(nodeOf(node, "test"), inner);
    this.maybe(() => {
      this.#block(nodeOf(node, "body"), inner);
      this.value(nodeOf(node, "update"), inner);
    });
  }

  #forEach(node: Node, scope: Scope): void {
    const list = this.value(nodeOf(node, "right"), scope);
    if (node.type === "ForOfStatement") this.access(list, ITERATOR);
    const shares = insideOf(list);
    const left = nodeOf(node, "left");
    const inner = new Scope(scope);
    const declares = left?.type === "VariableDeclaration";
    const pattern = declares
      ? nodeOf(nodesOf(left["declarations"])[0] ?? left, "id")
      : left;
    if (declares && left["kind"] !== "var" && pattern !== null) {
      for (const name of boundNames(pattern)) inner.set(name);
    }
    if (pattern !== null && declares) {
      this.noteKeys(pattern, nodeOf(node, "right"), inner);
    }
    this.maybe(() => {
      if (pattern !== null) this.bind(pattern, inner, { shares, declares });
      this.#block(nodeOf(node, "body"), inner);
    });
  }

  #try(node: Node, scope: Scope): void {
    this.maybe(() => {
      this.#block(nodeOf(node, "block"), scope);
      const handler = nodeOf(node, "handler");
      if (handler === null) return;
      const inner = new Scope(scope);
      const parameter = nodeOf(handler, "param");
      for (const name of parameter === null ? [] : boundNames(parameter)) {
        inner.set(name);
      }
      this.#block(nodeOf(handler, "body"), inner);
    });
    this.#block(nodeOf(node, "finalizer"), scope);
  }
}

const CALLS: ReadonlySet<string> = new Set([
  "CallExpression",
  "OptionalCallExpression",
  "NewExpression",
  "TaggedTemplateExpression",
]);
