/**
 * Secrets in the columns of tables whose heads say secret: as CSV, as a terminal or Markdown draws them, and as HTML.
 * Loaded inside cells: it imports nothing but its like.
 *
 * @module
 */
import { lazyPattern } from "../base/lazy.ts";
import { isMemberSecret } from "./assigned.ts";
import type { FoundForm } from "./find_token_forms.ts";
import { lineAt, lineStart, MAX_LINE } from "./lines.ts";
import { isFigure } from "./named_kinds.ts";
import { hasSign } from "./words_in_text.ts";
import {
  isSecretColumn,
  isSecretName,
  kindOf,
  nameAt,
  namePattern,
  otherWordAt,
} from "./naming.ts";

/** Longest row of a page that is read, characters. */
const MAX_ROW = 20_000;
/** Where a row begins, and where a row or a table ends in a page. */
const ROW = /<tr[\s>]/gi;
const ROW_OR_END = /<(?:tr[\s>]|\/table)/gi;
const NAMES = namePattern("gi", ({ word }) => word);
/** What stands between the cells of a drawn table. */
const DRAWN = /[│┆┃║|]/;
/** What stands between the cells of any table but one of a page. */
const BETWEEN_CELLS = ",;\t|│┆┃║";
const DRAWN_CELL = /[^│┆┃║|]+/g;
const CELLS_BY: Readonly<Record<string, RegExp>> = {
  ",": /(?<=^|,)(?:"(?:[^"]|"")*"|[^,"]*)(?=,|$)/g,
  ";": /(?<=^|;)(?:"(?:[^"]|"")*"|[^;"]*)(?=;|$)/g,
  "\t": /(?<=^|\t)[^\t]*(?=\t|$)/g,
};
const HTML_CELL = /<t[hd](?:\s[^<>]{0,400})?>([^<>]*)(?=<)/gi;

/** A cell: where it stands, and what is in it without spaces and quotation marks. */
interface Cell {
  start: number;
  value: string;
}

/** A column whose head says secret. */
interface Column {
  index: number;
  name: string;
}

/** The values of columns whose heads say secret. */
export function findInTables(text: string): FoundForm[] {
  const isHtml = /<t[hd][\s>]/i.test(text);
  if (!isHtml && !text.includes("\n")) return [];
  const found: FoundForm[] = [];
  if (!isHtml && !hasSign(text, BETWEEN_CELLS)) return found;
  const names = NAMES(text);
  names.lastIndex = ROW.lastIndex = 0;
  let [row, next] = [-1, isHtml ? ROW.exec(text)?.index ?? -1 : -1];
  for (let match; (match = names.exec(text)) !== null;) {
    const at = match.index;
    if (!isCellAt(text, at)) continue;
    while (next !== -1 && next < at) {
      row = next;
      next = ROW.exec(text)?.index ?? -1;
    }
    const inPage = isHtml && isInHtml(text, at);
    const before = found.length;
    const end = !inPage
      ? rowsOfText(text, at, found)
      : row === -1 || at - row > MAX_ROW
      ? 0
      : rowsOfHtml(text, row, found);
    // The line of a name that heads nothing may hold the table of a page.
    if (isHtml && !inPage && found.length === before) continue;
    names.lastIndex = Math.max(names.lastIndex, end);
  }
  return found;
}

/** The beginning of a cell, and its end. */
const BEFORE = lazyPattern(
  String.raw`(?:^|[\n\r,;\t│┆┃║|>"])[ ]{0,200}[\p{L}\p{M}\p{N}_$.-]{0,60}$`,
  "u",
);
const BEHIND = lazyPattern(
  String.raw`^[\p{L}\p{M}\p{N}_.-]{0,60}[ ]{0,200}(?:$|[\n\r,;\t│┆┃║|<"])`,
  "u",
);

/** Whether the name around this word may be all of a cell. */
function isCellAt(text: string, at: number): boolean {
  if (!BEFORE().test(text.slice(Math.max(0, at - 262), at))) return false;
  const behind = at + otherWordAt(text, at).length;
  return BEHIND().test(text.slice(behind, behind + 262)) &&
    isSecretName(nameAt(text, at));
}

function isInHtml(text: string, at: number): boolean {
  return /<t[hd](?:\s[^<>]{0,400})?>[^<>]{0,80}$/i.test(
    text.slice(Math.max(0, at - 500), at),
  );
}

/** @returns where the table ends whose head is this line, or the line where it is none */
function rowsOfText(text: string, at: number, found: FoundForm[]): number {
  const begin = lineStart(text, at);
  const [head, next] = lineAt(text, begin);
  const cellsOf = cellsBy(head);
  if (cellsOf === null) return next;
  if (takePair(cellsBehindNumber(head, cellsOf(head)), begin, found)) {
    return next;
  }
  const names = cellsOf(head).map(({ value }) => value);
  // A name alone with a comma behind it is one of a list in code.
  const isTable = names.filter((name) => name !== "").length >= 2;
  if (!isTable || !names.every(isHead)) return next;
  const columns = secretColumns(names);
  let from = next;
  while (from < text.length) {
    let [line, behind] = lineAt(text, from);
    let cells = cellsOf(line);
    if (cells.length < names.length && isUnclosed(line)) {
      const whole = rowAt(text, from);
      const all = cellsOf(whole);
      if (all.length === names.length) {
        [line, cells, behind] = [whole, all, from + whole.length + 1];
      }
    }
    // Lines between rows hold no letter.
    const isBorder = line !== "" && !LETTER().test(line);
    if (!isBorder) {
      if (cells.length !== names.length) break;
      if (isOtherHead(cells, columns)) break;
      take(cells, columns, { at: from, found });
    }
    from = behind;
  }
  return from;
}

