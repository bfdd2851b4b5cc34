/**
 * Absolute paths as the journal holds them. Programs of this machine need them as they are; one that holds a secret is
 * encrypted with the key of nbtrack's folder, so that the journal alone does not tell it.
 *
 * @module
 */
import { decrypt, encrypt } from "../redaction/home_key.ts";
import type { Redactor } from "../redaction/redaction.ts";

const MARK = "encrypted:";

/** A path as it is stored. */
export function encryptedPath(
  { redactor, home }: { redactor: Redactor; home: string },
  path: string,
): string {
  if (path.startsWith(MARK) || redactor.text(path).taken.length === 0) {
    return path;
  }
  return MARK + encrypt(home, path);
}

/** A path as it was given; one that was encrypted with another key stays as it is stored. */
export function plainPath(home: string, stored: string): string {
  if (!stored.startsWith(MARK)) return stored;
  return decrypt(home, stored.slice(MARK.length)) ?? stored;
}
