/**
 * Absolute paths as the journal holds them. Programs of this machine need them as they are; one that holds a secret is
 * encrypted with the key of nbtrack's folder, so that the journal alone does not tell it.
 *
 * @module
 */
import { decrypt, encrypt } from "../redaction/home_key.ts";
import { parsedJson } from "../base/values.ts";
import type { Redactor } from "../redaction/redaction.ts";

const MARK = "encrypted:";
const PLACEHOLDER = /\[redacted [^[\]]*\]/;

/** What paths are encrypted with, and what knows secrets. */
export interface PathKeeping {
  redactor: Redactor;
  home: string;
}

/** A path as it is stored: encrypted together with what may be shown of it. */
export function encryptedPath(
  { redactor, home }: PathKeeping,
  path: string,
): string {
  if (path.startsWith(MARK)) return path;
  const { text, taken } = redactor.text(path);
  return taken.length === 0
    ? path
    : MARK + encrypt(home, JSON.stringify([path, text]));
}

/**
 * A path as it was given; one that was encrypted with another key stays as it is stored. The secret in it is known from
 * here on: nothing that this process shows of the path tells it.
 */
export function plainPath(
  { redactor, home }: PathKeeping,
  stored: string,
): string {
  if (!stored.startsWith(MARK)) return stored;
  const kept = decrypt(home, stored.slice(MARK.length));
  if (kept === null) return stored;
  // Earlier versions kept the path alone.
  const pair = parsedJson(kept);
  if (!Array.isArray(pair)) return kept;
  const [path = "", shown = ""] = pair.map(String);
  if (redactor.text(path).text !== shown) {
    for (const value of takenFrom(path, shown)) redactor.know?.("path", value);
  }
  return path;
}

/** What of a path stands as placeholders in the text that is shown of it. */
function takenFrom(path: string, shown: string): string[] {
  const around = shown.split(PLACEHOLDER).map(RegExp.escape);
  return new RegExp(`^${around.join("(.+?)")}$`, "s").exec(path)?.slice(1) ??
    [];
}
