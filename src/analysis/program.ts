/**
 * The cells of a notebook as one program, in which each place is found again in its cell.
 *
 * @module
 */
import { type CellPosition, type Edit, ProgramText } from "./program_text.ts";
import {
  declaredNames,
  isBefore,
  meaningsOf,
  referencesTo,
  TYPE,
  VALUE,
} from "./references.ts";
import {
  childrenOf,
  memberText,
  type Node,
  nodeOf,
  type ParseFailure,
  tryCell,
} from "./syntax.ts";

/** A cell, or an execution of one. */
export interface ProgramCell {
  source: string;
}

/** A program. */
export interface CellProgram {
  text: string;
  /** Whether it has elements of JSX. */
  jsx: boolean;
  /** Cells that do not parse and are not in it. */
  failures: (ParseFailure & { cell: number })[];
  /** The place in a cell of one in the program; null for one that no cell has. @param line From 1 @param column From 1 */
  find(line: number, column: number): CellPosition | null;
  /** The offset in the program of one in a cell's text. */
  specifiers: ReadonlyMap<string, string>;
}

/** Stands behind a name that an earlier cell has declared, too. */
const AGAIN = "__nbtrack_";

/** A text without what tells a name from that of an earlier cell. */
export function plainNames(text: string): string {
  return text.replace(/__nbtrack_\d+/g, "");
}

/** What Deno's kernel has besides what Deno has. */
const PREAMBLE =
  "declare global { var _: any; var _error: any; function clear(): void; }\nexport {};\n";

/**
 * Puts cells together.
 *
 * @param folder The notebook's folder, with a slash at the end: relative imports are from there
 * @param replaced Specifiers instead of those that cannot be had
 */
export function cellProgram(
  cells: readonly ProgramCell[],
  folder: URL,
  replaced: ReadonlyMap<string, string> = new Map(),
): CellProgram {
  const builder = new ProgramText();
  builder.insert(PREAMBLE);
  const failures: CellProgram["failures"] = [];
  const specifiers = new Map<string, string>();
  const declared = new Map<string, Declared>();
  let jsx = false;
  for (const [cell, { source }] of cells.entries()) {
    const parsed = tryCell(source);
    if (!("statements" in parsed)) {
      failures.push({ ...parsed, cell });
      continue;
    }
    const { statements, wrapped } = parsed;
    jsx ||= statements.some(hasJsx);
    const edits = [
      ...renames(statements, declared),
      ...statements.flatMap((node) => withoutExport(node)),
      ...sourcesOf(statements).flatMap((node) => {
        const text = memberText(node, "value") ?? "";
        const to = replaced.get(text) ??
          (/^\.{0,2}\//.test(text) ? new URL(text, folder).href : null);
        if (to === null) return [];
        specifiers.set(to, text);
        return [{
          start: node.start,
          end: node.end,
          text: JSON.stringify(to),
        }];
      }),
    ];
    const shift = wrapped ? 1 : 0;
    if (wrapped) builder.insert("(");
    builder.cell(
      cell,
      source,
      edits.map(({ start, end, text }) => ({
        start: start - shift,
        end: end - shift,
        text,
      })),
    );
    builder.insert(wrapped ? "\n);\n" : "\n;\n");
  }
  return {
    text: builder.text,
    jsx,
    failures,
    specifiers,
    find: (line, column) => builder.find(line, column),
  };
}

/** How often a name was declared, and what as since it got its last one. */
interface Declared {
  times: number;
  meaning: number;
}

/**
 * Names that an earlier cell has declared, too, get another one from here on. A type and a value may have the same:
 * `const User = z.object(…)`, `type User = z.infer<typeof User>`.
 */
function renames(
  statements: readonly Node[],
  declared: Map<string, Declared>,
): Edit[] {
  const own = declaredNames(statements);
  const before = new Map(declared);
  for (const [name, meaning] of meaningsOf(statements)) {
    const known = declared.get(name) ?? { times: 0, meaning: VALUE | TYPE };
    declared.set(
      name,
      (known.meaning & meaning) === 0
        ? { ...known, meaning: known.meaning | meaning }
        : { times: known.times + 1, meaning },
    );
  }
  const names = new Set(
    [...declared].filter(([, { times }]) => times > 1).map(([name]) => name),
  );
  if (names.size === 0) return [];
  return referencesTo(statements, names).flatMap(
    ({ name, start, end, form, later }) => {
      // `const x = x + 1` reads the x of the cells before.
      const early = !later && isBefore(own.get(name) ?? null, start);
      const { times = 1 } = (early ? before : declared).get(name) ?? {};
      if (times < 2) return [];
      const again = `${name}${AGAIN}${times}`;
      const text = form === "shorthand"
        ? `${name}: ${again}`
        : form === "imported"
        ? `${name} as ${again}`
        : again;
      return [{ start, end, text }];
    },
  );
}

/** Cells are no modules of others: what they export would only collide. */
function withoutExport(node: Node): Edit[] {
  const declaration = nodeOf(node, "declaration");
  if (!/^Export(?:Named|Default)Declaration$/.test(node.type)) {
    return node.type === "ExportAllDeclaration"
      ? [{ start: node.start, end: node.end, text: "" }]
      : [];
  }
  if (declaration === null) {
    return [{ start: node.start, end: node.end, text: "" }];
  }
  const named = nodeOf(declaration, "id") !== null ||
    declaration.type === "VariableDeclaration";
  return [{
    start: node.start,
    end: declaration.start,
    text: named ? "" : "void ",
  }];
}

/** The specifiers of a cell's imports. */
function sourcesOf(nodes: readonly Node[]): Node[] {
  return nodes.flatMap((node): Node[] => {
    if (/^Export(?:All|Named)Declaration$/.test(node.type)) {
      const declaration = nodeOf(node, "declaration");
      return declaration === null ? [] : sourcesOf([declaration]);
    }
    const source = node.type === "TSImportType"
      ? nodeOf(node, "argument") ?? nodeOf(node, "source")
      : /^Import(?:Declaration|Expression)$/.test(node.type)
      ? nodeOf(node, "source")
      : null;
    const literal = source?.type === "TSLiteralType"
      ? nodeOf(source, "literal")
      : source ?? null;
    return [
      ...literal?.type === "StringLiteral" ? [literal] : [],
      ...sourcesOf(childrenOf(node).filter((child) => child !== source)),
    ];
  });
}

function hasJsx(node: Node): boolean {
  return node.type.startsWith("JSX") || childrenOf(node).some(hasJsx);
}
