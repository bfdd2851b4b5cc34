/**
 * The CSV parser, and the dialect of a file.
 *
 * @module
 */
import papaparse from "npm:papaparse@5.7.1";

/** What one call of the parser found. */
export interface Parsed {
  data: string[][];
  errors: { message: string; row?: number }[];
  /** `cursor`: where the first record that is not complete starts. */
  meta: { cursor: number };
}

interface ParserMaker {
  Parser: new (dialect: Dialect & { preview?: number }) => {
    parse(text: string, base: number, ignoreLastRow: boolean): Parsed;
  };
}

/** What separates cells and records. */
export interface Dialect {
  delimiter: string;
  newline: "\n" | "\r\n" | "\r";
}

const { Parser } = papaparse as unknown as ParserMaker;
const DELIMITERS = [",", ";", "\t", "|"] as const;
const LOOKED_AT = 1 << 16;
const LINES = 6;

/** The records of a text; without `last`, those that are certainly complete. */
export function parseRecords(
  text: string,
  dialect: Dialect,
  last: boolean,
): Parsed {
  return new Parser(dialect).parse(text, 0, !last);
}

/** The dialect that a text's first lines are written in. */
export function dialectOf(text: string, delimiter?: string): Dialect {
  const start = text.slice(0, LOOKED_AT);
  const newline = /\r\n|\n|\r/.exec(start.replace(/"[^"]*"/g, ""))
    ?.[0] as Dialect["newline"] ?? "\n";
  if (delimiter !== undefined) return { delimiter, newline };
  let best = { delimiter: ",", newline };
  let most = 1;
  for (const candidate of DELIMITERS) {
    const dialect = { delimiter: candidate, newline };
    const { data } = new Parser({ ...dialect, preview: LINES }).parse(
      start,
      0,
      start.length < text.length,
    );
    const records = data.filter((record) =>
      record.length > 1 || record[0] !== ""
    );
    const width = records[0]?.length ?? 0;
    // The last of the lines looked at may be cut.
    const even = records.slice(0, -1).every((record) =>
      record.length === width
    );
    const weight = even ? width : 1 + width / 1000;
    if (width > 1 && weight > most) [best, most] = [dialect, weight];
  }
  return best;
}
