/**
 * Points about the cells that were executed.
 *
 * @module
 */
import { comparable } from "../../notebook/saved_cells.ts";
import { withoutComments } from "../../notebook/literals.ts";
import type { StudentCell, StudentRecord } from "../evidence/types.ts";
import {
  cannotSee,
  type Finding,
  HOLDS,
  notTried,
  notYet,
  type Point,
} from "./types.ts";

/** How a cell is looked for. */
export interface CellOptions {
  /** The point's sentence. @default {names the cell} */
  text?: string;
  /** What its code must still hold, such as the test that a student could take out. @default {nothing} */
  keeps?: string | RegExp;
}

/**
 * A cell was executed without an error.
 *
 * @param cell Its name: its id in the notebook, or what a comment line `// cell: NAME` in it says.
 */
export function ran(cell: string, options: CellOptions = {}): Point {
  return {
    text: options.text ?? `the cell "${cell}" ran without an error`,
    find: (record) => {
      const last = executionsOf(record, cell).at(-1);
      return last === undefined
        ? unseen(record, `the cell "${cell}" was not executed`)
        : judge(last, cell, options);
    },
  };
}

/**
 * A cell that fails as it comes was changed, and runs now.
 *
 * @param cell Its name, as {@linkcode ran} takes it.
 */
export function mended(cell: string, options: CellOptions = {}): Point {
  return {
    text: options.text ?? `the cell "${cell}" fails no more`,
    find: (record) => {
      const executed = executionsOf(record, cell);
      const last = executed.at(-1);
      if (last === undefined) {
        return unseen(record, `the cell "${cell}" was not executed`);
      }
      const codes = new Set(executed.map(codeOf));
      return last.status !== "ok" && codes.size === 1
        ? notTried(
          `it fails as it came${
            last.error === null ? "" : ` (${last.error})`
          }: change it, and run it again`,
        )
        : judge(last, cell, options);
    },
  };
}

/** What the page does not show of a cell. */
const HIDDEN: Readonly<Record<string, string>> = {
  stale: "used something that was changed afterwards",
  "out-of-order": "ran after a cell that stands below it",
  undefined: "used a name that no cell defines",
  deleted: "is gone from the page, and something uses what it made",
};

/** What was executed last, from the first cell to the last, ran in the order of the page. */
export function inOrder(
  text = "the cells ran from top to bottom, none out of order",
): Point {
  return {
    text,
    find: (record) => {
      const session = record.cells.at(-1)?.session;
      const cells = record.cells.filter((cell) => cell.session === session);
      if (cells.length === 0) return unseen(record, "no cell was executed");
      const wrong = cells.findLast(({ flags }) =>
        Object.keys(HIDDEN).some((flag) => flags.includes(flag))
      );
      if (wrong !== undefined) {
        const first = codeOf(wrong).split("\n")[0] ?? "";
        return notYet(
          `the cell that begins "${first.slice(0, 40)}" ${
            Object.entries(HIDDEN).find(([flag]) => wrong.flags.includes(flag))
              ?.[1]
          }: restart the kernel and run all cells`,
        );
      }
      return orderOnPage(cells, record.page);
    },
  };
}

/** Whether executions are in the order of the page, as far as their sources stand on it. */
function orderOnPage(
  cells: readonly StudentCell[],
  page: StudentRecord["page"],
): Finding {
  const saved = page?.map(comparable) ?? [];
  const last = new Map(
    cells.flatMap(({ source }, i) =>
      source === null ? [] : [[comparable(source), i] as const]
    ),
  );
  let [before, found] = [-1, 0];
  for (const source of saved) {
    const at = last.get(source);
    if (at === undefined) continue;
    found++;
    if (at < before) {
      const [line = ""] = source.trim().split("\n");
      return notYet(
        `the cell that begins "${
          line.slice(0, 40)
        }" ran before one that stands above it: restart the kernel and run all cells`,
      );
    }
    before = at;
  }
  return found > 0 ? HOLDS : cannotSee(
    page === null
      ? "the notebook's file is not known, and with it the order of its cells: save the notebook, or run it by nbtrack run"
      : "none of the cells that ran stands in the notebook's file: save the notebook",
  );
}

/** The executions of a cell that has code, the oldest first. */
export function executionsOf(
  { cells }: StudentRecord,
  name: string,
): StudentCell[] {
  return cells.filter((cell) =>
    (cell.id === name || nameOf(cell) === name) && codeOf(cell) !== ""
  );
}

/** The code of an execution without comments; empty where there is none, or it is not known. */
export function codeOf({ source }: StudentCell): string {
  return source === null ? "" : withoutComments(source).trim();
}

function nameOf({ source }: StudentCell): string | null {
  return /^[ \t]*\/\/[ \t]*cell:[ \t]*(\S+)/m.exec(source ?? "")?.[1] ?? null;
}

/** Of something that is not there: it was not tried, or may have been where nobody saw it. */
export function unseen({ gap }: StudentRecord, why: string) {
  return gap === null ? notTried(why) : cannotSee(gap);
}

function judge(last: StudentCell, cell: string, { keeps }: CellOptions) {
  if (last.status === "aborted") {
    return notYet(`the cell "${cell}" was interrupted`);
  }
  if (last.status === "error") {
    return notYet(
      `the cell "${cell}" failed${
        last.error === null ? "" : `: ${last.error}`
      }`,
    );
  }
  const code = codeOf(last);
  const kept = keeps === undefined ||
    (typeof keeps === "string" ? code.includes(keeps) : keeps.test(code));
  return kept
    ? HOLDS
    : notYet(`the cell "${cell}" no longer tests what it is there to test`);
}
