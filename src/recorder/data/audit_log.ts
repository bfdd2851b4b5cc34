/**
 * Deno's log of permission checks (`DENO_AUDIT_PERMISSIONS`): one line of JSON for each file, host and variable that a
 * program asks for, whichever API it uses, also with all permissions. An opened file is logged as read and as written,
 * whatever is then done with it: which of the two it was, the log does not say.
 *
 * @module
 */
import { parsedJson } from "../../base/values.ts";
import { ifThere } from "../../base/files.ts";
import { z } from "../../base/zod.ts";

const lineSchema = z.looseObject({
  permission: z.string(),
  value: z.string().nullish(),
});

/** A line of the log that is of use here. */
export interface AuditLine {
  permission: "read" | "env" | "net";
  value: string;
}

/** What the log says of the working directory when it was changed: the beginning of a path that nothing has. */
const CHANGED_CWD = "nbtrack-cwd:";

/**
 * Code for a kernel's start that has the log say where relative paths stand from when the directory is changed, and
 * keeps the log the kernel's own: a Deno that a cell starts would begin the same file anew.
 */
export const CWD_HOOK = `{
  Deno.env.delete("DENO_AUDIT_PERMISSIONS");
  const { chdir, cwd, statSync } = Deno;
  Deno.chdir = (directory) => {
    chdir(directory);
    try { statSync("${CHANGED_CWD}" + cwd()); } catch { /* it is not there */ }
  };
}`;

/** The directory that a line of the log says was changed to; null when it says something else. */
export function changedCwd({ permission, value }: AuditLine): string | null {
  return permission === "read" && value.startsWith(CHANGED_CWD)
    ? value.slice(CHANGED_CWD.length)
    : null;
}

/** Reads a log as it grows. */
export class AuditLog {
  readonly #path: string;
  #offset = 0;
  /** A line whose end has not been written. */
  #partial = "";
  readonly #decoder = new TextDecoder();

  constructor(path: string) {
    this.#path = path;
  }

  /** The lines that were added since the last call; none where there is no log. */
  read(): AuditLine[] {
    const text = this.#partial + this.#decoder.decode(this.#added(), {
      stream: true,
    });
    const lines = text.split("\n");
    this.#partial = lines.pop() ?? "";
    return lines.flatMap((line) => parse(line) ?? []);
  }

  #added(): Uint8Array {
    const file = ifThere(() => Deno.openSync(this.#path));
    if (file === null) return new Uint8Array();
    try {
      const bytes = new Uint8Array(
        Math.max(0, file.statSync().size - this.#offset),
      );
      file.seekSync(this.#offset, Deno.SeekMode.Start);
      let at = 0;
      while (at < bytes.length) {
        const n = file.readSync(bytes.subarray(at));
        if (n === null) break;
        at += n;
      }
      this.#offset += at;
      return bytes.subarray(0, at);
    } finally {
      file.close();
    }
  }
}

/** Removes a log whose session has ended. */
export function removeAudit(path: string | null): void {
  if (path === null) return;
  ifThere(() => Deno.removeSync(path));
}

function parse(line: string): AuditLine | null {
  // A log that was emptied while Deno had it open goes on at its old length, behind zeros.
  const json = parsedJson(line.slice(line.lastIndexOf("\0") + 1));
  const { permission, value } = lineSchema.safeParse(json).data ?? {};
  const known = permission === "read" || permission === "env" ||
    permission === "net";
  return known && typeof value === "string" && value !== ""
    ? { permission, value }
    : null;
}
