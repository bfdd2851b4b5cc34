/**
 * Cells that read the file of the notebook they stand in: it changes each time it is saved.
 *
 * @module
 */
import { sha256 } from "../base/digest.ts";
import type { ReadableBundle } from "../record/bundle/read.ts";
import { usesByCell } from "./chance.ts";

/** The notebook's file as it was saved last; null when it does not travel, or was changed since. */
export async function savedFile(
  { manifest, file }: ReadableBundle,
): Promise<Uint8Array | null> {
  const digest = manifest.notebook?.digest ?? null;
  const bytes = digest === null ? null : await file("notebook.ipynb");
  return bytes !== null && sha256(bytes) === digest ? bytes : null;
}

/** Of each cell whether it reads a notebook's file, as far as sources tell. */
export function readsNotebook(sources: readonly string[]): boolean[] {
  return usesByCell(
    sources,
    [],
    (source) => /\.ipynb\b|\bJPY_SESSION_NAME\b/.test(source) ? [true] : [],
  ).map((uses) => uses.size > 0);
}
