/**
 * Contents compared by their kind: text, HTML, SVG, JSON, pictures.
 *
 * @module
 */
import { shortened } from "../../base/markup.ts";
import { isObject } from "../../base/values.ts";
import { canonicalJson } from "../../record/bundle/canonical.ts";
import { diffText } from "../../record/text_diff.ts";
import { ExactNumber } from "./exact_json.ts";
import { comparePictures, isPicture } from "./images.ts";
import { evenGeneratedIds } from "./markup.ts";
import type { Mask } from "./masks.ts";
import {
  aroundDifference,
  hasLongLine,
  shownDifference,
} from "./shown_difference.ts";
import { withoutColours } from "./terminal.ts";

/** Longest difference that is shown, characters. */
const MAX_DIFF_CHARS = 2000;
/** Longest value that is shown whole in a line, characters. */
const MAX_SHORT = 120;

/** Compares two values of a media type. @returns null when they are the same, else what differs */
export async function compareValue(
  type: string,
  [recorded, reproduced]: readonly [unknown, unknown],
  mask: Mask,
): Promise<string | null> {
  if (/\bjson$/.test(type)) {
    return firstDifference(recorded, reproduced, "$", mask);
  }
  if (typeof recorded !== "string" || typeof reproduced !== "string") {
    return canonicalJson(recorded) === canonicalJson(reproduced)
      ? null
      : `${type}: ${short(recorded)} → ${short(reproduced)}`;
  }
  if (recorded === reproduced) return null;
  if (isPicture(type)) {
    return await compareEncoded(type, [recorded, reproduced], mask);
  }
  if (/^(?:image|audio|video)\/(?!svg)/.test(type)) {
    return `${type}: the bytes differ; this kind is compared by its bytes alone`;
  }
  return compareText(type, [recorded, reproduced], mask);
}

/** Compares two texts, markup with its generated ids evened out. */
export function compareText(
  type: string,
  [recorded, reproduced]: readonly [string, string],
  mask: Mask,
): string | null {
  if (mask.same(recorded, reproduced)) return null;
  let pair: [string, string] = [recorded, reproduced];
  if (isMarkup(type)) {
    const evened = mask.equalInputs
      ? evenGeneratedIds(recorded, reproduced)
      : null;
    if (evened !== null) {
      if (mask.same(...evened.texts)) {
        mask.keep("generated id", evened.used);
        return null;
      }
      pair = evened.texts;
    }
  } else {
    const plain = [recorded, reproduced].map(withoutColours) as typeof pair;
    if (plain[0] !== recorded || plain[1] !== reproduced) {
      const difference = mask.same(...plain)
        ? "the text is the same, its colours are not"
        : null;
      if (difference !== null) return `colour: ${difference}`;
      pair = plain;
    }
  }
  return shortDiff(
    hasLongLine(recorded) || hasLongLine(reproduced)
      ? shownDifference(...evenedFor(type, pair, mask))
      : diffText(...mask.shown(...pair)),
  );
}

/** Two texts without what an equal run would differ in, too, unless they differ in nothing else. */
function evenedFor(
  type: string,
  pair: [string, string],
  mask: Mask,
): [string, string] {
  const even = mask.ofEqualInputs();
  const ids = isMarkup(type) ? evenGeneratedIds(...pair) : null;
  const evened = even.shown(...ids?.texts ?? pair);
  return evened[0] === evened[1] ? mask.shown(...pair) : evened;
}

function isMarkup(type: string): boolean {
  return /\b(?:html|svg|xml)\b/.test(type);
}

/** Texts inside JSON are masked like any others; numbers are compared exactly. */
function firstDifference(
  then: unknown,
  now: unknown,
  path: string,
  mask: Mask,
): string | null {
  if (typeof then === "string" && typeof now === "string") {
    if (mask.same(then, now)) return null;
    const [a, b] = then.length > MAX_SHORT && now.length > MAX_SHORT
      ? aroundDifference(...evenedFor("text/plain", [then, now], mask))
      : [then, now];
    return `${path}: ${short(a)} → ${short(b)}`;
  }
  if (then instanceof ExactNumber && now instanceof ExactNumber) {
    return then.equals(now) ? null : `${path}: ${then.text} → ${now.text}`;
  }
  if (Array.isArray(then) && Array.isArray(now)) {
    if (then.length !== now.length) {
      return `${path}: ${then.length} items → ${now.length} items`;
    }
    for (const [i, item] of then.entries()) {
      const found = firstDifference(item, now[i], `${path}[${i}]`, mask);
      if (found !== null) return found;
    }
    return null;
  }
  if (hasMembers(then) && hasMembers(now)) {
    for (const key of new Set([...Object.keys(then), ...Object.keys(now)])) {
      if (!Object.hasOwn(then, key)) return `${path}.${key} is new`;
      if (!Object.hasOwn(now, key)) return `${path}.${key} is gone`;
      const found = firstDifference(
        then[key],
        now[key],
        `${path}.${key}`,
        mask,
      );
      if (found !== null) return found;
    }
    return null;
  }
  return then === now || (Number.isNaN(then) && Number.isNaN(now))
    ? null
    : `${path}: ${short(then)} → ${short(now)}`;
}

async function compareEncoded(
  type: string,
  encoded: readonly [string, string],
  mask: Mask,
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
    mask.keep("picture", [[
      `${recorded.length} bytes of ${type}`,
      `${reproduced.length} other bytes with the same pixels`,
    ]]);
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
    : value instanceof ExactNumber
    ? value.text
    : JSON.stringify(value) ?? "nothing";
  return shortened(text, MAX_SHORT);
}

function hasMembers(value: unknown): value is Record<string, unknown> {
  return isObject(value) && !(value instanceof ExactNumber);
}
