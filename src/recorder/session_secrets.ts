/**
 * What a session's recorder knows of secrets: what it was told, and whom it tells.
 *
 * @module
 */
import type { Destination } from "../base/destination.ts";
import type { Journal } from "../journal/journal.ts";
import type { Session } from "../journal/sessions.ts";
import { knowDestination } from "../redaction/known_destination.ts";
import type { KnownSecret } from "../redaction/known_secrets.ts";
import type { ControlServer } from "./control.ts";
import { type ReadFiles, SecretFiles } from "./data/secret_files.ts";
import type { Answer } from "./protocol.ts";
import { scrubJournal } from "../journal/scrub.ts";

/** The secrets of a session. */
export class SessionSecrets implements ReadFiles {
  readonly #journal: Journal;
  readonly #session_id: string;
  readonly #files: SecretFiles;
  /** Which of them the others on the line have been told. */
  #reported = -1;
  #credentialsRead = false;

  constructor(journal: Journal, session: Session) {
    this.#journal = journal;
    this.#session_id = session.session_id;
    this.#files = new SecretFiles(journal, session);
  }

  /** Takes what another process knows. */
  take(secrets: readonly KnownSecret[]): void {
    for (const { name, value, learnt } of secrets) {
      this.#journal.redactor.know?.(name, value, learnt);
    }
  }

  /** Learns the secrets of a destination: what was stored before is looked through again. */
  learn(destination: Destination): void {
    if (knowDestination(this.#journal.redactor, destination)) this.#lookAgain();
  }

  /** Learns what files that cells read hold under names that say secret, in the same way. */
  read(paths: Iterable<string>): void {
    this.#teach(() => this.#files.read(paths));
  }

  /** Learns where programs keep the user's credentials, once. */
  readCredentials(): void {
    if (this.#credentialsRead) return;
    this.#credentialsRead = true;
    this.#teach(() => this.#files.readCredentials());
  }

  #teach(learn: () => void): void {
    const before = this.#version;
    learn();
    if (this.#version !== before) this.#lookAgain();
  }

  get #version(): number {
    return this.#journal.redactor.handOver?.(-1)?.version ?? -1;
  }

  #lookAgain(): void {
    const journal = this.#journal;
    const session_id = this.#session_id;
    const runs = journal.runs.list({ session_id });
    const run_ids = runs.map((run) => run.run_id);
    const { findings } = scrubJournal(journal, run_ids, { session_id });
    if (findings.length > 0) journal.checkpoint();
  }

  /** Those who would start the next recorder learn what this one knows, as soon as it does. */
  report(control: ControlServer): void {
    const { taught } = this.known(this.#reported);
    if (taught === undefined) return;
    this.#reported = taught.version;
    control.reportAll({ taught });
  }

  /** What is known, if more is than in a version. */
  known(since: number): Pick<Answer, "taught"> {
    const taught = this.#journal.redactor.handOver?.(since) ?? null;
    return taught === null ? {} : { taught };
  }
}
