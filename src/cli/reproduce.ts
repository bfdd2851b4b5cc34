/**
 * `nbtrack reproduce`
 *
 * @module
 */
import { z } from "../base/zod.ts";
import { explain } from "../reproduce/explain.ts";
import { reproduce, type ReproduceOptions } from "../reproduce/reproduce.ts";
import { twice } from "../reproduce/twice.ts";
import { isHost, isName } from "../reproduce/sandbox/permissions.ts";
import { DIMENSIONS } from "../reproduce/replay/types.ts";
import { act, type Done, example } from "./command.ts";
import type { Command } from "./commander.ts";
import { resolvePath, userFolder } from "./cwd.ts";
import { openJournal } from "./journal.ts";
import { asCalled } from "./output.ts";
import { verdictText } from "./reproduce_text.ts";
import { askSecret } from "./secret_prompt.ts";
import { plainLine } from "./text.ts";

const notNegative = z.string().trim().min(1, "it is empty").transform(Number)
  .pipe(z.number("it is not a number").nonnegative("it is less than 0"))
  .optional();
const assignment = z.string().regex(
  /^[^=]+=.+$/,
  "it is not written NAME=PATH",
);

const schema = z.object({
  args: z.tuple([z.string().min(1, "it is empty")]),
  experiment: z.string().optional(),
  dir: z.string().min(1, "it is empty").optional(),
  sandbox: z.boolean().default(false),
  trust: z.boolean().default(false),
  rtol: notNegative,
  atol: notNegative,
  vary: z.enum(DIMENSIONS, `it is none of ${DIMENSIONS.join(", ")}`).optional(),
  data: z.array(assignment).default([]),
  deno: z.enum(["recorded", "current"], "it is neither recorded nor current")
    .optional(),
  timeout: z.coerce.number("it is not a number").positive(
    "it must be more than 0",
  ).optional(),
  topToBottom: z.boolean().default(false),
  twice: z.boolean().default(false),
  explain: z.boolean().default(false),
  verbose: z.boolean().default(false),
  allowNet: z.array(
    z.string().refine(isHost, {
      error: ({ input }) =>
        String(input).includes("*")
          ? "it names many hosts: name each host that the sandbox may reach"
          : "it names no host, such as example.org or example.org:8080",
    }),
  ).default([]),
  allowEnv: z.array(
    z.string().refine(isName, {
      error: ({ input }) =>
        String(input).includes("=")
          ? "it takes a name alone: the value is the one in your environment"
          : "it names no variable",
    }),
  ).default([]),
});

/** Defines `nbtrack reproduce`. */
export function define(command: Command, done: Done): void {
  const collect = (value: string, all: string[] = []) => [...all, value];
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
    )
    .option(
      "--data <name=path>",
      "where a dataset is; can be given often",
      collect,
    )
    .option(
      "--deno <which>",
      "recorded (default, when it can be had) or current",
    )
    .option("--timeout <seconds>", "how long one cell may take")
    .option("--top-to-bottom", "run the saved notebook in its own order")
    .option("--twice", "run it twice and name what chance changes")
    .option("--explain", "find which of the changes makes the difference")
    .option("--verbose", "show what was masked, with both texts")
    .option("--allow-net <host>", "a host that a sandbox may reach", collect)
    .option(
      "--allow-env <name>",
      "a variable that a sandbox may read",
      collect,
    );
  example(command, "nbtrack reproduce 3f2a --rtol 1e-9");
  act(command, done, {
    schema,
    async work({ args: [text], ...input }, out) {
      const stop = new AbortController();
      const end = () => stop.abort();
      Deno.addSignalListener("SIGINT", end);
      if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", end);
      using journal = openJournal();
      const terminal = Deno.stdin.isTerminal() && Deno.stderr.isTerminal();
      const ask = (question: string) =>
        Promise.resolve(confirm(plainLine(question)));
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
        data: dataOf(input.data),
        deno: input.deno,
        timeout_ms: input.timeout === undefined
          ? undefined
          : input.timeout * 1000,
        topToBottom: input.topToBottom,
        grants: { net: input.allowNet, env: input.allowEnv },
        confirm: terminal ? ask : undefined,
        askValue: terminal
          ? (question) => askSecret(plainLine(question))
          : undefined,
        onCell: (index, total) =>
          out.step(`Cell ${index + 1} of ${total}`, { done: index, total }),
        onStep: (step) => out.step(step),
        signal: stop.signal,
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

function dataOf(given: readonly string[]): Record<string, string> {
  return Object.fromEntries(given.map((text) => {
    const at = text.indexOf("=");
    return [text.slice(0, at), resolvePath(text.slice(at + 1))];
  }));
}
