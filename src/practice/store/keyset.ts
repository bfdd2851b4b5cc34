/**
 * Paging by key: a token says after which row the next page begins.
 *
 * @module
 */
import { serverError } from "../protocol/answers.ts";
import { exactJson } from "./columns.ts";
import type { Database, Value } from "./database.ts";

/** What rows are ordered by; the id, descending, breaks ties. */
export interface Order {
  /** The name that stands in the token. */
  readonly column: string;
  /** The SQL expression. */
  readonly expression: string;
  readonly direction: "asc" | "desc";
}

/** A page of rows. */
export interface Page<Row> {
  readonly rows: Row[];
  /** The next page's token; null on the last page. */
  readonly next: string | null;
}

/**
 * Reads a page.
 *
 * @param query the rows: `SELECT … FROM … WHERE …` without order; its table is called `t`
 * @throws {RefusedAnswer} 500 when the token is none of this order, as GitLab answers
 */
export function readPage<Row extends { id: number }>(
  db: Database,
  query: { columns: string; from: string; values: Value[] },
  options: { order: Order; limit: number; token: string | null | undefined },
): Page<Row> {
  const { order, token } = options;
  const limit = Math.max(1, Math.min(options.limit, 1000));
  const { expression, direction } = order;
  const values = [...query.values];
  let from = query.from;
  if (typeof token === "string" && token !== "") {
    const after = readToken(token, order.column);
    const beyond = direction === "asc" ? ">" : "<";
    from += after.value === null
      ? ` AND ${expression} IS NULL AND t.id < ?`
      : ` AND (${expression} ${beyond} ? OR ${expression} = ? AND t.id < ? OR ${expression} IS NULL)`;
    if (after.value !== null) values.push(after.value, after.value);
    values.push(after.id);
  }
  const rows = db.all<Row & { keyset_value: string | number | null }>(
    `SELECT ${query.columns}, ${expression} AS keyset_value ${from}
     ORDER BY ${expression} IS NULL, ${expression} ${direction}, t.id DESC LIMIT ?`,
    ...values,
    limit + 1,
  );
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return {
    rows: rows.slice(0, limit),
    next: last === undefined
      ? null
      : writeToken({ [order.column]: last.keyset_value, id: last.id }),
  };
}

/** The opaque text of a page token. */
export function writeToken(value: Record<string, unknown>): string {
  // What is read back as an infinity: a metric may be one, and JSON has no word for it.
  const text = JSON.stringify(
    value,
    (_, member) =>
      member === Infinity || member === -Infinity
        ? exactJson(member > 0 ? "1e999" : "-1e999")
        : member,
  );
  return new TextEncoder().encode(text).toBase64({
    alphabet: "base64url",
  });
}

/**
 * The contents of a page token.
 *
 * @throws {RefusedAnswer} 500 when it is none: GitLab does not handle that
 */
export function openToken(token: string): Record<string, unknown> {
  try {
    const bytes = Uint8Array.fromBase64(token, { alphabet: "base64url" });
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof value === "object" && value !== null) {
      return value as Record<string, unknown>;
    }
  } catch (cause) {
    throw serverError(cause);
  }
  throw serverError();
}

function readToken(
  token: string,
  column: string,
): { value: string | number | null; id: number } {
  const value = openToken(token);
  const key = value[column];
  const id = value["id"];
  if (
    typeof id !== "number" ||
    !(key === null || typeof key === "string" || typeof key === "number")
  ) throw serverError();
  return { value: key, id };
}
