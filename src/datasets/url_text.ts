/**
 * URLs as they may be shown and stored.
 *
 * @module
 */

const SECRET_NAME =
  /token|secret|passw|signature|credential|api-?_?key|auth|session|^(?:x-amz-.*|sig|key|code|pw)$/i;
const MASK = "REDACTED";

/** Whether a member of a query by its name holds a secret. */
export function namesSecret(name: string): boolean {
  return SECRET_NAME.test(name);
}

/** Whether a shown URL lacks what it was asked with. */
export function isMaskedUrl(text: string): boolean {
  return text.includes("[redacted ") ||
    [...URL.parse(text)?.searchParams.values() ?? []].includes(MASK);
}

/** A URL without user, password and fragment, and with the values of secret query members masked. */
export function publicUrl(url: URL): string {
  const shown = new URL(url);
  shown.username = "";
  shown.password = "";
  shown.hash = "";
  for (const name of new Set(shown.searchParams.keys())) {
    if (SECRET_NAME.test(name)) shown.searchParams.set(name, MASK);
  }
  return shown.href;
}
