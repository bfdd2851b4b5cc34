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
