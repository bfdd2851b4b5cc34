/**
 * `nbtrack check`
 *
 * @module
 */
import { dirname } from "node:path";
import { type CellDiagnostic, checkCells } from "../analysis/check_cells.ts";
import { SavedCells } from "../analysis/saved.ts";
import { z } from "../base/zod.ts";
import { type Cell, type CodeCell, sourceOf } from "../notebook/notebook.ts";
import { comparable } from "../notebook/saved_cells.ts";
import { cellName } from "../record/cell_name.ts";
import { findRun } from "../record/find.ts";
import { readDenoNotebook } from "../runner/read_notebook.ts";
import { act, type Done, example } from "./command.ts";
import type { Command } from "./commander.ts";
import { resolvePath } from "./cwd.ts";
import { UsageError } from "./errors.ts";
import { count } from "./format.ts";
import { endOnSignal } from "./interruption.ts";
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

/** A cell to check. */
interface Checked {
  source: string;
  /** Position in the notebook's file; null when it is not there. */
  position: number | null;
  /** What people call it. */
  name: string;
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
      endOnSignal("the types were not checked", out.json);
      const notebook = resolvePath(path);
      const { cells: saved } = await readDenoNotebook(notebook);
      const { cells, isOwn } = asExecuted === undefined
        ? { cells: codeOf(saved), isOwn: true }
        : await executed(asExecuted, {
          notebook,
          saved: new SavedCells({ cells: saved }),
        });
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
          ...found.diagnostics.map((one) =>
            sentence(one, cells[one.cell], out.width)
          ),
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

function isCode(cell: Cell): cell is CodeCell {
  return cell.cell_type === "code";
}

/** The cells of a notebook's file: numbered as there, or as a new kernel will number them where none has been run. */
function codeOf(saved: readonly Cell[]): Checked[] {
  const code = saved.flatMap((cell, position) =>
    isCode(cell) ? [{ cell, source: sourceOf(cell), position }] : []
  );
  const fresh = code.every(({ cell }) => cell.execution_count === null);
  let nth = 0;
  return code.map(({ cell, source, position }) => {
    // An empty cell is not executed, and has no number.
    if (source.trim() !== "") nth++;
    const { execution_count } = cell;
    const name = execution_count !== null || fresh
      ? `cell ${
        cellName({ index: position, execution_count: execution_count ?? nth })
      }`
      : `cell ${nth} from the top, not executed yet`;
    return { source, position, name };
  });
}

/**
 * The executions of a run, each with its cell's position, and whether they were executed here.
 *
 * @throws {UsageError} when the run is of another notebook
 */
async function executed(
  text: string,
  { notebook, saved }: { notebook: string; saved: SavedCells },
): Promise<{ cells: Checked[]; isOwn: boolean }> {
  using journal = openJournal();
  const { reader, run_id } = await findRun(text, journal, {});
  const run = await reader.get(run_id);
  const { cells, provenance, name } = run;
  const isOf = run.notebook === notebook || cells.length === 0 ||
    cells.some(({ source, id, flags }) =>
      flags.includes("excluded") ||
      saved.positionOf(comparable(source), id) !== null
    );
  if (!isOf) {
    throw new UsageError(`The run ${name} executed no cell of this notebook.`, {
      hint: "nbtrack show RUN names the notebook of a run.",
    });
  }
  return {
    isOwn: provenance === "here",
    cells: cells.map((cell) => {
      const { source, id, flags } = cell;
      const position = saved.positionOf(comparable(source), id);
      return {
        source: flags.includes("excluded") ? "" : source,
        position,
        name: `cell ${cellName(cell)}${
          position === null ? ", gone from the file" : ""
        }`,
      };
    }),
  };
}

function sentence(
  { line, column, code, message }: CellDiagnostic,
  cell: Checked | undefined,
  width: number,
): string {
  const where = cell?.name ?? "a cell";
  return wrap(`${where}, ${line}:${column}  ${code} ${message}`, width)
    .join("\n");
}
