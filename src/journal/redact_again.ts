/**
 * Takes a secret out of what the notebook's process has written before anybody knew the secret. One that stands in a
 * cell as a literal is seen by the recorder alone, and one that a cell puts into the environment is known from then on:
 * the recorder redacts what the notebook wrote of its runs, before it reads, sends or records any of it.
 *
 * @module
 */
import type { Digest } from "../base/digest.ts";
import type { JournalDatabase } from "./database.ts";
import { putMissing } from "./entries.ts";
import type { Journal } from "./journal.ts";
import { scrubRows } from "./scrub.ts";
import type { ScrubOptions } from "./scrub_findings.ts";

/** The recorder is small: a longer text is looked through piece by piece, bytes. */
const LONG_TEXT_BYTES = 2 << 20;

/**
 * From here on what others write of a session's runs is read without what this process has learnt to be a secret: before
 * each reading its open records are looked through, when something was written or learnt since.
 */
export function redactAgain(
  { db, redactor, home }: Journal,
  session_id: string,
): void {
  const again = redactor.again?.() ?? redactor;
  /** What is known now: what was known before, the notebook's process knew when it wrote. */
  let known = redactor.handOver?.(-1)?.version ?? 0;
  let hasLearnt = false;
  let seen = -1;
  let examined = new Set<Digest>();
  let isBusy = false;
  const redactNow = () => {
    const more = redactor.handOver?.(known) ?? null;
    if (more !== null) {
      known = more.version;
      hasLearnt = true;
      seen = -1;
      examined = new Set();
    }
    if (!hasLearnt) return;
    const version = versionOf(db);
    if (version === seen) return;
    const options: ScrubOptions = {
      db,
      redactor: again,
      textBytes: LONG_TEXT_BYTES,
      home,
      run_ids: openRecords(db, session_id),
      dryRun: true,
      ownOnly: true,
      examined,
    };
    const contentsNow = digestsOf(db, options.run_ids);
    const found = scrubRows(options);
    if (found.findings.length > 0) {
      nameSent(db, options.run_ids, found.replaced);
      scrubRows({ ...options, dryRun: false });
      db.get("PRAGMA wal_checkpoint(TRUNCATE)"); // its old pages hold them too
    }
    for (const digest of contentsNow) examined.add(digest);
    seen = version;
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

/** What was sent before its secret was known lies on the server as it was: the run says so, and it is sent again. */
function nameSent(
  db: JournalDatabase,
  run_ids: readonly string[],
  digests: readonly Digest[],
): void {
  for (const run_id of run_ids) {
    for (const digest of new Set(digests)) {
      const sent = db.all<{ path: string }>(
        "UPDATE artifacts SET sent = 0 WHERE run_id = ? AND digest = ? AND sent <> 0 RETURNING path",
        run_id,
        digest,
      );
      for (const { path } of sent) {
        putMissing(db, run_id, {
          what: `artifact "${path}" on the server`,
          why:
            "a secret in it became known after it was sent; remove that file there, and change the secret",
        });
      }
    }
  }
}
