/**
 * How sure uses and changes are.
 *
 * @module
 */
import type { Certainty } from "./operations.ts";

const ORDER: Record<Certainty, number> = { possible: 0, likely: 1, sure: 2 };

/** The surer of two. */
export function surer(
  a: Certainty | undefined,
  b: Certainty,
): Certainty {
  return a !== undefined && ORDER[a] > ORDER[b] ? a : b;
}

/** Whether something is at least so sure. */
export function isAtLeast(a: Certainty, least: Certainty): boolean {
  return ORDER[a] >= ORDER[least];
}
