/**
 * What a command writes: results on stdout, messages on stderr.
 *
 * @module
 */
import { writeAll } from "../base/bytes.ts";
import { isNbtrackError, messageOf } from "../base/errors.ts";
import { withMinusZero } from "../base/numbers.ts";
import { ENV, readEnv, switchedOn } from "../base/env.ts";
import { standardRedaction } from "../redaction/standard_redaction.ts";
import { callName } from "./call_name.ts";
import { OutputError } from "./errors.ts";
import { inTask } from "./cwd.ts";
import { noPaint, type Paint, PAINT_CODES, terminalPaint } from "./paint.ts";
import { StepLine, type StepShare, stepText } from "./step_line.ts";
import { plainLine, printable } from "./text.ts";

/** Where a command writes to. */
export interface CommandOutput {
  /** Whether stdout is for a script. */
  readonly json: boolean;
  /** Columns of the terminal; wide where there is none. */
  readonly width: number;
  /** Colours words on a terminal, unless NO_COLOR is set. */
  readonly paint: Paint;
  /** How nbtrack is called here. */
  readonly nbtrack: string;
  /** The result: one JSON document, or what `human` says of it. */
  result(document: unknown, human: () => string): void;
  /** One line of JSON, or what `human` says of it, for commands that go on. */
  line(json: string, human: () => string): void;
  /** Bytes on stdout, as they are. */
  bytes(chunk: Uint8Array): void;
  /** A message on stderr. */
  note(text: string): void;
  /**
   * How far it is, on stderr, unless quiet was asked for: on a terminal one line that is written over, a line each in a
   * job's log, and nothing where nobody looks.
   */
  step(text: string, share?: StepShare): void;
}

/** What is shown of the step that goes on; whatever else is written takes it away. */
const STEPS = new StepLine((text) =>
  writeBytes(Deno.stderr, new TextEncoder().encode(text))
);

/** Columns where there is no terminal. */
const PIPE_WIDTH = 160;

/** The process's own stdout and stderr. */
export function processOutput(json: boolean): CommandOutput {
  return {
    json,
    width: terminalWidth(),
    paint: Deno.stdout.isTerminal() && !Deno.noColor ? terminalPaint : noPaint,
    get nbtrack() {
      return callName();
    },
    result(document, human) {
      STEPS.clear();
      const text = json
        ? JSON.stringify(document, withMinusZero, 2)
        : safe(human());
      if (text !== "") write(Deno.stdout, `${text}\n`);
    },
    line(line, human) {
      write(Deno.stdout, `${json ? line : safe(human())}\n`, leave);
    },
    bytes(chunk) {
      writeBytes(Deno.stdout, chunk, leave);
    },
    note(text) {
      write(Deno.stderr, `${safe(asCalled(withoutSecrets(text)))}\n`);
    },
    step(text, share) {
      if (switchedOn(readEnv(ENV.quiet))) return;
      if (Deno.stderr.isTerminal()) {
        STEPS.show(
          stepText(asCalled(withoutSecrets(text)), share, terminalWidth()),
        );
      } else if (readEnv("CI") !== undefined) this.note(text);
    },
  };
}

/** Shows a failure in at most three lines on stderr, and as a JSON document where one is wanted. */
export function showFailure(error: unknown, json: boolean): void {
  const message = withoutTokens(plainLine(messageOf(error)));
  const hint = isNbtrackError(error)
    ? withoutTokens(plainLine(error.hint))
    : `${ENV.debug}=1 shows where it happened.`;
  // Half a document may stand there already where it could not be written.
  if (json && !(error instanceof OutputError)) {
    const document = { error: { message, hint } };
    try {
      write(Deno.stdout, `${JSON.stringify(document, null, 2)}\n`);
    } catch (unwritten) {
      if (!(unwritten instanceof OutputError)) throw unwritten; // what failed is said below
    }
  }
  const lines = hint === "" ? [message] : [message, hint];
  write(
    Deno.stderr,
    `nbtrack: ${lines.map((line) => asCalled(line)).join("\n")}\n`,
  );
  if (readEnv(ENV.debug) === "1" && error instanceof Error) {
    write(Deno.stderr, `${withoutTokens(Deno.inspect(error))}\n`);
  }
}

/** A message in which each command is written as it is called here: one that is copied from it works. */
export function asCalled(text: string): string {
  return inTask() ? text.replace(COMMAND_IN_TEXT, callName()) : text;
}

/** `nbtrack`, as messages write it before a command's name. */
const COMMAND_IN_TEXT =
  /(?<![\w/@.-]|task )nbtrack(?= (?:--help|init|runs?|show|compare|reproduce|watch|export|delete|gc|fingerprint|sync|scrub|allow|login|doctor|register|ci|kernel|sessions|adopt|serve|ui|site|slice|check)\b)/g;

/** Tokens of GitLab's, which somebody may have given instead of something else. */
const TOKEN =
  /\bgl(?:pat|oas|dt|rt|cbt|ptt|ft|imt|agent|wt|soat|ffct)-[\w.-]{8,}/g;

function withoutTokens(text: string): string {
  return withoutSecrets(text.replace(TOKEN, "[token]"));
}

/** Messages stand in the logs of jobs too. */
function withoutSecrets(text: string): string {
  return standardRedaction().text(text).text;
}

/** A text that can do nothing to a terminal but colour its own words, wherever it came from. */
function safe(text: string): string {
  const codes = text.match(PAINT_CODES) ?? [];
  return text.split(PAINT_CODES).map((part, i) =>
    `${printable(part)}${codes[i] ?? ""}`
  ).join("");
}

function terminalWidth(): number {
  if (!Deno.stdout.isTerminal()) return PIPE_WIDTH;
  try {
    return Deno.consoleSize().columns || PIPE_WIDTH;
  } catch {
    return PIPE_WIDTH; // a terminal that does not say its size
  }
}

/**
 * Writes a text to stdout or stderr.
 *
 * @param onClosed Called when the reader of stdout has closed it @default {the command goes on, for its exit code}
 * @throws {OutputError} when stdout cannot be written
 */
export function write(
  target: typeof Deno.stdout,
  text: string,
  onClosed?: () => void,
): void {
  STEPS.clear();
  writeBytes(target, new TextEncoder().encode(text), onClosed);
}

/** Ends a command that goes on: nobody reads what follows. */
function leave(): void {
  Deno.exit(Deno.exitCode);
}

/** The same for bytes. A reader closes stdout as `head` does. */
function writeBytes(
  target: typeof Deno.stdout,
  bytes: Uint8Array,
  onClosed: () => void = () => {},
): void {
  try {
    writeAll(target, bytes);
  } catch (error) {
    // What goes on is worth more than what is said of it, and nobody can be told.
    if (target === Deno.stderr) return;
    if (error instanceof Deno.errors.BrokenPipe) return onClosed();
    throw new OutputError(`Cannot write to stdout: ${messageOf(error)}.`, {
      cause: error,
      hint: "Send it where there is room and it can be written.",
    });
  }
}
