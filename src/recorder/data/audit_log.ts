/**
 * Deno's log of permission checks (`DENO_AUDIT_PERMISSIONS`): one line of JSON for each file, host and variable that a
 * program asks for, whichever API it uses, also with all permissions. An opened file is logged as read and as written,
 * whatever is then done with it: which of the two it was, the log does not say.
 *
 * @module
 */
import { resolve } from "node:path";
import { fromFileUrl } from "../../base/file_urls.ts";
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
  const { cwd, statSync } = Deno;
  for (const owner of [Deno, globalThis.process]) {
    const { chdir } = owner;
    owner.chdir = (directory) => {
      chdir(directory);
      try { statSync("${CHANGED_CWD}" + cwd()); } catch { /* it is not there */ }
    };
  }
}`;

/** Where the files of a log lie: it has their paths as they were given, from the directory that the program was in. */
export class LoggedPaths {
  #cwd: string;

  /** @param cwd The directory in which the program starts. */
  constructor(cwd: string) {
    this.#cwd = cwd;
  }

  /** The path that a line names, absolute; what is imported comes as an address. The lines of reads come in their order. */
  of(line: AuditLine): string {
    this.#cwd = changedCwd(line) ?? this.#cwd;
    const { value } = line;
    return resolve(
      this.#cwd,
      value.startsWith("file:") ? fromFileUrl(value) : value,
    );
  }
}

/** The directory that a line of the log says was changed to; null when it says something else. */
function changedCwd({ permission, value }: AuditLine): string | null {
  return permission === "read" && value.startsWith(CHANGED_CWD)
    ? value.slice(CHANGED_CWD.length)
    : null;
}

/**
 * Reads a log as it grows, and leaves in it no more than has to be read again: Deno writes whole addresses, with the
 * secrets in them. What is taken out is overwritten in its place, as Deno goes on at the end of the file.
 */
export class AuditLog {
  readonly #path: string;
  /** What ends here was read. */
  #read = 0;
  /** What ends here has no address. */
  #tidied = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** Reduces the addresses in lines that are not read yet to their hosts, and empties lines that are of no use. */
  tidy(): void {
    this.#tidied = this.#rewrite(Math.max(this.#read, this.#tidied), tidied);
  }

  /**
   * Hands over the lines that were added since the last call, and takes them out afterwards; does nothing where there
   * is no log.
   */
  take(use: (lines: AuditLine[]) => void): void {
    this.#read = this.#rewrite(this.#read, (bytes) => {
      const lines = new TextDecoder().decode(bytes).split("\n");
      try {
        use(lines.flatMap((line) => parse(line) ?? []));
      } finally {
        bytes.fill(0, 0, bytes.length - 1);
      }
    });
  }

  /** Changes the whole lines from an offset on. @returns where they end */
  #rewrite(from: number, change: (bytes: Uint8Array) => void): number {
    const file = ifThere(() =>
      Deno.openSync(this.#path, { read: true, write: true })
    );
    if (file === null) return from;
    try {
      const added = bytesFrom(file, from);
      const bytes = added.subarray(0, added.lastIndexOf(LINE_END) + 1);
      if (bytes.length === 0) return from;
      try {
        change(bytes);
      } finally {
        writeAt(file, from, bytes);
      }
      return from + bytes.length;
    } finally {
      file.close();
    }
  }
}

const LINE_END = 10;

function bytesFrom(file: Deno.FsFile, from: number): Uint8Array {
  const bytes = new Uint8Array(Math.max(0, file.statSync().size - from));
  file.seekSync(from, Deno.SeekMode.Start);
  let at = 0;
  while (at < bytes.length) {
    const n = file.readSync(bytes.subarray(at));
    if (n === null) break;
    at += n;
  }
  return bytes.subarray(0, at);
}

function writeAt(file: Deno.FsFile, from: number, bytes: Uint8Array): void {
  file.seekSync(from, Deno.SeekMode.Start);
  for (let at = 0; at < bytes.length;) {
    at += file.writeSync(bytes.subarray(at));
  }
}

/** Rewrites lines within their own bytes. */
function tidied(bytes: Uint8Array): void {
  for (let start = 0; start < bytes.length;) {
    const end = bytes.indexOf(LINE_END, start);
    const line = bytes.subarray(start, end);
    const parsed = parse(new TextDecoder().decode(line));
    line.fill(0);
    if (parsed !== null) {
      const { permission, value } = parsed;
      const short = permission === "net" ? hostOf(value) : value;
      const text = JSON.stringify({ permission, value: short });
      // At the end, as zeros may stand before a line.
      const written = new TextEncoder().encode(text);
      if (written.length <= line.length) {
        line.set(written, line.length - written.length);
      }
    }
    start = end + 1;
  }
}

/** The host of what was asked for, a URL or `host:port`; without the port that its protocol implies. */
export function hostOf(value: string): string {
  return URL.canParse(value) && /^[a-z]+:\/\//i.test(value)
    ? new URL(value).host
    : value;
}

function parse(line: string): AuditLine | null {
  // Zeros stand where lines were taken out.
  const json = parsedJson(line.slice(line.lastIndexOf("\0") + 1));
  const { permission, value } = lineSchema.safeParse(json).data ?? {};
  const known = permission === "read" || permission === "env" ||
    permission === "net";
  return known && typeof value === "string" && value !== ""
    ? { permission, value }
    : null;
}
