/**
 * What can be wrong with a journal.
 *
 * @module
 */
import {
  isNbtrackError,
  NbtrackError,
  type NbtrackErrorOptions,
} from "../base/errors.ts";

/** Why a journal could not be used. */
export type JournalErrorKind =
  | "newer"
  | "damaged"
  | "locked"
  | "full"
  | "unwritable"
  | "failed";

/** A journal could not be opened, read or written. */
export class JournalError extends NbtrackError {
  override name = "JournalError";
  /** The journal's file. */
  readonly path: string;
  /** What is wrong with it. */
  readonly kind: JournalErrorKind;

  constructor(
    message: string,
    options: NbtrackErrorOptions & { path: string; kind: JournalErrorKind },
  ) {
    super(message, options);
    this.path = options.path;
    this.kind = options.kind;
  }
}

/** Whether a value is a {@linkcode JournalError}. */
export function isJournalError(value: unknown): value is JournalError {
  return isNbtrackError(value) && value.name === "JournalError";
}

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
    full: "the disk is full",
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

function kindOf(text: string, cause: unknown): JournalErrorKind {
  if (/not a database|malformed|corrupt/i.test(text)) return "damaged";
  if (/locked|busy/i.test(text)) return "locked";
  if (/full|no space|ENOSPC|disk I\/O/i.test(text)) return "full";
  if (
    cause instanceof Deno.errors.PermissionDenied ||
    cause instanceof Deno.errors.NotADirectory ||
    /readonly|read-only|unable to open|EACCES|EROFS|permission/i.test(text)
  ) return "unwritable";
  return "failed";
}
