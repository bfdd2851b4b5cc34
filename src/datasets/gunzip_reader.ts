/**
 * Unpacks gzip for a table reader: also files of several members (`cat a.gz b.gz`, bgzip), with zeros between them or at the end.
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
  #gunzip = createGunzip();
  #reading: Promise<void>;
  /** Packed bytes that were given to it. */
  #given = 0;
  /** Whether a member has ended and only zeros have followed. */
  #between = false;
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
    let rest = bytes;
    while (rest.length > 0 && !this.#stopped) {
      if (this.#between) {
        const next = rest.findIndex((byte) => byte !== 0);
        if (next < 0) return;
        rest = rest.subarray(next);
        this.#begin();
      }
      await this.#write(rest);
      // What it leaves are zeros after a member, and what follows them: it reads no further by itself.
      const left = this.#given - this.#gunzip.bytesWritten;
      if (left <= 0 || this.#stopped) return;
      this.#gunzip.end();
      await this.#reading;
      rest = rest.subarray(rest.length - left);
      this.#between = true;
    }
  }

  async finish(complete: boolean): Promise<TableFacts> {
    // The end of a part of a packed file is no proper end.
    if (complete) {
      if (!this.#between) this.#gunzip.end();
    } else {
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

  #begin(): void {
    this.#gunzip = createGunzip();
    this.#given = 0;
    this.#between = false;
    this.#reading = this.#unpack();
  }

  async #write(bytes: Uint8Array): Promise<void> {
    const written = Promise.withResolvers<void>();
    this.#given += bytes.length;
    // A stream that ends early drops its callbacks: then nothing is waited for any more.
    this.#gunzip.write(bytes.slice(), () => written.resolve());
    await Promise.race([written.promise, this.#reading]);
  }

  async #unpack(): Promise<void> {
    try {
      for await (const piece of this.#gunzip) {
        const bytes: Uint8Array = piece;
        const left = this.#limit - this.#unpacked;
        this.#unpacked += bytes.length;
        await this.#inner.push(bytes.subarray(0, Math.max(0, left)));
        if (this.#unpacked > this.#limit) {
          this.#stopped = true;
          break;
        }
      }
    } catch (error) {
      if (!this.#stopped) this.#damage = messageOf(error);
      this.#stopped = true;
    }
  }
}
