/** Secrets of many kinds, each in the sentences, code and files in which it is found. */
import type { Chance } from "./chance.ts";
import { KINDS } from "./kinds.ts";

/** A text with a secret in it. */
export interface Planted {
  /** What kind of secret it is. */
  kind: string;
  /** The text. */
  text: string;
  /** What must not be left of it. */
  secret: string;
  /** Whether rules were made without a look at it. */
  heldOut: boolean;
}

/** Every kind in every context it has; in all at least 600. */
export function planted(c: Chance): Planted[] {
  const all: Planted[] = [];
  for (const { kind, make, contexts, each } of KINDS) {
    for (const [i, context] of contexts.entries()) {
      for (let n = 0; n < each; n++) {
        const secret = make(c);
        const text = context.replaceAll("§", () => secret);
        // Every second context was never looked at while rules were made.
        all.push({ kind, text, secret, heldOut: i % 2 === 1 });
      }
    }
  }
  return all;
}
