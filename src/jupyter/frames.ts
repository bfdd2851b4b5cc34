/**
 * Frames of ZMTP 3.0 (rfc.zeromq.org/spec/23): flags, a length of one or eight bytes, the body.
 *
 * @module
 */
import { NbtrackError, recogniser } from "../base/errors.ts";

/** A peer does not speak ZMTP as it should, or cannot be reached. */
export class ZmtpError extends NbtrackError {}

/** Whether a value is a {@linkcode ZmtpError}. */
export const isZmtpError = recogniser(ZmtpError);

/** A longer frame is refused, bytes. */
export const MAX_FRAME_BYTES = 2 ** 31;

const MORE = 1;
const LONG = 2;
const COMMAND = 4;
const SHORT_MAX = 255;

/** One frame. */
export interface Frame {
  /** Whether the message goes on in the next frame. */
  more: boolean;
  /** Whether it is a command of the protocol, not a part of a message. */
  command: boolean;
  body: Uint8Array;
}

/** A frame as bytes. */
export function encodeFrame(frame: Frame): Uint8Array {
  const { length } = frame.body;
  const long = length > SHORT_MAX;
  const bytes = new Uint8Array((long ? 9 : 2) + length);
  bytes[0] = (frame.more ? MORE : 0) | (long ? LONG : 0) |
    (frame.command ? COMMAND : 0);
  if (long) new DataView(bytes.buffer).setBigUint64(1, BigInt(length));
  else bytes[1] = length;
  bytes.set(frame.body, bytes.length - length);
  return bytes;
}

/** Takes a body that is too long to be held. */
export interface LongSink {
  /** Takes in the next bytes. */
  update(bytes: Uint8Array): void;
  /** What stands for the body. */
  end(): Uint8Array;
}

/** What takes bodies that are too long to be held. */
export interface LongBodies {
  /** Longer ones are, bytes. */
  over_bytes: number;
  /** Makes what takes one; it is given the frames that were cut before it. */
  open: (length: number, frames: readonly Frame[]) => LongSink;
}

/** Cuts a stream of bytes into frames, whatever pieces it arrives in. */
export class FrameDecoder {
  #chunks: Uint8Array[] = [];
  #available = 0;
  #header: { flags: number; length: number } | null = null;
  readonly #long: LongBodies | undefined;
  #sink: { body: LongSink; left: number } | null = null;

  /** @param long What takes long bodies; without it all are held. */
  constructor(long?: LongBodies) {
    this.#long = long;
  }

  /**
   * Takes in bytes, which must not be changed afterwards, and gives the frames that are complete with them. Every
   * byte is copied at most once, and memory is taken only for what has arrived, whatever length a peer announces.
   *
   * @throws {ZmtpError} when flags or length are not those of a frame
   */
  push(bytes: Uint8Array): Frame[] {
    this.add(bytes);
    const frames: Frame[] = [];
    for (;;) {
      const frame = this.next(() => frames);
      if (frame === null) return frames;
      frames.push(frame);
    }
  }

  /** Takes in bytes without cutting them. */
  add(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#chunks.push(bytes);
    this.#available += bytes.length;
  }

  /**
   * Cuts the next frame; null when it is not complete.
   *
   * @param before The frames that the sink of a long body is given.
   * @throws {ZmtpError} when flags or length are not those of a frame
   */
  next(before: () => readonly Frame[] = () => []): Frame | null {
    this.#header ??= this.#readHeader();
    if (this.#header === null) return null;
    const { flags, length } = this.#header;
    const body = this.#long !== undefined && length > this.#long.over_bytes
      ? this.#pass(length, this.#long, before)
      : this.#available < length
      ? null
      : this.#take(length);
    if (body === null) return null;
    this.#header = null;
    return {
      more: (flags & MORE) !== 0,
      command: (flags & COMMAND) !== 0,
      body,
    };
  }

  /** Hands out the bytes that were taken in and not cut. */
  drain(): Uint8Array {
    return this.#take(this.#available);
  }

  /** Whether bytes were taken in that are not yet a whole frame. */
  get partial(): boolean {
    return this.#available > 0 || this.#header !== null;
  }

  /** Passes on what has arrived of a long body; null while more has to come. */
  #pass(
    length: number,
    long: LongBodies,
    before: () => readonly Frame[],
  ): Uint8Array | null {
    this.#sink ??= { body: long.open(length, before()), left: length };
    const { body } = this.#sink;
    const bytes = this.#take(Math.min(this.#available, this.#sink.left));
    body.update(bytes);
    this.#sink.left -= bytes.length;
    if (this.#sink.left > 0) return null;
    this.#sink = null;
    return body.end();
  }

  #readHeader(): { flags: number; length: number } | null {
    const flags = this.#chunks[0]?.[0];
    if (flags === undefined) return null;
    if (
      (flags & ~(MORE | LONG | COMMAND)) !== 0 ||
      (flags & (MORE | COMMAND)) === (MORE | COMMAND)
    ) {
      throw new ZmtpError(
        `Cannot read a ZMTP frame: its flags are 0x${flags.toString(16)}.`,
      );
    }
    const size = (flags & LONG) === 0 ? 2 : 9;
    if (this.#available < size) return null;
    const header = this.#take(size);
    const length = size === 2
      ? header[1] ?? 0
      : Number(new DataView(header.buffer, header.byteOffset).getBigUint64(1));
    if (length > MAX_FRAME_BYTES) {
      throw new ZmtpError(
        `Cannot read a ZMTP frame of ${length} bytes: the most is ${MAX_FRAME_BYTES}.`,
      );
    }
    return { flags, length };
  }

  #take(length: number): Uint8Array {
    this.#available -= length;
    const first = this.#chunks[0];
    if (first !== undefined && first.length >= length) {
      if (first.length === length) this.#chunks.shift();
      else this.#chunks[0] = first.subarray(length);
      return first.subarray(0, length);
    }
    const out = new Uint8Array(length);
    let at = 0;
    let used = 0;
    while (at < length) {
      const chunk = this.#chunks[used] as Uint8Array;
      const part = chunk.subarray(0, length - at);
      out.set(part, at);
      at += part.length;
      if (part.length === chunk.length) used++;
      else this.#chunks[used] = chunk.subarray(part.length);
    }
    this.#chunks.splice(0, used);
    return out;
  }
}

/** Whether two byte arrays hold the same. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
