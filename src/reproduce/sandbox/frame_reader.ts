/**
 * Reads the frames of a sandbox out of its standard output: in little memory, whatever cells write there besides.
 *
 * @module
 */
import { concat } from "../../base/bytes.ts";
import { LongBody, longPartOf } from "../../jupyter/long_body.ts";
import { type Message, newMessage } from "../../jupyter/wire.ts";
import { z } from "../../base/zod.ts";
import { FRAME, SECRET_BYTES } from "./line_out.ts";

/** A longer content is known by its head and digest alone, as the recorder knows a kernel's, bytes. */
const MAX_CONTENT_BYTES = 4 << 20;
/** Longest frame that is taken at all, bytes. */
const MAX_FRAME_BYTES = 1 << 30;
/** Longest name of a kind of message, bytes. */
const MAX_TYPE_BYTES = 200;
const HEADER_BYTES = SECRET_BYTES + 5;
const LINE_BREAK = 10;

const contentSchema = z.record(z.string(), z.unknown());

/** What the sandbox's stage sent. */
export type SandboxFrame =
  | { kind: "message"; message: Message; bytes: number }
  | { kind: "done"; cell: number; how: string }
  | { kind: "metrics"; lines: string };

/** A frame was not as the stage writes it: something wrote in between. */
export class FrameError extends Error {
  override name = "FrameError";
}

/** A frame that is being read. */
interface Body {
  kind: number;
  size: number;
  taken: number;
  /** Up to the limit the whole, beyond it the part with the kind of message. */
  parts: Uint8Array[];
  long: { sink: LongBody; type: string } | null;
}

/** Reads frames out of a stream. */
export class FrameReader {
  readonly #secret: Uint8Array;
  readonly #onFrame: (frame: SandboxFrame) => void;
  #held = new Uint8Array(0);
  #body: Body | null = null;

  constructor(secret: Uint8Array, onFrame: (frame: SandboxFrame) => void) {
    this.#secret = secret;
    this.#onFrame = onFrame;
  }

  /**
   * Takes in the next bytes.
   *
   * @throws {FrameError} when a frame was disturbed
   */
  take(chunk: Uint8Array): void {
    let bytes: Uint8Array = chunk;
    if (this.#held.length > 0) {
      bytes = concat([this.#held, chunk]);
      this.#held = new Uint8Array(0);
    }
    while (bytes.length > 0) {
      const used = this.#body === null
        ? this.#start(bytes)
        : this.#go(this.#body, bytes);
      if (used === 0) {
        this.#held = bytes.slice();
        return;
      }
      bytes = bytes.subarray(used);
    }
  }

  /** Searches the beginning of a frame; what stands before it is dropped. @returns how much was used */
  #start(bytes: Uint8Array): number {
    const at = indexOf(bytes, this.#secret);
    if (at > 0) return at;
    if (at < 0) return Math.max(0, bytes.length - (SECRET_BYTES - 1));
    if (bytes.length < HEADER_BYTES) return 0;
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    const size = view.getUint32(SECRET_BYTES + 1, true);
    if (size > MAX_FRAME_BYTES) throw new FrameError("a frame is too long");
    this.#body = {
      kind: bytes[SECRET_BYTES] ?? 0,
      size,
      taken: 0,
      parts: [],
      long: null,
    };
    return HEADER_BYTES;
  }

  #go(body: Body, bytes: Uint8Array): number {
    const left = body.size - body.taken;
    if (left > 0) {
      const part = bytes.subarray(0, left);
      this.#keep(body, part);
      body.taken += part.length;
      return part.length;
    }
    if (bytes.length < SECRET_BYTES) return 0;
    if (indexOf(bytes.subarray(0, SECRET_BYTES), this.#secret) !== 0) {
      throw new FrameError("something else was written into an answer");
    }
    this.#body = null;
    this.#onFrame(frameOf(body));
    return SECRET_BYTES;
  }

  #keep(body: Body, part: Uint8Array): void {
    if (body.long !== null) return body.long.sink.update(part);
    body.parts.push(part.slice());
    if (body.size <= MAX_CONTENT_BYTES) return;
    const head = joined(body);
    const end = head.subarray(0, MAX_TYPE_BYTES).indexOf(LINE_BREAK);
    if (end < 0) {
      if (head.length < MAX_TYPE_BYTES) return;
      throw new FrameError("a message names no kind");
    }
    const sink = new LongBody(body.size - end - 1, "", []);
    sink.update(head.subarray(end + 1));
    body.long = { sink, type: decode(head.subarray(0, end)) };
    body.parts = [];
  }
}

function frameOf(body: Body): SandboxFrame {
  if (body.long !== null) {
    const head = body.long.sink.end();
    const part = longPartOf(head);
    if (part === undefined) throw new FrameError("a long message has no end");
    return {
      kind: "message",
      bytes: body.size,
      message: {
        ...newMessage(body.long.type, {}, "sandbox"),
        long: {
          head: decode(head),
          length: part.length,
          digest: part.digest,
        },
      },
    };
  }
  const text = decode(joined(body));
  if (body.kind === FRAME.done) {
    const [cell = "", how = ""] = text.split(" ");
    return { kind: "done", cell: Number(cell), how };
  }
  if (body.kind === FRAME.metrics) return { kind: "metrics", lines: text };
  const end = text.indexOf("\n");
  const content = contentSchema.safeParse(parsed(text.slice(end + 1)));
  return {
    kind: "message",
    bytes: body.size,
    message: newMessage(
      text.slice(0, end),
      content.success ? content.data : {},
      "sandbox",
    ),
  };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new FrameError("a message is no JSON", { cause });
  }
}

function joined({ parts }: Body): Uint8Array {
  const [first] = parts;
  return parts.length === 1 && first !== undefined ? first : concat(parts);
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** Where a sequence of bytes begins; -1 where it is not. */
function indexOf(bytes: Uint8Array, wanted: Uint8Array): number {
  const [first = 0] = wanted;
  for (
    let at = bytes.indexOf(first);
    at >= 0;
    at = bytes.indexOf(first, at + 1)
  ) {
    if (at + wanted.length > bytes.length) return -1;
    if (wanted.every((byte, i) => bytes[at + i] === byte)) return at;
  }
  return -1;
}
