/**
 * What can be wrong with data.
 *
 * @module
 */
import {
  isNbtrackError,
  NbtrackError,
  type NbtrackErrorOptions,
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
  override name = "DatasetError";
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

/** Whether a value is a {@linkcode DatasetError}, whichever copy of the module made it. */
export function isDatasetError(value: unknown): value is DatasetError {
  return isNbtrackError(value) && value.name === "DatasetError";
}
