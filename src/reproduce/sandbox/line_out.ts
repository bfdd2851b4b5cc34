/**
 * The way out of a sandbox: frames on standard output that only code with the secret can write. What a cell writes
 * there itself is no frame and is dropped. Everything used here was taken before the first cell.
 *
 * @module
 */

/** Length of the secret, bytes. */
export const SECRET_BYTES = 32;

/** What a frame carries. */
export const FRAME = {
  /** A message as the kernel would publish it: its type, a line break, its content as JSON. */
  message: 1,
  /** A cell has ended: its number, a space, and how. */
  done: 2,
  /** Points of metrics, a line each: the run and the metric as JSON, and the value, with tabs between them. */
  metrics: 3,
} as const;

/** The kinds of frame. */
export type FrameKind = typeof FRAME[keyof typeof FRAME];

/** Writes one frame. */
export type SendFrame = (kind: FrameKind, text: string) => void;

const Bytes = Uint8Array;
const apply = Reflect.apply;
const encoder = new TextEncoder();
const encode = TextEncoder.prototype.encode;
const lengthOf = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype),
  "length",
)?.get ?? (() => 0);
const bufferOf = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype),
  "buffer",
)?.get ?? (() => new ArrayBuffer(0));
const fill = Uint8Array.prototype.set;
const stdout = Deno.stdout;
const write = stdout.writeSync;
const stdin = Deno.stdin;

/** Reads the secret from standard input, once. */
export function openLine(): SendFrame {
  const secret = new Bytes(SECRET_BYTES);
  let read = 0;
  while (read < SECRET_BYTES) {
    const part = new Bytes(SECRET_BYTES - read);
    const n = stdin.readSync(part);
    if (n === null || n === 0) throw new Error("No secret was given.");
    secret.set(part.subarray(0, n), read);
    read += n;
  }
  return (kind, text) => {
    const body = apply(encode, encoder, [text]);
    const size = apply(lengthOf, body, []) as number;
    const frame = new Bytes(SECRET_BYTES + 5 + size + SECRET_BYTES);
    apply(fill, frame, [secret, 0]);
    frame[SECRET_BYTES] = kind;
    for (let i = 0; i < 4; i++) {
      frame[SECRET_BYTES + 1 + i] = (size >>> (8 * i)) & 0xff;
    }
    apply(fill, frame, [body, SECRET_BYTES + 5]);
    apply(fill, frame, [secret, SECRET_BYTES + 5 + size]);
    writeAll(frame, SECRET_BYTES + 5 + size + SECRET_BYTES);
  };
}

function writeAll(bytes: Uint8Array, size: number): void {
  const buffer = apply(bufferOf, bytes, []) as ArrayBuffer;
  for (let at = 0; at < size;) {
    at += apply(write, stdout, [new Bytes(buffer, at, size - at)]) as number;
  }
}
