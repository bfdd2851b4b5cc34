/**
 * Canonical forms: equal contents have equal digests, however a program writes the JSON.
 *
 * @module
 */
import { isObject } from "../../base/values.ts";
import { type Digest, sha256 } from "../../base/digest.ts";
import { type AnyOutput, inOnePiece } from "../../notebook/outputs.ts";
import { indentedJson } from "./json_text.ts";

/** JSON with sorted keys and no white space. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(sorted(value)) ?? "null";
}

/** JSON as nbformat writes it: sorted keys, one space of indentation, a final newline. */
export function notebookJson(value: unknown): string {
  return indentedJson(sorted(value));
}

/** SHA-256 of canonical JSON. */
export function canonicalDigest(value: unknown): Digest {
  return sha256(canonicalJson(value));
}

/** SHA-256 of JSON text in canonical form; of the text itself when it is no JSON. */
export function jsonTextDigest(text: string): Digest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return sha256(text); // what is no JSON has no other form
  }
  return canonicalDigest(value);
}

/** SHA-256 of a cell's outputs, whatever program saved the notebook since. */
export function outputsDigest(outputs: readonly AnyOutput[]): Digest {
  return canonicalDigest(outputs.map(plainOutput));
}

/** An output with its texts in one piece and without what a re-numbering changes. */
function plainOutput(output: AnyOutput): AnyOutput {
  const plain = inOnePiece(output);
  delete plain["execution_count"];
  if (
    isObject(plain["metadata"]) && Object.keys(plain["metadata"]).length === 0
  ) {
    delete plain["metadata"];
  }
  // Kept by Jupyter only while a kernel runs.
  delete plain["transient"];
  return plain;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value).sort().map((key) => [key, sorted(value[key])]),
  );
}
