/**
 * What can go wrong when a run is searched for.
 *
 * @module
 */
import { DetailedError, recogniser } from "../base/errors.ts";

/** No run answers to what was asked for. */
export class RunNotFoundError extends DetailedError<{
  /** What was asked for. */
  asked: string;
}> {}

/** Whether a value is a {@linkcode RunNotFoundError}. */
export const isRunNotFoundError = recogniser(RunNotFoundError);

/** More than one run answers to what was asked for. */
export class AmbiguousRunError extends DetailedError<{
  /** What was asked for. */
  asked: string;
  /** Ids of runs that answer to it, not always all. */
  run_ids: readonly string[];
}> {}

/** Whether a value is an {@linkcode AmbiguousRunError}. */
export const isAmbiguousRunError = recogniser(AmbiguousRunError);

/** A run has no metric, artifact or experiment of that name. */
export class UnknownNameError extends DetailedError<{
  /** What kind of thing was asked for. */
  kind: "metric" | "artifact" | "experiment" | "notebook";
  /** The name that was asked for. */
  asked: string;
}> {}

/** Whether a value is an {@linkcode UnknownNameError}. */
export const isUnknownNameError = recogniser(UnknownNameError);

/** A filter or an order for runs cannot be understood. */
export class QueryError extends DetailedError<{
  /** Where in the text, from 0. */
  position: number;
}> {}

/** Whether a value is a {@linkcode QueryError}. */
export const isQueryError = recogniser(QueryError);
