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

/** Somebody who wants to know what is new. */
interface Listener {
  onNews(changes: readonly RunNews[]): void;
  /** Nothing more will come. */
  onEnd(): void;
}

/** Hands what is new to everybody who listens; asks only while somebody does. */
class Newsroom {
  readonly #poll: () => RunNews[];
  readonly #report: (error: unknown) => void;
  readonly #listeners = new Set<Listener>();
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(poll: () => RunNews[], report: (error: unknown) => void) {
    this.#poll = poll;
    this.#report = report;
  }

  listen(listener: Listener): () => void {
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
    let changes: readonly RunNews[];
    try {
      changes = this.#poll();
    } catch (error) {
      this.#report(error);
      // Browsers ask again, and are then told why there is nothing.
      for (const listener of [...this.#listeners]) listener.onEnd();
      return;
    }
    if (changes.length === 0) return;
    for (const listener of this.#listeners) listener.onNews(changes);
  }
}

const newsrooms = new WeakMap<PageSource, Newsroom>();

/**
 * A stream that goes on until its reader leaves, it is ended, or the journal cannot be read.
 *
 * @param report called with the error of a journal that cannot be read
 */
export function eventStream(
  source: PageSource,
  report: (error: unknown) => void,
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
      const end = () => {
        stop();
        controller.close();
      };
      const unlisten = newsroomOf(source, changes, report).listen({
        onNews(news) {
          for (const change of news) {
            controller.enqueue(
              text.encode(`data: ${JSON.stringify(change)}\n\n`),
            );
          }
        },
        onEnd: end,
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

function newsroomOf(
  source: PageSource,
  poll: () => RunNews[],
  report: (error: unknown) => void,
): Newsroom {
  const known = newsrooms.get(source) ?? new Newsroom(poll, report);
  newsrooms.set(source, known);
  return known;
}
