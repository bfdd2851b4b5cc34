/**
 * Where a cell uses names of its notebook, types included.
 *
 * @module
 */
import { blockNames, boundNames, exported, varNames } from "./scope.ts";
import {
  childrenOf,
  isNode,
  memberText,
  type Node,
  nodeOf,
  nodesOf,
} from "./syntax.ts";

/** A name in a cell's text. */
export interface Reference {
  name: string;
  start: number;
  end: number;
  /** `{ x }` says a member and a name at once, `import { x }` what is imported and what it is called here. */
  form: "plain" | "shorthand" | "imported";
  /** Whether it stands in a function, which is called later. */
  later: boolean;
}

/** A declaration with a value: before it, and in the value, the name is that of the cells before. */
export interface ValueDeclaration {
  /** The name or the pattern. */
  id: Node;
  /** Where the value ends. */
  end: number;
}

/** Whether a place is before a declaration has been carried out. */
export function isBefore(
  declaration: ValueDeclaration | null,
  offset: number,
): boolean {
  if (declaration === null || offset >= declaration.end) return false;
  const { id } = declaration;
  return offset < id.start || offset >= id.end;
}

/** What a cell declares for its notebook: each name, and its declaration if it has no meaning before. */
export function declaredNames(
  statements: readonly Node[],
): Map<string, ValueDeclaration | null> {
  const names = new Map<string, ValueDeclaration | null>();
  for (const statement of statements) {
    const node = exported(statement);
    if (node.type === "VariableDeclaration") {
      for (const declarator of nodesOf(node["declarations"])) {
        const id = nodeOf(declarator, "id");
        for (const name of id === null ? [] : boundNames(id)) {
          names.set(name, id === null ? null : { id, end: declarator.end });
        }
      }
      continue;
    }
    const ids = node.type === "ImportDeclaration"
      ? nodesOf(node["specifiers"]).map((one) => nodeOf(one, "local"))
      : /Declaration$|^TSDeclareFunction$/.test(node.type)
      ? [nodeOf(node, "id")]
      : [];
    for (const id of ids) {
      const name = memberText(id, "name");
      if (name !== null) names.set(name, null);
    }
  }
  return names;
}

/** What is declared is a value. */
export const VALUE = 1;
/** What is declared is a type. */
export const TYPE = 2;

/** What a cell declares each of its names as: {@linkcode VALUE}, {@linkcode TYPE}, or both. */
export function meaningsOf(statements: readonly Node[]): Map<string, number> {
  const meanings = new Map<string, number>();
  for (const statement of statements) {
    const meaning = meaningOf(exported(statement));
    for (const name of declaredNames([statement]).keys()) {
      meanings.set(name, (meanings.get(name) ?? 0) | meaning);
    }
  }
  return meanings;
}

function meaningOf(node: Node): number {
  return /^TS(?:Interface|TypeAlias)Declaration$/.test(node.type)
    ? TYPE
    : /^(?:Variable|Function)Declaration$|^TSDeclareFunction$/.test(node.type)
    ? VALUE
    : VALUE | TYPE;
}

/** Where a cell speaks of some names. */
export function referencesTo(
  statements: readonly Node[],
  names: ReadonlySet<string>,
): Reference[] {
  const finder = new Finder(names);
  for (const statement of statements) {
    finder.visit(statement, new Set(), false);
  }
  return finder.found;
}

type Hidden = ReadonlySet<string>;

/** Members that are names, but of something else than a variable or a type. */
const OTHER_NAMES: Readonly<Record<string, readonly string[]>> = {
  LabeledStatement: ["label"],
  BreakStatement: ["label"],
  ContinueStatement: ["label"],
  MetaProperty: ["meta", "property"],
  PrivateName: ["id"],
  TSQualifiedName: ["right"],
  TSNamedTupleMember: ["label"],
  TSTypePredicate: ["parameterName"],
  TSEnumMember: ["id"],
  TSTypeParameter: ["name"],
  TSMappedType: ["key"],
  TSImportType: ["qualifier"],
  JSXAttribute: ["name"],
  ExportNamedDeclaration: ["specifiers"],
  ExportAllDeclaration: ["exported"],
};

class Finder {
  readonly found: Reference[] = [];
  readonly #names: ReadonlySet<string>;

  constructor(names: ReadonlySet<string>) {
    this.#names = names;
  }

