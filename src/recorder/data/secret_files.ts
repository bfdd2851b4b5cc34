/**
 * Files that a session reads and that hold secrets: what stands in them under a name that says secret is known from then
 * on, as a cell may print it under no name.
 *
 * @module
 */
import { basename } from "node:path";
import { readEnv } from "../../base/env.ts";
import type { Journal } from "../../journal/journal.ts";
import type { Session } from "../../journal/sessions.ts";
import { redactBytes, textEncodingOf } from "../../redaction/bytes.ts";
import { credentialFiles, placedSecrets } from "./credential_files.ts";
import { isMountedSecret, namedSecret } from "./named_secret.ts";
import { dataJudge } from "./may_be_data.ts";

/** Longer files are data of which hardly anything is a secret, bytes. */
const MOST_BYTES = 1_000_000;
/** And of what is no text: to look into it takes longer, bytes. */
const MOST_PACKED_BYTES = 300_000;
/** And of all files together, bytes. */
const MOST_READ = 20_000_000;
/** Files of variables, such as `.env.local` and `prod.env`. */
const VARIABLES = /^\.env(?:\.|$)|\.env$/;
/** Lists of packages with their digests. */
const LOCK = /(?:\.lock|-lock\.json)$/;

/** Where files are told of that cells have read. */
export interface ReadFiles {
  /** Takes in files by their absolute paths; the same file again and again is read once. */
  read(paths: Iterable<string>): void;
}

/** Teaches a journal's redactor what files hold. */
export class SecretFiles implements ReadFiles {
  readonly #journal: Journal;
  readonly #session: Session;
  readonly #states = new Map<string, string>();
  #mayTell: ((path: string) => boolean) | null = null;
  #read = 0;

  constructor(journal: Journal, session: Session) {
    this.#journal = journal;
    this.#session = session;
  }

  read(paths: Iterable<string>): void {
    const { home } = this.#journal;
    this.#mayTell ??= dataJudge({ ...this.#session, home, config: true });
    for (const path of new Set(paths)) {
      const may = this.#mayTell(path) || isMountedSecret(path);
      if (!LOCK.test(path) && may) this.#learn(path);
    }
  }

  /** Takes in where programs keep the user's credentials, whether a cell reads them or not. */
  readCredentials(): void {
    const home = readEnv("HOME") ?? readEnv("USERPROFILE");
    for (const path of credentialFiles(home)) this.#learn(path);
  }

  #learn(path: string): void {
    const { redactor } = this.#journal;
    const bytes = this.#newBytes(path);
    if (bytes === null) return;
    if (VARIABLES.test(basename(path))) redactor.addFile?.(path);
    // To look for secrets is to know those that have a name.
    if (textEncodingOf(bytes) !== "utf-8") {
      if (bytes.length <= MOST_PACKED_BYTES) redactBytes(redactor, bytes);
      return;
    }
    const text = new TextDecoder().decode(bytes);
    const own = namedSecret(path, text);
    for (
      const { name, value } of [
        ...own === null ? [] : [own],
        ...placedSecrets(path, text),
      ]
    ) redactor.know?.(name, value);
    if (/^\s*[[{]/.test(text)) redactor.json(text);
    else redactor.text(text);
  }

  /** The bytes of a file that was not read as it is; null where there are none. */
  #newBytes(path: string): Uint8Array | null {
    try {
      const { isFile, size, mtime } = Deno.statSync(path);
      const state = `${size} ${mtime?.getTime()}`;
      if (
        !isFile || size > MOST_BYTES || this.#read > MOST_READ ||
        this.#states.get(path) === state
      ) return null;
      this.#states.set(path, state);
      this.#read += size;
      return Deno.readFileSync(path);
    } catch {
      return null; // it is gone, or not for this user: the cell did not read it
    }
  }
}
