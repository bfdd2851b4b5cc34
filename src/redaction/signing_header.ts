/**
 * Headers by which a request signs in.
 * Loaded inside cells: it imports only files that may be loaded there.
 *
 * @module
 */
import { isSample } from "./plausible.ts";

/** How a header signs in, before the value that does. */
export const SCHEME = /^(?:bearer|basic|token|digest|apikey|bot|negotiate)\s+/i;

/** Headers of which the whole value signs in, behind its scheme. */
const SIGNING_HEADER =
  /^(?:(?:proxy-)?authorization|(?:private|job|deploy)-token|x-(?:api-key|auth-token))$/i;

/** What of a header's value in a document is the secret: all behind its scheme; null where it is no such header. */
export function signingHeader(
  name: string,
  value: string,
): { scheme: string; secret: string } | null {
  if (!SIGNING_HEADER.test(name)) return null;
  const scheme = SCHEME.exec(value)?.[0] ?? "";
  const secret = value.slice(scheme.length);
  return /\s/.test(secret) || isSample(secret) || secret.length < 4 ||
      scheme === "" && /^[a-z]{4}$/i.test(secret)
    ? null
    : { scheme, secret };
}
