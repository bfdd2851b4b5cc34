/**
 * A request as it arrives, and the reading of its body within bounds.
 *
 * @module
 */
import { concat } from "../../base/bytes.ts";
import { RefusedAnswer } from "./answers.ts";

/** A request: its head, and its body, of which nothing is read until somebody does. */
export interface Incoming {
  readonly method: string;
  /** Path and query as sent. */
  readonly target: string;
  readonly headers: Headers;
  /** The body's chunks. They end with an error when the sender is gone, or pauses for too long. */
  readonly body: AsyncIterable<Uint8Array>;
}

/** How much of a body is read, and for how long, and the answer to a longer one. */
export interface BodyLimit {
  /** Bytes. */
  readonly bytes: number;
  /** Milliseconds until the whole body must be there. */
  readonly ms: number;
  readonly refusal: RefusedAnswer;
}

/** 413 of a body that is longer than the server reads. */
export function bodyTooLarge(): RefusedAnswer {
  return new RefusedAnswer(413, { error: "Request Entity Too Large" });
}

/** 408 of a request whose body does not arrive in time. */
export function requestTimeout(): RefusedAnswer {
  return new RefusedAnswer(408, { error: "Request Timeout" });
}

/**
 * Reads a whole body. One that says that it is too long is refused before any of it is read.
 *
 * @throws {RefusedAnswer} when it is longer than the limit, or takes longer
 */
export async function readBody(
  request: Incoming,
  limit: BodyLimit,
): Promise<Uint8Array<ArrayBuffer>> {
  if (declaredSize(request.headers) > limit.bytes) throw limit.refusal;
  const chunks: Uint8Array[] = [];
  const deadline = performance.now() + limit.ms;
  let size = 0;
  for await (const chunk of request.body) {
    if (performance.now() > deadline) throw requestTimeout();
    size += chunk.byteLength;
    if (size > limit.bytes) throw limit.refusal;
    chunks.push(chunk);
  }
  return concat(chunks);
}

/** The length that a request's head gives its body, bytes; 0 when it gives none. */
function declaredSize(headers: Headers): number {
  return Number(headers.get("content-length") ?? 0);
}
