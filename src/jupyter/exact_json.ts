/**
 * JSON that comes out as it went in: numbers keep the text they had (`1.0`, `1e5`, more digits than a double has).
 *
 * @module
 */

/** A number whose text JavaScript would write otherwise. */
interface RawNumber {
  readonly rawJSON: string;
}

const json = JSON as typeof JSON & {
  rawJSON(text: string): RawNumber;
  isRawJSON(value: unknown): value is RawNumber;
};

/** Parses JSON; a number that would be written in another way is kept as its text. */
export function parseExact(text: string): unknown {
  return JSON.parse(
    text,
    function (
      _key: string,
      value: unknown,
      context?: { source?: string },
    ): unknown {
      if (typeof value !== "number" || context?.source === undefined) {
        return value;
      }
      return String(value) === context.source
        ? value
        : json.rawJSON(context.source);
    } as (key: string, value: unknown) => unknown,
  );
}

/** Writes JSON with one member or item a line, as nbformat's writer does (empty lists and objects closed up). */
export function stringifyExact(value: unknown, indent: string): string {
  return indent === ""
    ? JSON.stringify(value)
    : JSON.stringify(value, null, indent);
}
