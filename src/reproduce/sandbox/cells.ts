/**
 * The cells of a sandbox: given to its process one by one, with what they put out taken into the record.
 *
 * @module
 */
import { RANDOM_HOOK } from "../../base/random_hook.ts";
import type { Message } from "../../jupyter/wire.ts";
import { sizeOf } from "../../recorder/cells/truncated_output.ts";
import type { PlannedCell } from "../replay/plan.ts";
import { MAX_OUTPUT_CHARS } from "../replay/replay.ts";
import type { Box } from "./box.ts";
import type { Repl, ReplAnswer } from "./channel.ts";
import type { SandboxFrame } from "./frame_reader.ts";
import { NotedMetrics } from "./noted_metrics.ts";
import type { OutsidePaths } from "./outside_paths.ts";
import type { CellRecord } from "./record_cells.ts";
import { STAGE_NAME } from "./stage_name.ts";
import { ExcessError } from "./usage.ts";

/** How long the stage, and what is asked between cells, may take, milliseconds. */
const STAGE_LIMIT_MS = 60_000;
/** How long a frame may be on its way that the stage says it did not send, milliseconds. */
const UNSENT_LIMIT_MS = 2000;
/** Of what one cell puts out so much passes at all, bytes. */
const MAX_OUTPUT_BYTES = 1 << 30;
/** A display counts as so many characters at least, and a piece of a stream as so many: each takes memory here. */
const LEAST_CHARS = { stream: 8, other: 1000 };
/** What all cells together may put out: outputs, and characters of what is kept of them, as JSON. */
const MAX_RUN_OUTPUTS = 20_000;
const MAX_RUN_CHARS = 64 << 20;
/** So much may be kept of one cell, characters as JSON: only displays that are updated come to more than is kept anyway. */
const MAX_KEPT_CHARS = 16 << 20;
/** Metrics that the cells may log at most, all runs together. */
const MAX_METRICS = 50_000;
/** What Deno answers of a cell whose promise was collected while it was awaited. */
const GIVEN_UP = /^\{"type":"Error".*expected struct EvaluateResponse/;
/** What it answers where an error that nobody caught came while it looked at the value of a cell that ended well. */
const CUT_SHORT = /^\{"type":"Error".*expected struct CallFunctionOnResponse/;
type CellFrame = SandboxFrame & { kind: "done" };

/** How the stage writes an error, as far as its head shows it. */
const ERROR_HEAD =
  /^\{"ename":"((?:[^"\\]|\\u.{4}|\\[^u]){0,1000})(?:[^"]*","evalue":"((?:[^"\\]|\\u.{4}|\\[^u]){0,1000}))?/;

/** How a cell ended. */
export interface Ended {
  status: "ok" | "error";
  /** The error that it published. */
  error: { ename: string; evalue: string } | null;
  /** It was not executed at all: its syntax is wrong, or a package is missing. */
  silent: boolean;
  /** Deno gave it up: the promise that it waited for was gone, so that nothing could have resolved it. */
  givenUp: boolean;
  /** What Deno answered and what the stage saw do not fit together. */
  disturbed: boolean;
}

/** A cell did not end in time. */
export class TooLongError extends Error {}
/** The stage could not report how a cell ended. */
export class ClosedError extends Error {}

/** The process and its stage, cell by cell. */
export class Sandbox {
  readonly repl: Repl;
  readonly record: CellRecord;
  readonly metrics = new NotedMetrics();
  readonly #outside: OutsidePaths;
  /** What the stage said of cells that have ended, and who waits for it. */
  readonly #ends: CellFrame[] = [];
  #onEnd: (() => void) | null = null;
  /** How many cells were executed: the stage counts them so, and not those that are skipped. */
  #executed = 0;
  /** What the current cell has put out, characters. */
  #chars = 0;
  #bytes = 0;
  /** The last error that it published. */
  #error: { ename: string; evalue: string } | null = null;

