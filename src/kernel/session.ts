/**
 * The recording of a tracked kernel's session. The kernel serves its front end whatever becomes of it: what cannot be
 * recorded is written to the log and named on the session's runs by the recorder that follows.
 *
 * @module
 */
import { nbtrackHome } from "../base/env.ts";
import { ifThere } from "../base/files.ts";
import type { RecorderLog } from "../base/log.ts";
import { within } from "../base/within.ts";
import { Journal } from "../journal/journal.ts";
import {
  newAudit,
  removeAudit,
  tidyLeftAudits,
} from "../recorder/data/audit_files.ts";
import { UnseenCells } from "../recorder/cells/unseen_cells.ts";
import { Recording } from "../recorder/recording.ts";
import { standardRedaction } from "../redaction/standard_redaction.ts";
import type { CellEnd, Observer } from "./observer.ts";

/** How long a cell may wait for the recorder, milliseconds. */
const RECORDER_MS = 5000;
const LATE = `The recorder did not answer within ${
  RECORDER_MS / 1000
} s; cells went on, and what they read may have changed before it was noted.`;

/** What is recorded. */
export interface SessionOptions {
  cwd: string;
  /** The notebook's absolute path; null while it is not known. */
  notebook: string | null;
  log: RecorderLog;
}

/** Opens the recording of a kernel that is about to start. */
export function openRecording(options: SessionOptions): SessionRecording {
  return new SessionRecording(options);
}

/** Observes a tracked kernel and has it recorded. */
export class SessionRecording implements Observer {
  /** What Deno's kernel has to be started with so that it logs what is read. */
  readonly env: Readonly<Record<string, string>>;
  readonly #options: SessionOptions;
  readonly #audit: string | null;
  #journal: Journal | null = null;
  #recording: Promise<Recording | null> = Promise.resolve(null);
  /** The reports of ends of cells, one after the other. */
  #reports: Promise<void> = Promise.resolve();
  /** Whether the recorder owes an answer to one: no cell waits for it any more. */
  #late = false;
  /** Cells of which it is not known that they were recorded. */
  readonly #unseen = new UnseenCells();
  /** Runs on which it has yet to be named that cells went on without the recorder. */
  readonly #unnamed = new Set<string>();

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#audit = audited(options.log);
    this.env = this.#audit === null
      ? {}
      : { DENO_AUDIT_PERMISSIONS: this.#audit };
  }

  /** Opens the session, and starts its recorder beside the kernel that starts. */
  onStart(process: { pid: number; connectionFile: string }): void {
    this.#recording = this.#open(process).catch((error) => {
      this.#options.log.write("recording", error);
      removeAudit(this.#audit); // nobody will read it
      return null;
    });
  }

  /** Waits for the recorder, and forgets what the kernel itself asked for at its start. */
  async onReady(): Promise<void> {
    await within(this.#recording, RECORDER_MS, null);
    try {
      const audit = this.#audit;
      if (audit !== null) ifThere(() => Deno.truncateSync(audit, 0));
    } catch (error) {
      this.#options.log.write("audit", error);
    }
    this.#tidyAudits();
  }

  /** Has the recorder know secrets, also the one that may follow it. */
  async onSecrets(variables: Record<string, string>): Promise<void> {
    await within(
      this.#with((recording) => recording.learn(variables)),
      RECORDER_MS,
      undefined,
    );
  }

  /** Reports a cell's end to the recorder, before the front end is told. */
  async onCell(ended: CellEnd): Promise<void> {
    const { cell_id, cell, ...reply } = ended;
    this.#unseen.add({ ...ended, type: "reply" });
    const report = this.#reports.then(() =>
      this.#with(async (recording) => {
        await recording.reply(reply, cell_id, cell);
        if (await recording.reported()) this.#unseen.delete(reply.msg_id);
      })
    );
    this.#reports = report;
    if (this.#late) return;
    // What the cell read is noted before the next one can change it.
    if (await within(report.then(() => true), RECORDER_MS, false)) return;
    this.#late = true;
    report.then(() => {
      this.#late = false;
      return this.#with(() => this.#name());
    });
    await this.#with((recording) => this.#nameLate(recording));
  }

  /** Reports that the front end ends the kernel while no cell is executed. */
  async onShutdown(): Promise<void> {
    await this.#with((recording) => recording.finish());
  }

  /** Lets go of the session of a kernel that has ended: its recorder completes the record by itself. */
  async close(): Promise<void> {
    (await this.#recording)?.release();
    await this.#with((recording) => {
      this.#name();
      if (this.#journal === null || this.#unseen.empty) return;
      this.#unseen.keep(this.#journal, recording.session.session_id);
    });
    this.#tidyAudits();
    this.#journal?.[Symbol.dispose]();
  }

  /** What no recorder is left to take out. */
  #tidyAudits(): void {
    try {
      if (this.#journal !== null) tidyLeftAudits(this.#journal);
    } catch (error) {
      this.#options.log.write("audit", error);
    }
  }

  async #open(
    process: { pid: number; connectionFile: string },
  ): Promise<Recording> {
    const { cwd, notebook } = this.#options;
    this.#journal = Journal.open({ redactor: standardRedaction });
    return await Recording.open(this.#journal, process, {
      cwd,
      notebook,
      starting: true,
      interactive: true,
      ...this.#audit === null ? {} : { audit: this.#audit },
    });
  }

  /** Names on the session's open runs that cells went on without the recorder: at once, unless another one writes. */
  #nameLate({ session }: Recording): void {
    this.#options.log.write("recorder", new Error(LATE));
    const runs = this.#journal?.runs.open(session.session_id) ?? [];
    for (const { run_id } of runs) this.#unnamed.add(run_id);
    if (this.#journal?.ifFree(() => this.#write())) this.#unnamed.clear();
  }

  /** Names it where it has not been named: a recorder that stopped while it wrote has kept everybody out until then. */
  #name(): void {
    this.#write();
    this.#unnamed.clear();
  }

  #write(): void {
    for (const run_id of this.#unnamed) {
      this.#journal?.entries.setMissing(run_id, "data that was read", LATE);
    }
  }

  async #with(
    work: (recording: Recording) => Promise<void> | void,
  ): Promise<void> {
    try {
      const recording = await this.#recording;
      if (recording !== null) await work(recording);
    } catch (error) {
      this.#options.log.write("recording", error);
    }
  }
}

/** A new log of permission checks; null where none can be written. */
function audited(log: RecorderLog): string | null {
  try {
    return newAudit(nbtrackHome());
  } catch (error) {
    log.write("audit", error);
    return null;
  }
}
