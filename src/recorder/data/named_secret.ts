/**
 * Files that hold one secret and nothing else, as containers mount them (`run/secrets/db_password`) and people keep them
 * (`openai_api_key.txt`): their own name says what they hold.
 *
 * @module
 */
import { basename, dirname } from "node:path";
import { isHarmless } from "../../redaction/harmless_values.ts";
import { isSample } from "../../redaction/plausible.ts";
import { saysSecret } from "../../redaction/secret_names.ts";
import { isDrawn } from "../../redaction/spoken.ts";
import { isTelling } from "../../redaction/telling.ts";

/** Where containers have them, although nothing else there is of a notebook. */
const MOUNTED = /^\/(?:var\/)?run\/secrets\//;
/** Their folder, by its name. */
const FOLDER = /^\.?(?:secrets?|credentials)$/i;
/** Endings of texts, and those that say secret themselves; other files are data of their own kind. */
const ENDING = /\.(?:txt|key|token|secret|password|passwd|pw|pass)$/i;
/** A longer text is no secret alone, characters. */
const LONGEST = 600;

/** Whether a file is mounted for its secret alone. */
export function isMountedSecret(path: string): boolean {
  return MOUNTED.test(path);
}

/** The name and the one value of a file whose name says that it is a secret; null when it is another file. */
export function namedSecret(
  path: string,
  text: string,
): { name: string; value: string } | null {
  const file = basename(path);
  const name = file.replace(/\.txt$/i, "");
  if (!ENDING.test(file) && file.replace(/^\./, "").includes(".")) return null;
  const value = text.replace(/^\ufeff/, "").trim();
  if (
    value.length > LONGEST || /[\s{}<>]/.test(value) || !isTelling(value) ||
    isSample(value) || isHarmless(name, value)
  ) return null;
  if (saysSecret(name)) return { name, value };
  const isThere = FOLDER.test(basename(dirname(path)));
  return isThere && isDrawn(value) ? { name, value } : null;
}
