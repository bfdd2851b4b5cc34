/**
 * A stand-in for `jsr:@std/assert` with the same signatures, over `node:assert`: what of it the tests use.
 * Delete the `links` line of `deno.json` to use the real package.
 *
 * @module
 */
import nodeAssert from "node:assert";
import { inspect, isDeepStrictEqual } from "node:util";

/** Thrown by every assertion that does not hold. */
export class AssertionError extends Error {
  override name = "AssertionError";
}

function fail_(text: string, msg?: string, cause?: unknown): never {
  throw new AssertionError(msg === undefined ? text : `${text}: ${msg}`, {
    cause,
  });
}

/** Brings values to forms in which deep equality ignores prototypes of plain rows, as `@std/assert` does for null prototypes. */
function plain(
  value: unknown,
  seen: Map<unknown, unknown> = new Map(),
): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (seen.has(value)) return seen.get(value);
  const proto = Object.getPrototypeOf(value);
  if (Array.isArray(value)) {
    const out: unknown[] = [];
    seen.set(value, out);
    for (const item of value) out.push(plain(item, seen));
    return out;
  }
  if (proto === null || proto === Object.prototype) {
    const out: Record<PropertyKey, unknown> = {};
    seen.set(value, out);
    for (const key of Reflect.ownKeys(value)) {
      const member = (value as Record<PropertyKey, unknown>)[key];
      Object.defineProperty(out, key, {
        value: plain(member, seen),
        enumerable: true,
        configurable: true,
        writable: true,
      });
    }
    return out;
  }
  return value;
}

/** Whether two values are deeply equal. */
export function equal(a: unknown, b: unknown): boolean {
  return isDeepStrictEqual(plain(a), plain(b));
}

/** Asserts that `expr` is truthy. */
export function assert(expr: unknown, msg = ""): asserts expr {
  if (!expr) throw new AssertionError(msg);
}

/** Asserts that `expr` is falsy. */
export function assertFalse(expr: unknown, msg = ""): asserts expr is false {
  if (expr) throw new AssertionError(msg);
}

/** Asserts deep equality. */
export function assertEquals<T>(actual: T, expected: T, msg?: string): void {
  try {
    nodeAssert.deepStrictEqual(plain(actual), plain(expected));
  } catch (cause) {
    fail_(
      cause instanceof Error ? cause.message : "Values are not equal",
      msg,
      cause,
    );
  }
}

/** Asserts that two values are not deeply equal. */
export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void {
  if (equal(actual, expected)) {
    fail_(
      `Expected actual: ${inspect(actual)} not to be: ${inspect(expected)}`,
      msg,
    );
  }
}

/** Asserts that two numbers are within a tolerance. */
export function assertAlmostEquals(
  actual: number,
  expected: number,
  tolerance?: number,
  msg?: string,
): void {
  if (Object.is(actual, expected)) return;
  const limit = tolerance ??
    (Number.isFinite(expected) ? Math.abs(expected * 1e-7) : 1e-7);
  if (!(Math.abs(expected - actual) <= limit)) {
    fail_(`Expected ${actual} to be within ${limit} of ${expected}`, msg);
  }
}

/** Asserts that a value is neither null nor undefined. */
export function assertExists<T>(
  actual: T,
  msg?: string,
): asserts actual is NonNullable<T> {
  if (actual === undefined || actual === null) {
    fail_(`Expected actual: "${actual}" to not be null or undefined`, msg);
  }
}

/** Asserts that a text contains another. */
export function assertStringIncludes(
  actual: string,
  expected: string,
  msg?: string,
): void {
  if (!actual.includes(expected)) {
    fail_(
      `Expected actual: ${inspect(actual)} to contain: ${inspect(expected)}`,
      msg,
    );
  }
}

/** Asserts that a text matches an expression. */
export function assertMatch(
  actual: string,
  expected: RegExp,
  msg?: string,
): void {
  if (!expected.test(actual)) {
    fail_(`Expected actual: ${inspect(actual)} to match: ${expected}`, msg);
  }
}

// deno-lint-ignore no-explicit-any
type Class<T> = abstract new (...args: any[]) => T;

/** Asserts that an error is of a class and its message contains a text. */
export function assertIsError<E extends Error = Error>(
  error: unknown,
  ErrorClass?: Class<E>,
  msgMatches?: string | RegExp,
  msg?: string,
): asserts error is E {
  if (!(error instanceof Error)) {
    fail_(`Expected an Error, got ${inspect(error)}`, msg);
  }
  if (ErrorClass && !(error instanceof ErrorClass)) {
    fail_(
      `Expected an error of ${ErrorClass.name}, got ${error.name}: ${error.message}`,
      msg,
    );
  }
  if (msgMatches !== undefined) {
    const holds = typeof msgMatches === "string"
      ? error.message.includes(msgMatches)
      : msgMatches.test(error.message);
    if (!holds) {
      fail_(
        `Expected the message ${inspect(error.message)} to match ${
          inspect(msgMatches)
        }`,
        msg,
      );
    }
  }
}

/** Asserts that a function throws; returns what it threw. */
export function assertThrows(fn: () => unknown, msg?: string): unknown;
/** Asserts that a function throws an error of a class, with a text in its message. */
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  ErrorClass: Class<E>,
  msgIncludes?: string,
  msg?: string,
): E;
export function assertThrows(
  fn: () => unknown,
  second?: Class<Error> | string,
  msgIncludes?: string,
  msg?: string,
): unknown {
  try {
    fn();
  } catch (error) {
    if (typeof second === "function") {
      assertIsError(error, second, msgIncludes, msg);
    }
    return error;
  }
  fail_(
    "Expected function to throw",
    typeof second === "string" ? second : msg,
  );
}

/** Asserts that a promise rejects; returns what it was rejected with. */
export function assertRejects(
  fn: () => PromiseLike<unknown>,
  msg?: string,
): Promise<unknown>;
/** Asserts that a promise rejects with an error of a class, with a text in its message. */
export function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  ErrorClass: Class<E>,
  msgIncludes?: string,
  msg?: string,
): Promise<E>;
export async function assertRejects(
  fn: () => PromiseLike<unknown>,
  second?: Class<Error> | string,
  msgIncludes?: string,
  msg?: string,
): Promise<unknown> {
  try {
    await fn();
  } catch (error) {
    if (typeof second === "function") {
      assertIsError(error, second, msgIncludes, msg);
    }
    return error;
  }
  fail_(
    "Expected function to reject",
    typeof second === "string" ? second : msg,
  );
}

/** Fails at once. */
export function fail(msg?: string): never {
  fail_("Failed assertion", msg);
}
