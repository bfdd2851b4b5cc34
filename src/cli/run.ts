/**
 * `nbtrack run`
 *
 * @module
 */
import { didYouMean } from "../base/nearest.ts";
import { duration } from "../base/quantities.ts";
import { z } from "../base/zod.ts";
import { JournalReader } from "../record/journal_reader.ts";
import { findLocal } from "../record/find.ts";
import { parseAssignments, parseGrid } from "../record/sweep/grid.ts";
import {
  runNotebook,
  type RunNotebookOptions,
  type RunNotebookResult,
} from "../runner/headless.ts";
import {
  continueSweep,
  runSweep,
  type SweepOptions,
  type SweepResult,
} from "../runner/sweep.ts";
import { metricKey, parseGoal, type SweepGoal } from "../record/sweep/best.ts";
import { parseRanges, type SweepSpace } from "../record/sweep/space.ts";
import type { RunSummary } from "../record/schema/summary.ts";
import { act, type Done, example, type ExitCode } from "./command.ts";
import type { Command } from "./commander.ts";
import { resolvePath } from "./cwd.ts";
import { openJournal } from "./journal.ts";
import type { CommandOutput } from "./output.ts";
import { runText, sweepText } from "./run_text.ts";
import { UsageError } from "./errors.ts";

const atLeastOne = z.coerce.number("it is not a number").int(
  "it is not a whole number",
).min(1, "it must be 1 or more");

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
  random: atLeastOne.optional(),
  range: z.array(z.string()).default([]),
  repeat: atLeastOne.optional(),
  jobs: atLeastOne.optional(),
  max: z.string().trim().min(1, "it is empty").optional(),
  min: z.string().trim().min(1, "it is empty").optional(),
  stopMedian: z.coerce.number("it is not a number").int(
    "it is not a whole number",
  ).min(0, "it is less than 0").optional(),
  resume: z.string().min(1, "it is empty").optional(),
  retryFailed: z.boolean().default(false),
});
type Input = z.infer<typeof schema>;

/** What makes a sweep of a run, and what only a sweep has. */
const SPACE = ["grid", "random", "range", "repeat"] as const;
const ONLY_SWEEPS = ["jobs", "max", "min", "stopMedian"] as const;

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
    )
    .option("--random <n>", "so many combinations, drawn from grid and ranges")
    .option(
      "--range <key=low..high>",
      "a range to draw from; add ,int or ,log",
      collect,
    )
    .option("--repeat <n>", "each combination with so many seeds")
    .option("--jobs <n>", "kernels at a time (default: cores - 1)")
    .option("--max <metric>", "the best combination has the most of it")
    .option("--min <metric>", "the best combination has the least of it")
    .option(
      "--stop-median <step>",
      "end runs that are worse than the median, from this step on",
    )
    .option("--resume <run>", "complete a sweep that was cut off")
    .option(
      "--retry-failed",
      "with --resume: run what has failed again; the failed runs are kept",
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
        onCell: (done, total) =>
          out.step(`Cell ${done + 1} of ${total}`, { done, total }),
        ...(input.seed === undefined ? {} : { seed: input.seed }),
        ...(input.output === undefined
          ? {}
          : { output: resolvePath(input.output) }),
        ...(input.timeout === undefined
          ? {}
          : { timeout_ms: input.timeout * 1000 }),
        ...(input.track === undefined ? {} : { track: input.track }),
      };
      if (!isSweep(input)) {
        const result = await runNotebook(path, options);
        out.result(result, () => runText(result, out));
        reportUndelivered(result.runs, out);
        return exitCode(result, input);
      }
      const result = await sweep(path, input, options, out);
      using journal = openJournal();
      const runs = await new JournalReader(journal).list();
      out.result(result, () =>
        sweepText(
          result,
          result.runs.flatMap((id) => runs.find((r) => r.run_id === id) ?? []),
          out,
        ));
      reportNoBest(result, input, {
        runs: runs.filter(({ run_id }) => result.runs.includes(run_id)),
        out,
      });
      reportUndelivered([result.sweep, ...result.runs], out);
      return result.children.length < result.trials
        ? 1
        : exitCode(result, input);
    },
  });
}

/** Cells may fail where that is allowed; that the notebook was not run to its end is a finding all the same. */
function exitCode(
  { status, cut_off }: Pick<RunNotebookResult, "status" | "cut_off">,
  { allowErrors }: Pick<Input, "allowErrors">,
): ExitCode {
  return status === "ok" || allowErrors && cut_off === null ? 0 : 1;
}

