/**
 * Cells that read the file of the notebook they stand in, which changes each time it is saved, its configuration, or the
 * runs of the machine.
 *
 * @module
 */
import { sha256 } from "../base/digest.ts";
import type { Manifest } from "../record/bundle/manifest.ts";
import type { ReadableBundle } from "../record/bundle/read.ts";
import { usesByCell } from "./chance.ts";
import type { StandingData } from "./standing_data.ts";

/** The notebook's file as it was saved last; null when it does not travel, or was changed since. */
export async function savedFile(
  { manifest, file }: ReadableBundle,
): Promise<Uint8Array | null> {
  const digest = manifest.notebook?.digest ?? null;
  const bytes = digest === null ? null : await file("notebook.ipynb");
  return bytes !== null && sha256(bytes) === digest ? bytes : null;
}

/** The notebook's file where other data was given for it; null where none was. */
export async function givenNotebook(
  { notebook }: Pick<Manifest, "notebook">,
  standing: StandingData,
): Promise<Uint8Array | null> {
  const given = notebook === null ? null : standing.at(notebook.name);
  return given ? await Deno.readFile(given.contents.path) : null;
}

const [NOTEBOOK, CONFIG, RUNS] = [
  /\.ipynb\b|\bJPY_SESSION_NAME\b/,
  /\bdeno\.jsonc?\b/,
  /(?<![.\w$])(?:runs|compare|load)\s*\(/,
] as const;
/** Takes one of nbtrack's functions that read earlier runs. */
const TAKES_RUNS = /\bimport\b[^;]*\b(?:runs|compare|load)\b[^;]*\bfrom\b/;

/** What of its own project or machine a cell reads that a replay has otherwise. */
type OwnRead = "notebook" | "configuration" | "runs";

/**
 * What of its own each cell reads that a replay has otherwise, as far as sources tell; null for nothing.
 *
 * @param elsewhere Whether the runs that were there then are not here.
 */
export function ownReads(
  sources: readonly string[],
  elsewhere: boolean,
): (OwnRead | null)[] {
  const asks = elsewhere && sources.some((source) => TAKES_RUNS.test(source));
  return usesByCell(sources, [], (source): OwnRead[] => [
    ...NOTEBOOK.test(source) ? ["notebook" as const] : [],
    ...CONFIG.test(source) ? ["configuration" as const] : [],
    ...asks && RUNS.test(source) ? ["runs" as const] : [],
  ]).map((files) => [...files][0] ?? null);
}
