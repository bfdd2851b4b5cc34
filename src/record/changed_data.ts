/**
 * What differs between the datasets of two runs.
 *
 * @module
 */
import { ARROW, differences, named } from "./differences.ts";
import type { RecordedDataset } from "./schema/record.ts";

/** Digits of a digest in a sentence. */
const DIGEST_CHARS = "sha256:".length + 12;

/** What differs between datasets of the same names; one whose fingerprint is not known differs in nothing. */
export function* changedData(
  before: readonly RecordedDataset[],
  after: readonly RecordedDataset[],
): Generator<string> {
  const [old, now] = [before, after].map((datasets) =>
    new Map(datasets.map((dataset) => [dataset.name, dataset]))
  ) as [Map<string, RecordedDataset>, Map<string, RecordedDataset>];
  const same = (a: RecordedDataset, b: RecordedDataset) =>
    a.digest === null || b.digest === null || a.digest === b.digest;
  for (const { key, was, is } of differences(old, now, same)) {
    if (was === undefined) yield `dataset ${key} is new`;
    else if (is === undefined) yield `dataset ${key} is gone`;
    else yield* changedDataset(key, was, is);
  }
}

function* changedDataset(
  name: string,
  was: RecordedDataset,
  is: RecordedDataset,
): Generator<string> {
  let explained = false;
  if (was.rows !== null && is.rows !== null && was.rows !== is.rows) {
    yield `${name}: row count ${was.rows} ${ARROW} ${is.rows}`;
    explained = true;
  }
  for (const difference of differences(columnsOf(was), columnsOf(is))) {
    if (was.columns === null || is.columns === null) break;
    const { key, was: before, is: now } = difference;
    yield `${name}: ${named(`column ${key}`, before, now)}`;
    explained = true;
  }
  if (!explained) {
    yield `${name}: contents ${was.digest?.slice(0, DIGEST_CHARS)} ${ARROW} ${
      is.digest?.slice(0, DIGEST_CHARS)
    }`;
  }
}

function columnsOf(dataset: RecordedDataset): Map<string, string> {
  return new Map(dataset.columns?.map(({ name, type }) => [name, type]) ?? []);
}
