/**
 * Waiting for a server that may fall silent.
 *
 * @module
 */

/** Aborts when nothing came for a while, or when the caller does. */
export class IdleTimeout {
  /** Whether nothing came for too long. */
  late = false;
  readonly #control = new AbortController();
  readonly #timeout_ms: number;
  readonly #outer: AbortSignal | undefined;
  readonly #onOuter: () => void;

  /** @param timeout_ms how long one wait may take */
  constructor(timeout_ms: number, outer: AbortSignal | undefined) {
    this.#timeout_ms = timeout_ms;
    this.#outer = outer;
    this.#onOuter = () => this.#control.abort(outer?.reason);
    outer?.addEventListener("abort", this.#onOuter, { once: true });
  }

  /** Aborted when patience is at its end. */
  get signal(): AbortSignal {
    return this.#control.signal;
  }

  /** Waits for something that `signal` can abort. */
  async wait<T>(thing: Promise<T>): Promise<T> {
    const timer = setTimeout(() => {
      this.late = true;
      this.#control.abort(new DOMException("nothing came", "TimeoutError"));
    }, this.#timeout_ms);
    try {
      return await thing;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Lets go of the caller's signal, and of a connection that is still open. */
  end(): void {
    this.#outer?.removeEventListener("abort", this.#onOuter);
    this.#control.abort();
  }
}
