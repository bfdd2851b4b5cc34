/**
 * Absolute paths as the journal holds them. Programs of this machine need them as they are; one that holds a secret is
 * encrypted with the key of nbtrack's folder, so that the journal alone does not tell it.
 *
 * @module
 */
import { decrypt, encrypt } from "../redaction/home_key.ts";
import type { Redactor } from "../redaction/redaction.ts";

const SEALED = "sealed:";

/** A path as it is stored. */
export function sealPath(
  { redactor, home }: { redactor: Redactor; home: string },
  path: string,
): string {
  if (path.startsWith(SEALED) || redactor.text(path).taken.length === 0) {
    return path;
  }
  return SEALED + encrypt(home, path);
}

/** A path as it was given; one that was sealed with another key stays as it is stored. */
export function openPath(home: string, stored: string): string {
  if (!stored.startsWith(SEALED)) return stored;
  return decrypt(home, stored.slice(SEALED.length)) ?? stored;
}
