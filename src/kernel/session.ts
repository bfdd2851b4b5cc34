/**
 * The recording of a tracked kernel's session. The kernel serves its front end whatever becomes of it: what cannot be
 * recorded is written to the log and named on the session's runs by the recorder that follows.
 *
 * @module
 */
import { nbtrackHome } from "../base/env.ts";
import type { RecorderLog } from "../base/log.ts";
import { Journal } from "../journal/journal.ts";
import { Recording } from "../recorder/recording.ts";
import { standardRedaction } from "../redaction/standard_redaction.ts";
import type { CellEnd, Observer } from "./observer.ts";

/** How long the first cell may wait for the recorder, milliseconds. */
const RECORDER_MS = 5000;

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

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#audit = newAudit(options.log);
    this.env = this.#audit === null
      ? {}
      : { DENO_AUDIT_PERMISSIONS: this.#audit };
  }

  /** Opens the session, and starts its recorder beside the kernel that starts. */
  onStart(process: { pid: number; connectionFile: string }): void {
    this.#recording = this.#open(process).catch((error) => {
      this.#options.log.write("recording", error);
      return null;
    });
  }

  /** Waits for the recorder, and forgets what the kernel itself asked for at its start. */
  async onReady(): Promise<void> {
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(late.resolve, RECORDER_MS);
    await Promise.race([this.#recording, late.promise]);
    clearTimeout(timer);
    try {
      if (this.#audit !== null) Deno.truncateSync(this.#audit, 0);
    } catch (error) {
      this.#options.log.write("audit", error);
    }
  }

  /** Reports a cell's end to the recorder, before the front end is told. */
  async onCell({ cell_id, ...reply }: CellEnd): Promise<void> {
    await this.#with(async (recording) => {
      await recording.reply(reply, cell_id);
      // What the cell read is noted before the next one can change it.
      await recording.reported();
    });
  }

  /** Reports that the front end ends the kernel while no cell is executed. */
  async onShutdown(): Promise<void> {
    await this.#with((recording) => recording.finish());
  }

  /** Lets go of the session: its recorder completes the record by itself. */
  async close(): Promise<void> {
    (await this.#recording)?.release();
    this.#journal?.[Symbol.dispose]();
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

  async #with(work: (recording: Recording) => Promise<void>): Promise<void> {
    try {
      const recording = await this.#recording;
      if (recording !== null) await work(recording);
    } catch (error) {
      this.#options.log.write("recording", error);
    }
  }
}

/** A new log of permission checks, for this user alone; null where none can be written. */
function newAudit(log: RecorderLog): string | null {
  const folder = `${nbtrackHome()}/audit`;
  const path = `${folder}/${crypto.randomUUID()}.jsonl`;
  try {
    Deno.mkdirSync(folder, { recursive: true, mode: 0o700 });
    Deno.writeTextFileSync(path, "", { createNew: true, mode: 0o600 });
    return path;
  } catch (error) {
    log.write("audit", error);
    return null;
  }
}
