/**
 * `nbtrack reproduce`
 *
 * @module
 */
import { z } from "../base/zod.ts";
import { explain } from "../reproduce/explain.ts";
import { reproduce, type ReproduceOptions } from "../reproduce/reproduce.ts";
import { twice } from "../reproduce/twice.ts";
import { DIMENSIONS } from "../reproduce/replay/types.ts";
import { agrees, canAsk } from "./ask.ts";
import { act, type Done, example } from "./command.ts";
import type { Command } from "./commander.ts";
import { resolvePath, userFolder } from "./cwd.ts";
import { endOnSignal } from "./interruption.ts";
import { openJournal } from "./journal.ts";
import { asCalled } from "./output.ts";
import {
  addDataOption,
  addSandboxOptions,
  REPLAY_SCHEMAS,
  replayOptionsOf,
} from "./replay_options.ts";
import { verdictText } from "./reproduce_text.ts";
import { askSecret } from "./secret_prompt.ts";
import { plainLine } from "./text.ts";

const notNegative = z.string().trim().min(1, "it is empty").transform(Number)
  .pipe(z.number("it is not a number").nonnegative("it is less than 0"))
  .optional();
const schema = z.object({
  args: z.tuple([z.string().min(1, "it is empty")]),
  experiment: z.string().optional(),
  dir: z.string().min(1, "it is empty").optional(),
  sandbox: z.boolean().default(false),
  trust: z.boolean().default(false),
  rtol: notNegative,
  atol: notNegative,
  vary: z.enum(DIMENSIONS, `it is none of ${DIMENSIONS.join(", ")}`).optional(),
  ...REPLAY_SCHEMAS,
  deno: z.enum(["recorded", "current"], "it is neither recorded nor current")
    .optional(),
  timeout: z.coerce.number("it is not a number").positive(
    "it must be more than 0",
  ).optional(),
  topToBottom: z.boolean().default(false),
  twice: z.boolean().default(false),
  explain: z.boolean().default(false),
  verbose: z.boolean().default(false),
});

/** Defines `nbtrack reproduce`. */
export function define(command: Command, done: Done): void {
  command
    .argument(
      "<run>",
      "a run, a bundle, a logged notebook, or the address of one",
    )
    .option("--experiment <name>", "the experiment in which a name is meant")
    .option("--dir <dir>", "a new or empty folder to work in, kept afterwards")
    .option("--sandbox", "run it with next to no rights")
    .option("--trust", "run what another machine recorded without asking")
    .option("--rtol <x>", "relative tolerance of metrics")
    .option("--atol <x>", "absolute tolerance of metrics")
    .option(
      "--vary <dimension>",
      `as recorded but for ${DIMENSIONS.join(", ")}`,
    );
  addDataOption(command)
    .option(
      "--deno <which>",
      "recorded (default, when it can be had) or current",
    )
    .option("--timeout <seconds>", "how long one cell may take")
    .option("--top-to-bottom", "run the saved notebook in its own order")
    .option("--twice", "run it twice and name what chance changes")
    .option("--explain", "find which of the changes makes the difference")
    .option("--verbose", "show what was masked, with both texts");
  addSandboxOptions(command);
  example(command, "nbtrack reproduce 3f2a --rtol 1e-9");
  act(command, done, {
    schema,
    async work({ args: [text], ...input }, out) {
      endOnSignal("there is no verdict, and no run is listed", out.json);
      using journal = openJournal();
      const terminal = canAsk();
      const options: ReproduceOptions = {
        journal,
        cwd: userFolder(),
        resolve: resolvePath,
        experiment: input.experiment,
        dir: input.dir === undefined ? undefined : resolvePath(input.dir),
        sandbox: input.sandbox,
        trust: input.trust,
        rtol: input.rtol,
        atol: input.atol,
        vary: input.vary,
        ...replayOptionsOf(input),
        deno: input.deno,
        timeout_ms: input.timeout === undefined
          ? undefined
          : input.timeout * 1000,
        topToBottom: input.topToBottom,
        confirm: terminal ? agrees : undefined,
        askValue: terminal
          ? (question) => askSecret(plainLine(question))
          : undefined,
        onCell: (index, total) =>
          out.step(`Cell ${index + 1} of ${total}`, { done: index, total }),
        onStep: (step) => out.step(step),
      };
      const verdict = input.explain
        ? await explain(text, options)
        : input.twice
        ? await twice(text, options)
        : await reproduce(text, options);
      out.result(
        verdict,
        () =>
          verdictText(verdict, out.width, {
            called: asCalled,
            verbose: input.verbose,
            paint: out.paint,
          }),
      );
      return verdict.verdict === "REPRODUCED" ? 0 : 1;
    },
  });
}
