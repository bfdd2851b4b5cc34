/**
 * The line to a recorder of the process that runs its kernel. A recorder that ends is replaced, and the line goes on to
 * the new one.
 *
 * @module
 */
import { messageOf } from "../base/errors.ts";
import { identify } from "../base/process_identity.ts";
import type { Journal } from "../journal/journal.ts";
import type { Session } from "../journal/sessions.ts";
import type { KnownSecret } from "../redaction/known_secrets.ts";
import { isRecorderError } from "./errors.ts";
import type { RecorderLink } from "./line.ts";
import { type LinkOptions, linkRecorder } from "./link.ts";
import type { Answer, LineRequest } from "./protocol.ts";

/** How often a recorder that ended is replaced before the other cells go unrecorded. */
const MAX_RESTARTS = 5;

/** A line that outlives the recorder at its other end. */
export class RunnerLink {
  readonly #journal: Journal;
  readonly #session: Session;
  #link: RecorderLink;
  #restarts = 0;

  private constructor(journal: Journal, session: Session, link: RecorderLink) {
    this.#journal = journal;
    this.#session = session;
    this.#link = link;
  }

  /** Draws the line, to a recorder that is started where there is none. @throws {RecorderError} when none can be */
  static async open(
    journal: Journal,
    session: Session,
    options: LinkOptions,
  ): Promise<RunnerLink> {
    const self = identify(Deno.pid);
    // Its kernel is nobody's once this process is gone.
    if (self !== null) journal.sessions.setRunner(session.session_id, self);
    const link = await linkRecorder(journal, session, options);
    return new RunnerLink(journal, session, link);
  }

  /** Whether the recorder at its end is there. */
  get open(): boolean {
    return this.#link.open;
  }

  /** What the recorder at its end has learned of secrets from cells. */
  get taught(): readonly KnownSecret[] {
    return this.#link.taught;
  }

  /** Sends a request, to another recorder where this one has ended: what was missed is named by the one that follows. @returns its answer; null where there is none */
  async send(request: LineRequest): Promise<Answer | null> {
    try {
      return await this.#link.request(request, { hold: true });
    } catch (error) {
      if (!isRecorderError(error) || this.#link.open) throw error;
      return await this.#sendAgain(request);
    }
  }

  /** Replaces a recorder that has ended; false when that was done too often. */
  async reconnect(): Promise<boolean> {
    if (this.#restarts++ >= MAX_RESTARTS) return false;
    try {
      this.#link = await linkRecorder(this.#journal, this.#session);
    } catch (error) {
      // One that finds the kernel gone completes the record without ever listening.
      if (!isRecorderError(error)) throw error;
    }
    return true;
  }

  /** Lets go of the recorder. */
  close(): void {
    this.#link.close();
  }

  async #sendAgain(request: LineRequest): Promise<Answer | null> {
    if (this.#restarts++ >= MAX_RESTARTS) return null;
    try {
      this.#link = await linkRecorder(this.#journal, this.#session);
      return await this.#link.request(request, { hold: true });
    } catch (error) {
      for (const run of this.#journal.runs.open(this.#session.session_id)) {
        this.#journal.entries.setMissing(
          run.run_id,
          "recorder",
          messageOf(error),
        );
      }
      return null;
    }
  }
}
