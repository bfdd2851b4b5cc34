/**
 * Tags as runs take them: unchecked lists, and the tag that ties a run to a CI job.
 *
 * @module
 */
import { serverError } from "../protocol/answers.ts";
import { isRecord, NumberLiteral } from "../protocol/values.ts";
import { COLUMN, textProblems } from "../store/columns.ts";
import type { SentPair } from "../store/pairs.ts";
import type { StoredRun } from "../store/runs.ts";
import type { Store } from "../store/store.ts";

/** The tag whose value is a CI job's id. */
const JOB_TAG = "gitlab.CI_JOB_ID";

/**
 * A list of tags, whose items the API's declarations do not check.
 *
 * @throws {RefusedAnswer} 500 for an item that is no object, or a part that is no plain value
 */
export function sentTags(items: readonly unknown[]): SentPair[] {
  return items.map((item) => {
    if (!isRecord(item)) throw serverError(new TypeError("A tag is no object"));
    return { key: columnText(item["key"]), value: columnText(item["value"]) };
  });
}

/**
 * What is wrong with the tags of a new model or version, which are checked one by one: a key or a value that
 * is blank or too long, and a key that was there before.
 */
export function tagProblems(tags: readonly SentPair[]): string[] {
  const keys = new Set<string>();
  return tags.flatMap(({ key, value }) => {
    const known = key !== null && keys.has(key);
    if (key !== null) keys.add(key);
    return [
      ...textProblems("Name", key, COLUMN.tagKey),
      ...(known ? [`Name '${key}' already taken`] : []),
      ...textProblems("Value", value, COLUMN.tag),
    ];
  });
}

/** A value as the database layer writes it into a text column. */
function columnText(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return value ? "t" : "f";
  if (typeof value === "number") return String(value);
  if (value instanceof NumberLiteral) return value.text;
  throw serverError(new TypeError("A tag holds an object"));
}

/**
 * Ties a run to the job that its tags name; other tags do nothing.
 *
 * @throws {RefusedAnswer} 500 when there is no such job: GitLab raises an error that nothing maps
 */
export function linkJob(
  store: Store,
  run: StoredRun,
  tags: readonly SentPair[],
): void {
  const tag = tags.findLast(({ key }) => key === JOB_TAG);
  if (tag === undefined) return;
  const id = /^\s*\d+/.exec(tag.value ?? "")?.[0];
  const job = id === undefined ? undefined : store.accounts.job(Number(id));
  if (job === undefined) {
    throw serverError(
      new Error("gitlab.CI_JOB_ID must refer to an existing build"),
    );
  }
  store.runs.linkJob(run, job.id);
}
