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

/** How long the stage, and what is asked between cells, may take, milliseconds. */
const STAGE_LIMIT_MS = 60_000;
/** Of what one cell puts out so much passes at all, bytes. */
const MAX_OUTPUT_BYTES = 1 << 30;
/** A display counts as so many characters at least, and a piece of a stream as so many: each takes memory here. */
const LEAST_CHARS = { stream: 8, other: 1000 };
/** Metrics that the cells may log at most, all runs together. */
const MAX_METRICS = 50_000;
type CellFrame = SandboxFrame & { kind: "done" };

/** How a cell ended. */
export interface Ended {
  status: "ok" | "error";
  /** The error that it published. */
  error: { ename: string; evalue: string } | null;
  /** It was not executed at all: its syntax is wrong, or a package is missing. */
  silent: boolean;
  /** What Deno answered and what the stage saw do not fit together. */
  disturbed: boolean;
}

/** A cell did not end in time. */
export class TooLongError extends Error {}
/** A cell took more than it may. */
export class ExcessError extends Error {}

/** The process and its stage, cell by cell. */
export class Sandbox {
  readonly repl: Repl;
  readonly record: CellRecord;
  readonly metrics = new NotedMetrics();
  readonly #outside: OutsidePaths;
  /** What the stage said of cells that have ended, and who waits for it. */
  readonly #ends: CellFrame[] = [];
  #onEnd: (() => void) | null = null;
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
    await this.#within(`${STAGE_NAME}.arm(${index})`, STAGE_LIMIT_MS);
    this.#chars = 0;
    this.#bytes = 0;
    this.#error = null;
    this.record.begin(index, source);
    const answer = await this.#within(executed, limit_ms);
    await this.#within(`await ${STAGE_NAME}.take(${index})`, STAGE_LIMIT_MS);
    const { cell: number, how } = await this.#end();
    const said = { RunSuccess: "ok", RunFailure: "error", Error: "none" };
    return {
      status: how === "ok" ? "ok" : "error",
      error: this.#error,
      silent: how === "none",
      disturbed: number !== index || how !== said[answer.type],
    };
  }

  #end(): Promise<CellFrame> {
    const next = new Promise<void>((resolve) => {
      if (this.#ends.length > 0) resolve();
      else this.#onEnd = resolve;
    });
    return this.#limited(
      next.then(() =>
        this.#ends.shift() ?? { kind: "done", cell: -1, how: "" }
      ),
      STAGE_LIMIT_MS,
    );
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
    const { content, header: { msg_type } } = message;
    if (msg_type === "error") {
      this.#error = {
        ename: String(content["ename"]),
        evalue: String(content["evalue"]),
      };
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
    this.record.take(message);
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
