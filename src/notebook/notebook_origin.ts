/**
 * What a notebook remembers of the file it was read from, so that what was not changed comes out byte for byte.
 *
 * @module
 */
import { type Member, scanMembers } from "./json_scan.ts";
import { byCodePoint, type JsonStyle } from "./json_text.ts";

/** The file behind a notebook. */
export interface Origin {
  text: string;
  style: JsonStyle;
  members: Member[];
  /** Each cell's text. */
  cells: WeakMap<object, string>;
}

/** nbformat's own layout. */
export const NBFORMAT_STYLE: JsonStyle = {
  indent: " ",
  newline: "\n",
  colon: ": ",
  sorted: true,
  ascii: false,
};

const ORIGINS = new WeakMap<object, Origin>();

/** Remembers the text a notebook was parsed from. */
export function rememberOrigin(
  notebook: { cells: object[] },
  text: string,
): void {
  const members = scanMembers(text) ?? [];
  const spans = members.findLast((m) => m.key === "cells")?.items ?? [];
  const cells = new WeakMap<object, string>();
  for (const [i, cell] of notebook.cells.entries()) {
    const span = spans[i];
    if (span !== undefined) cells.set(cell, text.slice(span.start, span.end));
  }
  const style = styleOf(text, [notebook, ...notebook.cells]);
  ORIGINS.set(notebook, { text, style, members, cells });
}

/** The file a notebook was read from; undefined for a new one. */
export function originOf(notebook: object): Origin | undefined {
  return ORIGINS.get(notebook);
}

function styleOf(text: string, objects: readonly object[]): JsonStyle {
  const [, newline, indent] = /^\s*\{(\r?\n)([ \t]*)"/.exec(text) ?? [];
  const close = /^\s*\{\s*"[^"]*":\S/.test(text);
  return {
    indent: indent ?? "",
    newline: newline === "\r\n" ? "\r\n" : "\n",
    colon: close ? ":" : ": ",
    sorted: objects.every((o) => inOrder(Object.keys(o))),
    ascii: /\\u00[89a-f]|\\u(?!00)[0-9a-f]{4}/i.test(text) &&
      !/[\u0080-\uffff]/.test(text),
  };
}

function inOrder(names: readonly string[]): boolean {
  return names.every((name, i) =>
    i === 0 || byCodePoint(names[i - 1] ?? "", name) <= 0
  );
}
