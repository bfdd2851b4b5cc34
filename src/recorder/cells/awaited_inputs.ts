/**
 * Waiting until an execution is seen on the wire: a runner may report a cell's reply before its beginning was read here.
 *
 * @module
 */

/** How long an execution is waited for, milliseconds; some requests execute nothing. */
const WAIT_MS = 250;

/** Requests whose execution is waited for. */
export class AwaitedInputs {
  readonly #waiting = new Map<string, () => void>();

  /** An execution was seen. */
  see(msg_id: string): void {
    this.#waiting.get(msg_id)?.();
  }

  /** Waits until a request's execution is seen, for a moment at most. */
  async wait(msg_id: string): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, WAIT_MS);
    this.#waiting.set(msg_id, resolve);
    await promise;
    clearTimeout(timer);
    this.#waiting.delete(msg_id);
  }
}
