/**
 * The one door into the journal: every text that is stored passes through a {@linkcode Redactor} first.
 *
 * @module
 */

/** A text as it may be stored, and what was taken out of it. */
export interface Redacted {
  /** The text to store. */
  text: string;
  /** The kinds of secret that were replaced; empty when nothing was. */
  kinds: readonly string[];
}

/** Decides what of a text may be stored. Its functions must not throw. */
export interface Redactor {
  /** A value under a name: a param, a tag, an environment variable. */
  named(name: string, value: string): Redacted;
  /** A text without a name: a cell's source, an output's JSON, a path, an error. */
  text(text: string): Redacted;
}

/**
 * A gate whose texts come back from SQLite as they went in: it cuts what it reads at a NUL and cannot hold half a
 * surrogate pair. Both become U+FFFD.
 */
export function storable(gate: Redactor): Redactor {
  const fit = ({ text, kinds }: Redacted): Redacted => ({
    text: text.replaceAll("\0", "\ufffd").toWellFormed(),
    kinds,
  });
  return {
    named: (name, value) => fit(gate.named(name, value)),
    text: (text) => fit(gate.text(text)),
  };
}

/** Passes a value through the gate under its name, and before it the members of one that is JSON under theirs. */
export function redactNamed(
  gate: Redactor,
  name: string,
  value: string,
): Redacted {
  const inside = isJson(value)
    ? redactJson(gate, value)
    : { text: value, kinds: [] };
  const { text, kinds } = gate.named(name, inside.text);
  return { text, kinds: [...new Set([...inside.kinds, ...kinds])] };
}

function isJson(text: string): boolean {
  if (!/^[[{]/.test(text)) return false;
  try {
    return JSON.parse(text) !== null;
  } catch {
    return false; // a text that only begins like JSON
  }
}

/** Passes every text of a JSON document through the gate, under its member's name where it has one. */
export function redactJson(gate: Redactor, json: string): Redacted {
  const kinds = new Set<string>();
  const replaced = JSON.stringify(JSON.parse(json), (key, value: unknown) => {
    if (typeof value !== "string" && typeof value !== "number") return value;
    const { text, kinds: found } = gate.named(key, String(value));
    for (const kind of found) kinds.add(kind);
    return found.length === 0 ? value : text;
  });
  return kinds.size === 0
    ? { text: json, kinds: [] }
    : { text: replaced, kinds: [...kinds] };
}
