/**
 * How two ZMTP 3.0 peers greet each other, with the NULL mechanism.
 *
 * @module
 */
import { concat } from "../base/bytes.ts";
import { encodeFrame, type Frame, ZmtpError } from "./frames.ts";

/** The length of a greeting, bytes. */
export const GREETING_BYTES = 64;

const VERSION_AT = 10;
const MECHANISM_AT = 12;
const MECHANISM_END = 32;

/** What a client says it is. */
export interface Introduction {
  type: "SUB" | "DEALER";
  /** Distinguishes DEALERs. @default {none} */
  identity?: string | undefined;
}

/**
 * All a client has to say until it is ready. It goes out in one write: of a SUB, the subscription is part of it,
 * for on its own it would wait for an acknowledgement and the first cells would be missed.
 */
export function hello(introduction: Introduction): Uint8Array {
  const parts = [greeting(), readyCommand(introduction)];
  if (introduction.type === "SUB") {
    parts.push(
      encodeFrame({ body: Uint8Array.of(1), command: false, more: false }),
    );
  }
  return concat(parts);
}

/**
 * Checks a peer's greeting.
 *
 * @throws {ZmtpError} when it is none, of an older version, or asks for another mechanism
 */
export function checkGreeting(bytes: Uint8Array): void {
  if (bytes[0] !== 0xff || ((bytes[9] ?? 0) & 1) !== 1) {
    throw new ZmtpError(
      "The peer does not speak ZMTP: its greeting has another signature.",
    );
  }
  const version = bytes[VERSION_AT] ?? 0;
  if (version < 3) {
    throw new ZmtpError(`The peer speaks ZMTP ${version}; 3 is needed.`);
  }
  const mechanism = new TextDecoder()
    .decode(bytes.subarray(MECHANISM_AT, MECHANISM_END))
    .replace(/\0+$/, "");
  if (mechanism !== "NULL") {
    throw new ZmtpError(
      `The peer asks for the security mechanism ${mechanism}; only NULL is known.`,
    );
  }
}

/**
 * Checks the first frame behind a greeting.
 *
 * @throws {ZmtpError} when it is not READY
 */
export function checkReady(frame: Frame): void {
  const text = new TextDecoder();
  const nameEnd = 1 + (frame.body[0] ?? 0);
  const name = text.decode(frame.body.subarray(1, nameEnd));
  if (frame.command && name === "READY") return;
  if (frame.command && name === "ERROR") {
    const reason = text.decode(frame.body.subarray(nameEnd + 1));
    throw new ZmtpError(`The peer refuses the connection: ${reason}`);
  }
  throw new ZmtpError(
    `The peer is not ready: it sent ${
      frame.command ? `the command ${name}` : "a message"
    } first.`,
  );
}

function greeting(): Uint8Array {
  const bytes = new Uint8Array(GREETING_BYTES);
  bytes[0] = 0xff;
  bytes[9] = 0x7f;
  bytes[VERSION_AT] = 3;
  bytes.set(new TextEncoder().encode("NULL"), MECHANISM_AT);
  return bytes;
}

function readyCommand({ type, identity }: Introduction): Uint8Array {
  const properties: [string, string][] = [["Socket-Type", type]];
  if (type === "DEALER") properties.push(["Identity", identity ?? ""]);
  const text = new TextEncoder();
  const parts = [Uint8Array.of(5), text.encode("READY")];
  for (const [name, value] of properties) {
    const bytes = text.encode(value);
    const length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(0, bytes.length);
    parts.push(Uint8Array.of(name.length), text.encode(name), length, bytes);
  }
  return encodeFrame({ body: concat(parts), command: true, more: false });
}
