/**
 * `nbtrack run`
 *
 * @module
 */
import { z } from "../base/zod.ts";
import {
  runGrid,
  runNotebook,
  type RunNotebookOptions,
} from "../runner/headless.ts";
import { combinations, parseAssignments, parseGrid } from "../runner/grid.ts";
import { act, type Done, example } from "./command.ts";
import type { Command } from "./commander.ts";
import { resolvePath } from "./cwd.ts";
import { openJournal } from "./journal.ts";
import type { CommandOutput } from "./output.ts";
import { runText } from "./run_text.ts";

const schema = z.object({
  args: z.tuple([z.string().min(1, "it is empty")]),
  param: z.array(z.string()).default([]),
  grid: z.array(z.string()).default([]),
  seed: z.coerce.number("it is not a number").int("it is not a whole number")
    .min(0, "it is less than 0")
    .max(2 ** 32 - 1, "it is more than 4294967295").optional(),
  output: z.string().min(1, "it is empty").optional(),
  timeout: z.coerce.number("it is not a number").positive(
    "it must be more than 0",
  ).optional(),
  allowErrors: z.boolean().default(false),
  track: z.string().trim().min(1, "it is empty").optional(),
});

/** Defines `nbtrack run`. */
export function define(command: Command, done: Done): void {
  const collect = (value: string, all: string[] = []) => [...all, value];
  command
    .argument("<notebook>", "an .ipynb file for the kernel Deno")
    .option("-p, --param <key=value>", "a param; can be given often", collect)
    .option("--seed <n>", "makes Math.random repeat")
    .option(
      "--grid <key=a,b,c>",
      "one run for each value, or combination of them",
      collect,
    )
    .option("--output <file>", "where the executed notebook goes")
    .option("--timeout <seconds>", "how long one cell may take")
    .option("--allow-errors", "go on after a cell that fails")
    .option(
      "--track <experiment>",
      "track a notebook that does not call track()",
    );
  example(
    command,
    "nbtrack run notebooks/01-first-run.ipynb -p k=25 --output out.ipynb",
  );
  act(command, done, {
    schema,
    async work(input, out) {
      const stop = new AbortController();
      const end = () => stop.abort();
      Deno.addSignalListener("SIGINT", end);
      if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", end);
      const path = resolvePath(input.args[0]);
      const options: RunNotebookOptions = {
        params: parseAssignments(input.param),
        allowErrors: input.allowErrors,
        signal: stop.signal,
        onNote: (text) => out.note(text),
        onCell: (position, total) =>
          out.step(`Cell ${position + 1} of ${total}`),
        ...(input.seed === undefined ? {} : { seed: input.seed }),
        ...(input.output === undefined
          ? {}
          : { output: resolvePath(input.output) }),
        ...(input.timeout === undefined
          ? {}
          : { timeout_ms: input.timeout * 1000 }),
        ...(input.track === undefined ? {} : { track: input.track }),
      };
      const grid = combinations(parseGrid(input.grid));
      const result = input.grid.length === 0
        ? await runNotebook(path, options)
        : await runGrid(path, grid, options);
      out.result(result, () => runText(result));
      tellUndelivered(result.runs, out);
      return result.status === "ok" || input.allowErrors ? 0 : 1;
    },
  });
}

/** Says why runs did not reach the server that was meant. */
function tellUndelivered(runs: readonly string[], out: CommandOutput): void {
  using journal = openJournal();
  for (const run_id of runs) {
    const { state, error } = journal.deliveries.get(run_id);
    const run = `Run ${run_id.slice(0, 8)}`;
    if (state === "pending") {
      const why = error ?? "The server has not answered so far.";
      out.note(
        `${run} is not delivered yet. ${why} \`nbtrack sync\` delivers it.`,
      );
    } else if (state !== "delivered" && error !== null) {
      out.note(`${run} was not delivered. ${error}`);
    }
  }
}
