/**
 * What a name is bound to.
 *
 * @module
 */
import type { FunctionBody, Share } from "./operations.ts";

/** What a name is bound to. */
export interface Bound {
  shares: readonly Share[];
  bodies?: readonly FunctionBody[];
  declares: boolean;
  constant?: boolean;
  text?: string | null;
  handle?: boolean;
  plain?: boolean;
}

/** What a part of a bound value is. */
export function partOf(bound: Bound): Bound {
  const { shares, declares, constant = false, handle = false } = bound;
  return { shares, declares, constant, handle };
}
