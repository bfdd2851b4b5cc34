/**
 * What can be wrong with data.
 *
 * @module
 */
import {
  NbtrackError,
  type NbtrackErrorOptions,
  recogniser,
} from "../base/errors.ts";

/** Why data has no fingerprint. */
export type DatasetErrorKind =
  | "missing"
  | "unreadable"
  | "not-a-file"
  | "no-match"
  | "no-answer"
  | "http"
  | "not-data";

/** Data that cannot be fingerprinted. */
export class DatasetError extends NbtrackError {
  /** The path or URL (without secrets), or what kind of value it was. */
  readonly path: string;
  readonly kind: DatasetErrorKind;

  constructor(
    message: string,
    options: NbtrackErrorOptions & { path: string; kind: DatasetErrorKind },
  ) {
    super(message, options);
    this.path = options.path;
    this.kind = options.kind;
  }
}

/** Whether a value is a {@linkcode DatasetError}. */
export const isDatasetError = recogniser(DatasetError);
