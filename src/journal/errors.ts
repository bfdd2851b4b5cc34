/**
 * What can be wrong with a journal.
 *
 * @module
 */
import { DetailedError, recogniser } from "../base/errors.ts";

/** Why a journal could not be used. */
export type JournalErrorKind =
  | "newer"
  | "damaged"
  | "locked"
  | "full"
  | "unwritable"
  | "failed";

/** A journal could not be opened, read or written. */
export class JournalError extends DetailedError<{
  /** The journal's file. */
  path: string;
  /** What is wrong with it. */
  kind: JournalErrorKind;
}> {}

/** Whether a value is a {@linkcode JournalError}. */
export const isJournalError = recogniser(JournalError);

const HINTS: Record<JournalErrorKind, string> = {
  newer: "Update nbtrack, or set NBTRACK_HOME to another folder.",
  damaged:
    "Move the file away and go on with a new one; `sqlite3 FILE .recover` may save its rows.",
  locked: "Close the program that holds it and try again.",
  full: "Free space on that disk.",
  unwritable: "Set NBTRACK_HOME to a folder that can be written.",
  failed: "Set NBTRACK_HOME to another folder if it happens again.",
};

/** Puts what SQLite or the file system threw into one clear sentence. */
export function journalError(
  attempted: string,
  path: string,
  cause: unknown,
): JournalError {
  if (isJournalError(cause)) return cause;
  const text = cause instanceof Error ? cause.message : String(cause);
  const kind = kindOf(text, cause);
  const what: Record<JournalErrorKind, string> = {
    newer: "it was written by a newer nbtrack",
    damaged: "the file is damaged or is not a journal",
    locked: "another program has locked it",
    full: "the disk is full or cannot be written",
    unwritable: "it cannot be written there",
    failed: text,
  };
  return new JournalError(
    `Cannot ${attempted} the journal ${path}: ${what[kind]}.`,
    {
      path,
      kind,
      cause,
      hint: HINTS[kind],
    },
  );
}

/** Whether something thrown says that another process holds the file. */
export function isLocked(thrown: unknown): boolean {
  return journalError("use", "", thrown).kind === "locked";
}

/** SQLite's primary result codes that say what is wrong. */
const CODES: Readonly<Record<number, JournalErrorKind>> = {
  3: "unwritable",
  5: "locked",
  6: "locked",
  8: "unwritable",
  10: "full",
  11: "damaged",
  13: "full",
  14: "unwritable",
  15: "locked",
  26: "damaged",
};

/** The operating system's errors that say the same, by their names. */
const SYSTEM_CODES: Readonly<Record<string, JournalErrorKind>> = {
  EACCES: "unwritable",
  EDQUOT: "full",
  EFBIG: "full",
  EISDIR: "unwritable",
  ENOSPC: "full",
  ENOTDIR: "unwritable",
  EPERM: "unwritable",
  EROFS: "unwritable",
};

function kindOf(text: string, cause: unknown): JournalErrorKind {
  if (cause instanceof Error) {
    if ("errcode" in cause && typeof cause.errcode === "number") {
      return CODES[cause.errcode & 0xff] ?? "failed";
    }
    if ("code" in cause && typeof cause.code === "string") {
      const kind = SYSTEM_CODES[cause.code];
      if (kind !== undefined) return kind;
    }
  }
  // Some errors come as text only; a path in it must not decide.
  const said = text.replace(/: .*$/s, "");
  if (/not a database|malformed|corrupt/i.test(said)) return "damaged";
  if (/locked|busy|locking protocol/i.test(said)) return "locked";
  if (/full|no space|too large|disk I\/O/i.test(said)) return "full";
  if (/readonly|read-only|unable to open|permission/i.test(said)) {
    return "unwritable";
  }
  return "failed";
}