/** The cells of a drawn row without the number of the row. */
function cellsBehindNumber(
  line: string,
  cells: readonly Cell[],
): readonly Cell[] {
  return DRAWN.test(line) && cells.length === 3 &&
      /^\d*$/.test(cells[0]?.value ?? "")
    ? cells.slice(1)
    : cells;
}

/** A row of a name and its value: `│ password │ "…" │`. @returns whether it is one */
function takePair(
  [first, second, ...more]: readonly Cell[],
  at: number,
  found: FoundForm[],
): boolean {
  if (first === undefined || second === undefined || more.length > 0) {
    return false;
  }
  const { value } = second;
  if (!isSecretName(first.value)) return false;
  if (!/\d/.test(value) || !/[a-z]/i.test(value)) return false;
  const before = found.length;
  take([second], [{ index: 0, name: first.value }], { at, found });
  return found.length > before;
}

/** Whether a quotation mark is open at the end of a line. */
function isUnclosed(line: string): boolean {
  return line.split('"').length % 2 === 0;
}

/** A row with line ends in its cells, without its own end. */
function rowAt(text: string, from: number): string {
  const piece = text.slice(from, from + MAX_LINE);
  for (let end = 0; (end = piece.indexOf("\n", end)) !== -1; end++) {
    const row = piece.slice(0, end);
    if (!isUnclosed(row)) return row;
  }
  return piece;
}

/** How the lines of a table are taken apart, by its head; null when it is none. */
function cellsBy(head: string): ((line: string) => Cell[]) | null {
  if (DRAWN.test(head)) return (line) => cellsIn(line, DRAWN_CELL, true);
  const sign = ["\t", ";", ","].find((one) => head.includes(one));
  const pattern = CELLS_BY[sign ?? ""];
  // Code and prose have a space behind a comma.
  if (pattern === undefined || /[,;] /.test(head)) return null;
  return (line) => cellsIn(line, pattern, false);
}

function cellsIn(line: string, pattern: RegExp, isDrawn: boolean): Cell[] {
  const cells = [...line.matchAll(pattern)].map(({ 0: all, index }) => {
    const inner = /^\s*["']?/.exec(all)?.[0].length ?? 0;
    const value = all.slice(inner).replace(/["']?\s*$/, "");
    const isOutside = index === 0 || index + all.length === line.length;
    return { start: index + inner, value, isOutside };
  });
  // Before the first line and behind the last one there is nothing.
  return isDrawn
    ? cells.filter(({ value, isOutside }) => value !== "" || !isOutside)
    : cells;
}

const LETTER = lazyPattern(String.raw`[\p{L}\p{N}]`, "u");
const HEAD = lazyPattern(
  String.raw`^[\p{L}\p{M}\p{N} _.:%#()/'’-]{0,60}$`,
  "u",
);
const WORD = lazyPattern(String.raw`^[\p{L}\p{M}\p{N}_.-]+$`, "u");

function isHead(name: string): boolean {
  return HEAD().test(name);
}

function secretColumns(names: readonly string[]): Column[] {
  return names.flatMap((name, index) =>
    (WORD().test(name) || otherWordAt(name, 0) === name) &&
      isSecretColumn(name, names)
      ? [{ index, name }]
      : []
  );
}

/** Whether another table begins: its head says secret elsewhere. */
function isOtherHead(
  cells: readonly Cell[],
  columns: readonly Column[],
): boolean {
  const names = cells.map(({ value }) => value);
  if (!names.every(isHead)) return false;
  return secretColumns(names).some(({ index }) =>
    !columns.some((column) => column.index === index)
  );
}

function take(
  cells: readonly Cell[],
  columns: readonly Column[],
  { at, found }: { at: number; found: FoundForm[] },
): void {
  for (const { index, name } of columns) {
    const cell = cells[index];
    if (
      cell === undefined || isFigure(name, cell.value, false) ||
      !isMemberSecret(name, cell.value)
    ) continue;
    const start = at + cell.start;
    found.push({
      start,
      end: start + cell.value.length,
      kind: kindOf(name),
      name,
    });
  }
}

/** @returns where the table ends whose head is the row that begins here */
function rowsOfHtml(text: string, head: number, found: FoundForm[]): number {
  let from = head;
  let columns: Column[] | null = null;
  for (let isRow = true; isRow;) {
    ROW_OR_END.lastIndex = from + 3;
    const next = ROW_OR_END.exec(text);
    const end = next?.index ?? text.length;
    const row = text.slice(from, Math.min(end, from + MAX_ROW));
    const cells = cellsOfHtml(row);
    if (columns === null || isOtherHead(cells, columns)) {
      columns = secretColumns(cells.map(({ value }) => value));
    } else take(cells, columns, { at: from, found });
    isRow = /^<tr/i.test(next?.[0] ?? "");
    from = end;
  }
  return from;
}

function cellsOfHtml(row: string): Cell[] {
  return [...row.matchAll(HTML_CELL)].map(
    ({ 0: all, 1: inside = "", index }) => {
      const space = inside.length - inside.trimStart().length;
      return {
        start: index + all.length - inside.length + space,
        value: inside.trim(),
      };
    },
  );
}
