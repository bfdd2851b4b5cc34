/**
 * The canonical form of values in memory: the same values give the same bytes in any process.
 *
 * A value is one ASCII letter and what follows it; numbers are little-endian:
 *
 * | letter | value | follows |
 * | --- | --- | --- |
 * | `n` | number | 8 bytes, float64; every NaN is 7ff8000000000000, -0 is kept |
 * | `s` | text | length of its UTF-8 (uint32), the UTF-8 |
 * | `w` | text with lone surrogates | count of code units (uint32), the units (uint16) |
 * | `i` | bigint | its decimal digits, as a text without letter |
 * | `t` `f` `z` `u` | true, false, null, undefined or absent | nothing |
 * | `d` | Date | 8 bytes, float64, milliseconds since 1970 |
 * | `b` | typed array, buffer | element type as a text without letter, length in bytes (uint32), the bytes |
 * | `a` | array or other iterable | count (uint32), the items |
 * | `o` | object, by its own members, else by those that it inherits | count (uint32), each name as a text without letter and its value, by code units of the names |
 * | `m` `e` | Map, Set | count (uint32), the entries or items in their order |
 * | `c` | an object that holds itself | how many objects further out it is (uint32) |
 * | `x` | what has no value of its own (function, symbol, unreadable, an instance that shows nothing) | a description, as a text without letter |
 *
 * @module
 */
import type { Hash } from "node:crypto";
import { messageOf } from "../base/errors.ts";
import { bytesOf, elementType } from "./arrays.ts";
import { memberNames, showsNothing } from "./member_names.ts";

const BUFFER = 1 << 16;
const DEEPEST = 200;
const SHORT = 64;
const utf8 = new TextEncoder();

/** Writes values in their canonical form into a hash. */
export class CanonicalWriter {
  /** Bytes written. */
  size = 0;
  readonly #hash: Hash;
  readonly #warn: (text: string) => void;
  readonly #bytes = new Uint8Array(BUFFER);
  readonly #view = new DataView(this.#bytes.buffer);
  readonly #around: object[] = [];
  #at = 0;

  /** @param warn called with what has no value of its own */
  constructor(hash: Hash, warn: (text: string) => void) {
    this.#hash = hash;
    this.#warn = warn;
  }

  /** Writes one value of any kind; never throws. */
  value(value: unknown): void {
    switch (typeof value) {
      case "number":
        return this.#float("n", value);
      case "string":
        return this.#text("s", value);
      case "boolean":
        return this.#letter(value ? "t" : "f");
      case "undefined":
        return this.#letter("u");
      case "bigint":
        return this.#text("i", String(value));
      case "object":
        return value === null ? this.#letter("z") : this.#object(value);
      default:
        return this.#withoutValue(`${typeof value} ${nameOf(value)}`);
    }
  }

  /** Gives what is still buffered to the hash. */
  flush(): void {
    this.#hash.update(this.#bytes.subarray(0, this.#at));
    this.size += this.#at;
    this.#at = 0;
  }

  #object(value: object): void {
    const further = this.#around.lastIndexOf(value);
    if (further >= 0) return this.#count("c", this.#around.length - further);
    if (this.#around.length >= DEEPEST) {
      return this.#withoutValue(`more than ${DEEPEST} levels deep`);
    }
    this.#around.push(value);
    try {
      this.#inside(value);
    } catch (error) {
      this.#withoutValue(`unreadable: ${messageOf(error)}`);
    } finally {
      this.#around.pop();
    }
  }

  #inside(value: object): void {
    if (Array.isArray(value)) return this.#items("a", value);
    if (value instanceof Date) return this.#float("d", value.getTime());
    const bytes = bytesOf(value);
    if (bytes !== null) return this.#binary(elementType(value), bytes);
    if (value instanceof Map) return this.#items("m", [...value]);
    if (value instanceof Set) return this.#items("e", [...value]);
    if (
      value instanceof RegExp || value instanceof Error || value instanceof URL
    ) {
      return this.#text("s", String(value));
    }
    if ("toJSON" in value && typeof value.toJSON === "function") {
      return this.value(value.toJSON());
    }
    if (
      Symbol.iterator in value && typeof value[Symbol.iterator] === "function"
    ) {
      return this.#items("a", [...value as Iterable<unknown>]);
    }
    const names = memberNames(value).sort();
    if (names.length === 0 && showsNothing(value)) {
      return this.#withoutValue(
        `an instance of ${classOf(value)} that shows nothing of what it holds`,
      );
    }
    this.#count("o", names.length);
    for (const name of names) {
      this.#text("", name);
      this.value((value as Record<string, unknown>)[name]);
    }
  }

  #items(letter: string, items: readonly unknown[]): void {
    this.#count(letter, items.length);
    for (let i = 0; i < items.length; i++) this.value(items[i]);
  }

  #withoutValue(description: string): void {
    this.#warn(description);
    this.#text("x", description);
  }

  #letter(letter: string): void {
    this.#room(1);
    this.#bytes[this.#at++] = letter.charCodeAt(0);
  }

  #float(letter: string, value: number): void {
    this.#room(9);
    this.#bytes[this.#at] = letter.charCodeAt(0);
    this.#view.setFloat64(
      this.#at + 1,
      Number.isNaN(value) ? NaN : value,
      true,
    );
    this.#at += 9;
  }

  #count(letter: string, count: number): void {
    this.#room(5);
    if (letter !== "") this.#bytes[this.#at++] = letter.charCodeAt(0);
    this.#view.setUint32(this.#at, count, true);
    this.#at += 4;
  }

  #text(letter: string, text: string): void {
    const { length } = text;
    if (length <= SHORT) {
      this.#room(5 + length);
      const from = this.#at + (letter === "" ? 4 : 5);
      let i = 0;
      for (; i < length; i++) {
        const unit = text.charCodeAt(i);
        if (unit > 0x7f) break;
        this.#bytes[from + i] = unit;
      }
      if (i === length) {
        this.#count(letter, length);
        this.#at += length;
        return;
      }
    }
    if (!text.isWellFormed()) return this.#units(text);
    const bytes = utf8.encode(text);
    this.#count(letter, bytes.length);
    this.#raw(bytes);
  }

  #units(text: string): void {
    this.#count("w", text.length);
    for (let i = 0; i < text.length; i++) {
      this.#room(2);
      this.#view.setUint16(this.#at, text.charCodeAt(i), true);
      this.#at += 2;
    }
  }

  #binary(type: string, bytes: Uint8Array): void {
    this.#letter("b");
    this.#text("", type);
    this.#count("", bytes.length);
    this.#raw(bytes);
  }

  #raw(bytes: Uint8Array): void {
    if (bytes.length <= BUFFER) {
      this.#room(bytes.length);
      this.#bytes.set(bytes, this.#at);
      this.#at += bytes.length;
      return;
    }
    this.flush();
    this.#hash.update(bytes);
    this.size += bytes.length;
  }

  #room(bytes: number): void {
    if (this.#at + bytes > BUFFER) this.flush();
  }
}

function classOf(value: object): string {
  return nameOf(value.constructor) || "a class";
}

function nameOf(value: unknown): string {
  return typeof value === "function" ? value.name : String(value);
}
