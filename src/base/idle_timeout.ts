/**
 * Waiting for a server that may fall silent. The limit is for silence: whatever moves begins it anew.
 *
 * @module
 */

/** Aborts when nothing moved for a while, or when the caller does. */
export class IdleTimeout {
  readonly #control = new AbortController();
  readonly #timeout_ms: number;
  readonly #outer: AbortSignal | undefined;
  readonly #onOuter: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #late = false;

  /** @param timeout_ms how long the silence may last */
  constructor(timeout_ms: number, outer?: AbortSignal) {
    this.#timeout_ms = timeout_ms;
    this.#outer = outer;
    this.#onOuter = () => this.#control.abort(outer?.reason);
    outer?.addEventListener("abort", this.#onOuter, { once: true });
  }

  /** Whether nothing moved for too long. */
  get late(): boolean {
    return this.#late;
  }

  /** Aborted when nothing moved for too long, or by the caller. */
  get signal(): AbortSignal {
    return this.#control.signal;
  }

  /** Begins the limit, or begins it anew because something moved. */
  readonly touch = (): void => {
    clearTimeout(this.#timer);
    if (this.signal.aborted) return;
    this.#timer = setTimeout(() => {
      this.#late = true;
      this.#control.abort(new DOMException("nothing came", "TimeoutError"));
    }, this.#timeout_ms);
  };

  /** Holds the limit while nothing is waited for: a slow reader is no slow server. */
  pause(): void {
    clearTimeout(this.#timer);
  }

  /** Waits for something that `signal` can abort. */
  async wait<T>(thing: Promise<T>): Promise<T> {
    this.touch();
    try {
      return await thing;
    } finally {
      this.pause();
    }
  }

  /** Ends the limit and lets go of the caller's signal. */
  end(): void {
    this.pause();
    this.#outer?.removeEventListener("abort", this.#onOuter);
  }
}

/** The pieces of a stream, each of which may take as long as the limit. */
export async function* piecesOf(
  stream: ReadableStream<Uint8Array> | null,
  idle: IdleTimeout,
): AsyncGenerator<Uint8Array> {
  const reader = stream?.getReader();
  try {
    for (;;) {
      const next = await idle.wait(reader?.read() ?? Promise.resolve(null));
      if (next === null || next.done) return;
      yield next.value;
    }
  } finally {
    await reader?.cancel().catch(() => {}); // it failed before: that is thrown above
  }
}
