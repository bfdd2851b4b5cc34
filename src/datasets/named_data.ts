/**
 * Tells several named datasets from a single one.
 *
 * @module
 */
import { columnsOfArrays, isPlain, recognise } from "./recognise.ts";
import { isDatasetError } from "./errors.ts";

/** A dataset and the name it is logged under. */
export interface NamedInput {
  name: string;
  input: unknown;
}

/**
 * Whether `data` is a record of named datasets: an object literal whose values are all paths, URLs, tables,
 * typed arrays or arrays. An object literal of equally long arrays of plain values is one table by columns.
 */
export function isNamedData(data: unknown): data is Record<string, unknown> {
  if (!isPlain(data)) return false;
  const values = Object.values(data);
  if (values.length === 0 || !values.every(isDataset)) return false;
  return !(values.every(isScalarList) && columnsOfArrays(data) !== null);
}

/** The datasets that were named, each with its name; a single one gets `defaultName`. */
export function namedInputs(data: unknown, defaultName: string): NamedInput[] {
  return isNamedData(data)
    ? Object.entries(data).map(([name, input]) => ({ name, input }))
    : [{ name: defaultName, input: data }];
}

function isDataset(value: unknown): boolean {
  if (typeof value === "string" || value instanceof URL) return true;
  if (typeof value !== "object" || value === null) return false;
  try {
    return recognise(value).form !== "value";
  } catch (error) {
    // A promise or stream was meant as data: it is refused by name when its turn comes.
    if (isDatasetError(error)) return true;
    throw error;
  }
}

function isScalarList(value: unknown): boolean {
  return Array.isArray(value) &&
    !value.some((item) => typeof item === "object" && item !== null);
}
