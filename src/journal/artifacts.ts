/**
 * Artifacts: their rows in the journal, their bytes in files named by digest beside it.
 *
 * @module
 */
import { type Digest, newSha256, sha256 } from "../base/digest.ts";
import type { JournalDatabase } from "./database.ts";
import { admit } from "./entries.ts";
import { journalError } from "./errors.ts";
import type { Redactor } from "../redaction/redaction.ts";

/** Bytes read at once. */
const CHUNK_BYTES = 1 << 20;

/** A row of `artifacts`. */
export interface ArtifactRow {
  run_id: string;
  /** Path within the run, with `/`. */
  path: string;
  digest: Digest;
  size: number;
  content_type: string;
  /** `user`: logged by the user; `record`: written by the recorder (notebook, manifest, bundle). */
  origin: "user" | "record";
  time: number;
  sent: boolean;
}

/** Reads and writes artifacts. */
export class Artifacts {
  readonly #db: JournalDatabase;
  readonly #folder: string;
  readonly #gate: Redactor;

  constructor(db: JournalDatabase, folder: string, gate: Redactor) {
    this.#db = db;
    this.#folder = folder;
    this.#gate = gate;
  }

  /**
   * Stores bytes or a file under a path of the run; the same path again replaces it.
   *
   * @throws {JournalError} when it cannot be stored; what reading the file threw, as it was thrown
   */
  put(
    run_id: string,
    path: string,
    content: Uint8Array | { file: string },
    options: { content_type: string; origin: ArtifactRow["origin"] },
  ): ArtifactRow {
    const { digest, size } = this.#store(content);
    const name = admit(
      this.#db,
      run_id,
      "artifact name",
      this.#gate.text(path),
    );
    this.#db.run(
      `INSERT INTO artifacts (run_id, path, digest, size, content_type, origin, time)
         VALUES (?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (run_id, path) DO UPDATE SET digest = excluded.digest, size = excluded.size,
           content_type = excluded.content_type, origin = excluded.origin, time = excluded.time, sent = 0
         WHERE digest <> excluded.digest`,
      run_id,
      name,
      digest,
      size,
      options.content_type,
      options.origin,
      Date.now(),
    );
    return this.get(run_id, name) as ArtifactRow;
  }

  /** One artifact. */
  get(run_id: string, path: string): ArtifactRow | undefined {
    const row = this.#db.get<Omit<ArtifactRow, "sent"> & { sent: number }>(
      "SELECT * FROM artifacts WHERE run_id = ? AND path = ?",
      run_id,
      path,
    );
    return row && { ...row, sent: row.sent !== 0 };
  }

  /** A run's artifacts by path. */
  list(run_id: string): ArtifactRow[] {
    return this.#db.all<Omit<ArtifactRow, "sent"> & { sent: number }>(
      "SELECT * FROM artifacts WHERE run_id = ? ORDER BY path",
      run_id,
    ).map((row) => ({ ...row, sent: row.sent !== 0 }));
  }

  /** The file that holds a content. */
  file(digest: Digest): string {
    const hex = digest.slice("sha256:".length);
    return `${this.#folder}/${hex.slice(0, 2)}/${hex}`;
  }

  /**
   * Keeps a content that is no artifact of a run itself, to be found by its digest.
   *
   * @throws {JournalError} when it cannot be stored; what reading the file threw, as it was thrown
   */
  keep(
    content: Uint8Array | { file: string },
  ): { digest: Digest; size: number } {
    return this.#store(content);
  }

  #store(
    content: Uint8Array | { file: string },
  ): { digest: Digest; size: number } {
    if (content instanceof Uint8Array) {
      return this.#keep((target) => {
        writeAll(target, content);
        return { digest: sha256(content), size: content.byteLength };
      });
    }
    using source = Deno.openSync(content.file, { read: true });
    return this.#keep((target) => copy(source, target));
  }

  /** Lets `write` fill a file that takes its name once it is whole; a failure leaves nothing behind. */
  #keep(
    write: (target: Target) => { digest: Digest; size: number },
  ): { digest: Digest; size: number } {
    const temporary = `${this.#folder}/${crypto.randomUUID()}.part`;
    const onDisk = <T>(work: () => T): T => {
      try {
        return work();
      } catch (error) {
        throw journalError("store a file beside", this.#db.path, error);
      }
    };
    const file = onDisk(() => {
      Deno.mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      return Deno.openSync(temporary, {
        createNew: true,
        write: true,
        mode: 0o600,
      });
    });
    try {
      const stored = fill(file, onDisk, write);
      onDisk(() => {
        const path = this.file(stored.digest);
        Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), {
          recursive: true,
          mode: 0o700,
        });
        Deno.renameSync(temporary, path);
      });
      return stored;
    } catch (error) {
      onDisk(() => Deno.removeSync(temporary));
      throw error;
    }
  }
}

/** Where the bytes of an artifact go. */
interface Target {
  writeSync(bytes: Uint8Array): number;
}

function fill<T>(
  file: Deno.FsFile,
  onDisk: <R>(work: () => R) => R,
  write: (target: Target) => T,
): T {
  try {
    return write({
      writeSync: (bytes) => onDisk(() => file.writeSync(bytes)),
    });
  } finally {
    file.close();
  }
}

function copy(
  source: Deno.FsFile,
  target: Target,
): { digest: Digest; size: number } {
  const hash = newSha256();
  const buffer = new Uint8Array(CHUNK_BYTES);
  let size = 0;
  for (;;) {
    const n = source.readSync(buffer);
    if (n === null) break;
    const part = buffer.subarray(0, n);
    hash.update(part);
    writeAll(target, part);
    size += n;
  }
  return { digest: `sha256:${hash.digest("hex")}`, size };
}

function writeAll(target: Target, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.byteLength;) {
    at += target.writeSync(bytes.subarray(at));
  }
}
