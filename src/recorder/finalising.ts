/**
 * Completing the records of a session's runs: what is captured when one starts, and its finalising when it has ended.
 *
 * @module
 */
import { messageOf } from "../base/errors.ts";
import type { Execution } from "../journal/execution_row.ts";
import type { Journal } from "../journal/journal.ts";
import type { RunRow } from "../journal/run_row.ts";
import type { Session } from "../journal/sessions.ts";
import { addReads } from "./data/detected_data.ts";
import { FilesBefore } from "./files_before.ts";
import type { LiteralReads } from "./data/literal_reads.ts";
import { runSubprocess } from "./subprocess.ts";
import { SubprocessQueue } from "./subprocess_queue.ts";
import { captureStart } from "./capture_start.ts";
import type { DatasetQueue } from "./datasets.ts";
import type { ModuleWatch } from "./module_watch.ts";
import type { NotebookReconciler } from "./reconciler.ts";
import type { RecorderLog } from "../base/log.ts";
import { keepVariables } from "../record/variables.ts";
import { CELL_SOURCES, sourceGap } from "../record/source_gap.ts";
import type { SessionLog } from "./cells/session_log.ts";
import { executionAt } from "./cells/timeline.ts";
import { SessionReads } from "../journal/session_reads.ts";

const MODULE = new URL("./finalise_main.ts", import.meta.url);
/** How long after a cell's end outputs may still come, milliseconds. */
const LATE_OUTPUTS_MS = 250;
/** A run that a timer ended after its cell was done is finalised after so long, milliseconds. */
const QUIET_MS = 2000;
/**
 * And when so often nothing more had come: a recorder that did not get to read for a while is behind, however late it
 * is.
 */
const QUIET_POLLS = 10;

/** What the records are completed with. */
export interface FinalisingParts {
  journal: Journal;
  session: Session;
  log: RecorderLog;
  cells: SessionLog;
  reconciler: NotebookReconciler;
  datasets: DatasetQueue;
  modules: ModuleWatch;
  literals: LiteralReads;
  /** Called when a run's record is complete, or complete anew. */
  onFinalised: (run_id: string) => void;
}

/** The records of one session's runs. */
export class Finalising {
  readonly #parts: FinalisingParts;
  readonly #started = new Map<string, Promise<void>>();
  /** What each run lacked of its cells' sources when it was finalised. */
  readonly #gaps = new Map<string, string | null>();
  readonly #finalised = new Map<string, Promise<void>>();
  readonly #queue: SubprocessQueue<string>;
  readonly #before: FilesBefore;
  readonly #noted: Promise<void>;
  /** How many messages there were, and how often it was polled since one came. */
  #quiet = { taken: -1, polls: 0 };

