/**
 * Unpacks gzip for a table reader.
 *
 * @module
 */
import { messageOf } from "../base/errors.ts";
import { noTable, type TableReader } from "./table_reader.ts";
import type { TableFacts } from "./types.ts";

/** A reader of packed bytes in front of a reader of what they hold. */
export class GunzipReader implements TableReader {
  readonly #inner: TableReader;
  readonly #limit: number;
  readonly #stream = new DecompressionStream("gzip");
  readonly #writer = this.#stream.writable.getWriter();
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
    try {
      await this.#writer.write(bytes.slice());
    } catch (error) {
      this.#stop(error);
    }
  }

  async finish(complete: boolean): Promise<TableFacts> {
    if (!this.#stopped) {
      try {
        // The end of a part of a packed file is no proper end.
        await (complete ? this.#writer.close() : this.#writer.abort());
      } catch (error) {
        this.#stop(error);
      }
    }
    await this.#reading;
    if (complete && this.#damage !== null) {
      return noTable(`It could not be unpacked: ${this.#damage}`);
    }
    if (this.#unpacked === 0) return noTable("It is empty");
    return await this.#inner.finish(complete && this.#unpacked <= this.#limit);
  }

  async #unpack(): Promise<void> {
    const reader = this.#stream.readable.getReader();
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        const rest = this.#limit - this.#unpacked;
        this.#unpacked += value.length;
        await this.#inner.push(value.subarray(0, rest));
        if (this.#unpacked <= this.#limit) continue;
        this.#stopped = true;
        return await reader.cancel();
      }
    } catch (error) {
      this.#stop(error);
    }
  }

  #stop(error: unknown): void {
    if (!this.#stopped) this.#damage = messageOf(error);
    this.#stopped = true;
  }
}
