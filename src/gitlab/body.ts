/**
 * Bodies: a file sent with its length and without being held in memory, and answers read up to a limit.
 *
 * @module
 */
import { messageOf } from "../base/errors.ts";
import type { IdleTimeout } from "../base/idle_timeout.ts";
import { NetworkError } from "./errors.ts";

const CHUNK = 262144;

/**
 * A file as a request body. `fetch` asks a Blob for its size, which becomes `Content-Length`, and for a
 * stream: this one reads the file piece by piece. A ReadableStream would go chunked, which GitLab may refuse.
 */
export class FileBody extends Blob {
  readonly #path: string;
  readonly #size: number;
  readonly #onChunk: () => void;
  /** Why the file could not be read while it was sent; the request then fails with less to say. */
  failure: string | null = null;

  constructor(
    path: string,
    options: { size: number; type: string; onChunk: () => void },
  ) {
    super([], { type: options.type });
    this.#path = path;
    this.#size = options.size;
    this.#onChunk = options.onChunk;
  }

  override get size(): number {
    return this.#size;
  }

  override stream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    let file: Deno.FsFile | null = null;
    let left = this.#size;
    let sent: ArrayBuffer | null = null;
    const fail = (why: string): never => {
      file?.close();
      this.failure = why;
      throw new Error(why);
    };
    return new ReadableStream<Uint8Array<ArrayBuffer>>({
      pull: async (controller) => {
        // What was taken is let go at once: left to the garbage collector, a large file would fill memory.
        sent?.transfer(0);
        sent = null;
        try {
          file ??= await Deno.open(this.#path);
        } catch (error) {
          fail(messageOf(error));
        }
        if (left === 0) {
          file?.close();
          controller.close();
          return;
        }
        const chunk = new Uint8Array(Math.min(CHUNK, left));
        sent = chunk.buffer;
        let count: number | null = null;
        try {
          count = await file?.read(chunk) ?? null;
        } catch (error) {
          fail(messageOf(error));
        }
        if (count === null) fail("the file became shorter while it was sent");
        else {
          left -= count;
          this.#onChunk();
          controller.enqueue(chunk.subarray(0, count));
        }
      },
      cancel: () => file?.close(),
    }, { highWaterMark: 0 });
  }
}

/**
 * A file as a request body. A small one is read whole: `fetch` gives an empty stream no length.
 *
 * @throws {NetworkError} with `failure` "file" when it cannot be read
 */
export async function openFileBody(
  path: string,
  options: {
    type: string;
    onChunk: () => void;
    asked: { method: string; url: string; attempted: string };
  },
): Promise<FileBody | Uint8Array<ArrayBuffer>> {
  const { type, onChunk, asked } = options;
  let why = "it is not a file";
  try {
    const { isFile, size } = await Deno.stat(path);
    if (isFile) {
      return size <= CHUNK
        ? await Deno.readFile(path)
        : new FileBody(path, { size, type, onChunk });
    }
  } catch (error) {
    why = messageOf(error);
  }
  throw new NetworkError(
    `Cannot ${asked.attempted}: its file cannot be read: ${why}`,
    {
      ...asked,
      retry: "never",
      failure: "file",
      hint: "Keep the file until it is delivered.",
    },
  );
}

/** Thrown by {@linkcode readLimited}. */
export class LimitPassed extends Error {
  override name = "LimitPassed";
}

/** Thrown by {@linkcode readLimited}. */
export class TooSlow extends Error {
  override name = "TooSlow";
}

/** An answer that is slower than this comes from no server that works, bytes in a second. */
const SLOWEST = 1000;
/** How many limits of silence an answer may take before its pace counts. */
const GRACE = 2;

/**
 * Reads a body of at most so many bytes. A server that sends a byte now and then is never silent: so the pace counts.
 *
 * @param timeout_ms how long the server may be silent
 * @throws {LimitPassed} when it is longer; what is beyond is not read
 * @throws {TooSlow} when it would come to no end
 */
export async function readLimited(
  response: Response,
  limit: number,
  { onChunk, timeout_ms }: { onChunk: () => void; timeout_ms: number },
): Promise<string> {
  if (Number(response.headers.get("content-length") ?? 0) > limit) {
    await response.body?.cancel();
    throw new LimitPassed();
  }
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  const start = performance.now();
  for await (const chunk of response.body ?? []) {
    onChunk();
    size += chunk.length;
    if (size > limit) throw new LimitPassed(); // leaving the loop cancels the stream
    const taken_ms = performance.now() - start;
    if (taken_ms > GRACE * timeout_ms + 1000 * size / SLOWEST) {
      throw new TooSlow();
    }
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** A body passed on as it comes; its idle limit ends with it, and what breaks it becomes `failed`'s error. */
export function streamWithIdle(
  response: Response,
  idle: IdleTimeout,
  failed: (cause: unknown) => unknown,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const reader = response.body?.getReader();
  return new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      idle.touch();
      try {
        const next = await reader?.read();
        idle.pause(); // a slow reader is no slow server
        if (next === undefined || next.done) controller.close();
        else controller.enqueue(next.value);
      } catch (error) {
        idle.end();
        controller.error(failed(error));
      }
    },
    async cancel(reason) {
      idle.end();
      await reader?.cancel(reason);
    },
  }, { highWaterMark: 0 });
}