  visit(node: Node, hidden: Hidden, later: boolean): void {
    const inner = this.#hiddenIn(node, hidden);
    const isFunction = /Function(?:Expression|Declaration)$|Method$/.test(
      node.type,
    );
    switch (node.type) {
      case "Identifier":
        this.#note(node, "plain", hidden, later);
        break;
      case "JSXIdentifier":
        if (/^[A-Z_$]/.test(memberText(node, "name") ?? "")) {
          this.#note(node, "plain", hidden, later);
        }
        return;
      case "JSXMemberExpression": {
        const object = nodeOf(node, "object");
        if (object !== null) this.visit(object, hidden, later);
        return;
      }
      case "ImportDeclaration":
        return this.#imports(node, hidden, later);
    }
    // What a function is called, it is outside of itself.
    const id = node.type === "FunctionDeclaration" ? nodeOf(node, "id") : null;
    if (id !== null) this.visit(id, hidden, later);
    const skipped = new Set([
      ...OTHER_NAMES[node.type] ?? [],
      ...id === null ? [] : ["id"],
      ...hasOwnKey(node) ? ["key", "property"] : [],
    ]);
    const isType = /^TS(?:Function|Constructor)Type$|Signature$|Declaration$/
      .test(node.type) && node.type.startsWith("TS");
    for (const [member, value] of Object.entries(node)) {
      if (skipped.has(member)) continue;
      const nodes = isNode(value) ? [value] : nodesOf(value);
      for (const child of nodes) {
        if (isType && /^param(?:eter)?s$/.test(member)) {
          // The names of a type's parameters mean nothing.
          for (const part of childrenOf(child)) this.visit(part, inner, later);
        } else if (member === "value" && node["shorthand"] === true) {
          this.#shorthand(child, inner, later);
        } else this.visit(child, inner, later || isFunction);
      }
    }
  }

  #note(
    node: Node,
    form: Reference["form"],
    hidden: Hidden,
    later: boolean,
  ): void {
    const name = memberText(node, "name") ?? "";
    if (!this.#names.has(name) || hidden.has(name)) return;
    const { start } = node;
    // With a type behind it, the node is longer than its name.
    this.found.push({ name, start, end: start + name.length, form, later });
  }

  #shorthand(node: Node, hidden: Hidden, later: boolean): void {
    const left = node.type === "AssignmentPattern"
      ? nodeOf(node, "left") ?? node
      : node;
    this.#note(left, "shorthand", hidden, later);
    const right = nodeOf(node, "right");
    if (right !== null) this.visit(right, hidden, later);
  }

  #imports(node: Node, hidden: Hidden, later: boolean): void {
    for (const specifier of nodesOf(node["specifiers"])) {
      const local = nodeOf(specifier, "local");
      const imported = nodeOf(specifier, "imported");
      if (local === null) continue;
      const same = imported !== null && imported.start === local.start;
      this.#note(local, same ? "imported" : "plain", hidden, later);
    }
  }

  /** The names that mean something else inside of a node. */
  #hiddenIn(node: Node, hidden: Hidden): Hidden {
    const own: string[] = [];
    if (/Function(?:Expression|Declaration)$|Method$/.test(node.type)) {
      own.push(...nodesOf(node["params"]).flatMap(boundNames));
      const body = nodeOf(node, "body");
      if (body !== null) own.push(...varNames(body));
    }
    if (/^(?:Function|Class)Expression$/.test(node.type)) {
      own.push(memberText(nodeOf(node, "id"), "name") ?? "");
    }
    if (/^(?:BlockStatement|StaticBlock|TSModuleBlock)$/.test(node.type)) {
      const statements = nodesOf(node["body"]);
      own.push(...blockNames(statements), ...declaredNames(statements).keys());
    }
    if (node.type === "SwitchStatement") {
      own.push(
        ...nodesOf(node["cases"]).flatMap((one) =>
          blockNames(nodesOf(one["consequent"]))
        ),
      );
    }
    if (/^For/.test(node.type)) {
      const head = nodeOf(node, "init") ?? nodeOf(node, "left");
      if (head !== null) own.push(...blockNames([head]));
    }
    if (node.type === "CatchClause") {
      const parameter = nodeOf(node, "param");
      if (parameter !== null) own.push(...boundNames(parameter));
    }
    const types = nodeOf(node, "typeParameters");
    for (const parameter of nodesOf(types?.["params"])) {
      own.push(
        memberText(parameter, "name") ??
          memberText(nodeOf(parameter, "name"), "name") ?? "",
      );
    }
    return own.length === 0 ? hidden : new Set([...hidden, ...own]);
  }
}

/** Whether a node's `key` or `property` is a member's name and no variable. */
function hasOwnKey(node: Node): boolean {
  return node["computed"] !== true &&
    /Property$|Method$|Signature$|MemberExpression$|AccessorProperty$/.test(
      node.type,
    );
}
