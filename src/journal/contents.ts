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
import { contentFile } from "./stored_files.ts";

/** Bytes read at once. */
const CHUNK_BYTES = 1 << 20;
/** A larger file that is no text is not examined, bytes. */
const MAX_AT_ONCE_BYTES = 32 << 20;
/** A longer text is examined piece by piece, bytes. */
const MAX_TEXT_BYTES = 16_000_000;

/** A content as a caller has it. */
export type Content = Uint8Array | { file: string };

/** Stores contents by their digest. */
export class ContentStore {
  readonly #folder: string;
  readonly #redactor: Redactor;
  /** The journal's file, for messages. */
  readonly #journal: string;
  readonly #textBytes: number;

  /** @param textBytes A longer text is examined piece by piece, which takes less memory, bytes. */
  constructor(
    folder: string,
    journal: string,
    redactor: Redactor,
    textBytes: number = MAX_TEXT_BYTES,
  ) {
    this.#folder = folder;
    this.#textBytes = textBytes;
    this.#journal = journal;
    this.#redactor = redactor;
  }

  /** The file that holds a content. */
  file(digest: Digest): string {
    return contentFile(this.#folder, digest);
  }

  /** Stores what a user gave, without the secrets in it. */
  storeRedacted(content: Content): StoredContent {
    const stream = this.#textStream(content);
    if (stream !== null) {
      const stored = this.#keep((target) =>
        withSource(content, (source) => copy(source, target, stream))
      );
      return { ...stored, taken: stream.taken, unexamined: null };
    }
    const bytes = smallContent(content);
    if (bytes === null) {
      return {
        ...this.store(content),
        taken: [],
        unexamined: "it is too large",
      };
    }
    const { bytes: kept, taken, unexamined } = redactBytes(
      this.#redactor,
      bytes,
    );
    return kept === null
      ? { digest: null, size: 0, taken, unexamined }
      : { ...this.store(kept), taken, unexamined };
  }

  /**
   * Stores what may be stored of a content that is stored already.
   *
   * @param dryRun Only says what would be taken out.
   * @returns null when it is not there, or too large to be examined
   */
  redactStored(digest: Digest, dryRun: boolean): StoredContent | null {
    const file = this.file(digest);
    return ifThere(() => {
      if (!dryRun) return this.storeRedacted({ file });
      const found = this.#examined(file);
      return found === null ? null : { digest, ...found };
    });
  }

  /** What would be taken out of any file; null when it is not there, or too large to be examined. */
  examine(file: string): readonly Taken[] | null {
    return ifThere(() => this.#examined(file))?.taken ?? null;
  }

  #examined(file: string): Omit<StoredContent, "digest"> | null {
    const stream = this.#textStream({ file });
    if (stream !== null) {
      const { size } = withSource(
        { file },
        (source) => copy(source, NOWHERE, stream),
      );
      return { size, taken: stream.taken, unexamined: null };
    }
    const bytes = smallContent({ file });
    if (bytes === null) return null;
    const { taken, unexamined } = redactBytes(this.#redactor, bytes);
    return { size: bytes.byteLength, taken, unexamined };
  }

  /** What examines a long text; null for what is none. */
  #textStream(content: Content): TextStream | null {
    if (sizeOf(content) <= this.#textBytes) return null;
    const encoding = withSource(content, (source) => {
      const head = new Uint8Array(CHUNK_BYTES);
      return textEncodingOf(head.subarray(0, source.readSync(head) ?? 0));
    });
    return encoding === null ? null : new TextStream(this.#redactor, encoding);
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
    return withSource(
      content,
      (source) => this.#keep((target) => copy(source, target)),
    );
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

/** Where the bytes of a content come from. */
interface Source {
  readSync(buffer: Uint8Array): number | null;
}

function sizeOf(content: Content): number {
  return content instanceof Uint8Array
    ? content.byteLength
    : Deno.statSync(content.file).size;
}

/** A content's bytes; null when they are too many to be read at once. */
function smallContent(content: Content): Uint8Array | null {
  if (content instanceof Uint8Array) return content;
  return sizeOf(content) <= MAX_AT_ONCE_BYTES
    ? Deno.readFileSync(content.file)
    : null;
}

function withSource<T>(content: Content, work: (source: Source) => T): T {
  if (content instanceof Uint8Array) return work(sourceOf(content));
  using file = Deno.openSync(content.file, { read: true });
  return work(file);
}

function sourceOf(bytes: Uint8Array): Source {
  let at = 0;
  return {
    readSync(buffer) {
      const part = bytes.subarray(at, at + buffer.length);
      buffer.set(part);
      at += part.length;
      return part.length === 0 ? null : part.length;
    },
  };
}

/** Where the bytes of an artifact go. */
interface Target {
  writeSync(bytes: Uint8Array): number;
}

/** Takes bytes that nobody needs. */
const NOWHERE: Target = { writeSync: (bytes) => bytes.byteLength };

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
  source: Source,
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

/** Why nothing is stored of a content that holds a secret. */
export function whyNotStored(taken: readonly Taken[]): string {
  const kinds = [...new Set(taken.map((t) => t.kind))].join(", ");
  return `it holds a secret (${kinds}) that cannot be taken out of such a file; it was not stored`;
}
