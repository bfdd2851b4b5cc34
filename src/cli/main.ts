/**
 * nbtrack's command line.
 *
 * @module
 */
import { VERSION } from "../base/version.ts";
import type { Done } from "./command.ts";
import { Command, CommanderError } from "./commander.ts";
import { COMMANDS } from "./commands.ts";
import { UsageError } from "./errors.ts";
import { showFailure, write } from "./output.ts";

/** Nothing was found wrong, something was, wrong use or an environment that cannot work. */
type Code = 0 | 1 | 2;

/** Runs the command line. */
export async function main(args: readonly string[]): Promise<Code> {
  const wanted = args.filter((arg) => !arg.startsWith("-"));
  const chosen = wanted[0] === "help" ? wanted[1] : wanted[0];
  let code: Code = 0;
  try {
    const program = await programOf(chosen, (found) => {
      code = found;
    });
    if (args.length === 0) {
      write(Deno.stderr, program.helpInformation());
      return 2;
    }
    if (args.every((arg) => arg === "--json")) {
      throw new UsageError("No command was given.", {
        hint: "nbtrack --help lists the commands.",
      });
    }
    refuseInFront(args, program, chosen);
    await program.parseAsync(misnamed(chosen) ? [chosen] : [...args], {
      from: "user",
    });
    return code;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    showFailure(
      error instanceof CommanderError ? usageError(error, chosen) : error,
      asksForJson(args),
    );
    return 2;
  }
}

/** Says of a command's option that stands in front of the command where it belongs. */
function refuseInFront(
  [first = ""]: readonly string[],
  program: Command,
  chosen: string | undefined,
): void {
  const command = program.commands.find((known) => known.name() === chosen);
  const known = command?.options.some(({ long, short }) =>
    first === long || first === short
  );
  if (chosen === undefined || known !== true) return;
  throw new UsageError(`The option ${first} stands behind the command.`, {
    hint: `Call nbtrack ${chosen} … ${first}.`,
  });
}

/** Whether there is no such command: its help and options would be taken for the program's. */
function misnamed(chosen: string | undefined): chosen is string {
  return chosen !== undefined && chosen !== "help" &&
    !Object.hasOwn(COMMANDS, chosen);
}

async function programOf(
  chosen: string | undefined,
  done: Done,
): Promise<Command> {
  const silent = () => {};
  const program = new Command("nbtrack")
    .description("Experiment tracking for Deno notebooks.")
    .version(VERSION, "-V, --version", "print the version")
    .helpOption("-h, --help", "show this help")
    .configureOutput({
      writeOut: (text) => write(Deno.stdout, text),
      writeErr: silent,
      outputError: silent,
    })
    .exitOverride()
    .enablePositionalOptions()
    .addHelpText("after", "\nExample:\n  nbtrack show last");
  for (const [name, { summary, load }] of Object.entries(COMMANDS)) {
    const command = program.command(name).summary(summary)
      .description(`${capital(summary)}.`)
      .option("--json", "print one JSON document");
    if (name === chosen) (await load()).define(command, done);
  }
  return program;
}

/** commander's own words, as one sentence and the next step. */
function usageError(
  error: CommanderError,
  chosen: string | undefined,
): UsageError {
  const [first = "", ...rest] = error.message.replace(/^error: /, "").split(
    "\n",
  );
  const suggestion = rest.join(" ").replace(/^\(|\)$/g, "").trim();
  // What was given may be a token; it is not repeated.
  const said = first.replace(/( but got \d+): .*$/, "$1").replace(
    /^(unknown option '--?[^=']*)=.*'$/i,
    "$1'",
  );
  const command = chosen !== undefined && Object.hasOwn(COMMANDS, chosen)
    ? ` ${chosen}`
    : "";
  return new UsageError(`${capital(said.replace(/\.$/, ""))}.`, {
    hint: suggestion === ""
      ? `nbtrack${command} --help shows how it is used.`
      : suggestion,
  });
}

function asksForJson(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  return (end < 0 ? args : args.slice(0, end)).includes("--json");
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

if (import.meta.main) Deno.exit(await main(Deno.args));
