/**
 * Reading the declarations of a cell.
 *
 * @module
 */
import { CallReader } from "./calls.ts";
import { type FunctionBody, isLocalSpecifier, SHARED } from "./operations.ts";
import { keyOf, opensRun } from "./members.ts";
import { isWholeModule, originsInside, originsOf } from "./origins.ts";
import { boundNames, exported, Scope } from "./scope.ts";
import { bare, memberText, type Node, nodeOf, nodesOf } from "./syntax.ts";

/** Reads declarations. */
export abstract class DeclarationReader extends CallReader {
  /** Reads a statement. */
  protected abstract statement(node: Node, scope: Scope): void;

  /** Functions are there before the first statement. */
  protected hoist(list: readonly Node[], scope: Scope): void {
    for (const statement of list) {
      const node = exported(statement);
      const id = nodeOf(node, "id");
      if (node.type !== "FunctionDeclaration" || id === null) continue;
      if (node["declare"] === true || nodeOf(node, "body") === null) continue;
      this.bind(id, scope, {
        shares: [],
        bodies: this.#bodies((into) => this.functionValue(node, scope, into)),
        declares: true,
        constant: true,
      });
    }
  }

  #bodies(read: (into: FunctionBody[]) => void): FunctionBody[] {
    const into: FunctionBody[] = [];
    read(into);
    return into;
  }

  /** Reads `let`, `const`, `var` and `using`. */
  protected variables(node: Node, scope: Scope): void {
    if (node["declare"] === true) return;
    for (const declarator of nodesOf(node["declarations"])) {
      const id = nodeOf(declarator, "id");
      const init = nodeOf(declarator, "init");
      if (id === null) continue;
      const bodies: FunctionBody[] = [];
      const first = this.operations.length;
      const shares = this.value(init, scope, bodies);
      // `var x;` leaves a value that is there as it is.
      if (init === null && node["kind"] === "var") {
        this.maybe(() => this.bind(id, scope, { shares, declares: true }));
        continue;
      }
      const value = init === null ? null : bare(init);
      this.bind(id, scope, {
        shares,
        bodies,
        declares: true,
        constant: value !== null && isConstant(value),
        text: value?.type === "StringLiteral"
          ? memberText(value, "value")
          : null,
        handle: value !== null && opensRun(value),
        plain: value !== null && isData(value),
        origins: originsOf(value),
        inside: originsInside(value),
        library: id.type === "Identifier" && isWholeModule(value),
      });
      if (!isMade(value)) continue;
      // `new Promise((r) => { resolve = r; })`
      const handed = this.operations.slice(first).flatMap((step) =>
        step.type === "bind" && !step.declares ? [step.name] : []
      );
      const names = [...boundNames(id), ...handed].filter((name) =>
        scope.find(name) === null
      );
      if (names.length > 1) this.operations.push({ type: "together", names });
    }
  }

  /** Reads a class that is declared. */
  protected classDeclaration(node: Node, scope: Scope): void {
    const id = nodeOf(node, "id");
    if (node["declare"] === true || id === null) return;
    const bodies: FunctionBody[] = [];
    const shares = this.classValue(node, scope, bodies);
    const members = nodesOf(nodeOf(node, "body")?.["body"]);
    this.bind(id, scope, {
      shares,
      bodies,
      declares: true,
      constant: !members.some((m) => m["static"] === true),
    });
  }

  /** Reads an import. */
  protected importDeclaration(node: Node, scope: Scope): void {
    if (node["importKind"] === "type") return;
    const from = memberText(nodeOf(node, "source"), "value") ?? "";
    const specifiers = nodesOf(node["specifiers"]);
    if (specifiers.length === 0) {
      this.change([{ name: SHARED.ambient, direct: true }], "sure");
      return;
    }
    const local = isLocalSpecifier(from);
    // A cell may have written what is imported.
    if (local) {
      const path = from.replace(/^(?:\.\/)+/, "");
      this.read(`${SHARED.file}${path}`, scope, true);
    }
    for (const specifier of specifiers) {
      const id = nodeOf(specifier, "local");
      if (id === null || specifier["importKind"] === "type") continue;
      this.bind(id, scope, {
        shares: [{ name: `${SHARED.module}${from}`, direct: local }],
        declares: true,
        constant: true,
        library: specifier.type === "ImportNamespaceSpecifier" ||
          !local && specifier.type === "ImportDefaultSpecifier",
      });
    }
  }

  /** Reads what is exported. */
  protected exported(node: Node | null, scope: Scope): void {
    if (node === null) return;
    if (/Declaration$/.test(node.type)) this.statement(node, scope);
    else this.value(node, scope);
  }

  /** Reads an enum or a namespace. */
  protected typescript(node: Node, scope: Scope): void {
    const id = nodeOf(node, "id");
    if (node["declare"] === true || id === null) return;
    const body = nodeOf(node, "body");
    const members = nodesOf(node["members"] ?? body?.["members"]);
    if (node.type === "TSEnumDeclaration") {
      const inner = new Scope(scope);
      for (const member of members) {
        inner.set(memberText(nodeOf(member, "id"), "name") ?? "");
        this.value(nodeOf(member, "initializer"), inner);
      }
    } else if (body !== null) this.statements(nodesOf(body["body"]), scope);
    this.bind(id, scope, { shares: [], declares: true, constant: true });
  }
}

/** Whether an expression is a value that a call made. */
function isMade(node: Node | null): boolean {
  if (node === null) return false;
  if (node.type === "AwaitExpression") {
    const awaited = nodeOf(node, "argument");
    return awaited !== null && isMade(bare(awaited));
  }
  // What a module gives, all of its users share.
  const callee = nodeOf(node, "callee");
  return /^(?:Optional)?CallExpression$|^NewExpression$/.test(node.type) &&
    callee?.type !== "Import" && memberText(callee, "name") !== "require";
}

/** Whether an expression makes an object whose members are written out, and are no accessors. */
function isData(node: Node): boolean {
  return node.type === "ObjectExpression" &&
    nodesOf(node["properties"]).every((property) =>
      property.type === "ObjectProperty" &&
      ![null, "__proto__"].includes(keyOf(property))
    );
}

/** Whether an expression has an equal value whenever it is evaluated, whatever else was done. */
function isConstant(node: Node): boolean {
  return /^(?:String|Numeric|Boolean|Null|BigInt|RegExp)Literal$|^(?:ArrowFunction|Function)Expression$/
    .test(node.type);
}