  constructor(parts: FinalisingParts) {
    this.#parts = parts;
    this.#before = new FilesBefore(parts.journal, parts.session);
    this.#noted = this.#before.note();
    this.#queue = new SubprocessQueue((run_ids) =>
      runSubprocess(MODULE, {
        secrets: parts.journal.redactor.known?.(),
        args: [parts.journal.home],
        input: {
          run_ids,
          partial: [...parts.cells.partial],
          learnt: (parts.journal.redactor.handOver?.(-1)?.secrets ?? [])
            .some(({ learnt }) => learnt),
        },
      })
    );
  }

  /** Starts and finalises runs that are new or have ended. */
  poll(): void {
    const { journal, session, cells: { taken } } = this.#parts;
    const { polls } = this.#quiet;
    this.#quiet = { taken, polls: taken === this.#quiet.taken ? polls + 1 : 0 };
    for (const run of journal.runs.list({ session_id: session.session_id })) {
      this.#start(run.run_id);
      if (
        run.end_time !== null && run.finalised_time === null &&
        this.#isComplete(run, run.end_time)
      ) this.#finalise(run);
    }
  }

  /** Finalises every run that is left: the session's process is gone. */
  async finish(): Promise<void> {
    const { journal, session } = this.#parts;
    for (const run of journal.runs.list({ session_id: session.session_id })) {
      this.#start(run.run_id);
      if (run.finalised_time === null) this.#finalise(run);
    }
    await Promise.all(this.#finalised.values());
    await this.#parts.reconciler.pollAgain(); // it may have been saved since
    await Promise.all(this.#finalised.values());
  }

  /** The notebook's file had more sources: finalised runs that lacked them are completed anew. */
  reconciled(): void {
    const { journal, session } = this.#parts;
    for (const run of journal.runs.list({ session_id: session.session_id })) {
      if (run.finalised_time !== null && this.#isOutdated(run)) {
        this.#finalised.delete(run.run_id);
        this.#finalise(run);
      }
    }
  }

  /** Whether a run names other sources as missing than are by now: its notebook was saved while it was finalised, or later. */
  #isOutdated(run: RunRow): boolean {
    const { journal } = this.#parts;
    const named = this.#gaps.get(run.run_id) ??
      journal.entries.missing(run.run_id)
        .find(({ what }) => what === CELL_SOURCES)?.why ??
      null;
    return named !== null && this.#gapOf(run) !== named;
  }

  /** What a run lacks of its cells' sources now. */
  #gapOf(run: RunRow): string | null {
    const { journal } = this.#parts;
    const session = journal.sessions.get(run.session_id);
    const all = journal.executions.list(run.session_id, run.last_execution);
    return session === undefined ? null : sourceGap(session, all);
  }

  #start(run_id: string): void {
    if (this.#started.has(run_id)) return;
    const { journal, session, log } = this.#parts;
    this.#started.set(run_id, captureStart(journal, session, run_id, log));
  }

  /** Whether the cell that ended the run is done and all it published was taken in. */
  #isComplete(run: RunRow, end_time: number): boolean {
    const { journal, session, cells } = this.#parts;
    const at = this.#adoptedUpTo(run) ??
      executionAt(journal, session.session_id, end_time);
    if (session.connection_file === null) return at?.status !== "running";
    if (!cells.hasPassed(end_time)) {
      return Date.now() - end_time > QUIET_MS &&
        this.#quiet.polls >= QUIET_POLLS;
    }
    return at === undefined || at.status !== "running" &&
        Date.now() - (at.end_time ?? run.start_time) > LATE_OUTPUTS_MS;
  }

  /** The last execution of a run that was made of the session afterwards: the session's next one may have begun by then. */
  #adoptedUpTo(
    { session_id, adopted_time, last_execution }: RunRow,
  ): Execution | undefined {
    return adopted_time === null || last_execution === null
      ? undefined
      : this.#parts.journal.executions.get(session_id, last_execution);
  }

  /** This process has the kernel's environment; one that completes records later may have another. */
  #keepVariables({ run_id, session_id, last_execution }: RunRow): void {
    const { journal } = this.#parts;
    keepVariables(journal, run_id, {
      env_names: new SessionReads(journal).list(session_id, last_execution)
        .filter(({ kind }) => kind === "env").map(({ name }) => name),
      sources: journal.executions.list(session_id, last_execution)
        .map(({ source }) => source ?? ""),
    });
  }

  #finalise(run: RunRow): void {
    if (this.#finalised.has(run.run_id)) return;
    this.#finalised.set(run.run_id, this.#finaliseNow(run));
  }

  async #finaliseNow(ended: RunRow): Promise<void> {
    const { journal, session, log, cells } = this.#parts;
    const { run_id, end_time } = ended;
    const { session_id } = session;
    try {
      cells.complete();
      const last = this.#adoptedUpTo(ended) ??
        executionAt(journal, session_id, end_time ?? Date.now());
      if (last !== undefined) {
        journal.runs.setLastExecution(run_id, last.position);
        this.#parts.literals.all(last.position);
        addReads({ journal, session, run_id }, last.position);
        this.#parts.datasets.poll();
      }
      this.#parts.modules.poll();
      this.#parts.modules.note(run_id);
      await this.#started.get(run_id);
      await this.#parts.reconciler.pollAgain();
      await this.#parts.datasets.finished(run_id);
      const run = journal.runs.get(run_id);
      if (run !== undefined) {
        this.#gaps.set(run_id, this.#gapOf(run));
        await this.#noted;
        this.#before.nameAppended(run);
        this.#keepVariables(run);
      }
      await this.#queue.add(run_id);
    } catch (error) {
      log.write(`finalise ${run_id}`, error);
      journal.entries.setMissing(run_id, "record", messageOf(error));
      journal.runs.setFinalised(run_id, Date.now());
    }
    this.#parts.onFinalised(run_id);
    const run = journal.runs.get(run_id);
    if (run !== undefined && this.#isOutdated(run)) {
      await this.#finaliseNow(run);
    }
  }
}
