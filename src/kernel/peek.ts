/**
 * What the relay needs to know of a message: it reads, the parts are passed on as they came.
 *
 * @module
 */
import { asObject, parsedJson } from "../base/values.ts";
import { isDelimiter } from "../jupyter/delimiter.ts";
import { z } from "../base/zod.ts";

const headerSchema = z.looseObject({
  msg_id: z.string(),
  msg_type: z.string(),
});
const parentSchema = z.looseObject({
  msg_id: z.string().optional(),
  session: z.string().optional(),
});

/** A message's parts, and its headers. */
export interface Peeked {
  parts: readonly Uint8Array[];
  msg_id: string;
  msg_type: string;
  /** The request it answers or belongs to; null when there is none. */
  parent_id: string | null;
  /** The session of whoever sent that request. */
  parent_session: string | null;
  /** Its header, as JSON. */
  header: Uint8Array;
  /** Reads its content. @returns an empty object when it is none */
  content(): Record<string, unknown>;
  /** Reads its metadata. @returns an empty object when it is none */
  metadata(): Record<string, unknown>;
}

const decoder = new TextDecoder();

/** Reads a message's headers; null when it is no Jupyter message. */
export function peek(parts: readonly Uint8Array[]): Peeked | null {
  const at = parts.findIndex(isDelimiter);
  const [, header, parent, metadata, content] = parts.slice(at + 1);
  if (at < 0 || header === undefined || parent === undefined) return null;
  const own = headerSchema.safeParse(parsedJson(decoder.decode(header)));
  const of = parentSchema.safeParse(parsedJson(decoder.decode(parent)));
  if (!own.success) return null;
  return {
    parts,
    header,
    msg_id: own.data.msg_id,
    msg_type: own.data.msg_type,
    parent_id: of.data?.msg_id ?? null,
    parent_session: of.data?.session ?? null,
    content: () => objectOf(content),
    metadata: () => objectOf(metadata),
  };
}

function objectOf(bytes: Uint8Array | undefined): Record<string, unknown> {
  return asObject(
    bytes === undefined ? null : parsedJson(decoder.decode(bytes)),
  );
}
