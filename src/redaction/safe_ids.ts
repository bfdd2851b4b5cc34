/**
 * Ids of a notebook's cells without secrets: what replaces one is an id again, the same in the journal and in the file.
 *
 * @module
 */
import type { Redacted, Redactor } from "./redaction.ts";

/** The longest id, with room for a number behind it: a notebook's format allows 64 characters. */
const MAX_CHARS = 56;
const PLACEHOLDER = /\[(?:redacted|not stored)[ :]/;
/** The member `id` of a notebook's JSON where it holds a placeholder. */
const REDACTED_ID =
  /("id"\s*:\s*")([^"\\\n]*\[(?:redacted|not stored)[ :][^"\\\n]*)"/g;

/** An id as it may be stored. */
export function redactId(redactor: Redactor, id: string): Redacted {
  const { text, taken } = redactor.text(id);
  return { text: PLACEHOLDER.test(text) ? asId(text) : text, taken };
}

/** The JSON of a notebook that was redacted, with ids where placeholders stand for some. */
export function withSafeIds(json: string): string {
  return json.replace(
    REDACTED_ID,
    (_, before: string, id: string) => `${before}${asId(id)}"`,
  );
}

function asId(text: string): string {
  return text.replace(/[^A-Za-z0-9_-]+/g, "-").replace(/^-+|-+$/g, "")
    .slice(0, MAX_CHARS);
}
