/**
 * What stands instead of a secret: its kind, and eight digits that tell the same one again on this machine.
 *
 * The digits come from a keyed digest whose key stays in nbtrack's folder: without it nothing can be guessed from
 * what was stored or sent.
 *
 * @module
 */
import { keyedDigest } from "./home_key.ts";
import type { Taken } from "./redaction.ts";

/** How much of the keyed digest is kept, hexadecimal digits. */
const DIGEST_DIGITS = 32;
/** How many of them are shown: of four, two of some hundred secrets would have the same. */
const SHOWN_DIGITS = 8;

/** The placeholder of a value. */
export function placeholderOf(
  home: string,
  secret: { kind: string; value: string; name?: string | undefined },
): Taken {
  const { kind, value, name = null } = secret;
  const digest = keyedDigest(home, value).slice(0, DIGEST_DIGITS);
  return {
    kind,
    placeholder: `[redacted ${kind} ${digest.slice(0, SHOWN_DIGITS)}]`,
    digest,
    name,
  };
}
