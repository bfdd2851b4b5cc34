/**
 * Percent encoding undone.
 *
 * @module
 */

/** The text that a percent-encoded one stands for; one that is encoded wrongly stands for itself. */
export function decodeText(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a % that encodes nothing
  }
}
