/**
 * A cell execution whose record may still change: it is being executed, or more of its outputs may come.
 *
 * @module
 */
import { missedExecution } from "./missed.ts";
import { sha256 } from "../../base/digest.ts";
import { EXCLUDED_SOURCE, isExcluded } from "../../notebook/excluded.ts";
import type {
  Execution,
  ExecutionChange,
} from "../../journal/execution_row.ts";
import type { Journal } from "../../journal/journal.ts";
import { isOwnCode } from "../../jupyter/execute.ts";
import type { Message } from "../../jupyter/wire.ts";
import { OutputLog } from "./output_log.ts";
import type { CellReply, SentCell } from "./replies.ts";

/** A failure known only from the reply waits for so many writings of outputs: the error itself may still arrive. */
const FAILURE_WAITS = 3;

/** A cell execution that is held in memory. */
export class HeldCell {
  readonly #journal: Journal;
  readonly outputs: OutputLog;
  /** Digest of the source as it was executed, also of a cell that is kept out of the record. */
  readonly digest: string | null;
  #execution: Execution;
  #failure: { ename: string; evalue: string } | null = null;
  #waited = 0;

  private constructor(
    journal: Journal,
    execution: Execution,
    parts: { digest: string | null; before: number },
  ) {
    this.#journal = journal;
    this.#execution = execution;
    this.digest = parts.digest;
    this.outputs = new OutputLog(journal, execution, parts.before);
  }

  /**
   * Begins an execution and stores it; one that is excluded with placeholders.
   *
   * @param excludes Is shown every source that is known.
   */
  static begin(
    journal: Journal,
    execution: Execution,
    excludes: (source: string) => boolean,
  ): HeldCell {
    const { source } = execution;
    const excluded = source !== null &&
      (excludes(source) || isExcluded(source));
    const stored: Execution = excluded
      ? { ...execution, source: EXCLUDED_SOURCE, flags: ["excluded"] }
      : execution;
    journal.executions.put(stored);
    const held = new HeldCell(journal, stored, {
      digest: source === null ? null : sha256(source),
      before: 0,
    });
    if (excluded) held.keepOut();
    return held;
  }

  /** Goes on with an execution that an earlier recorder began. */
  static resume(journal: Journal, execution: Execution): HeldCell {
    const { session_id, position, source, flags } = execution;
    const held = new HeldCell(journal, execution, {
      digest: source === null ? null : sha256(source),
      before: journal.executions.outputs(session_id, position).length,
    });
    if (flags.includes("excluded")) held.keepOut();
    return held;
  }

  /**
   * The same execution, once it is known what was executed: a recorder that missed a cell's beginning takes nbtrack's own
   * request under the cell's id for it.
   */
  corrected(cell: SentCell, excludes: (source: string) => boolean): HeldCell {
    this.outputs.flush();
    const source_from = cell.source === null ? null : "wire";
    const known = { ...this.#execution, ...cell, source_from } as const;
    const begun = HeldCell.begin(this.#journal, known, excludes);
    return HeldCell.resume(this.#journal, begun.#execution);
  }

  /** Whether it is such a request. */
  get isOwn(): boolean {
    const { source } = this.#execution;
    return source !== null && isOwnCode(source);
  }

  /** Whether it is kept out of the record. */
  get keptOut(): boolean {
    return this.outputs.excluded;
  }

  /** Drops what it has shown and will show. */
  keepOut(): void {
    this.outputs.exclude();
  }

  /** Its position in the order of execution. */
  get position(): number {
    return this.#execution.position;
  }

  /** Whether it has not ended. */
  get running(): boolean {
    return this.#execution.status === "running";
  }

  /** Takes in what the kernel published; returns the number of the output it became, or null. */
  take(message: Message): number | null {
    const n = this.outputs.take(message);
    if (this.outputs.failed) {
      this.#failure = null;
      if (this.#execution.status === "ok") this.change({ status: "error" });
    }
    return n;
  }

  /** Stores a change. */
  change(change: ExecutionChange): void {
    this.#execution = { ...this.#execution, ...change };
    this.#journal.executions.change(this.#execution, change);
  }

  /** The kernel is idle again. */
  finish(end_time: number): void {
    if (!this.running) return;
    this.#journal.transaction(() => {
      this.change({ status: this.outputs.failed ? "error" : "ok", end_time });
      this.outputs.flush();
    });
  }

  /** Takes in what a runner knows from the reply. */
  reply(reply: CellReply): void {
    const failed = reply.status === "error" || this.outputs.failed;
    if (failed && !this.outputs.failed) {
      this.#failure = {
        ename: reply.ename ?? "Error",
        evalue: reply.evalue ?? "",
      };
      this.#waited = 0;
    }
    this.change({
      status: failed ? "error" : reply.status,
      cell_id: reply.cell_id,
      via: "runner",
      interrupted: reply.interrupted,
      end_time: this.#execution.end_time ?? reply.end_time,
    });
  }

  /** Writes what has grown. */
  flush(): void {
    if (this.#failure !== null && ++this.#waited > FAILURE_WAITS) {
      this.#showFailure();
    }
    this.outputs.flush();
  }

  /**
   * Writes everything and lets go of the outputs; later ones are added behind.
   *
   * @returns whether some were left out
   */
  release(): boolean {
    this.#showFailure();
    return this.outputs.release();
  }

  /** Some failures publish nothing: one known only from the reply is shown as an error. */
  #showFailure(): void {
    if (this.#failure === null) return;
    const { ename, evalue } = this.#failure;
    this.#failure = null;
    const content = { ename, evalue, traceback: [`${ename}: ${evalue}`] };
    this.outputs.take({ ...NOBODY, content });
  }
}

const NOBODY: Omit<Message, "content"> = {
  header: {
    msg_id: "",
    msg_type: "error",
    session: "",
    username: "",
    date: "",
    version: "",
  },
  parent_header: {},
  metadata: {},
  buffers: [],
};

/** An execution of which nothing is known but that it goes on. */
export function newExecution(session_id: string, position: number): Execution {
  return {
    ...missedExecution(session_id, position),
    status: "running",
    start_time: Date.now(),
    via: "wire",
  };
}
