/**
 * Whether a cell's source can hold a call at the line and column of a stack trace. A kernel's traces speak of the
 * JavaScript that Deno has made of the cell, so that is what positions are compared with.
 *
 * @module
 */
import { runProcess } from "../base/process.ts";

/** Where a cell called something, in the JavaScript that it became; both from 1. */
export interface CallPosition {
  line: number;
  column: number;
}

const CALL = /^[\p{ID_Start}$_][\p{ID_Continue}$]*\s*\(/u;
/** An import takes a line in the kernel, also where nobody uses it and `deno transpile` leaves it out. */
const IMPORT = /\bimport\b/;
/**
 * What Deno's kernel puts before the first line of a cell, characters: `"use strict"; void 0;`, which
 * `cli/tools/repl/session.rs` of Deno 2 does for its REPL and its kernel.
 */
const BEFORE_FIRST_LINE = 21;
/** The frame of a cell itself: the last one of its stack. */
const FRAME = /^\s*at (?:async )?<anonymous>:(\d+):(\d+)\s*$/;

/**
 * Whether the JavaScript of a source has a call at a column. Lines are not compared: imports that nobody uses take lines
 * in the kernel alone. True also when Deno cannot say what the JavaScript is.
 */
export async function canCallAt(
  source: string,
  position: CallPosition,
): Promise<boolean> {
  const lines = await javascriptOf(source);
  return lines === null ||
    columnsOf(position).some((column) =>
      lines.some((line) => CALL.test(line.slice(column - 1)))
    );
}

/** Where in a line of the JavaScript a position of the kernel can be, from 1. */
function columnsOf({ line, column }: CallPosition): number[] {
  const inFirst = column - BEFORE_FIRST_LINE;
  return line === 1 && inFirst >= 1 ? [inFirst, column] : [column];
}

/** Where a cell failed, as the stack of its error says; null when it says no such thing. */
export function positionOfError(
  traceback: readonly string[],
): CallPosition | null {
  const last = traceback.flatMap((text) => text.split("\n"))
    .findLast((line) => line.trim() !== "");
  const [, line, column] = FRAME.exec(last ?? "") ?? [];
  return line === undefined
    ? null
    : { line: Number(line), column: Number(column) };
}

/** Whether the JavaScript of a source has something at a position that can fail. True also when Deno cannot say. */
export async function canFailAt(
  source: string,
  position: CallPosition,
): Promise<boolean> {
  const lines = await javascriptOf(source);
  if (lines === null) return true;
  const beginsAt = (text: string | undefined, column: number) => {
    const before = text?.at(column - 2) ?? " ";
    const at = text?.at(column - 1) ?? " ";
    return /\S/.test(at) &&
      (column === 1 || !/[\p{ID_Continue}$]/u.test(at) ||
        !/[\p{ID_Continue}$]/u.test(before));
  };
  return columnsOf(position).some((column) =>
    IMPORT.test(source)
      ? lines.some((text) => beginsAt(text, column))
      : beginsAt(lines[position.line - 1], column)
  );
}

/** The lines of the JavaScript that a source becomes; null when Deno cannot say. */
async function javascriptOf(source: string): Promise<string[] | null> {
  const folder = await Deno.makeTempDir({ prefix: "nbtrack-call-" });
  try {
    for (const extension of ["ts", "tsx"]) {
      const file = `${folder}/cell.${extension}`;
      await Deno.writeTextFile(file, source);
      const { success, stdout } = await runProcess(Deno.execPath(), {
        args: ["transpile", "--quiet", file],
        cwd: folder,
        env: { NO_COLOR: "1" },
      });
      if (success) return new TextDecoder().decode(stdout).split("\n");
    }
    return null;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
