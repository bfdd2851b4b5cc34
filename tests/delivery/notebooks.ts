/**
 * Notebooks that tests write and run.
 *
 * @module
 */
import { notebookJson } from "../notebook_file.ts";

const MOD = new URL("../../mod.ts", import.meta.url).href;

/** Writes a notebook whose first cell imports nbtrack; returns its path. */
export async function writeNotebook(
  folder: string,
  cells: readonly string[],
): Promise<string> {
  const path = `${folder}/notebook.ipynb`;
  await Deno.writeTextFile(
    path,
    notebookJson([`import { track } from ${JSON.stringify(MOD)};`, ...cells]),
  );
  return path;
}
