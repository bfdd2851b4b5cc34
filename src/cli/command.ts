/**
 * What a command's file provides, and how its input is checked.
 *
 * @module
 */
import type { z } from "../base/zod.ts";
import type { Command } from "./commander.ts";
import { UsageError } from "./errors.ts";
import { type CommandOutput, processOutput } from "./output.ts";

/** What a command found: 0 yes, 1 a finding. */
export type ExitCode = 0 | 1;

/** What a command does with its checked input. */
export type Work<T> = (input: T, out: CommandOutput) => Promise<ExitCode>;

/** Takes the exit code of the command that was called. */
export type Done = (code: ExitCode) => void;

/** A command's file. */
export interface CommandModule {
  /** Adds arguments, options, an example and the action to the command. */
  define(command: Command, done: Done): void;
}

/** Sets what the command does. The schema gets the options by name, and the arguments as `args`. */
export function act<T>(
  command: Command,
  done: Done,
  spec: { schema: z.ZodType<T>; work: Work<T> },
): void {
  command.action(async () => {
    const options = command.opts<Record<string, unknown>>();
    const result = spec.schema.safeParse({ ...options, args: command.args });
    if (!result.success) {
      throw wrongInput(command, options, result.error.issues[0]);
    }
    done(await spec.work(result.data, processOutput(options["json"] === true)));
  });
}

function wrongInput(
  command: Command,
  options: Record<string, unknown>,
  issue: z.core.$ZodIssue | undefined,
): UsageError {
  const [name, position] = issue?.path ?? [];
  const why = issue?.message ?? "it is invalid";
  const hint = `nbtrack ${command.name()} --help shows how it is written.`;
  if (name === "args" && position === undefined) {
    return new UsageError(`Cannot ${command.name()}: ${why}.`, { hint });
  }
  const [what, given] = name === "args"
    ? [`argument ${Number(position) + 1}`, command.args[Number(position)]]
    : [`--${kebab(String(name))}`, options[String(name)]];
  if (given === undefined) {
    return new UsageError(`Cannot ${command.name()} without ${what}.`, {
      hint,
    });
  }
  return new UsageError(
    `Cannot use ${what} ${JSON.stringify(given)}: ${why}.`,
    { hint },
  );
}

/** Adds the example that `--help` ends with. */
export function example(command: Command, line: string): void {
  command.addHelpText("after", `\nExample:\n  ${line}`);
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
