/**
 * Letting other things be done during long work.
 *
 * @module
 */

/** Waits until what else is due in this process, such as a signal, has been handled. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
