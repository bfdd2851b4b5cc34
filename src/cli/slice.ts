/**
 * `nbtrack slice`
 *
 * @module
 */
import { messageOf } from "../base/errors.ts";
import { z } from "../base/zod.ts";
import { sliceOf } from "../reproduce/slice.ts";
import type { SliceTarget } from "../reproduce/slice_targets.ts";
import { act, type Done, example } from "./command.ts";
import type { Command } from "./commander.ts";
import { resolvePath, userFolder } from "./cwd.ts";
import { UsageError } from "./errors.ts";
import { endOnSignal } from "./interruption.ts";
import { openJournal } from "./journal.ts";
import {
  addDataOption,
  addSandboxOptions,
  REPLAY_SCHEMAS,
  replayOptionsOf,
} from "./replay_options.ts";
import { table } from "./table.ts";

const schema = z.object({
  args: z.tuple([z.string().min(1, "it is empty")]),
  experiment: z.string().optional(),
  metric: z.string().optional(),
  cell: z.string().regex(/^\d+$/, "it is no index, from 0").transform(Number)
    .optional(),
  artifact: z.string().optional(),
  output: z.string().min(1, "it is empty").optional(),
  prove: z.boolean().default(true),
  ...REPLAY_SCHEMAS,
});

/** Defines `nbtrack slice`. */
export function define(command: Command, done: Done): void {
  command
    .argument("<run>", "id or the beginning of it, `last`, name, or address")
    .option("--experiment <name>", "the experiment in which a name is meant")
    .option("--metric <key>", "what a metric depends on")
    .option(
      "--cell <index>",
      "what a cell's outputs depend on, counted from 0: where the first cell is [1], --cell 8 is cell [9]",
    )
    .option("--artifact <path>", "what an artifact depends on")
    .option("--output <file>", "write the slice as a notebook")
    .option("--no-prove", "do not run it");
  addSandboxOptions(addDataOption(command));
  example(command, "nbtrack slice last --metric accuracy");
  act(command, done, {
    schema,
    async work({ args: [text], ...input }, out) {
      const { experiment, output, prove } = input;
      const target = targetOf(input);
      endOnSignal("there is no slice", out.json);
      using journal = openJournal();
      const { notebook, lines, names, asked, ...slice } = await sliceOf(
        text,
        target,
        {
          journal,
          experiment,
          prove,
          ...replayOptionsOf(input),
          cwd: userFolder(),
          resolve: resolvePath,
          onStep: (step) => out.step(step),
        },
      );
      const file = output === undefined || notebook === null
        ? null
        : await write(resolvePath(output), notebook);
      out.result({ ...slice, output: file }, () => {
        const { cells, of, proved, why } = slice;
        const [[, name] = []] = Object.entries(target);
        const what = asked === null
          ? String(name)
          : `Cell ${asked} (--cell ${name})`;
        const listed = table(
          [{ title: "CELL", right: true, whole: true }, { title: "SOURCE" }],
          names.map((name, i) => [name, lines[i] ?? ""]),
          out.width,
        );
        return `${what} depends on ${cells.length} of ${of} cells:\n${listed}\n${
          proved ? "Running them gave the same." : `That is not proved: ${why}.`
        }${file === null ? "" : `\nWrote them to ${file}.`}`;
      });
      return slice.proved || !prove ? 0 : 1;
    },
  });
}

function targetOf(
  { metric, cell, artifact }: {
    metric?: string | undefined;
    cell?: number | undefined;
    artifact?: string | undefined;
  },
): SliceTarget {
  const targets: SliceTarget[] = [
    ...metric === undefined ? [] : [{ metric }],
    ...cell === undefined ? [] : [{ cell }],
    ...artifact === undefined ? [] : [{ artifact }],
  ];
  const [target, ...others] = targets;
  if (target !== undefined && others.length === 0) return target;
  throw new UsageError(
    target === undefined
      ? "A slice is of one result, and none was named."
      : "A slice is of one result, and several were named.",
    { hint: "Give one of --metric KEY, --cell INDEX and --artifact PATH." },
  );
}

async function write(file: string, text: string): Promise<string> {
  try {
    await Deno.writeTextFile(file, text);
    return file;
  } catch (cause) {
    throw new UsageError(`Cannot write ${file}: ${messageOf(cause)}.`, {
      cause,
      hint: "Name a file in a folder that can be written.",
    });
  }
}
