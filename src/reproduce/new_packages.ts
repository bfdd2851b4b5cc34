/**
 * How the newest packages differ from the recorded ones.
 *
 * @module
 */
import type { Journal } from "../journal/journal.ts";
import { packagesOf } from "../packages/lock.ts";
import type { ReadableBundle } from "../record/bundle/read.ts";
import { changedPackages } from "../record/changed.ts";
import type { PreparedReplay } from "./prepare.ts";
import type { Difference } from "./replay/types.ts";
import type { Box } from "./sandbox/box.ts";

/** What came of the newest packages: as the new run's record has them, or as they were put into a sandbox, which records none. */
export function newPackages(
  { manifest }: ReadableBundle,
  { packages: { lock } }: PreparedReplay,
  run_id: string | null,
  { journal, box }: { journal: Journal; box: Box | null },
): Difference[] {
  const recorded = run_id === null
    ? undefined
    : journal.entries.document(run_id, "packages");
  if (recorded === undefined && box === null) return [];
  const packages = box === null
    ? JSON.parse(recorded ?? "[]")
    : packagesOf(lock).map((item) => ({ ...item, direct: false }));
  return [...changedPackages(manifest, { packages })].map((what) => (
    { dimension: "packages", what, contradiction: false }
  ));
}
