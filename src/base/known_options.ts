/**
 * Options of a function that cells call: the kernel checks no types, and what is not known or not understood must not
 * be lost in silence.
 *
 * Imported inside cells: nothing here may load a library.
 *
 * @module
 */
import { NbtrackError } from "./errors.ts";
import { didYouMean } from "./nearest.ts";
import { count } from "./numbers.ts";
import { isObject } from "./values.ts";

/** An option that a function knows. */
export interface KnownOption {
  /** What it takes, in words. */
  takes: string;
  /** Whether a value is such. */
  fits: (value: unknown) => boolean;
}

/** An option that takes a text. */
export const TEXT_OPTION: KnownOption = {
  takes: "a text",
  fits: (value) => typeof value === "string",
};

/** An option that is on or off. */
export const SWITCH_OPTION: KnownOption = {
  takes: "true or false",
  fits: (value) => typeof value === "boolean",
};

/** An option that takes a whole number. @param least The smallest that it takes */
export function wholeOption(least: number): KnownOption {
  return {
    takes: `a whole number from ${least} on`,
    fits: (value) => Number.isSafeInteger(value) && Number(value) >= least,
  };
}

/** What was given, in words: of a text its length alone, as it may be a secret. */
export function givenText(value: unknown): string {
  if (typeof value === "string") {
    return `a text of ${count(value.length, "character")}`;
  }
  if (Array.isArray(value)) return "a list";
  return isObject(value) || typeof value === "function"
    ? `a value of type ${typeof value}`
    : String(value);
}

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

/** Why options cannot be used; null when each is known, and takes what it was given. */
export function wrongOptions(
  caller: string,
  options: unknown,
  known: Readonly<Record<string, KnownOption>>,
): string | null {
  const unknown = unknownOptions(caller, options, Object.keys(known));
  if (unknown !== null) return unknown;
  for (const [name, { takes, fits }] of Object.entries(known)) {
    const given = (options as Record<string, unknown>)[name];
    if (given === undefined || fits(given)) continue;
    return `${caller} cannot use the option "${name}": it takes ${takes}, and was given ${
      givenText(given)
    }.`;
  }
  return null;
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

/** Refuses options that are not known or not understood. @throws {NbtrackError} naming the first */
export function refuseWrong(
  caller: string,
  options: unknown,
  known: Readonly<Record<string, KnownOption>>,
): void {
  const why = wrongOptions(caller, options, known);
  if (why !== null) throw new NbtrackError(why);
}
