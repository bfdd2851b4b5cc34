/**
 * Several tables of the same columns, seen as one.
 *
 * @module
 */
import { mergedHistogram } from "./histogram.ts";
import { noTable } from "./table_reader.ts";
import type {
  Column,
  ColumnProfile,
  Fingerprint,
  TableFacts,
} from "./types.ts";

const MOST_NAMED = 3;
/**
 * Names of files and folders that programs leave beside the data: hidden ones, and those that begin with `_` as
 * Spark's `_SUCCESS` does. Hadoop and Arrow read a folder without them.
 */
const NO_DATA = /(?:^|\/)(?:[._]|(?:Thumbs\.db|desktop\.ini)$)/;

/**
 * What the files' tables are together, or why they are not one table.
 *
 * @param paths the files' paths from their folder, in the same order
 */
export function mergedFacts(
  all: readonly Fingerprint[],
  paths: readonly string[],
  profile: boolean,
): TableFacts {
  if (!profile) {
    return noTable(null);
  }
  const data = all.filter((_, i) => !NO_DATA.test(paths[i] ?? ""));
  const files = data.length > 0 ? data : all;
  const beside = all.filter((file) => !files.includes(file));
  const warnings = [
    ...files.flatMap((file) =>
      file.warnings.map((text) => `${file.uri}: ${text}`)
    ),
    ...beside.length === 0 ? [] : [
      `Not read as part of the table: ${
        beside.slice(0, MOST_NAMED).map(({ uri }) => uri).join(", ")
      }${
        beside.length > MOST_NAMED
          ? ` and ${beside.length - MOST_NAMED} more`
          : ""
      }`,
    ],
  ];
  const [first] = files;
  if (first === undefined) return noTable("It holds no files", warnings);
  const other_kind = files.find(({ columns }) => columns === null);
  if (other_kind !== undefined) {
    return noTable(
      `Not all of its files are tables (${other_kind.uri}: ${other_kind.message})`,
      warnings,
    );
  }
  const other = files.find(({ columns }) =>
    namesOf(columns) !== namesOf(first.columns)
  );
  if (other !== undefined) {
    return noTable(
      `Its files have different columns (${first.uri} and ${other.uri})`,
      warnings,
    );
  }
  const columns = (first.columns ?? []).map((column, i): Column => ({
    ...column,
    type: files.map((file) => file.columns?.[i]?.type ?? "null").reduce(
      commonType,
    ),
  }));
  const whole = files.every(({ rows }) => rows !== null);
  const partial = files.find(({ rows }) => rows === null);
  return {
    rows: whole ? files.reduce((sum, { rows }) => sum + (rows ?? 0), 0) : null,
    columns,
    profile: whole
      ? columns.map((column, i) =>
        mergedProfile(column, files.map((file) => file.profile?.[i]))
      )
      : null,
    message: partial === undefined
      ? null
      : `${partial.uri}: ${partial.message}`,
    warnings,
  };
}

function mergedProfile(
  column: Column,
  parts: readonly (ColumnProfile | undefined)[],
): ColumnProfile {
  const known = parts.filter((part) => part !== undefined);
  const complete = known.length === parts.length;
  // Extremes of different types have no order between them.
  const filled = known.filter(({ type }) => type !== "null");
  const alike = complete &&
    filled.every(({ type, min }) =>
      typeof min === typeof filled[0]?.min &&
      (type === column.type || column.type === "number")
    );
  const [only] = known;
  const histogram = alike
    ? mergedHistogram(filled.map((part) => part.histogram))
    : null;
  return {
    name: column.name,
    type: column.type,
    missing: complete && known.every(({ missing }) => missing !== null)
      ? known.reduce((sum, { missing }) => sum + (missing ?? 0), 0)
      : null,
    distinct: known.length === 1 ? only?.distinct ?? null : null,
    ...(known.length === 1 && only?.distinct_is_estimate &&
      { distinct_is_estimate: true as const }),
    min: alike ? extreme(filled.map(({ min }) => min), -1) : null,
    max: alike ? extreme(filled.map(({ max }) => max), 1) : null,
    ...histogram === null ? {} : { histogram },
  };
}

function extreme(
  values: readonly ColumnProfile["min"][],
  sign: 1 | -1,
): ColumnProfile["min"] {
  let best: ColumnProfile["min"] = null;
  for (const value of values) {
    if (value === null) return null;
    if (best === null || (sign < 0 ? value < best : value > best)) best = value;
  }
  return best;
}

function commonType(a: string, b: string): string {
  if (a === b || b === "null") return a;
  if (a === "null") return b;
  const both = new Set([a, b]);
  if (both.has("integer") && both.has("number")) return "number";
  if (both.has("date") && both.has("datetime")) return "datetime";
  return both.has("string") ? "string" : "mixed";
}

function namesOf(columns: readonly Column[] | null): string {
  return JSON.stringify(columns?.map(({ name }) => name));
}
