/**
 * `nbtrack check`
 *
 * @module
 */
import { dirname } from "node:path";
import { type CellDiagnostic, checkCells } from "../analysis/check_cells.ts";
import { SavedCells } from "../analysis/saved.ts";
import { z } from "../base/zod.ts";
import { type Cell, sourceOf } from "../notebook/notebook.ts";
import { comparable } from "../notebook/saved_cells.ts";
import { findRun } from "../record/find.ts";
import { readDenoNotebook } from "../runner/read_notebook.ts";
import { act, type Done, example } from "./command.ts";
import type { Command } from "./commander.ts";
import { resolvePath } from "./cwd.ts";
import { count } from "./format.ts";
import { openJournal } from "./journal.ts";
import { wrap } from "./text.ts";

const schema = z.object({
  args: z.tuple([z.string().min(1, "it is empty")]),
  asExecuted: z.string().min(1, "it is empty").optional(),
});

/** nbtrack's own folder: its modules are not the user's. */
const OWN_ROOT = new URL("../../", import.meta.url);

/** A stranger's cells name packages and addresses: fetching them tells others, and fills the cache with what they chose. */
const STRANGE =
  "This run was not recorded here: nothing is fetched for it, and imports that are not on this machine are reported.";

/** A cell to check, and its position in the notebook's file; null when it is not there. */
interface Checked {
  source: string;
  position: number | null;
}

/** Defines `nbtrack check`. */
export function define(command: Command, done: Done): void {
  command
    .argument("<notebook>", "a notebook's file")
    .option(
      "--as-executed <run>",
      "the executions of a run in place of the file's cells",
    );
  example(command, "nbtrack check analysis.ipynb");
  act(command, done, {
    schema,
    async work({ args: [path], asExecuted }, out) {
      const notebook = resolvePath(path);
      const { cells: saved } = await readDenoNotebook(notebook);
      const { cells, isOwn } = asExecuted === undefined
        ? { cells: codeOf(saved), isOwn: true }
        : await executed(asExecuted, new SavedCells({ cells: saved }));
      if (!isOwn) out.note(STRANGE);
      const found = await checkCells(cells, {
        folder: dirname(notebook),
        ownRoot: OWN_ROOT,
        fetches: isOwn,
      });
      const diagnostics = found.diagnostics.map(({ cell, ...diagnostic }) => ({
        cell: cells[cell]?.position ?? null,
        ...diagnostic,
        ...asExecuted === undefined ? {} : { execution: cell },
      }));
      out.result({ notebook, diagnostics, modules: found.modules }, () =>
        [
          ...diagnostics.map((one) => sentence(one, out.width)),
          ...found.modules.map((one) =>
            wrap(
              `${one.path}:${one.line}:${one.column} ${one.code} ${one.message}`,
              out.width,
            ).join("\n")
          ),
          diagnostics.length === 0
            ? `No type errors in ${count(cells.length, "cell")}.`
            : count(diagnostics.length, "type error"),
        ].join("\n"));
      return diagnostics.length === 0 ? 0 : 1;
    },
  });
}

/** The cells of a notebook's file. */
function codeOf(saved: readonly Cell[]): Checked[] {
  return saved.flatMap((cell, position) =>
    cell.cell_type === "code" ? [{ source: sourceOf(cell), position }] : []
  );
}

/** The executions of a run, each with its cell's position, and whether they were executed here. */
async function executed(
  text: string,
  saved: SavedCells,
): Promise<{ cells: Checked[]; isOwn: boolean }> {
  using journal = openJournal();
  const { reader, run_id } = await findRun(text, journal, {});
  const { cells, provenance } = await reader.get(run_id);
  return {
    isOwn: provenance === "here",
    cells: cells.map(({ source, id, flags }) => ({
      source: flags.includes("excluded") ? "" : source,
      position: saved.positionOf(comparable(source), id),
    })),
  };
}

function sentence(
  { cell, line, column, code, message }: Omit<CellDiagnostic, "cell"> & {
    cell: number | null;
  },
  width: number,
): string {
  const where = cell === null ? "a cell that is gone" : `cell ${cell}`;
  return wrap(`${where}, ${line}:${column}  ${code} ${message}`, width)
    .join("\n");
}
