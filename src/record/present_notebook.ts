/**
 * A notebook's file as it is on this machine now.
 *
 * @module
 */
import type { Redactor } from "../redaction/redaction.ts";
import { withoutExcludedCells } from "../notebook/without_excluded.ts";

/** Longest file that is read, bytes. */
const MAX_BYTES = 50_000_000;

/** Its text as a run would keep it; null when it is not there, or is no notebook. */
export async function readPresentNotebook(
  path: string | null,
  redactor: Redactor,
): Promise<string | null> {
  try {
    if (path === null || !path.endsWith(".ipynb")) return null;
    const { size, isFile } = await Deno.stat(path);
    if (!isFile || size > MAX_BYTES) return null;
    return withoutExcludedCells(
      redactor.json(await Deno.readTextFile(path)).text,
    );
  } catch {
    return null; // moved, or half written: what is known without it is shown
  }
}
