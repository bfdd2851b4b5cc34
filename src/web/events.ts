/**
 * News of runs as server-sent events.
 *
 * @module
 */
import type { PageSource, RunNews } from "./parts/source.ts";

/** How often the journal is asked, milliseconds. */
const POLL_MS = 400;
/** A comment is sent at least so often, so that a connection that is gone is noticed, milliseconds. */
const BEAT_MS = 15_000;

/** Hands what is new to everybody who listens; asks only while somebody does. */
class Newsroom {
  readonly #poll: () => RunNews[];
  readonly #listeners = new Set<(changes: readonly RunNews[]) => void>();
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(poll: () => RunNews[]) {
    this.#poll = poll;
  }

  listen(listener: (changes: readonly RunNews[]) => void): () => void {
    if (this.#listeners.size === 0) {
      this.#poll(); // what happened while nobody listened is on the page already
      this.#timer = setInterval(() => this.#ask(), POLL_MS);
    }
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) clearInterval(this.#timer);
    };
  }

  #ask(): void {
    const changes = this.#poll();
    if (changes.length === 0) return;
    for (const listener of this.#listeners) listener(changes);
  }
}

const newsrooms = new WeakMap<PageSource, Newsroom>();

/** A stream that goes on until its reader leaves, or it is ended. */
export function eventStream(
  source: PageSource,
  signal?: AbortSignal,
): Response {
  const { changes } = source;
  // 204 tells a browser that there will never be any.
  if (changes === undefined) return new Response(null, { status: 204 });
  const text = new TextEncoder();
  let stop = () => {};
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(text.encode("retry: 2000\n: nbtrack\n\n"));
      const unlisten = newsroomOf(source, changes).listen((news) => {
        for (const change of news) {
          controller.enqueue(
            text.encode(`data: ${JSON.stringify(change)}\n\n`),
          );
        }
      });
      const beat = setInterval(
        () => controller.enqueue(text.encode(": still here\n\n")),
        BEAT_MS,
      );
      stop = () => {
        unlisten();
        clearInterval(beat);
        signal?.removeEventListener("abort", end);
      };
      const end = () => {
        stop();
        controller.close();
      };
      signal?.addEventListener("abort", end, { once: true });
    },
    cancel: () => stop(),
  });
  return new Response(body, {
    headers: {
      "content-type": "text/event-stream",
      "cache-control": "no-store",
      "x-accel-buffering": "no",
    },
  });
}

function newsroomOf(source: PageSource, poll: () => RunNews[]): Newsroom {
  const known = newsrooms.get(source) ?? new Newsroom(poll);
  newsrooms.set(source, known);
  return known;
}