/** Whether a sweep is asked for. */
function isSweep(input: Input): boolean {
  const given = (name: keyof Input) => {
    const value = input[name];
    return Array.isArray(value) ? value.length > 0 : value !== undefined;
  };
  const space = SPACE.filter(given);
  if (input.max !== undefined && input.min !== undefined) {
    throw new UsageError("--max and --min exclude each other.", {
      hint: "Name the one metric that decides.",
    });
  }
  if (input.retryFailed && input.resume === undefined) {
    throw new UsageError("--retry-failed belongs to --resume.", {
      hint: "Name the sweep: --resume RUN --retry-failed.",
    });
  }
  if (input.resume !== undefined) {
    if (space.length === 0 && input.param.length === 0) return true;
    throw new UsageError(
      "--resume completes a sweep as it was begun: it takes no other params.",
      { hint: "Begin another sweep for another space." },
    );
  }
  const [only] = ONLY_SWEEPS.filter(given);
  if (space.length === 0 && only !== undefined) {
    throw new UsageError(
      `--${only === "stopMedian" ? "stop-median" : only} belongs to a sweep.`,
      { hint: "Add --grid k=1,3,5, or --random 20 --range lr=0.001..0.1." },
    );
  }
  return space.length > 0;
}

async function sweep(
  path: string,
  input: Input,
  { onCell: _, ...options }: RunNotebookOptions,
  out: CommandOutput,
): Promise<SweepResult> {
  let count = 0;
  let ended = 0;
  const goal: SweepGoal | undefined = input.max !== undefined
    ? parseGoal(input.max, "max")
    : input.min !== undefined
    ? parseGoal(input.min, "min")
    : undefined;
  const wanted: SweepOptions = {
    ...options,
    ...(goal === undefined ? {} : { goal }),
    ...(input.jobs === undefined ? {} : { jobs: input.jobs }),
    retryFailed: input.retryFailed,
    ...(input.stopMedian === undefined ? {} : { stopMedian: input.stopMedian }),
    onBegin: ({ run_id, trials, left }) => {
      count = trials;
      out.note(
        left === 0
          ? `Sweep ${run_id}: its ${trials} runs have ended.`
          : `Sweep ${run_id}: ${left} of ${trials} runs to go; ${out.nbtrack} run ${
            input.args[0]
          } --resume ${run_id} completes it.`,
      );
    },
    onTrial: ({ n, params, seed }, result) => {
      if (result !== null) ended++;
      const values = [
        ...Object.entries(params).map(([key, value]) => `${key}=${value}`),
        ...(seed === null ? [] : [`seed=${seed}`]),
      ].join(" ");
      const what = result === null
        ? "begins"
        : result.stopped
        ? "stopped by the median"
        : result.failed === null
        ? `ended after ${duration(1000 * result.seconds)}`
        : `failed: ${result.failed.ename}: ${result.failed.evalue}`;
      out.step(`${n + 1} of ${count}: ${values} ${what}`, {
        done: ended,
        total: count,
      });
    },
  };
  if (input.resume !== undefined) {
    using journal = openJournal();
    const run_id = findLocal(input.resume, journal);
    return await continueSweep(path, run_id, wanted);
  }
  const space: SweepSpace = {
    grid: parseGrid(input.grid),
    random: input.random ?? null,
    ranges: parseRanges(input.range),
    repeat: input.repeat ?? 1,
    seed: input.seed ?? null,
  };
  return await runSweep(path, space, wanted);
}

/** Says that no run has logged the metric by which the best was wanted. */
function reportNoBest(
  { best }: SweepResult,
  { max, min }: Input,
  { runs, out }: { runs: readonly RunSummary[]; out: CommandOutput },
): void {
  const wanted = max ?? min;
  if (wanted === undefined || best !== null) return;
  const metric = metricKey(wanted);
  const logged = new Set(runs.flatMap(({ metrics }) => Object.keys(metrics)));
  if (logged.has(metric) || logged.size === 0) return;
  out.note(
    `There is no best run: none has logged the metric "${metric}"; they have logged ${
      [...logged].slice(0, 8).join(", ")
    }.${didYouMean(metric, logged)}`,
  );
}

/** Says why runs did not reach the server that was meant. */
function reportUndelivered(runs: readonly string[], out: CommandOutput): void {
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
