/**
 * The bytes of artifacts, kept by their content: the same bytes are stored once. A file appears under
 * its digest only when all of it is there.
 *
 * @module
 */
import { writeAll } from "../../base/bytes.ts";
import { createHash } from "node:crypto";
import { makePrivateFolder, openPrivateFile } from "./private_files.ts";

/** Bytes that have arrived: how many, and their SHA-256 as 64 hex digits, which is also their address. */
export interface Blob {
  readonly size: number;
  readonly sha256: string;
}

/** The folder of artifacts. */
export class BlobStore {
  readonly #files: string;
  readonly #incoming: string;

  /** Opens the store in a folder; what an earlier server had only half received is removed. */
  constructor(dir: string) {
    this.#files = `${dir}/files`;
    this.#incoming = `${dir}/incoming`;
    makePrivateFolder(this.#files);
    makePrivateFolder(this.#incoming);
    for (const entry of Deno.readDirSync(this.#incoming)) {
      Deno.removeSync(`${this.#incoming}/${entry.name}`);
    }
  }

  /**
   * Receives bytes, one chunk at a time in memory. Chunks are written synchronously: when writes are
   * awaited, Deno 2.9 buffers the body and is many times slower. A body beyond `limit` bytes is still read
   * to its end, since GitLab refuses it only after all of it has arrived.
   *
   * @returns the blob, or undefined when there were more than `limit` bytes
   */
  async receive(
    body: AsyncIterable<Uint8Array>,
    options: { limit: number },
  ): Promise<Blob | undefined> {
    const path = `${this.#incoming}/${crypto.randomUUID()}`;
    const file = openPrivateFile(path, { createNew: true });
    let size = 0;
    const hash = createHash("sha256");
    try {
      for await (const chunk of body) {
        size += chunk.byteLength;
        if (size > options.limit) continue;
        hash.update(chunk);
        writeAll(file, chunk);
      }
    } catch (error) {
      file.close();
      await Deno.remove(path);
      throw error;
    }
    file.close();
    if (size > options.limit) {
      await Deno.remove(path);
      return undefined;
    }
    const sha256 = hash.digest("hex");
    makePrivateFolder(`${this.#files}/${sha256.slice(0, 2)}`);
    await Deno.rename(path, this.#path(sha256));
    return { size, sha256 };
  }

  /** The bytes of a blob as a stream, which closes its file when it ends or is given up. */
  async open(sha256: string): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
    return (await Deno.open(this.#path(sha256))).readable;
  }

  /** The bytes of a blob as text. */
  text(sha256: string): string {
    return Deno.readTextFileSync(this.#path(sha256));
  }

  #path(sha256: string): string {
    return `${this.#files}/${sha256.slice(0, 2)}/${sha256}`;
  }
}
