/**
 * The newest profile's limits of JSON bodies, counted in the order a reader meets the parts.
 *
 * @module
 */
import { invalidParams } from "./answers.ts";

/** GitLab's defaults. */
export const JSON_LIMITS = {
  depth: 32,
  arrayItems: 50_000,
  objectKeys: 50_000,
  elements: 100_000,
  integerDigits: 1000,
} as const;

/** How deep older profiles let a body nest: Ruby's own bound. */
const MAX_DEPTH = 100;

/**
 * Checks how deep a parsed body nests.
 *
 * @throws {Refusal} 400 when it is deeper than older profiles parse
 */
export function checkDepth(value: unknown): void {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) {
      refuse("message body does not match declared format");
    }
    level = level.filter((one) => typeof one === "object" && one !== null)
      .flatMap((one) => Object.values(one as object));
  }
}

interface Tally {
  elements: number;
  huge: boolean;
}

/**
 * Checks a parsed body. Each key, each value and each item counts as one element.
 *
 * @param text the body as sent
 * @throws {Refusal} 400 with GitLab's text
 */
export function checkJsonLimits(value: unknown, text: string): void {
  const tally: Tally = { elements: 0, huge: false };
  walk(value, 1, tally);
  if (tally.huge) {
    const digits = /(?:^|[[:,\s])-?(\d+)(?=[\s,\]}]|$)/g;
    for (const match of text.matchAll(digits)) {
      if ((match[1]?.length ?? 0) > JSON_LIMITS.integerDigits) {
        throw invalidParams(["Invalid JSON format"]);
      }
    }
  }
}

function walk(value: unknown, depth: number, tally: Tally): void {
  if (typeof value !== "object" || value === null) {
    if (value === Infinity || value === -Infinity) tally.huge = true;
    return;
  }
  if (depth > JSON_LIMITS.depth) refuse("Parameters nested too deeply");
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length; at++) {
      if (at >= JSON_LIMITS.arrayItems) refuse("Array parameter too large");
      count(1, tally);
      walk(value[at], depth + 1, tally);
    }
    return;
  }
  let keys = 0;
  for (const key in value) {
    if (++keys > JSON_LIMITS.objectKeys) refuse("Hash parameter too large");
    count(2, tally);
    const member = (value as Record<string, unknown>)[key];
    if (typeof member === "object" || typeof member === "number") {
      walk(member, depth + 1, tally);
    }
  }
}

function count(elements: number, tally: Tally): void {
  tally.elements += elements;
  if (tally.elements > JSON_LIMITS.elements) {
    refuse("Too many total parameters");
  }
}

function refuse(message: string): never {
  throw invalidParams([message]);
}
