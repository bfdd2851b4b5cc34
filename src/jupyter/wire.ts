/**
 * Jupyter messages as ZMTP parts: `<IDS|MSG>`, an HMAC-SHA256 over header, parent header, metadata and content,
 * then those four as JSON (jupyter-client, "The wire protocol").
 *
 * @module
 */
import { timingSafeEqual } from "node:crypto";
import type { Digest } from "../base/digest.ts";
import { NbtrackError, recogniser } from "../base/errors.ts";
import { DELIMITER, isDelimiter } from "./delimiter.ts";
import { longPartOf } from "./long_body.ts";
import { sign } from "./signature.ts";

/** A message cannot be read. */
export class MessageError extends NbtrackError {}

/** Whether a value is a {@linkcode MessageError}. */
export const isMessageError = recogniser(MessageError);

/** A message was not signed with the kernel's key. */
export class SignatureError extends NbtrackError {}

/** Whether a value is a {@linkcode SignatureError}. */
export const isSignatureError = recogniser(SignatureError);

/** A message's header. */
export interface Header {
  msg_id: string;
  msg_type: string;
  session: string;
  username: string;
  /** ISO 8601. */
  date: string;
  version: string;
}

/** A Jupyter message. */
export interface Message {
  header: Header;
  /** The header of the request it belongs to; empty when there is none. */
  parent_header: Partial<Header>;
  metadata: Record<string, unknown>;
  content: Record<string, unknown>;
  buffers: Uint8Array[];
  /** Set when the content was too long to be held: it is empty then, and this is known of its JSON. */
  long?: LongContent;
}

/** What is known of a content that was too long to be held. */
export interface LongContent {
  /** The beginning of its JSON. */
  head: string;
  /** Its length, bytes. */
  length: number;
  /** The digest of its JSON. */
  digest: Digest;
}

const PROTOCOL_VERSION = "5.3";
const NAMES = ["header", "parent header", "metadata", "content"];
const text = new TextEncoder();
const decoder = new TextDecoder();

/** A new message of a client's session. */
export function newMessage(
  msg_type: string,
  content: Record<string, unknown>,
  session: string,
): Message {
  return {
    header: {
      msg_id: crypto.randomUUID(),
      msg_type,
      session,
      username: "nbtrack",
      date: new Date().toISOString(),
      version: PROTOCOL_VERSION,
    },
    parent_header: {},
    metadata: {},
    content,
    buffers: [],
  };
}

/** The sender's own time of a message, milliseconds since 1970. */
export function timeOf(message: Message): number {
  const time = Date.parse(message.header.date);
  return Number.isNaN(time) ? Date.now() : time;
}

/** A message as parts, signed. */
export function encodeMessage(key: string, message: Message): Uint8Array[] {
  const parts = [
    message.header,
    message.parent_header,
    message.metadata,
    message.content,
  ]
    .map((part) => text.encode(JSON.stringify(part)));
  return [
    DELIMITER,
    text.encode(sign(key, parts)),
    ...parts,
    ...message.buffers,
  ];
}

/**
 * Reads a message.
 *
 * @throws {SignatureError} when it was signed with another key
 * @throws {MessageError} when it is none
 */
export function decodeMessage(
  key: string,
  frames: readonly Uint8Array[],
): Message {
  const at = frames.findIndex(isDelimiter);
  if (at < 0) {
    throw new MessageError(
      `A message of ${frames.length} parts has no <IDS|MSG>.`,
    );
  }
  const [signature, ...following] = frames.slice(at + 1);
  const parts = following.slice(0, 4);
  if (signature === undefined || parts.length < 4) {
    throw new MessageError(`A message has ${parts.length} of its 4 parts.`);
  }
  const long = longPartOf(parts[3] ?? signature);
  const expected = key === "" ? "" : long?.signature ?? sign(key, parts);
  if (key !== "" && !same(signature, text.encode(expected))) {
    throw new SignatureError("A message is not signed with the kernel's key.");
  }
  const whole = long === undefined ? parts : parts.slice(0, 3);
  const [header = {}, parent_header = {}, metadata = {}, content = {}] = whole
    .map((part, i) => parseObject(part, NAMES[i] ?? ""));
  for (const member of ["msg_type", "msg_id"]) {
    if (typeof header[member] !== "string") {
      throw new MessageError(`A message's header has no ${member}.`);
    }
  }
  return {
    header: header as unknown as Header,
    parent_header: parent_header as Partial<Header>,
    metadata,
    content,
    buffers: following.slice(4),
    ...(long === undefined ? {} : {
      long: {
        head: decoder.decode(parts[3]),
        length: long.length,
        digest: long.digest,
      },
    }),
  };
}

function parseObject(bytes: Uint8Array, part: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(decoder.decode(bytes));
  } catch (cause) {
    throw new MessageError(
      `A message's ${part} of ${bytes.length} bytes is no JSON.`,
      { cause },
    );
  }
  if (value === null) return {};
  if (typeof value !== "object" || Array.isArray(value)) {
    throw new MessageError(`A message's ${part} is no object.`);
  }
  return value as Record<string, unknown>;
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
