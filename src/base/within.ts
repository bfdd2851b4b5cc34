/**
 * Waiting for something, but not for long.
 *
 * @module
 */

/**
 * Waits for work that goes on by itself, for a time at most.
 *
 * @param limit_ms How long, milliseconds.
 * @param otherwise What it is then.
 */
export async function within<T, E>(
  work: Promise<T>,
  limit_ms: number,
  otherwise: E,
): Promise<T | E> {
  const { promise, resolve } = Promise.withResolvers<E>();
  const timer = setTimeout(() => resolve(otherwise), limit_ms);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
