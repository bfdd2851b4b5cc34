/**
 * Contents compared by their kind: text, HTML, SVG, JSON, pictures.
 *
 * @module
 */
import { canonicalJson } from "../../record/bundle/canonical.ts";
import { diffText } from "../../record/text_diff.ts";
import { comparePictures, isPicture } from "./images.ts";
import { evenIds, plainMarkup } from "./markup.ts";
import type { Masks } from "./masks.ts";

/** Longest difference that is shown, characters. */
const MAX_DIFF_CHARS = 2000;

/** Compares two values of a media type. @returns null when they are the same, else what differs */
export async function compareValue(
  type: string,
  [recorded, reproduced]: readonly [unknown, unknown],
  masks: Masks,
): Promise<string | null> {
  if (canonicalJson(recorded) === canonicalJson(reproduced)) return null;
  if (/\bjson$/.test(type)) {
    return firstDifference(recorded, reproduced, "$", masks);
  }
  if (typeof recorded !== "string" || typeof reproduced !== "string") {
    return `${type}: ${short(recorded)} → ${short(reproduced)}`;
  }
  if (isPicture(type)) {
    return await compareEncoded(type, [recorded, reproduced], masks);
  }
  if (/^(?:image|audio|video)\/(?!svg)/.test(type)) {
    return `${type}: the bytes differ; this kind is compared by its bytes alone`;
  }
  return compareText(type, [recorded, reproduced], masks);
}

/** Compares two texts, markup with its ids evened out. */
export function compareText(
  type: string,
  [recorded, reproduced]: readonly [string, string],
  masks: Masks,
): string | null {
  if (masks.same(recorded, reproduced)) return null;
  let pair: [string, string] = [recorded, reproduced];
  if (/\b(?:html|svg|xml)\b/.test(type)) {
    pair = [evenIds(recorded), evenIds(reproduced)];
    if (masks.same(...pair)) {
      masks.count("generated id");
      return null;
    }
    pair = [plainMarkup(pair[0]), plainMarkup(pair[1])];
    if (masks.same(...pair)) {
      masks.count("generated id or white space between tags");
      return null;
    }
  }
  return shortDiff(diffText(...masks.shown(...pair)));
}

/** Texts inside JSON are masked like any others; numbers are compared as they are. */
function firstDifference(
  then: unknown,
  now: unknown,
  path: string,
  masks: Masks,
): string | null {
  if (typeof then === "string" && typeof now === "string") {
    return masks.same(then, now)
      ? null
      : `${path}: ${short(then)} → ${short(now)}`;
  }
  if (Array.isArray(then) && Array.isArray(now)) {
    if (then.length !== now.length) {
      return `${path}: ${then.length} items → ${now.length} items`;
    }
    for (const [i, item] of then.entries()) {
      const found = firstDifference(item, now[i], `${path}[${i}]`, masks);
      if (found !== null) return found;
    }
    return null;
  }
  if (isRecord(then) && isRecord(now)) {
    for (const key of new Set([...Object.keys(then), ...Object.keys(now)])) {
      if (!(key in then)) return `${path}.${key} is new`;
      if (!(key in now)) return `${path}.${key} is gone`;
      const found = firstDifference(
        then[key],
        now[key],
        `${path}.${key}`,
        masks,
      );
      if (found !== null) return found;
    }
    return null;
  }
  return Object.is(then, now)
    ? null
    : `${path}: ${short(then)} → ${short(now)}`;
}

async function compareEncoded(
  type: string,
  encoded: readonly [string, string],
  masks: Masks,
): Promise<string | null> {
  let bytes: Uint8Array[];
  try {
    bytes = encoded.map((text) => Uint8Array.fromBase64(text));
  } catch {
    return `${type}: the contents are no base64`; // said here, so nothing is lost
  }
  const [recorded, reproduced] = bytes as [Uint8Array, Uint8Array];
  const why = await comparePictures(type, recorded, reproduced);
  if (why === null) {
    masks.count("other bytes of a picture with the same pixels");
  }
  return why === null ? null : `${type}: ${why}`;
}

/** A difference in at most so many characters. */
export function shortDiff(diff: string): string {
  return diff.length <= MAX_DIFF_CHARS
    ? diff
    : `${diff.slice(0, MAX_DIFF_CHARS)}\n… ${
      diff.length - MAX_DIFF_CHARS
    } more characters`;
}

function short(value: unknown): string {
  const text = typeof value === "string"
    ? value
    : JSON.stringify(value) ?? "nothing";
  return text.length <= 120 ? text : `${text.slice(0, 119)}…`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