  constructor(
    record: CellRecord,
    outside: OutsidePaths,
    start: (onFrame: (frame: SandboxFrame) => void) => Repl,
  ) {
    this.record = record;
    this.#outside = outside;
    this.repl = start((frame) => this.#take(frame));
  }

  /** Sets the stage. It is imported by a way that no import map of the bundle touches. */
  async open(
    { module }: Box,
    folder: string,
    prepared: boolean,
  ): Promise<void> {
    const stage = new URL("src/reproduce/sandbox/stage.ts", module).href;
    const entry = `data:text/javascript,${
      encodeURIComponent(`export { setStage } from ${JSON.stringify(stage)};`)
    }`;
    const set = `(await import(${JSON.stringify(entry)})).setStage(${
      JSON.stringify(folder)
    })`;
    const answer = await this.#within(set, STAGE_LIMIT_MS);
    if (answer.type !== "RunSuccess") {
      const why = await this.#within("String(_error)", STAGE_LIMIT_MS);
      throw new Error(`its stage cannot be set: ${why.text.slice(0, 500)}`);
    }
    if (prepared) await this.#within(RANDOM_HOOK, STAGE_LIMIT_MS);
    await this.#within(`${STAGE_NAME}.begin()`, STAGE_LIMIT_MS);
  }

  /** Executes one cell. @returns how it ended, as the stage says */
  async run(
    index: number,
    { source }: PlannedCell,
    { executed, limit_ms }: { executed: string; limit_ms: number },
  ): Promise<Ended> {
    const position = this.#executed++;
    await this.#within(`${STAGE_NAME}.arm(${position})`, STAGE_LIMIT_MS);
    this.#chars = 0;
    this.#bytes = 0;
    this.#error = null;
    this.record.begin(index, source);
    let answer = await this.#within(executed, limit_ms);
    if (answer.type === "Error") {
      const most = Math.max(limit_ms, STAGE_LIMIT_MS);
      answer = await this.#limited(this.repl.settle(), most) ?? answer;
    }
    const taken = await this.#within(
      `await ${STAGE_NAME}.take(${position})`,
      STAGE_LIMIT_MS,
    );
    // Where it failed it sent no frame, unless the cell has called it before.
    const { cell: number, how } = await this.#end(taken.type === "RunSuccess");
    this.#checkKept();
    const said = { RunSuccess: "ok", RunFailure: "error", Error: "none" };
    return {
      status: how === "ok" ? "ok" : "error",
      error: this.#error,
      silent: how === "none",
      givenUp: how === "none" && GIVEN_UP.test(answer.text),
      disturbed: number !== position || how !== said[answer.type] &&
          !(how === "ok" && CUT_SHORT.test(answer.text)),
    };
  }

  #checkKept(): void {
    const { chars, largest } = this.record.size();
    const [what, most] = largest > MAX_KEPT_CHARS
      ? ["", MAX_KEPT_CHARS]
      : [", with the cells before it,", MAX_RUN_CHARS];
    if (chars > MAX_RUN_CHARS || largest > MAX_KEPT_CHARS) {
      throw new ExcessError(
        `it put out${what} more than ${most} characters that are kept, and was ended`,
      );
    }
  }

  async #end(sent: boolean): Promise<CellFrame> {
    const next = new Promise<void>((resolve) => {
      if (this.#ends.length > 0) resolve();
      else this.#onEnd = resolve;
    });
    try {
      await this.#limited(next, sent ? STAGE_LIMIT_MS : UNSENT_LIMIT_MS);
    } catch (error) {
      throw sent || !(error instanceof TooLongError)
        ? error
        : new ClosedError();
    }
    return this.#ends.shift() ?? { kind: "done", cell: -1, how: "" };
  }

  #take(frame: SandboxFrame): void {
    if (frame.kind === "done") {
      this.#ends.push(frame);
      this.#onEnd?.();
      return;
    }
    if (frame.kind === "metrics") {
      this.metrics.take(frame.lines);
      if (this.metrics.size > MAX_METRICS) {
        this.#exceeds(`it logged more than ${MAX_METRICS} metrics`);
      }
      return;
    }
    const message = this.#asNamed(frame.message);
    const { header: { msg_type } } = message;
    if (msg_type === "error") {
      this.#error = failureOf(message);
    }
    // A long message takes no memory here: its head and digest are kept.
    const { long } = message;
    const least = LEAST_CHARS[msg_type === "stream" ? "stream" : "other"];
    this.#chars += long === undefined ? Math.max(sizeOf(message), least) : 0;
    this.#bytes += frame.bytes;
    if (this.#chars > MAX_OUTPUT_CHARS || this.#bytes > MAX_OUTPUT_BYTES) {
      this.#exceeds(
        `it put out more than ${
          this.#chars > MAX_OUTPUT_CHARS
            ? `${MAX_OUTPUT_CHARS} characters`
            : `${MAX_OUTPUT_BYTES} bytes`
        }`,
      );
      return;
    }
    const outputs = this.record.take(message);
    if (outputs > MAX_RUN_OUTPUTS) {
      this.#exceeds(
        `it put out, with the cells before it, more than ${MAX_RUN_OUTPUTS} outputs`,
      );
    }
  }

  #asNamed(message: Message): Message {
    if (this.#outside.none) return message;
    const json = JSON.stringify(message.content);
    const named = this.#outside.asNamed(json);
    return named === json
      ? message
      : { ...message, content: JSON.parse(named) };
  }

  #exceeds(what: string): void {
    this.repl.kill(new ExcessError(`${what} and was ended`));
  }

  #within(code: string, limit_ms: number): Promise<ReplAnswer> {
    return this.#limited(this.repl.run(code), limit_ms);
  }

  async #limited<T>(work: Promise<T>, limit_ms: number): Promise<T> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        this.repl.kill();
        reject(new TooLongError("it took too long"));
      }, limit_ms);
    });
    try {
      return await Promise.race([
        work,
        late,
        this.repl.exited.then(() => {
          throw this.repl.gone ?? new Error("it ended");
        }),
      ]);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** The error that a message says; the beginning of one that is too long to be held. */
function failureOf(
  { content, long }: Message,
): { ename: string; evalue: string } {
  if (long === undefined) {
    return {
      ename: String(content["ename"]),
      evalue: String(content["evalue"]),
    };
  }
  const [, ename = "Error", evalue = ""] = ERROR_HEAD.exec(long.head) ?? [];
  const unescaped = (json: string) => String(JSON.parse(`"${json}"`));
  return { ename: unescaped(ename), evalue: unescaped(evalue) };
}
