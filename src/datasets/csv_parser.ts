/**
 * The CSV parser, and the dialect of a file. Papaparse's inner parser takes a text piece by piece, as no public
 * interface of it does: its version is pinned, and `tests/datasets/csv_parser_test.ts` holds what is relied on.
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
  Parser: new (
    dialect: { delimiter: string; newline: "\n"; preview?: number },
  ) => {
    parse(text: string, base: number, ignoreLastRow: boolean): Parsed;
  };
}

/** How a file's cells are written; records end with a newline, as {@linkcode Newlines} gives them. */
export interface Dialect {
  delimiter: string;
  /** Whether a space that follows a delimiter is none of the cell's. */
  skipSpace: boolean;
  /** Characters in front of the first record: Excel's line `sep=;`. */
  skip: number;
}

const { Parser } = papaparse as unknown as ParserMaker;
const DELIMITERS = [",", ";", "\t", "|"] as const;
/** Excel's own way to name the delimiter. */
const NAMED_DELIMITER = /^"?sep=(.)"?[ \t]*\n/i;
/** Records that show the dialect. */
const RECORDS = 20;

/** Characters of a file that show its dialect. */
export const DIALECT_CHARS = 1 << 16;

/** The records of a text; without `last`, those that are certainly complete. */
export function parseRecords(
  text: string,
  { delimiter }: Pick<Dialect, "delimiter">,
  last: boolean,
): Parsed {
  return new Parser({ delimiter, newline: "\n" }).parse(text, 0, !last);
}

/**
 * The dialect that a file's first records are written in.
 *
 * @param text its first {@linkcode DIALECT_CHARS} characters, or all of them
 * @param whole whether they are all
 */
export function dialectOf(
  text: string,
  whole: boolean,
  delimiter?: string,
): Dialect {
  const named = NAMED_DELIMITER.exec(text);
  const skip = named?.[0].length ?? 0;
  const start = text.slice(skip, skip + DIALECT_CHARS);
  const sample = (delimiter: string) =>
    new Parser({ delimiter, newline: "\n", preview: RECORDS })
      .parse(start, 0, !whole).data.filter((record) => !isBlank(record));
  const chosen = named?.[1] ?? delimiter ?? best(sample);
  const spaced = chosen.trim() !== "" && followedBySpace(sample(chosen));
  // A quote after a space opens a cell only for a parser that knows the space.
  const quoted = spaced && start.includes(`${chosen} "`) &&
    isEven(sample(`${chosen} `));
  return {
    delimiter: quoted ? `${chosen} ` : chosen,
    skipSpace: spaced,
    skip,
  };
}

/** Whether a record is a blank line: such lines are no rows. */
export function isBlank(record: readonly string[]): boolean {
  return record.length === 1 && (record[0] as string).trim() === "";
}

function best(sample: (delimiter: string) => string[][]): string {
  let best: string = ",";
  let most = 1;
  for (const candidate of DELIMITERS) {
    const records = sample(candidate);
    const width = records[0]?.length ?? 0;
    const weight = isEven(records) ? width : 1 + width / 1000;
    if (width > 1 && weight > most) [best, most] = [candidate, weight];
  }
  return best;
}

function isEven(records: readonly string[][]): boolean {
  const width = records[0]?.length ?? 0;
  return width > 1 && records.every((record) => record.length === width);
}

function followedBySpace(records: readonly string[][]): boolean {
  const cells = records.flatMap((record) => record.slice(1))
    .filter((cell) => cell !== "");
  return cells.length > 0 && cells.every((cell) => cell.startsWith(" "));
}
