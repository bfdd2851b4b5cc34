/**
 * What of an artifact's bytes may be stored: texts are redacted; what holds a text in another form, such as an
 * archive, is looked into, and not stored when there is a secret in it.
 *
 * Loaded inside cells: nothing here may load a library.
 *
 * @module
 */
import { findTokenForms } from "./find_token_forms.ts";
import { nothingTaken, type Redactor, type Taken } from "./redaction.ts";
import { archiveTexts } from "./archives.ts";

/** What of bytes may be stored. */
export interface RedactedBytes {
  /** The bytes to store; null when they hold a secret that cannot be taken out. */
  bytes: Uint8Array | null;
  /** What was found. */
  taken: readonly Taken[];
  /** Why they could not be examined; null when they were. */
  unexamined: string | null;
}

/** Larger bytes that are no text are stored unexamined, which is named. */
const MAX_BINARY_BYTES = 64 << 20;
/** So many bytes tell a text from other things. */
const PROBE_BYTES = 1 << 16;

/** A way in which bytes are text. */
export type TextEncoding = "utf-8" | "utf-16le" | "utf-16be";

/** How bytes are text, by their beginning; null when they are none. */
export function textEncodingOf(head: Uint8Array): TextEncoding | null {
  if (head[0] === 0xff && head[1] === 0xfe) return "utf-16le";
  if (head[0] === 0xfe && head[1] === 0xff) return "utf-16be";
  const probe = head.subarray(0, PROBE_BYTES);
  const zeros = [0, 0];
  for (let i = 0; i < probe.length; i++) {
    if (probe[i] === 0) zeros[i % 2] = (zeros[i % 2] ?? 0) + 1;
  }
  const [even = 0, second = 0] = zeros;
  if (even + second === 0) return isUtf8(probe) ? "utf-8" : null;
  const half = probe.length / 2;
  if (second > half * 0.7 && even < half * 0.05) return "utf-16le";
  return even > half * 0.7 && second < half * 0.05 ? "utf-16be" : null;
}

function isUtf8(bytes: Uint8Array): boolean {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  try {
    decoder.decode(bytes, { stream: true }); // the last character may be cut
    return true;
  } catch {
    return false; // not text
  }
}

/** Takes the secrets out of bytes that are in memory. */
export function redactBytes(
  redactor: Redactor,
  bytes: Uint8Array,
): RedactedBytes {
  const encoding = textEncodingOf(bytes);
  if (encoding !== null) return redactTextBytes(redactor, bytes, encoding);
  if (bytes.byteLength > MAX_BINARY_BYTES) {
    return unexamined(bytes, "it is too large");
  }
  const { texts, problem } = archiveTexts(bytes);
  const taken = [...texts, openText(bytes)].flatMap((text) =>
    takenOf(redactor, text)
  );
  if (taken.length > 0) return { bytes: null, taken, unexamined: null };
  return problem === null
    ? { bytes, taken: [], unexamined: null }
    : unexamined(bytes, problem);
}

function unexamined(bytes: Uint8Array, why: string): RedactedBytes {
  return { bytes, taken: [], unexamined: why };
}

function redactTextBytes(
  redactor: Redactor,
  bytes: Uint8Array,
  encoding: TextEncoding,
): RedactedBytes {
  const text = new TextDecoder(encoding, { ignoreBOM: true }).decode(bytes);
  const { text: kept, taken } = redactContent(redactor, text);
  if (taken.length === 0) return { bytes, taken, unexamined: null };
  return { bytes: encode(kept, encoding), taken, unexamined: null };
}

/** Takes the secrets out of a text that may be a JSON document; its other characters stay as they are. */
export function redactContent(
  redactor: Redactor,
  text: string,
): { text: string; taken: readonly Taken[] } {
  if (!/^\s*[[{]/.test(text)) return redactor.text(text);
  const spelled = redactor.spelled?.(text) ?? nothingTaken(text);
  const plain = redactor.text(spelled.text);
  const mark = plain.text.startsWith("\ufeff") ? "\ufeff" : ""; // JSON has none
  const { text: json, taken } = redactor.json(plain.text.slice(mark.length));
  return {
    text: mark + json,
    taken: [...spelled.taken, ...plain.taken, ...taken],
  };
}

/** A text as bytes. */
export function encode(text: string, encoding: TextEncoding): Uint8Array {
  if (encoding === "utf-8") return new TextEncoder().encode(text);
  const bytes = new Uint8Array(text.length * 2);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < text.length; i++) {
    view.setUint16(2 * i, text.charCodeAt(i), encoding === "utf-16le");
  }
  return bytes;
}

/** What of a text that lies among other bytes is a secret; names and values are not distinguished there. */
function takenOf(redactor: Redactor, text: string): readonly Taken[] {
  return text === "" ? [] : redactor.text(text).taken;
}

/** Texts in the open among other bytes, as `strings` prints them; only those that may hold a token. */
function openText(bytes: Uint8Array): string {
  const latin = new TextDecoder("latin1").decode(bytes);
  const runs = latin.match(
    /[\x20-\x7e\t\r\n]{12,}|(?:[\x20-\x7e]\0(?:\0\0)?){12,}/g,
  ) ?? [];
  return runs.map((run) => run.replaceAll("\0", "")).filter((run) =>
    /\s/.test(run) || run.length < 4000 || findTokenForms(run).length > 0
  ).join("\n").slice(0, 8_000_000);
}
