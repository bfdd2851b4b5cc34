/**
 * What the statistics of a Parquet file say of its columns.
 *
 * @module
 */
import type {
  AsyncBuffer,
  FileMetaData,
  SchemaTree,
} from "./parquet_library.ts";
import { shownNumber, shownText } from "./extremes.ts";
import {
  type Extreme,
  NO_EXTREMES,
  readExtremes,
  readHistograms,
} from "./parquet_values.ts";
import type { Column, ColumnProfile } from "./types.ts";

type Statistics = NonNullable<
  NonNullable<
    FileMetaData["row_groups"][number]["columns"][number]["meta_data"]
  >["statistics"]
>;

/** Writers cut texts in statistics at 64 bytes or more, and not all of them say so. */
const CUT_BYTES = 64;
/** Decimal digits that a float64 always holds. */
const EXACT_DIGITS = 15;

/** The profiles of a file's columns. */
export async function profilesOf(
  file: AsyncBuffer,
  metadata: FileMetaData,
  trees: readonly SchemaTree[],
  columns: readonly Column[],
): Promise<ColumnProfile[]> {
  const profiles: ColumnProfile[] = [];
  const named = (name: string) => columns.filter((one) => one.name === name);
  const numbers: ColumnProfile[] = [];
  let leaf = 0;
  for (const [i, tree] of trees.entries()) {
    const column = columns[i] as Column;
    // Chunks stand in the order of the schema: two columns may have one name.
    const at = tree.children.length === 0 ? leaf : null;
    leaf += leavesOf(tree);
    const chunks = at === null || column.type === "array" ? [] : metadata
      .row_groups.map((group) => group.columns[at]?.meta_data?.statistics);
    const profile = profileOf(chunks, column, tree);
    if (column.type === "binary" || !fitsNumber(tree)) {
      Object.assign(profile, NO_EXTREMES);
    } else if (chunks.some(isCut)) {
      Object.assign(
        profile,
        named(column.name).length > 1
          ? NO_EXTREMES
          : await readExtremes(file, metadata, column.name),
      );
    }
    const isNumber = column.type === "integer" || column.type === "number";
    if (
      at !== null && isNumber && fitsNumber(tree) &&
      named(column.name).length === 1
    ) numbers.push(profile);
    profiles.push(profile);
  }
  const histograms = await readHistograms(
    file,
    metadata,
    numbers.map(({ name }) => name),
  );
  for (const profile of numbers) {
    const histogram = histograms.get(profile.name);
    if (histogram !== undefined) profile.histogram = histogram;
  }
  return profiles;
}

/** Whether a float64 holds each value of a decimal column. */
function fitsNumber({ element }: SchemaTree): boolean {
  const { logical_type: logical, precision } = element;
  const digits = logical?.type === "DECIMAL" ? logical.precision : precision;
  return (digits ?? 0) <= EXACT_DIGITS;
}

function leavesOf({ children }: SchemaTree): number {
  return children.length === 0
    ? 1
    : children.reduce((sum, child) => sum + leavesOf(child), 0);
}

function profileOf(
  chunks: readonly (Statistics | undefined)[],
  column: Column,
  tree: SchemaTree,
): ColumnProfile {
  const profile: ColumnProfile = {
    name: column.name,
    type: column.type,
    missing: null,
    distinct: null,
    min: null,
    max: null,
  };
  if (chunks.length === 0) return profile;
  if (chunks.every((chunk) => chunk?.null_count !== undefined)) {
    profile.missing = chunks.reduce(
      (sum, chunk) => sum + Number(chunk?.null_count),
      0,
    );
  }
  // A group of nothing but missing values has no extremes; one without statistics leaves them unknown.
  const known = chunks.filter((chunk) =>
    chunk?.min_value !== undefined && chunk.max_value !== undefined
  );
  const hollow = chunks.filter((chunk) =>
    chunk !== undefined && !known.includes(chunk) &&
    Number(chunk.null_count) > 0
  );
  if (chunks.length - known.length > hollow.length) return profile;
  const of = (value: unknown) => valueOf(value, tree);
  profile.min = first(known.map((chunk) => of(chunk?.min_value)), tree, -1);
  profile.max = first(known.map((chunk) => of(chunk?.max_value)), tree, 1);
  // Statistics with NaN say nothing: writers do not agree on its order.
  if (profile.min === "NaN" || profile.max === "NaN") {
    Object.assign(profile, NO_EXTREMES);
  }
  return profile;
}

/** Whether a group's texts may not be values of the column, but cut ones. */
function isCut(chunk: Statistics | undefined): boolean {
  return [
    [chunk?.min_value, chunk?.is_min_value_exact],
    [chunk?.max_value, chunk?.is_max_value_exact],
  ].some(([value, exact]) =>
    typeof value === "string" && exact !== true &&
    (exact === false || new TextEncoder().encode(value).length >= CUT_BYTES)
  );
}

/** A statistic as a value of its column. */
function valueOf(value: unknown, { element }: SchemaTree): unknown {
  const { logical_type: logical, converted_type: converted, scale } = element;
  const whole = typeof value === "number" || typeof value === "bigint";
  if (logical?.type === "DECIMAL" && converted !== "DECIMAL" && whole) {
    return Number(value) / 10 ** (logical.scale ?? scale ?? 0);
  }
  if (logical?.type === "DATE" && typeof value === "number") {
    return new Date(value * 86_400_000);
  }
  const unit = logical?.type === "TIME"
    ? logical.unit
    : converted === "TIME_MILLIS"
    ? "MILLIS"
    : converted === "TIME_MICROS"
    ? "MICROS"
    : null;
  return unit !== null && whole ? clock(BigInt(value), DIGITS[unit]) : value;
}

const DIGITS = { MILLIS: 3, MICROS: 6, NANOS: 9 } as const;

/** A time of day, from its count of parts of a second. */
function clock(parts: bigint, digits: number): string {
  const second = 10n ** BigInt(digits);
  const two = (value: bigint) => String(value).padStart(2, "0");
  const seconds = parts / second;
  const fraction = String(parts % second).padStart(digits, "0")
    .replace(/0+$/, "");
  return `${two(seconds / 3600n)}:${two(seconds / 60n % 60n)}:${
    two(seconds % 60n)
  }${fraction === "" ? "" : `.${fraction}`}`;
}

/** The first of some statistics by their order (`sign` -1) or the last (1), as a profile shows it. */
function first(
  values: readonly unknown[],
  { element }: SchemaTree,
  sign: 1 | -1,
): Extreme {
  let best: number | bigint | string | Date | null = null;
  for (const value of values) {
    const known = typeof value === "number" || typeof value === "bigint" ||
      typeof value === "string" ||
      value instanceof Date;
    if (!known) return null;
    if (Number.isNaN(value)) return "NaN";
    if (best === null || (sign < 0 ? value < best : value > best)) best = value;
  }
  if (best instanceof Date) {
    const date = element.logical_type?.type === "DATE" ||
      element.converted_type === "DATE";
    return date ? best.toISOString().slice(0, 10) : best.toISOString();
  }
  return typeof best === "string" ? shownText(best) : shownNumber(best);
}
