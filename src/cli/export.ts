/**
 * `nbtrack export`
 *
 * @module
 */
import { z } from "../base/zod.ts";
import {
  EXPORT_FORMATS,
  exportFormatOf,
  writeTable,
} from "../record/export_file.ts";
import { pointTable, runTable } from "../record/export_rows.ts";
import { act, type Done, example } from "./command.ts";
import type { Command } from "./commander.ts";
import { resolvePath } from "./cwd.ts";
import { count } from "./format.ts";
import { openJournal } from "./journal.ts";

const schema = z.object({
  args: z.tuple([z.string().min(1, "it is empty")]),
  experiment: z.string().optional(),
  format: z.enum(
    EXPORT_FORMATS,
    `it is none of ${EXPORT_FORMATS.join(", ")}`,
  ).optional(),
  points: z.boolean().default(false),
});

/** Defines `nbtrack export`. */
export function define(command: Command, done: Done): void {
  command
    .argument("<file>", "the file, which is replaced")
    .option("--experiment <name>", "only runs of this experiment")
    .option(
      "--format <format>",
      `${EXPORT_FORMATS.join(", ")} (default: what the file's name says)`,
    )
    .option("--points", "a row for each point of a metric, not for each run");
  example(command, "nbtrack export runs.parquet --experiment penguins-knn");
  act(command, done, {
    schema,
    async work({ args: [path], experiment, format, points }, out) {
      using journal = openJournal();
      const file = resolvePath(path);
      const table = await (points ? pointTable : runTable)(journal, {
        experiment,
      });
      const rows = await writeTable(
        file,
        table,
        format ?? exportFormatOf(file),
      );
      const columns = table.columns.map((column) => column.name);
      out.result(
        { file, rows, columns },
        () =>
          `Wrote ${count(rows, "row")} of ${
            count(columns.length, "column")
          } to ${file}.`,
      );
      return 0;
    },
  });
}
