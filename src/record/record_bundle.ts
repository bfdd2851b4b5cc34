/**
 * The bundle among a run's artifacts, built when its record is complete.
 *
 * @module
 */
import type { Journal } from "../journal/journal.ts";
import { buildBundle } from "./bundle/pack.ts";
import { collectBundle } from "./collect_bundle.ts";

/** The parts that also lie beside the archive, for reading. */
const PARTS = [
  ["session.ipynb", "application/x-ipynb+json"],
  ["manifest.json", "application/json"],
  ["deno.lock", "application/json"],
] as const;

/**
 * Builds a run's bundle and keeps it, with its readable parts, among the run's artifacts.
 *
 * @throws {NbtrackError} when it cannot be built
 */
export async function recordArtifacts(
  journal: Journal,
  run_id: string,
): Promise<void> {
  const source = collectBundle(journal, run_id);
  for (const { name, left_out } of source.datasets) {
    if (left_out === null) continue;
    const gap = {
      what: `data of "${name}" in the bundle`,
      why: `it does not travel: ${left_out}`,
    };
    journal.entries.setMissing(run_id, gap.what, gap.why);
    const { missing } = source.record;
    if (!missing.some((known) => known.what === gap.what)) missing.push(gap);
    missing.sort((a, b) => a.what < b.what ? -1 : 1);
  }
  const { files, zip } = await buildBundle(source);
  const put = (path: string, bytes: Uint8Array, content_type: string) =>
    journal.artifacts.put(run_id, path, bytes, {
      content_type,
      origin: "record",
    });
  for (const [path, type] of PARTS) {
    const bytes = files.get(path);
    if (bytes !== undefined) put(path, bytes, type);
  }
  put("bundle.zip", zip, "application/zip");
}
