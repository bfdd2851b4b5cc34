/**
 * Secrets in the columns of tables whose rows are lists, as `[["user", "password"], ["ada", "…"]]`, and of those whose
 * columns are told by spaces alone.
 * Loaded inside cells: it imports nothing but its like.
 *
 * @module
 */
import { isMemberSecret } from "./assigned.ts";
import type { FoundForm } from "./find_token_forms.ts";
import { lineAt, lineStart } from "./lines.ts";
import { isFigure } from "./named_kinds.ts";
import { isSecretColumn, isSecretName, kindOf, namePattern } from "./naming.ts";

/** Longest row that is read, characters. */
const MAX_ROW = 4000;
/** What stands between two rows, and between the names of columns and their rows. */
const BETWEEN =
  /[\s,\]]{0,60}(?:["']?\w{1,20}["']?\s{0,3}:\s{0,12})?[\s[]{0,40}(?=\[)/y;
const ELEMENT =
  /\s{0,40}(?:(["'`])((?:(?!\1)[^\\\n]|\\.){0,600})\1|([^\s"'`,[\]{}()]{1,80}))\s{0,40}(,?)/y;
/** The end of a name in quotation marks, or of one with spaces behind it. */
const NAME_END = namePattern(
  "gi",
  ({ word }) =>
    `${word}[\\w.-]{0,20}(?:["']|(?=[,)]|[ \\t]{2}|[ \\t]{0,40}\\r?\\n))`,
);

/** Behind a name a row of its own: a number, or what a column holds. */
const ROW_END =
  /^(?:[\d.]+|(?:u?int|float|complex)\d+|object|bool|category|str|string)$/;

/** Without one of these there is no row. */
const HAS_ROWS = /["'][,\]\s]|[ \t]{2}|\)\s{0,40}values/i;
const VALUES = /\)\s{0,40}values\s{0,40}(?=\()/iy;
const NEXT_ROW = /\s{0,40},\s{0,40}(?=\()/y;

interface Cell {
  start: number;
  value: string;
  isText: boolean;
}

/** The values of listed and of aligned columns whose heads say secret. */
export function findInRows(text: string): FoundForm[] {
  const found: FoundForm[] = [];
  if (!HAS_ROWS.test(text)) return found;
  const nameEnd = NAME_END(text);
  nameEnd.lastIndex = 0;
  for (let match; (match = nameEnd.exec(text)) !== null;) {
    const next = text[nameEnd.lastIndex] ?? "";
    const end = /["']$/.test(match[0])
      ? inList(text, match.index, found) || inInsert(text, match.index, found)
      : next === "," || next === ")"
      ? inInsert(text, match.index, found)
      : inAligned(text, match.index, found);
    nameEnd.lastIndex = Math.max(nameEnd.lastIndex, end);
  }
  return found;
}

/** Rows that a statement of SQL inserts. @returns where its names end; 0 when it is none */
function inInsert(text: string, index: number, found: FoundForm[]): number {
  const before = text.slice(Math.max(0, index - 600), index);
  const open = /\binsert\s+into\s+[\w."`[\]]+\s*\([^()]*$/i.exec(before);
  const end = text.indexOf(")", index);
  if (open === null || end === -1 || end - index > MAX_ROW) return 0;
  const from = text.lastIndexOf("(", index) + 1;
  const names = text.slice(from, end).split(",").map((name) =>
    name.trim().replace(/^["`[]|["`\]]$/g, "")
  );
  VALUES.lastIndex = end;
  let at = VALUES.test(text) ? VALUES.lastIndex : -1;
  while (at !== -1) {
    const row = rowAt(text, at, ")");
    if (row === null || row.cells.length !== names.length) break;
    for (const [i, name] of names.entries()) {
      const cell = row.cells[i];
      if (cell?.isText && isSecretName(name)) take(cell, name, found);
    }
    NEXT_ROW.lastIndex = row.end;
    at = NEXT_ROW.test(text) ? NEXT_ROW.lastIndex : -1;
  }
  return end;
}

/** @returns where the first row ends, which holds the names; 0 when there is none */
function inList(text: string, index: number, found: FoundForm[]): number {
  const before = text.slice(Math.max(0, index - 400), index);
  const open = /\[[^[\]{}()]*["'][\w.-]*$/.exec(before);
  if (open === null) return 0;
  const head = rowAt(text, index - before.length + open.index);
  if (head === null || head.cells.length < 2) return 0;
  if (!head.cells.every(({ isText }) => isText)) return 0;
  const values = head.cells.map(({ value }) => value);
  const columns = values.flatMap((value, index) =>
    isSecretColumn(value, values) ? [{ index, name: value }] : []
  );
  if (columns.length === 0) return 0;
  let at = head.end;
  for (;;) {
    BETWEEN.lastIndex = at;
    if (!BETWEEN.test(text)) break;
    const row = rowAt(text, BETWEEN.lastIndex);
    if (row === null || row.cells.length !== head.cells.length) break;
    at = row.end;
    for (const { index, name } of columns) {
      const cell = row.cells[index];
      if (cell?.isText) take(cell, name, found);
    }
  }
  return at;
}

/** The elements of a list of texts and numbers. */
function rowAt(
  text: string,
  at: number,
  close = "]",
): { cells: Cell[]; end: number } | null {
  const cells: Cell[] = [];
  ELEMENT.lastIndex = at + 1;
  while (ELEMENT.lastIndex < at + MAX_ROW) {
    const match = ELEMENT.exec(text);
    if (match === null) return null;
    const [all, quote, inside, bare = "", comma] = match;
    const value = inside ?? bare;
    const shift = all.indexOf(quote ?? bare) + (quote === undefined ? 0 : 1);
    cells.push({
      start: match.index + shift,
      value,
      isText: quote !== undefined,
    });
    const next = match.index + all.length;
    if (comma === "" && text[next] === close) return { cells, end: next + 1 };
    if (comma === "") return null;
  }
  return null;
}

/** @returns where the table ends; 0 when there is none */
function inAligned(text: string, index: number, found: FoundForm[]): number {
  const [head, headEnd] = lineAt(text, lineStart(text, index));
  const heads = head.trim().split(/[ \t]{2,}/);
  const isHead = heads.length >= 2 &&
    heads.every((one) => /^[\w.%-]{1,60}$/.test(one) && /\w/.test(one)) &&
    !(heads.length === 2 && ROW_END.test(heads[1] ?? ""));
  const columns = isHead
    ? heads.flatMap((name) =>
      isSecretColumn(name, heads) ? [{ name, from: head.indexOf(name) }] : []
    )
    : [];
  if (columns.length === 0) return 0;
  for (let at = headEnd; at < text.length;) {
    const [line, next] = lineAt(text, at);
    if (line.trim() === "") return at;
    for (const { 0: value, index: start } of rowCells(line)) {
      for (const { name, from } of columns) {
        const isUnder = start < from + name.length &&
          start + value.length > from;
        if (!isUnder) continue;
        take({ start: at + start, value, isText: false }, name, found);
      }
    }
    at = next;
  }
  return text.length;
}

/** The words of a row of several cells. */
function rowCells(line: string): Iterable<RegExpExecArray> {
  return /\S[ \t]{2,}\S/.test(line) ? line.matchAll(/\S+/g) : [];
}

/** A word alone may be a column of another table. */
function take(cell: Cell, name: string, found: FoundForm[]): void {
  const { start, value, isText } = cell;
  if (/^[A-Za-z_]*$/.test(value) || isFigure(name, value, isText)) return;
  if (!isMemberSecret(name, value)) return;
  found.push({ start, end: start + value.length, kind: kindOf(name), name });
}
