/**
 * Limits of JSON bodies, counted in the order a reader meets the parts and before anything is parsed: a body of
 * nothing but brackets would take the parser seconds.
 *
 * @module
 */
import { invalidParams } from "./answers.ts";

/** GitLab's defaults in the newest profile. */
const JSON_LIMITS = {
  depth: 32,
  arrayItems: 50_000,
  objectKeys: 50_000,
  elements: 100_000,
  integerDigits: 1000,
} as const;

/** Limits of the older profiles, which GitLab did not have: the depth is Ruby's own, the elements are ours. */
const OLDER_LIMITS = {
  depth: 100,
  arrayItems: Infinity,
  objectKeys: Infinity,
  elements: 2_000_000,
  integerDigits: Infinity,
} as const;

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_ARRAY = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** An array or an object that is open where the scan is. */
interface Container {
  readonly isObject: boolean;
  /** Items or keys so far. */
  count: number;
  /** Whether an item or a key comes next. */
  expects: boolean;
}

/**
 * Checks a body for the newest profile. Each key, each value and each item counts as one element.
 *
 * @throws {RefusedAnswer} 400 with GitLab's text
 */
export function checkJsonLimits(text: string): void {
  scan(text, JSON_LIMITS, "Parameters nested too deeply");
}

/**
 * Checks a body for the older profiles.
 *
 * @throws {RefusedAnswer} 400 when it is deeper than they parse, or has more elements than any client sends
 */
export function checkOlderLimits(text: string): void {
  scan(text, OLDER_LIMITS, "message body does not match declared format");
}

function scan(
  text: string,
  limits: Record<keyof typeof JSON_LIMITS, number>,
  tooDeep: string,
): void {
  const open: Container[] = [];
  let inside: Container | undefined;
  let elements = 0;
  const begin = () => {
    if (inside === undefined || !inside.expects) return;
    inside.expects = false;
    const { isObject } = inside;
    if (++inside.count > (isObject ? limits.objectKeys : limits.arrayItems)) {
      refuse(`${isObject ? "Hash" : "Array"} parameter too large`);
    }
    elements += isObject ? 2 : 1;
    if (elements > limits.elements) refuse("Too many total parameters");
  };
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === QUOTE) {
      begin();
      at = endOfString(text, at);
    } else if (char === OPEN_ARRAY || char === OPEN_OBJECT) {
      begin();
      if (open.length >= limits.depth) refuse(tooDeep);
      inside = { isObject: char === OPEN_OBJECT, count: 0, expects: true };
      open.push(inside);
    } else if (char === CLOSE_ARRAY || char === CLOSE_OBJECT) {
      open.pop();
      inside = open.at(-1);
    } else if (char === COMMA) {
      if (inside !== undefined) inside.expects = true;
    } else if (char > 0x20 && char !== COLON) {
      begin();
      const end = endOfScalar(text, at);
      if (end - at > limits.integerDigits) checkDigits(text.slice(at, end));
      at = end - 1;
    }
  }

  function checkDigits(scalar: string): void {
    const digits = /^-?(\d+)$/.exec(scalar)?.[1];
    if (digits !== undefined && digits.length > limits.integerDigits) {
      refuse("Invalid JSON format");
    }
  }
}

/** The index of the quote that ends a string. */
function endOfString(text: string, start: number): number {
  for (let at = start;;) {
    at = text.indexOf('"', at + 1);
    if (at < 0) return text.length;
    let backslashes = 0;
    while (text.charCodeAt(at - 1 - backslashes) === BACKSLASH) backslashes++;
    if (backslashes % 2 === 0) return at;
  }
}

/** The index behind a number or a word. */
function endOfScalar(text: string, start: number): number {
  let at = start + 1;
  for (; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (
      char <= 0x20 || char === COMMA || char === CLOSE_ARRAY ||
      char === CLOSE_OBJECT || char === COLON || char === QUOTE ||
      char === OPEN_ARRAY || char === OPEN_OBJECT
    ) break;
  }
  return at;
}

function refuse(message: string): never {
  throw invalidParams([message]);
}
