/**
 * What a scrub works with, and what it finds.
 *
 * @module
 */
import type { Digest } from "../base/digest.ts";
import type { Redactor, Taken } from "../redaction/redaction.ts";
import type { JournalDatabase } from "./database.ts";

/** A secret that was found in what is stored. */
export interface ScrubFinding {
  /** The run it belongs to, or that belongs to its session; the session itself where that has no run; empty for what belongs to none. */
  run_id: string;
  /** Where it was. */
  where: string;
  kind: string;
  /** Whether it was in what all runs of the session share, its cells. */
  shared: boolean;
}

/** What was done. */
export interface Scrubbed {
  findings: ScrubFinding[];
  /** Contents that held a secret and that nothing names any more: they are removed unless it was a dry run. */
  replaced: Digest[];
}

/** What a scrub works with. */
export interface ScrubOptions {
  db: JournalDatabase;
  redactor: Redactor;
  /** nbtrack's folder. */
  home: string;
  /** The runs whose record is looked through, with their sessions. */
  run_ids: readonly string[];
  /** A session whose cells are looked through also where it has no run. @default {none} */
  session_id?: string;
  /** Nothing is changed. */
  dryRun: boolean;
  /** Looks at the run's own texts alone, not at its session's cells. @default {false} */
  ownOnly?: boolean;
  /** Looks also at what belongs to no run: files that nothing names, what is remembered of any data. @default {false} */
  whole?: boolean;
  /** A longer text among contents is examined piece by piece, bytes. @default {as when it is stored} */
  textBytes?: number;
  /** Contents that are not looked at again. @default {none} */
  examined?: ReadonlySet<Digest>;
}

/** Notes what was found; each place once for each kind of secret. */
export function noteFound(
  { findings }: Scrubbed,
  at: Omit<ScrubFinding, "kind">,
  taken: readonly Pick<Taken, "kind">[],
): void {
  for (const { kind } of taken) {
    const isKnown = findings.some((f) =>
      f.run_id === at.run_id && f.where === at.where && f.kind === kind
    );
    if (!isKnown) findings.push({ ...at, kind });
  }
}
