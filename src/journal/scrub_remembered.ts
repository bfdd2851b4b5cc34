/**
 * Taking secrets out of what is remembered of data, so that an unchanged file is not read again: profiles of tables show
 * values.
 *
 * @module
 */
import { parsedJson } from "../base/values.ts";
import {
  noteFound,
  type Scrubbed,
  type ScrubOptions,
} from "./scrub_findings.ts";
import { withoutSecretValues } from "./secret_columns.ts";

/** A row of `file_digests`. */
interface Remembered {
  path: string;
  fingerprint: string;
}

/** What it is looked through with. */
type Scrubbing = Pick<ScrubOptions, "db" | "redactor" | "dryRun">;

/** Looks through what is remembered of a run's data. */
export function scrubRemembered(
  options: Scrubbing,
  run_id: string,
  result: Scrubbed,
): void {
  const { db } = options;
  const digests = new Set(
    db.all<{ fingerprint: string }>(
      `SELECT fingerprint FROM datasets WHERE run_id = ? AND instr(fingerprint, '"profile":[') > 0`,
      run_id,
    ).flatMap(({ fingerprint }) => digestsIn(fingerprint)),
  );
  if (digests.size === 0) return;
  for (const row of withProfile(db)) {
    if (!digestsIn(row.fingerprint).some((one) => digests.has(one))) continue;
    scrubRow(options, row, run_id, result);
  }
}

/** Looks through all that is remembered of data, whose ever it is. */
export function scrubAllRemembered(options: Scrubbing, result: Scrubbed): void {
  const { db, dryRun } = options;
  const work = () => {
    const rows = db.all<Remembered>(
      "SELECT path, fingerprint FROM file_digests",
    );
    for (const row of rows) scrubRow(options, row, "", result);
  };
  if (dryRun) work();
  else db.transaction(work);
}

/** Only a table's profile has values in it. */
function withProfile(db: Scrubbing["db"]): Remembered[] {
  return db.all<Remembered>(
    `SELECT path, fingerprint FROM file_digests WHERE instr(fingerprint, '"profile":[') > 0`,
  );
}

/** The digests of a dataset and of its files. */
function digestsIn(fingerprint: string): string[] {
  const found = parsedJson(fingerprint);
  if (typeof found !== "object" || found === null) return [];
  const { digest, listing }: { digest?: unknown; listing?: unknown } = found;
  const files: { digest?: unknown }[] = Array.isArray(listing) ? listing : [];
  return [digest, ...files.map((file) => file.digest)].filter((one) =>
    typeof one === "string"
  );
}

function scrubRow(
  { db, redactor, dryRun }: Scrubbing,
  { path, fingerprint }: Remembered,
  run_id: string,
  result: Scrubbed,
): void {
  const named = redactor.text(path);
  const { text, taken } = redactor.json(fingerprint);
  const kept = withoutSecretValues(text);
  noteFound(result, {
    run_id,
    where: `what is remembered of ${named.text}`,
    shared: false,
  }, [...named.taken, ...taken]);
  if (dryRun) return;
  // It is read again where it is needed.
  if (named.taken.length > 0) {
    db.run("DELETE FROM file_digests WHERE path = ?", path);
  } else if (kept !== fingerprint) {
    db.run(
      "UPDATE file_digests SET fingerprint = ? WHERE path = ?",
      kept,
      path,
    );
  }
}
