/**
 * The base of every error nbtrack throws.
 *
 * @module
 */

/** What every error of nbtrack carries besides its message. */
export interface NbtrackErrorOptions {
  /** The next step for the user, one sentence. */
  hint?: string | undefined;
  /** What led to it. */
  cause?: unknown;
}

const MARK = Symbol.for("nbtrack.error");

/**
 * The base class. The message says what was attempted and with what, the hint says what to do.
 * Two copies of the module may be loaded in one kernel: recognise it with {@linkcode isNbtrackError}.
 */
export class NbtrackError extends Error {
  /** The class's name: distinguishes errors across copies of the module. */
  override readonly name: string;
  /** The next step for the user; empty when the message already says it. */
  readonly hint: string;
  /** Marks the class across copies of the module. */
  readonly [MARK] = true;

  /** Makes an error from what was attempted and why it failed. */
  constructor(message: string, options: NbtrackErrorOptions = {}) {
    super(
      message,
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.name = new.target.name;
    this.hint = options.hint ?? "";
  }
}

/** Whether a value is an error of nbtrack, whichever copy of the module made it. */
export function isNbtrackError(value: unknown): value is NbtrackError {
  return value instanceof Error && MARK in value;
}

/** nbtrack's own files, as a stack names them. */
const OWN_FILES = new URL("../../", import.meta.url).href;
const FRAME = /^\s+at /;

/**
 * Does what a cell asked for. An error of nbtrack is shown there by its sentences and where the cell asked: where inside
 * nbtrack it was thrown says nothing to whoever reads it.
 */
export async function inCell<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw forCell(error);
  }
}

/** An error as {@linkcode inCell} shows it, for functions that a cell does not await. */
export function forCell<E>(error: E): E {
  if (isNbtrackError(error)) error.stack = shortStack(error);
  return error;
}

function shortStack({ name, message, hint, stack = "" }: NbtrackError): string {
  const frames = stack.split("\n").filter((line) =>
    FRAME.test(line) && !line.includes(OWN_FILES)
  );
  const sentences = hint === "" ? message : `${message} ${hint}`;
  return [`${name}: ${sentences}`, ...frames].join("\n");
}

/** A function that says whether a value is an error of a class, whichever copy of the module made it. */
export function recogniser<E extends NbtrackError>(
  // deno-lint-ignore no-explicit-any -- of whatever it is made
  { name }: new (...args: any[]) => E,
): (value: unknown) => value is E {
  return (value): value is E => isNbtrackError(value) && value.name === name;
}

/** The base of errors that carry details: each is a member of the options, and of the error. */
export const DetailedError = class extends NbtrackError {
  constructor(message: string, options: NbtrackErrorOptions) {
    super(message, options);
    const { hint: _, cause: __, ...details } = options;
    Object.assign(this, details);
  }
} as new <Details extends object>(
  message: string,
  options: NbtrackErrorOptions & Details,
) => NbtrackError & Readonly<Details>;

/** The text of anything that was thrown, without a stack. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
