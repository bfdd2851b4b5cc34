/**
 * Takes a secret out of what the notebook's process has written before anybody knew the secret. One that stands in a
 * cell as a literal is seen by the recorder alone, so the recorder redacts what the notebook wrote of its runs, before
 * it reads, sends or records any of it.
 *
 * @module
 */
import { ifThere } from "../base/files.ts";
import type { Digest } from "../base/digest.ts";
import type { Redactor } from "../redaction/redaction.ts";
import { ContentStore } from "./contents.ts";
import type { JournalDatabase } from "./database.ts";
import { type ScrubOptions, scrubRows } from "./scrub.ts";

/** Looks through a session's open records before each reading, when something was written or learnt since. */
export function redactAgain(
  db: JournalDatabase,
  { redactor, home }: { redactor: Redactor; home: string },
  session_id: string,
): void {
  const contents = new ContentStore(`${home}/artifacts`, db.path, redactor);
  let seen = { learnt: 0, version: -1 };
  let examined = new Set<Digest>();
  let isBusy = false;
  const redactNow = () => {
    const learnt = redactor.learnt?.() ?? 0;
    if (learnt === 0) return;
    const version = versionOf(db);
    if (learnt === seen.learnt && version === seen.version) return;
    if (learnt !== seen.learnt) examined = new Set();
    const options: ScrubOptions = {
      db,
      redactor,
      home,
      run_ids: openRecords(db, session_id),
      dryRun: true,
      ownOnly: true,
      examined,
    };
    const contentsNow = digestsOf(db, options.run_ids);
    if (scrubRows(options).findings.length > 0) {
      const { replaced } = scrubRows({ ...options, dryRun: false });
      removeReplaced(db, contents, replaced);
      db.get("PRAGMA wal_checkpoint(TRUNCATE)"); // its old pages hold them too
    }
    for (const digest of contentsNow) examined.add(digest);
    seen = { learnt, version };
  };
  db.beforeRead = () => {
    if (isBusy) return;
    isBusy = true;
    try {
      redactNow();
    } finally {
      isBusy = false;
    }
  };
}

/** Changes with what other processes write. */
function versionOf(db: JournalDatabase): number {
  return db.get<{ data_version: number }>("PRAGMA data_version")
    ?.data_version ?? 0;
}

function openRecords(db: JournalDatabase, session_id: string): string[] {
  return db.all<{ run_id: string }>(
    "SELECT run_id FROM runs WHERE session_id = ? AND finalised_time IS NULL",
    session_id,
  ).map(({ run_id }) => run_id);
}

function digestsOf(db: JournalDatabase, run_ids: readonly string[]): Digest[] {
  return run_ids.flatMap((run_id) =>
    db.all<{ digest: Digest }>(
      "SELECT digest FROM artifacts WHERE run_id = ?1 UNION SELECT digest FROM model_files WHERE run_id = ?1",
      run_id,
    ).map(({ digest }) => digest)
  );
}

/** Removes the files that held a secret, where nothing names them any more. */
function removeReplaced(
  db: JournalDatabase,
  contents: ContentStore,
  digests: readonly Digest[],
): void {
  for (const digest of new Set(digests)) {
    const named = db.get(
      "SELECT 1 FROM artifacts WHERE digest = ?1 UNION SELECT 1 FROM model_files WHERE digest = ?1",
      digest,
    );
    if (named !== undefined) continue;
    ifThere(() => Deno.removeSync(contents.file(digest)));
  }
}
