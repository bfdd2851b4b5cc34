/**
 * The redactor of texts that were redacted before: what tells a secret by its form or by a name beside it is not in them
 * any more, so that in long ones only values that are known by now are looked for.
 *
 * Loaded inside cells: nothing here may load a library.
 *
 * @module
 */
import { messageOf } from "../base/errors.ts";
import { nothingTaken, type Redacted, type Redactor } from "./redaction.ts";
import { unexamined } from "./taking_out.ts";

/** A shorter text is examined as a new one is, characters. */
const LONG_CHARS = 100_000;

/**
 * Makes it from the redactor of new texts.
 *
 * @param known Takes the known values out of a text.
 */
export function redactionAgain(
  whole: Redactor,
  known: (text: string) => Redacted,
): Redactor {
  const orKnown = (text: string, examine: (text: string) => Redacted) => {
    if (text.length <= LONG_CHARS) return examine(text);
    try {
      return known(text);
    } catch (error) {
      return unexamined(messageOf(error));
    }
  };
  return {
    named: (name, value) => whole.named(name, value),
    text: (text) => orKnown(text, (short) => whole.text(short)),
    json(json) {
      const seen = orKnown(json, (short) => whole.json(short));
      return seen.taken.length === 0 || json.length <= LONG_CHARS
        ? seen
        : whole.json(json); // so that it stays a document
    },
    spelled: (json) => whole.spelled?.(json) ?? nothingTaken(json),
    handOver: (since) => whole.handOver?.(since) ?? null,
  };
}
