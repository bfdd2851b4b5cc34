/**
 * What the address of a table of runs asks for.
 *
 * @module
 */
import { z } from "../../base/zod.ts";
import { isQueryError, QueryError } from "../../record/errors.ts";
import type { RunField } from "../../record/query.ts";
import { fieldText, parseFields } from "../../record/sort.ts";
import type { Query } from "./links.ts";
import type { OtherValue } from "./values.ts";

/** Rows of a page unless the address says how many. */
export const DEFAULT_SIZE = 50;
/** Most rows of a page. */
const MAX_SIZE = 500;

/** A table of runs as its address describes it. */
export interface TableQuery {
  filter: string;
  sort: string;
  /** As it was written. */
  columns: string;
  /** As it was written. */
  group: string;
  /** Which value of a metric is shown: `last`, `best`, `min`, `max` or `step`. */
  values: string;
  /** At which step, where it is `step`. */
  step: string;
  /** `1` for runs with a star alone. */
  starred: string;
  page: number;
  size: number;
}

/** A table of every run, as it is without a query. */
export const WHOLE_TABLE: TableQuery = {
  filter: "",
  sort: "",
  columns: "",
  group: "",
  values: "",
  step: "",
  starred: "",
  page: 1,
  size: DEFAULT_SIZE,
};

const whole = z.string().regex(/^[1-9]\d{0,8}$/).transform(Number);
const schema = z.object({
  page: whole.default(1),
  size: whole.transform((size) => Math.min(size, MAX_SIZE)).default(
    DEFAULT_SIZE,
  ),
});

/**
 * Reads the query of an address.
 *
 * @throws {QueryError} when page or size is no whole number from 1 on
 */
export function readTableQuery(params: URLSearchParams): TableQuery {
  const texts = textsOf(params);
  const given = (name: string) => params.get(name)?.trim() || undefined;
  const numbers = schema.safeParse({
    page: given("page"),
    size: given("size"),
  });
  if (!numbers.success) {
    const name = String(numbers.error.issues[0]?.path[0] ?? "page");
    throw new QueryError(
      `${name} is "${params.get(name)}": it must be a whole number from 1 on.`,
      { position: 0, hint: "Take it out of the address." },
    );
  }
  return { ...texts, ...numbers.data };
}

/** The texts of a query, whatever they are: a page that refuses them shows them again. */
function textsOf(
  params: URLSearchParams,
): Omit<TableQuery, "page" | "size"> {
  const text = (name: string) => params.get(name)?.trim() ?? "";
  return {
    filter: text("filter"),
    sort: text("sort"),
    columns: params.getAll("columns").filter((part) => part.trim() !== "")
      .join(","),
    group: text("group"),
    values: text("values"),
    step: text("step"),
    starred: text("starred"),
  };
}

/** The same, without an order that cannot be read: the form has no place where it could be corrected. */
export function keptTexts(
  params: URLSearchParams,
): Omit<TableQuery, "page" | "size"> {
  const texts = textsOf(params);
  return { ...texts, sort: isOrder(texts.sort) ? texts.sort : "" };
}

function isOrder(sort: string): boolean {
  try {
    parseFields(sort);
    return true;
  } catch (error) {
    if (isQueryError(error)) return false;
    throw error;
  }
}

/** The query again, without what is as it would be anyway. */
export function queryOf(
  table: TableQuery,
  changed: Partial<TableQuery> = {},
): Query {
  const { page, size, values, step, ...texts } = { ...table, ...changed };
  return {
    ...texts,
    values: values === "last" ? undefined : values,
    step: values === "step" ? step : undefined,
    page: page === 1 ? undefined : page,
    size: size === DEFAULT_SIZE ? undefined : size,
  };
}

/**
 * Which value of each metric is shown: the last, the best, the lowest, the highest, or the one at a step.
 *
 * @throws {QueryError} when it cannot be understood
 */
export function valuesWanted(
  { values, step }: Pick<TableQuery, "values" | "step">,
): "last" | OtherValue {
  if (values === "" || values === "last") return "last";
  if (values === "best" || values === "min" || values === "max") return values;
  const number = values === "step" && step !== "" ? Number(step) : NaN;
  if (Number.isFinite(number)) return number;
  throw new QueryError(
    values === "step"
      ? `step is "${step}": it must be a number.`
      : `values is "${values}": it must be last, best, min, max or step.`,
    { position: 0, hint: "Write values=step&step=100 for the values there." },
  );
}

/**
 * The field that runs are grouped by; null for none.
 *
 * @throws {QueryError} when it cannot be understood
 */
export function groupField({ group }: TableQuery): RunField | null {
  const [field, another] = parseFields(group);
  if (another === undefined) return field ?? null;
  throw new QueryError("Runs are grouped by one field.", {
    position: 0,
    hint: `Write ${field === undefined ? "params.k" : fieldText(field)} alone.`,
  });
}
