/**
 * What the checks of `nbtrack doctor` share: their options, and how a finding is written.
 *
 * @module
 */
import { isNbtrackError, messageOf } from "../base/errors.ts";
import type { Check } from "../gitlab/access.ts";

/** What to check. */
export interface DoctorOptions {
  /** nbtrack's folder. */
  home: string;
  /** The folder of the notebooks. */
  cwd: string;
  /** A notebook that makes trouble. */
  notebook?: string | undefined;
  /** Jupyter's folders, as far as there are any. */
  jupyter: { found: boolean; search: readonly string[] };
}

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
