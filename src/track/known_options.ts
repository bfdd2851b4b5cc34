/**
 * Options that a function does not know: the kernel checks no types, and what is not known must not be lost in silence.
 *
 * @module
 */
import { NbtrackError } from "../base/errors.ts";
import { didYouMean } from "../base/nearest.ts";

/** Why options cannot be used; null when each is known. */
export function unknownOptions(
  caller: string,
  options: unknown,
  known: readonly string[],
): string | null {
  if (typeof options !== "object" || options === null) {
    return `${caller} takes its options as an object; it was given ${
      options === null ? "null" : typeof options
    }.`;
  }
  const unknown = Object.keys(options).find((key) => !known.includes(key));
  if (unknown === undefined) return null;
  return `${caller} has no option "${unknown}"; it knows ${known.join(", ")}.${
    didYouMean(unknown, known)
  }`;
}

/** Refuses options that are not known. @throws {NbtrackError} naming the first */
export function refuseUnknown(
  caller: string,
  options: unknown,
  known: readonly string[],
): void {
  const why = unknownOptions(caller, options, known);
  if (why !== null) throw new NbtrackError(why);
}
