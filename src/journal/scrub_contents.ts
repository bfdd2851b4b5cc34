/**
 * Taking secrets out of the files of artifacts and models.
 *
 * @module
 */
import type { Digest } from "../base/digest.ts";
import type { Taken } from "../redaction/redaction.ts";
import { ContentStore, whyNotStored } from "./contents.ts";
import { admit, putMissing } from "./entries.ts";
import {
  noteFound,
  type Scrubbed,
  type ScrubOptions,
} from "./scrub_findings.ts";

/** Files of artifacts and models. */
export function scrubContents(
  { db, home, redactor, dryRun, textBytes, examined }: ScrubOptions,
  run_id: string,
  result: Scrubbed,
): void {
  const contents = new ContentStore(
    `${home}/artifacts`,
    db.path,
    redactor,
    textBytes,
  );
  for (const table of ["artifacts", "model_files"]) {
    const rows = db.all<{ path: string; digest: Digest }>(
      table === "artifacts"
        ? "SELECT path, digest FROM artifacts WHERE run_id = ? AND origin = 'user'"
        : "SELECT path, digest FROM model_files WHERE run_id = ?",
      run_id,
    );
    for (const { path, digest } of rows) {
      if (examined?.has(digest) === true) continue;
      const where = `${
        table === "artifacts" ? "artifact" : "model file"
      } "${path}"`;
      const stored = contents.redactStored(digest, dryRun);
      const taken: readonly Taken[] = stored?.taken ?? [];
      if (stored === null || taken.length === 0) continue;
      noteFound(result, { run_id, where, shared: false }, taken);
      result.replaced.push(digest);
      if (dryRun) continue;
      admit(db, run_id, where, { text: "", taken });
      if (stored.digest === null) {
        putMissing(db, run_id, { what: where, why: whyNotStored(taken) });
        db.run(
          `DELETE FROM ${table} WHERE run_id = ? AND path = ?`,
          run_id,
          path,
        );
      } else {
        db.run(
          `UPDATE ${table} SET digest = ?, size = ? WHERE run_id = ? AND path = ?`,
          stored.digest,
          stored.size,
          run_id,
          path,
        );
      }
    }
  }
}
