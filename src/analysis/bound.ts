/**
 * What a name is bound to.
 *
 * @module
 */
import type { ClassOrigin, FunctionBody, Share } from "./operations.ts";
import { insideOf } from "./scope.ts";
import { partsOfOrigins } from "./origins.ts";

/** What a name is bound to. */
export interface Bound {
  shares: readonly Share[];
  bodies?: readonly FunctionBody[];
  declares: boolean;
  constant?: boolean;
  text?: string | null;
  handle?: boolean;
  plain?: boolean;
  origins?: readonly ClassOrigin[];
  /** The origins of what it holds. @default {parts of those of the value} */
  inside?: readonly ClassOrigin[];
  library?: boolean;
}

/** What a part of a bound value is. */
export function partOf(bound: Bound): Bound {
  const { shares, declares, constant = false, handle = false } = bound;
  const origins = bound.inside ?? partsOfOrigins(bound.origins ?? []);
  return { shares: insideOf(shares), declares, constant, handle, origins };
}
