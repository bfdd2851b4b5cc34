/**
 * Artifacts: their rows in the journal, their bytes in files named by digest beside it.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { Digest } from "../base/digest.ts";
import type { Database } from "./database.ts";
import { journalError } from "./errors.ts";

/** Bytes read at once. */
const CHUNK_BYTES = 1 << 20;

/** A row of `artifacts`. */
export interface Artifact {
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
  readonly #db: Database;
  readonly #folder: string;

  constructor(db: Database, folder: string) {
    this.#db = db;
    this.#folder = folder;
  }

  /** Stores bytes or a file under a path of the run; the same path again replaces it. */
  put(
    run_id: string,
    path: string,
    content: Uint8Array | { file: string },
    options: { content_type: string; origin: Artifact["origin"] },
  ): Artifact {
    const { digest, size } = this.#store(content);
    this.#db.run(
      `INSERT INTO artifacts (run_id, path, digest, size, content_type, origin, time)
         VALUES (?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (run_id, path) DO UPDATE SET digest = excluded.digest, size = excluded.size,
           content_type = excluded.content_type, origin = excluded.origin, time = excluded.time, sent = 0
         WHERE digest <> excluded.digest`,
      run_id,
      path,
      digest,
      size,
      options.content_type,
      options.origin,
      Date.now(),
    );
    return this.get(run_id, path) as Artifact;
  }

  /** One artifact. */
  get(run_id: string, path: string): Artifact | undefined {
    const row = this.#db.get<Omit<Artifact, "sent"> & { sent: number }>(
      "SELECT * FROM artifacts WHERE run_id = ? AND path = ?",
      run_id,
      path,
    );
    return row && { ...row, sent: row.sent !== 0 };
  }

  /** A run's artifacts by path. */
  list(run_id: string): Artifact[] {
    return this.#db.all<Omit<Artifact, "sent"> & { sent: number }>(
      "SELECT * FROM artifacts WHERE run_id = ? ORDER BY path",
      run_id,
    ).map((row) => ({ ...row, sent: row.sent !== 0 }));
  }

  /** The file that holds a content. */
  file(digest: Digest): string {
    const hex = digest.slice("sha256:".length);
    return `${this.#folder}/${hex.slice(0, 2)}/${hex}`;
  }

  #store(
    content: Uint8Array | { file: string },
  ): { digest: Digest; size: number } {
    const temporary = `${this.#folder}/${crypto.randomUUID()}.part`;
    try {
      Deno.mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      const stored = content instanceof Uint8Array
        ? writeBytes(content, temporary)
        : copyFile(content.file, temporary);
      const file = this.file(stored.digest);
      Deno.mkdirSync(file.slice(0, file.lastIndexOf("/")), {
        recursive: true,
        mode: 0o700,
      });
      Deno.renameSync(temporary, file);
      return stored;
    } catch (error) {
      try {
        Deno.removeSync(temporary);
      } catch (left) {
        if (!(left instanceof Deno.errors.NotFound)) {
          throw journalError("clean up beside", this.#db.path, left);
        }
      }
      throw error;
    }
  }
}

function writeBytes(
  bytes: Uint8Array,
  path: string,
): { digest: Digest; size: number } {
  Deno.writeFileSync(path, bytes, { mode: 0o600 });
  return {
    digest: `sha256:${createHash("sha256").update(bytes).digest("hex")}`,
    size: bytes.byteLength,
  };
}

function copyFile(from: string, to: string): { digest: Digest; size: number } {
  const hash = createHash("sha256");
  using source = Deno.openSync(from, { read: true });
  using target = Deno.openSync(to, {
    create: true,
    write: true,
    truncate: true,
    mode: 0o600,
  });
  const buffer = new Uint8Array(CHUNK_BYTES);
  let size = 0;
  for (;;) {
    const n = source.readSync(buffer);
    if (n === null) break;
    const part = buffer.subarray(0, n);
    hash.update(part);
    for (let at = 0; at < n;) at += target.writeSync(part.subarray(at));
    size += n;
  }
  return { digest: `sha256:${hash.digest("hex")}`, size };
}
