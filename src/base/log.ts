/**
 * The recorder's own log: nobody watches its standard error.
 *
 * @module
 */
import { fileSize } from "./files.ts";

/** Above this size the log starts anew, bytes. */
const MAX_LOG_BYTES = 1 << 20;

/** Writes lines to `logs/recorder.log` under nbtrack's folder. */
export class RecorderLog {
  readonly #folder: string;
  readonly #path: string;
  readonly #who: string;
  /** What may be written of a line. */
  redact: (text: string) => string = (text) => text;

  constructor(home: string, who: string) {
    this.#folder = `${home}/logs`;
    this.#path = `${this.#folder}/recorder.log`;
    this.#who = who;
  }

  /** Writes one line; an error's stack is written whole. */
  write(what: string, error?: unknown): void {
    const text = error === undefined
      ? ""
      : `: ${
        error instanceof Error ? error.stack ?? error.message : String(error)
      }`;
    const line = `${new Date().toISOString()} ${this.#who} ${
      this.redact(`${what}${text}`)
    }\n`;
    try {
      Deno.mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      if (fileSize(this.#path) > MAX_LOG_BYTES) {
        Deno.renameSync(this.#path, `${this.#path}.old`);
      }
      Deno.writeTextFileSync(this.#path, line, {
        append: true,
        create: true,
        mode: 0o600,
      });
    } catch (cause) {
      // The log is what failures are reported to; when it fails too, standard error is all there is.
      console.error(line, cause);
    }
  }
}
