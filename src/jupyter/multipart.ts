/**
 * Messages of several frames, also if one was written into the middle of another: Deno's kernel publishes from two
 * tasks, and when the socket takes a message in pieces the other task's message goes in between.
 *
 * @module
 */
import { concat } from "../base/bytes.ts";
import {
  type Frame,
  FrameDecoder,
  type LongBodies,
  sameBytes,
} from "./frames.ts";

/** How to cut messages. */
export interface MultipartOptions {
  /** What takes long bodies. @default {all are held} */
  long?: LongBodies | undefined;
  /**
   * The frame in front of every message, which is nowhere else: when its bytes come in the middle of a message,
   * another one begins there, and the first goes on behind it. @default {messages are never nested}
   */
  delimiter?: Uint8Array | undefined;
}

/** A message that is not complete. */
interface Open {
  decoder: FrameDecoder;
  parts: Uint8Array[];
}

/** Cuts a stream of bytes into messages, each a list of parts. */
export class MultipartDecoder {
  readonly #options: MultipartOptions;
  readonly #delimiter: Uint8Array | null;
  /** Messages that others were written into, the outermost first. */
  readonly #outer: Open[] = [];
  #open: Open;
  /** Bytes that may be the beginning of a delimiter. */
  #held: Uint8Array = new Uint8Array(0);

  constructor(options: MultipartOptions = {}) {
    this.#options = options;
    const { delimiter } = options;
    this.#delimiter = delimiter === undefined
      ? null
      : concat([new Uint8Array([1, delimiter.length]), delimiter]);
    this.#open = this.#begin();
  }

  /** Whether bytes were taken in that are not yet a whole message. */
  get partial(): boolean {
    return this.#held.length > 0 || this.#outer.length > 0 ||
      isBegun(this.#open);
  }

  /**
   * Takes in bytes, which must not be changed afterwards, and gives the messages that are complete with them.
   *
   * @throws {ZmtpError} when they are no frames
   */
  push(bytes: Uint8Array): Uint8Array[][] {
    const messages: Uint8Array[][] = [];
    if (this.#delimiter === null) {
      this.#feed(bytes, messages);
      return messages;
    }
    const all = this.#held.length === 0 ? bytes : concat([this.#held, bytes]);
    let fed = 0;
    for (let from = 0;;) {
      const { at, whole } = find(this.#delimiter, all, from);
      this.#feed(all.subarray(fed, at), messages);
      if (!whole) {
        this.#held = all.slice(at);
        return messages;
      }
      if (this.#isInside()) {
        this.#outer.push(this.#open);
        this.#open = this.#begin();
      }
      fed = at;
      from = at + this.#delimiter.length;
    }
  }

  /** Whether a delimiter that comes now belongs to another message than the open one. */
  #isInside(): boolean {
    const { decoder, parts } = this.#open;
    const { delimiter } = this.#options;
    return decoder.partial || delimiter !== undefined &&
        parts.some((part) => sameBytes(part, delimiter));
  }

  #feed(bytes: Uint8Array, messages: Uint8Array[][]): void {
    this.#open.decoder.add(bytes);
    for (;;) {
      const { decoder, parts } = this.#open;
      const frame = decoder.next(() => parts.map(asFrame));
      if (frame === null) return;
      if (frame.command) continue;
      parts.push(frame.body);
      if (frame.more) continue;
      messages.push(parts);
      const outer = this.#outer.pop();
      if (outer === undefined) {
        this.#open.parts = [];
        continue;
      }
      outer.decoder.add(decoder.drain());
      this.#open = outer;
    }
  }

  #begin(): Open {
    return { decoder: new FrameDecoder(this.#options.long), parts: [] };
  }
}

function isBegun({ decoder, parts }: Open): boolean {
  return decoder.partial || parts.length > 0;
}

function asFrame(body: Uint8Array): Frame {
  return { body, command: false, more: true };
}

/** The offset of a delimiter, or of the beginning of one that the bytes end in; else their end. */
function find(
  delimiter: Uint8Array,
  bytes: Uint8Array,
  from: number,
): { at: number; whole: boolean } {
  const first = delimiter[0] as number;
  for (let at = bytes.indexOf(first, from); at >= 0;) {
    const seen = bytes.subarray(at, at + delimiter.length);
    if (seen.every((byte, i) => byte === delimiter[i])) {
      return { at, whole: seen.length === delimiter.length };
    }
    at = bytes.indexOf(first, at + 1);
  }
  return { at: bytes.length, whole: false };
}
