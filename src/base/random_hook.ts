/**
 * Reaching a `Math.random` that a library has taken before `track()` was called: a kernel that nbtrack starts makes it a
 * function that draws from a source which can be replaced.
 *
 * @module
 */

/** What a hooked `Math.random` draws from. */
export interface RandomSource {
  /** The next number, from 0 up to 1. */
  next: () => number;
}

const KEY = Symbol.for("nbtrack.random");

/** What `Math.random` draws from; null in a kernel that was not prepared. */
export function randomSource(): RandomSource | null {
  return (globalThis as { [KEY]?: RandomSource })[KEY] ?? null;
}

/** Code that prepares a kernel, for its start; until a seed is given numbers are drawn as they always were. */
export const RANDOM_HOOK = `{
  const source = { next: Math.random };
  Object.defineProperty(globalThis, Symbol.for("nbtrack.random"), { value: source });
  Math.random = Object.defineProperty(() => source.next(), "name", { value: "random" });
}`;
