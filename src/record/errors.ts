/**
 * What can go wrong when a run is searched for.
 *
 * @module
 */
import {
  isNbtrackError,
  NbtrackError,
  type NbtrackErrorOptions,
} from "../base/errors.ts";

/** No run answers to what was asked for. */
export class RunNotFoundError extends NbtrackError {
  override name = "RunNotFoundError";
  /** What was asked for. */
  readonly asked: string;

  constructor(
    message: string,
    options: NbtrackErrorOptions & { asked: string },
  ) {
    super(message, options);
    this.asked = options.asked;
  }
}

/** Whether a value is a {@linkcode RunNotFoundError}. */
export function isRunNotFoundError(value: unknown): value is RunNotFoundError {
  return isNbtrackError(value) && value.name === "RunNotFoundError";
}

/** More than one run answers to what was asked for. */
export class AmbiguousRunError extends NbtrackError {
  override name = "AmbiguousRunError";
  /** What was asked for. */
  readonly asked: string;
  /** Ids of runs that answer to it, not always all. */
  readonly run_ids: readonly string[];

  constructor(
    message: string,
    options: NbtrackErrorOptions & {
      asked: string;
      run_ids: readonly string[];
    },
  ) {
    super(message, options);
    this.asked = options.asked;
    this.run_ids = options.run_ids;
  }
}

/** Whether a value is an {@linkcode AmbiguousRunError}. */
export function isAmbiguousRunError(
  value: unknown,
): value is AmbiguousRunError {
  return isNbtrackError(value) && value.name === "AmbiguousRunError";
}

/** A run has no metric, artifact or experiment of that name. */
export class UnknownNameError extends NbtrackError {
  override name = "UnknownNameError";
  /** What kind of thing was asked for. */
  readonly kind: "metric" | "artifact" | "experiment" | "notebook";
  /** The name that was asked for. */
  readonly asked: string;

  constructor(
    message: string,
    options: NbtrackErrorOptions & {
      kind: "metric" | "artifact" | "experiment" | "notebook";
      asked: string;
    },
  ) {
    super(message, options);
    this.kind = options.kind;
    this.asked = options.asked;
  }
}

/** Whether a value is an {@linkcode UnknownNameError}. */
export function isUnknownNameError(value: unknown): value is UnknownNameError {
  return isNbtrackError(value) && value.name === "UnknownNameError";
}

/** A filter or an order for runs cannot be understood. */
export class QueryError extends NbtrackError {
  override name = "QueryError";
  /** Where in the text, from 0. */
  readonly position: number;

  constructor(
    message: string,
    options: NbtrackErrorOptions & { position: number },
  ) {
    super(message, options);
    this.position = options.position;
  }
}

/** Whether a value is a {@linkcode QueryError}. */
export function isQueryError(value: unknown): value is QueryError {
  return isNbtrackError(value) && value.name === "QueryError";
}
