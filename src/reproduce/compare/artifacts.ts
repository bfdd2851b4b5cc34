/**
 * Artifacts: by digest, then by kind.
 *
 * @module
 */
import {
  hasDoubledKeys,
  isWrittenOtherwise,
  parseExactJson,
} from "./exact_json.ts";
import { isPicture } from "./images.ts";
import type { ClockUse, Mask, Masks } from "./masks.ts";
import { aroundDifference } from "./shown_difference.ts";
import type { ArtifactVerdict } from "./types.ts";
import { compareValue } from "./values.ts";

/** An artifact, and its contents when they can be had. */
export interface ComparedArtifact {
  path: string;
  digest: string;
  content_type: string;
  read: () => Promise<Uint8Array | null>;
}

/** What a comparison of artifacts found. */
export interface ArtifactsCompared {
  artifacts: ArtifactVerdict[];
  /** What differs, by path. */
  differences: { path: string; what: string }[];
}

/** Compares the artifacts of two runs. @param clock what code of the run does with a clock */
export async function compareArtifacts(
  recorded: readonly ComparedArtifact[],
  reproduced: readonly ComparedArtifact[],
  masks: Masks,
  clock: ClockUse,
): Promise<ArtifactsCompared> {
  const now = new Map(reproduced.map((artifact) => [artifact.path, artifact]));
  const then = new Map(recorded.map((artifact) => [artifact.path, artifact]));
  const result: ArtifactsCompared = { artifacts: [], differences: [] };
  for (const path of new Set([...then.keys(), ...now.keys()])) {
    const mask = masks.at({ cell: null, artifact: path, ...clock });
    const what = await compare(then.get(path), now.get(path), mask);
    result.artifacts.push({ path, same: what === null });
    if (what !== null) result.differences.push({ path, what });
  }
  return result;
}

async function compare(
  then: ComparedArtifact | undefined,
  now: ComparedArtifact | undefined,
  mask: Mask,
): Promise<string | null> {
  if (then === undefined) return "it is new";
  if (now === undefined) return "it was not made again";
  if (then.content_type !== now.content_type) {
    return `its type is not the same: ${then.content_type} → ${now.content_type}`;
  }
  if (then.digest === now.digest) return null;
  const [before, after] = [await then.read(), await now.read()];
  if (before === null || after === null) {
    return "its digest differs, and its contents cannot be compared: they do not travel";
  }
  const type = then.content_type;
  if (isPicture(type)) {
    return await compareValue(
      type,
      [before.toBase64(), after.toBase64()],
      mask,
    );
  }
  const isText = /^text\/|svg|xml|json/.test(type);
  const texts = [before, after].map(textOf);
  const [a = null, b = null] = texts;
  if (a === null || b === null || !isText && (isBinary(a) || isBinary(b))) {
    return isText
      ? "its digest differs, and it is no text in UTF-8"
      : "its digest differs";
  }
  if (/\bjson\b/.test(type)) {
    let values: [unknown, unknown];
    try {
      values = [parseExactJson(a), parseExactJson(b)];
    } catch {
      return await compareValue("text/plain", [a, b], mask); // named JSON, but it is none
    }
    if (hasDoubledKeys(a, values[0]) || hasDoubledKeys(b, values[1])) {
      return await compareValue("text/plain", [a, b], mask);
    }
    const what = await compareValue("application/json", values, mask);
    if (what === null && isWrittenOtherwise(a, b)) {
      mask.keep("writing of JSON", [aroundDifference(a, b)]);
    }
    return what;
  }
  return await compareValue(isText ? type : "text/plain", [a, b], mask);
}

/** Whether a text has characters that no text has: of the type of a file its name may tell nothing. */
function isBinary(text: string): boolean {
  // deno-lint-ignore no-control-regex
  return /[\0-\x08\x0e-\x1a\x7f]/.test(text);
}

/** Bytes as text, with all that is in them; null when they are none. */
function textOf(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
      .decode(bytes);
  } catch {
    return null; // then it is compared by its bytes
  }
}
