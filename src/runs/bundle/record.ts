/**
 * The bundle among a run's artifacts, built when its record is complete.
 *
 * @module
 */
import { NbtrackError } from "../../base/errors.ts";
import type { Journal } from "../../journal/journal.ts";
import { buildBundle } from "./pack.ts";
import { collectBundle } from "./source.ts";

/** Sessions with more text in outputs are built by a process of their own: the recorder's memory is small. */
const MAX_OUTPUT_CHARS = 4 << 20;

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
  if (outputChars(journal, run_id) > MAX_OUTPUT_CHARS) {
    await recordApart(journal, run_id);
  } else await recordHere(journal, run_id);
}

/** The same, in this process. */
export async function recordHere(
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

function outputChars(journal: Journal, run_id: string): number {
  const run = journal.runs.get(run_id);
  if (run === undefined) return 0;
  let chars = 0;
  for (
    const { position } of journal.executions.list(
      run.session_id,
      run.last_execution,
    )
  ) {
    for (const json of journal.executions.outputs(run.session_id, position)) {
      chars += json.length;
    }
  }
  return chars;
}

async function recordApart(journal: Journal, run_id: string): Promise<void> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--allow-all",
      "--no-config",
      "--no-lock",
      "--quiet",
      new URL("./record_main.ts", import.meta.url).href,
      journal.home,
      run_id,
    ],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  if (success) return;
  const why = new TextDecoder().decode(stderr).trim().split("\n")[0] ?? "";
  throw new NbtrackError(
    `Cannot build the bundle of run ${run_id.slice(0, 8)}: ${why}`,
  );
}
