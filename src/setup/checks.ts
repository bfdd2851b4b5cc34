/**
 * How checks are written.
 *
 * @module
 */
import { isNbtrackError, messageOf } from "../base/errors.ts";
import type { Check } from "../gitlab/access.ts";

/** A check that found nothing wrong. */
export function ok(name: string, message: string, hint?: string): Check {
  return { name, state: "ok", message, hint: hint ?? null };
}

/** A check that found something that may not work. */
export function warn(name: string, message: string, hint: string): Check {
  return { name, state: "warn", message, hint };
}

/** A check that found something that will not work. */
export function fail(name: string, message: string, hint: string): Check {
  return { name, state: "fail", message, hint };
}

/** A check that was kept from being made. */
export function failed(name: string, error: unknown): Check {
  const hint = isNbtrackError(error) && error.hint !== "" ? error.hint : null;
  return {
    name,
    state: "fail",
    message: messageOf(error).replace(/(?<![.!?])$/, "."),
    hint,
  };
}
