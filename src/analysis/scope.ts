/**
 * Names that hold inside a part of a cell only, and what is declared in a list of statements.
 *
 * @module
 */
import type { Share } from "./operations.ts";
import { bare, memberText, type Node, nodeOf, nodesOf } from "./syntax.ts";

/** The names of a part of a cell. The outermost has none of its own: its names are the notebook's. */
export class Scope {
  readonly parent: Scope | null;
  /** What the value of each name may be. */
  readonly #names = new Map<string, readonly Share[]>();
  /** The texts that a name may be, where they are written out. */
  readonly #texts = new Map<string, readonly string[]>();

  constructor(parent: Scope | null) {
    this.parent = parent;
  }

  /** Declares a name, or says what its value is. */
  set(name: string, shares: readonly Share[] = []): void {
    this.#names.set(name, shares);
  }

  /** What the value of a name may be; null when it does not belong to a part of the cell. */
  find(name: string): readonly Share[] | null {
    return this.#names.get(name) ?? this.parent?.find(name) ?? null;
  }

  /** Says which texts the value of a name is. */
  setTexts(name: string, texts: readonly string[]): void {
    this.#texts.set(name, texts);
  }

  /** The texts that the value of a name may be; null where nobody knows. */
  textsOf(name: string): readonly string[] | null {
    if (this.#names.has(name)) return this.#texts.get(name) ?? null;
    return this.parent?.textsOf(name) ?? null;
  }

  /** Adds what an assignment gives to a name that holds here. */
  add(name: string, shares: readonly Share[]): void {
    const own = this.#names.get(name);
    if (own === undefined) this.parent?.add(name, shares);
    else this.#names.set(name, joined(own, shares));
  }
}

/** Two lists of shares as one. */
export function joined(
  ...lists: readonly (readonly Share[])[]
): readonly Share[] {
  const byName = new Map<string, Share>();
  for (const share of lists.flat()) {
    const known = byName.get(share.name);
    if (known === undefined || closeness(share) >= closeness(known)) {
      byName.set(share.name, share);
    }
  }
  return [...byName.values()];
}

/** The larger, the more of what is done to it is done to what the name stands for. */
function closeness({ direct, depth = 0, levels }: Share): number {
  if (direct) return -depth;
  return levels === undefined ? -Infinity : -1e6 - levels;
}

/** Shares of what is in a value. @param down So many members lead to it */
export function insideOf(shares: readonly Share[], down = 1): readonly Share[] {
  return shares.map((share) => {
    const { name, direct, depth = 0, levels } = share;
    if (direct) return { name, direct, depth: depth + down };
    if (levels === undefined) return share;
    return down < levels
      ? { ...share, levels: levels - down }
      : { name, direct: true, depth: depth + 1 + down - levels };
  });
}

/** Shares of a new list or the like of what is in a value. @param levels So many members lead to that */
export function copied(
  shares: readonly Share[],
  levels = 1,
): readonly Share[] {
  return shares.map(({ name, direct, depth = 0, levels: before }) => ({
    name,
    direct: false,
    depth,
    ...direct
      ? { levels }
      : before === undefined
      ? {}
      : { levels: before + levels - 1 },
  }));
}

/** Shares of a value that came out of a call: it may be a copy. */
export function throughCall(shares: readonly Share[]): readonly Share[] {
  return shares.map(({ name }) => ({ name, direct: false }));
}

/** The names that a pattern binds. */
export function boundNames(pattern: Node): string[] {
  const node = bare(pattern);
  switch (node.type) {
    case "Identifier":
      return [memberText(node, "name") ?? ""];
    case "ObjectPattern":
      return nodesOf(node["properties"]).flatMap((property) =>
        boundNames(
          nodeOf(
            property,
            property.type === "RestElement" ? "argument" : "value",
          ) ?? property,
        )
      );
    case "ArrayPattern":
      return nodesOf(node["elements"]).flatMap(boundNames);
    case "AssignmentPattern":
      return boundNames(nodeOf(node, "left") ?? node);
    case "RestElement":
      return boundNames(nodeOf(node, "argument") ?? node);
    case "TSParameterProperty":
      return boundNames(nodeOf(node, "parameter") ?? node);
    default:
      return [];
  }
}

/** What a block declares for itself: `let`, `const`, `using`, classes, functions, enums, namespaces. */
export function blockNames(statements: readonly Node[]): string[] {
  return statements.flatMap((statement) => {
    const node = exported(statement);
    if (node["declare"] === true) return [];
    if (node.type === "VariableDeclaration") {
      return node["kind"] === "var" ? [] : declared(node);
    }
    return DECLARATIONS.has(node.type)
      ? boundNames(nodeOf(node, "id") ?? node)
      : [];
  });
}

const DECLARATIONS: ReadonlySet<string> = new Set([
  "FunctionDeclaration",
  "ClassDeclaration",
  "TSEnumDeclaration",
  "TSModuleDeclaration",
]);

/** What an `export` exports, else the statement itself. */
export function exported(statement: Node): Node {
  return /^Export(?:Named|Default)Declaration$/.test(statement.type)
    ? nodeOf(statement, "declaration") ?? statement
    : statement;
}

function declared(declaration: Node): string[] {
  return nodesOf(declaration["declarations"]).flatMap((declarator) =>
    boundNames(nodeOf(declarator, "id") ?? declarator)
  );
}

/** The `var` names of a function's body, wherever they stand in it. */
export function varNames(node: Node): string[] {
  if (/Function|^Class|Method$/.test(node.type)) return [];
  const own = node.type === "VariableDeclaration" && node["kind"] === "var"
    ? declared(node)
    : [];
  return [
    ...own,
    ...Object.values(node).flatMap((value) =>
      nodesOf(Array.isArray(value) ? value : [value]).flatMap(varNames)
    ),
  ];
}
