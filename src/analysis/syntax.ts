/**
 * The syntax of a cell, as Deno's kernel takes it: TypeScript with JSX, else without it, else an expression in braces.
 *
 * @module
 */
import { parse } from "npm:@babel/parser@8.1.3";

/** A node of the syntax tree; what else it has depends on its type. */
export interface Node {
  type: string;
  start: number;
  end: number;
  [member: string]: unknown;
}

const PLUGINS = [
  "typescript",
  "decorators",
  "decoratorAutoAccessors",
] as const;

/** A cell that parses. */
export interface ParsedCell {
  statements: Node[];
  /** Its text is an expression in braces, and was read between parentheses: offsets are larger by one. */
  wrapped: boolean;
}

/** Why a cell does not parse. */
export interface ParseFailure {
  message: string;
  /** From 1. */
  line: number;
  /** From 1. */
  column: number;
}

/** The statements of a cell; null when it does not parse, and so did nothing. */
export function parseCell(source: string): Node[] | null {
  const result = tryCell(source);
  return "statements" in result ? result.statements : null;
}

/** Parses a cell, or says why that cannot be. */
export function tryCell(source: string): ParsedCell | ParseFailure {
  let first: ParseFailure | null = null;
  const forms = [
    // A cell that starts with a brace is an expression first.
    ...(/^\s*\{/.test(source)
      ? [{ text: `(${source}\n)`, jsx: true, wrapped: true }]
      : []),
    { text: source, jsx: true, wrapped: false },
    ...(source.includes("<")
      ? [{ text: source, jsx: false, wrapped: false }]
      : []),
  ];
  for (const { text, jsx, wrapped } of forms) {
    const result = read(text, jsx);
    if (Array.isArray(result)) return { statements: result, wrapped };
    if (!wrapped) first ??= result;
  }
  return first ?? { message: "It does not parse.", line: 1, column: 1 };
}

function read(source: string, jsx: boolean): Node[] | ParseFailure {
  try {
    const { program } = parse(source, {
      sourceType: "module",
      allowAwaitOutsideFunction: true,
      allowReturnOutsideFunction: true,
      allowUndeclaredExports: true,
      attachComment: false,
      createParenthesizedExpressions: false,
      plugins: jsx ? [...PLUGINS, "jsx"] : [...PLUGINS],
    });
    return nodesOf(program.body);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const { line, column } = positionOf(error);
    return {
      message: error.message.replace(/ \(\d+:\d+\)$/, ""),
      line,
      column: column + 1,
    };
  }
}

function positionOf(error: SyntaxError): { line: number; column: number } {
  const { loc } = error as { loc?: { line: number; column: number } };
  return loc ?? { line: 1, column: 0 };
}

/** Whether a member of a node is a node. */
export function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value &&
    typeof value.type === "string";
}

/** A member that is a node. */
export function nodeOf(node: Node, member: string): Node | null {
  const value = node[member];
  return isNode(value) ? value : null;
}

/** The nodes of a list; what else stands in it is left out, as the holes of an array are. */
export function nodesOf(value: unknown): Node[] {
  return Array.isArray(value) ? value.filter(isNode) : [];
}

/** A member that is a text. */
export function memberText(node: Node | null, member: string): string | null {
  const value = node?.[member];
  return typeof value === "string" ? value : null;
}

/** All nodes directly below a node. */
export function childrenOf(node: Node): Node[] {
  return childMembers(node).map(([, child]) => child);
}

/** The same, each with the name of the member that holds it. */
export function childMembers(node: Node): [key: string, child: Node][] {
  return Object.entries(node).flatMap(([key, value]) =>
    (isNode(value) ? [value] : nodesOf(value)).map((
      child,
    ): [string, Node] => [key, child])
  );
}

/** Wrappers of an expression that TypeScript has and JavaScript does not. */
const WRAPPERS: ReadonlySet<string> = new Set([
  "TSAsExpression",
  "TSSatisfiesExpression",
  "TSNonNullExpression",
  "TSTypeAssertion",
  "TSInstantiationExpression",
  "ParenthesizedExpression",
  "ChainExpression",
]);

/** Whether a node says something of types alone. */
export function isOfTypes(node: Node): boolean {
  return node.type.startsWith("TS") && !WRAPPERS.has(node.type);
}

/** An expression without what only types say of it. */
export function bare(node: Node): Node {
  const inner = WRAPPERS.has(node.type) ? nodeOf(node, "expression") : null;
  return inner === null ? node : bare(inner);
}
