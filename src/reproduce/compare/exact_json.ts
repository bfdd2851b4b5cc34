/**
 * JSON whose numbers are kept as they are written: two that are one as a double are still two.
 *
 * @module
 */

/** A number as it stands in a JSON text. */
export class ExactNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** Whether it has the same value, however it is written. */
  equals(other: ExactNumber): boolean {
    return this.text === other.text ||
      valueOf(this.text) === valueOf(other.text);
  }
}

/** Parses JSON with exact numbers. @throws {SyntaxError} when it is none */
export function parseExactJson(text: string): unknown {
  const exact = (_key: string, value: unknown, { source }: ReviverContext) =>
    typeof value === "number" && source !== undefined
      ? new ExactNumber(source)
      : value;
  return JSON.parse(text, exact as Parameters<typeof JSON.parse>[1]);
}

/** Whether an object of a JSON text that was parsed has one key twice: its value holds only the last of them. */
export function hasDoubledKeys(text: string, value: unknown): boolean {
  let written = 0;
  for (const [token] of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|:/g)) {
    if (token === ":") written++;
  }
  return written !== membersIn(value);
}

/** Whether two JSON texts of equal values are written otherwise: in another order of keys, with other white space, numbers or escapes. */
export function isWrittenOtherwise(then: string, now: string): boolean {
  const [before, after] = [formOf(then), formOf(now)];
  return before.form !== after.form ||
    before.texts.some((text, i) =>
      text !== after.texts[i] &&
      JSON.parse(text) === JSON.parse(after.texts[i] ?? "null")
    );
}

/** A JSON text without the texts that are values, and those, as they are written. */
function formOf(json: string): { form: string; texts: string[] } {
  const texts: string[] = [];
  const form = json.replaceAll(
    /("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?/g,
    (all, text: string, colon?: string) => {
      if (colon !== undefined) return all;
      texts.push(text);
      return '""';
    },
  );
  return { form, texts };
}

function membersIn(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  if (value instanceof ExactNumber) return 0;
  const parts = Object.values(value);
  return parts.reduce<number>(
    (sum, part) => sum + membersIn(part),
    Array.isArray(value) ? 0 : parts.length,
  );
}

/** What V8 tells a reviver besides key and value. */
interface ReviverContext {
  source?: string;
}

/** A number in one form: sign, digits without zeros at either end, exponent of ten. */
function valueOf(text: string): string {
  const [, sign = "", whole = "", part = "", exponent = "0"] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const digits = `${whole}${part}`.replace(/^0+/, "");
  const short = digits.replace(/0+$/, "");
  if (short === "") return `${sign}0`;
  const scale = BigInt(exponent) - BigInt(part.length) +
    BigInt(digits.length - short.length);
  return `${sign}${short}e${scale}`;
}
