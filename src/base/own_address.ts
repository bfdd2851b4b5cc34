/**
 * Addresses that a server is asked to send a browser back to.
 *
 * @module
 */

/** Any origin: a path is the same below each. */
const ORIGIN = "http://own.invalid";

/**
 * A path, with its query, that leads a browser to no other server, as a `Location` holds it; null for any other text.
 * Browsers drop line breaks and tabs, and take a backslash for a slash: what has one is none.
 */
export function ownAddress(text: string): string | null {
  if (!text.startsWith("/") || /[\p{Cc}\\]/u.test(text)) return null;
  const url = URL.parse(text, ORIGIN);
  if (url === null || url.origin !== ORIGIN) return null;
  const path = url.href.slice(ORIGIN.length);
  return path.startsWith("//") ? null : path;
}
