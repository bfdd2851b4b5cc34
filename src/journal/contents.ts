/**
 * Contents of artifacts and model files: in files named by digest beside the journal.
 *
 * @module
 */
import { writeAll } from "../base/bytes.ts";
import { ifThere } from "../base/files.ts";
import { type Digest, newSha256, sha256 } from "../base/digest.ts";
import { redactBytes, textEncodingOf } from "../redaction/bytes.ts";
import type { Redactor, Taken } from "../redaction/redaction.ts";
import { TextStream } from "../redaction/text_stream.ts";
import { journalError } from "./errors.ts";

/** Bytes read at once. */
const CHUNK_BYTES = 1 << 20;
/** A larger file is read piece by piece, bytes. */
const MAX_AT_ONCE_BYTES = 32 << 20;

/** A content as a caller has it. */
export type Content = Uint8Array | { file: string };

/** Stores contents by their digest. */
export class ContentStore {
  readonly #folder: string;
  readonly #redactor: Redactor;
  /** The journal's file, for messages. */
  readonly #journal: string;

  constructor(folder: string, journal: string, redactor: Redactor) {
    this.#folder = folder;
    this.#journal = journal;
    this.#redactor = redactor;
  }

  /** The file that holds a content. */
  file(digest: Digest): string {
    const hex = digest.slice("sha256:".length);
    return `${this.#folder}/${hex.slice(0, 2)}/${hex}`;
  }

  /** Stores what a user gave, without the secrets in it. */
  storeRedacted(content: Content): StoredContent {
    const bytes = content instanceof Uint8Array
      ? content
      : smallFile(content.file);
    if (bytes !== null) {
      const { bytes: kept, taken, unexamined } = redactBytes(
        this.#redactor,
        bytes,
      );
      return kept === null
        ? { digest: null, size: 0, taken, unexamined }
        : { ...this.store(kept), taken, unexamined };
    }
    using source = Deno.openSync((content as { file: string }).file, {
      read: true,
    });
    const head = new Uint8Array(CHUNK_BYTES);
    const encoding = textEncodingOf(
      head.subarray(0, source.readSync(head) ?? 0),
    );
    source.seekSync(0, Deno.SeekMode.Start);
    if (encoding === null) {
      const stored = this.#keep((target) => copy(source, target));
      return { ...stored, taken: [], unexamined: "it is too large" };
    }
    const stream = new TextStream(this.#redactor, encoding);
    const stored = this.#keep((target) => copy(source, target, stream));
    return { ...stored, taken: stream.taken, unexamined: null };
  }

  /**
   * Stores what may be stored of a content that is stored already.
   *
   * @param dryRun Only says what would be taken out.
   * @returns null when it is not there
   */
  redactStored(digest: Digest, dryRun: boolean): StoredContent | null {
    const file = this.file(digest);
    return ifThere(() => {
      if (!dryRun) return this.storeRedacted({ file });
      const bytes = smallFile(file);
      if (bytes === null) return null;
      const { taken, unexamined } = redactBytes(this.#redactor, bytes);
      return { digest, size: bytes.byteLength, taken, unexamined };
    });
  }

  /** Stores a content as it is. */
  store(
    content: Content,
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
        throw journalError("store a file beside", this.#journal, error);
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

/** What was stored of a content. */
export interface StoredContent {
  /** Null when nothing was. */
  digest: Digest | null;
  size: number;
  taken: readonly Taken[];
  /** Why it could not be examined; null when it was. */
  unexamined: string | null;
}

const AS_IT_IS = {
  push: (bytes: Uint8Array): Uint8Array => bytes,
  end: (): Uint8Array => new Uint8Array(),
};

/** A file's bytes; null when it is too large to be read at once. */
function smallFile(path: string): Uint8Array | null {
  return Deno.statSync(path).size <= MAX_AT_ONCE_BYTES
    ? Deno.readFileSync(path)
    : null;
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
  stream: Pick<TextStream, "push" | "end"> = AS_IT_IS,
): { digest: Digest; size: number } {
  const hash = newSha256();
  const buffer = new Uint8Array(CHUNK_BYTES);
  let size = 0;
  for (;;) {
    const n = source.readSync(buffer);
    const part = n === null ? stream.end() : stream.push(buffer.subarray(0, n));
    hash.update(part);
    writeAll(target, part);
    size += part.byteLength;
    if (n === null) break;
  }
  return { digest: `sha256:${hash.digest("hex")}`, size };
}
