/**
 * Unpacks gzip for a table reader: also files of several members (`cat a.gz b.gz`, bgzip) and with zeros at the end.
 *
 * @module
 */
import { createGunzip } from "node:zlib";
import { messageOf } from "../base/errors.ts";
import { noTable, type TableReader } from "./table_reader.ts";
import type { TableFacts } from "./types.ts";

/** A reader of packed bytes in front of a reader of what they hold. */
export class GunzipReader implements TableReader {
  readonly #inner: TableReader;
  readonly #limit: number;
  readonly #gunzip = createGunzip();
  readonly #reading: Promise<void>;
  #unpacked = 0;
  #stopped = false;
  #damage: string | null = null;

  /** @param limit how many unpacked bytes the inner reader gets */
  constructor(inner: TableReader, limit: number) {
    this.#inner = inner;
    this.#limit = limit;
    this.#reading = this.#unpack();
  }

  async push(bytes: Uint8Array): Promise<void> {
    if (this.#stopped) return;
    const written = Promise.withResolvers<void>();
    // A stream that ends early drops its callbacks: then nothing is waited for any more.
    this.#gunzip.write(bytes.slice(), () => written.resolve());
    await Promise.race([written.promise, this.#reading]);
  }

  async finish(complete: boolean): Promise<TableFacts> {
    // The end of a part of a packed file is no proper end.
    if (complete) this.#gunzip.end();
    else {
      this.#stopped = true;
      this.#gunzip.destroy();
    }
    await this.#reading;
    if (complete && this.#damage !== null) {
      return noTable(`It could not be unpacked: ${this.#damage}`);
    }
    if (this.#unpacked === 0) return noTable("It is empty");
    return await this.#inner.finish(complete && this.#unpacked <= this.#limit);
  }

  async #unpack(): Promise<void> {
    try {
      for await (const piece of this.#gunzip) {
        const bytes: Uint8Array = piece;
        const left = this.#limit - this.#unpacked;
        this.#unpacked += bytes.length;
        await this.#inner.push(bytes.subarray(0, Math.max(0, left)));
        if (this.#unpacked > this.#limit) break;
      }
    } catch (error) {
      if (!this.#stopped) this.#damage = messageOf(error);
    }
    this.#stopped = true;
  }
}
