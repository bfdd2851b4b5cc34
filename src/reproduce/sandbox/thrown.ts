/**
 * What a cell threw, as the kernel says it: the name and text of an error, the text of anything else. What an earlier cell
 * made of `Error` and of the prototypes that errors share does not count: they are read as they were before the first cell.
 *
 * @module
 */
const {
  getOwnPropertyDescriptor,
  getPrototypeOf,
  hasOwn,
  prototype: ObjectPrototype,
} = Object;
const { prototype: FunctionPrototype } = Function;
const isInstance = FunctionPrototype[Symbol.hasInstance];
const KernelError = Error;
const apply = Reflect.apply;
const text = String;
const isFinite = Number.isFinite;
const is = Object.is;

/** What Deno throws instead of a value that is a text with half a character: its engine cannot hand such a text on. */
const NOT_HANDED_ON = "Unterminated string literal";

/** Names by which a value says how it becomes a text. */
const TEXT_KEYS = [
  Symbol.toPrimitive,
  Symbol.toStringTag,
  "toString",
  "valueOf",
] as const;

/** A prototype that errors share, as it was. */
interface Shared {
  prototype: object;
  name: PropertyDescriptor | undefined;
  message: PropertyDescriptor | undefined;
}

const SHARED: readonly Shared[] = [
  ObjectPrototype,
  Error.prototype,
  AggregateError.prototype,
  EvalError.prototype,
  RangeError.prototype,
  ReferenceError.prototype,
  SyntaxError.prototype,
  TypeError.prototype,
  URIError.prototype,
  DOMException.prototype,
  ...Object.values(Deno.errors).map((one) => one.prototype as object),
].map((prototype) => ({
  prototype,
  name: getOwnPropertyDescriptor(prototype, "name"),
  message: getOwnPropertyDescriptor(prototype, "message"),
}));

/** The name and text of what was thrown. */
export interface ThrownText {
  ename: string;
  evalue: string;
  /** Where it was thrown; empty for what is no error. */
  stack: string;
}

/** What the kernel publishes of something that was thrown. */
export function sayThrown(thrown: unknown): ThrownText {
  if (thrown === NOT_HANDED_ON) { // the kernel knows nothing else of it
    return { ename: NOT_HANDED_ON, evalue: NOT_HANDED_ON, stack: "" };
  }
  let ename = "Error";
  let evalue = "(none)";
  let stack = "";
  try {
    if (apply(isInstance, KernelError, [thrown])) {
      ename = text(memberOf(thrown, "name")) || "Error";
      evalue = text(memberOf(thrown, "message")) || "(none)";
      stack = stackOf(thrown as object);
    } else evalue = textOf(isShown(thrown) ? thrown : null) || "(none)";
  } catch {
    // Its own text cannot be had, as in the kernel.
  }
  return { ename, evalue, stack };
}

/** An error keeps where it was thrown as its own, behind a getter of the engine. */
function stackOf(error: object): string {
  const own = getOwnPropertyDescriptor(error, "stack");
  const found = own?.get === undefined ? own?.value : apply(own.get, error, []);
  return typeof found === "string" ? found : "";
}

/** The kernel carries a value as JSON where it is no object: it shows none that JSON has not. */
export function isShown(value: unknown): boolean {
  return typeof value === "number"
    ? isFinite(value) && !is(value, -0)
    : typeof value !== "bigint" && value !== undefined;
}

/** A member as it would be read had no cell changed the prototypes that errors share. */
function memberOf(value: unknown, key: "name" | "message"): unknown {
  for (
    let one = value as object | null;
    one !== null;
    one = getPrototypeOf(one)
  ) {
    const shared = sharedOf(one);
    const own = shared === null
      ? getOwnPropertyDescriptor(one, key)
      : shared[key];
    if (own === undefined) continue;
    if (hasOwn(own, "value")) return own.value;
    return own.get === undefined ? undefined : apply(own.get, value, []);
  }
  return undefined;
}

function sharedOf(value: object): Shared | null {
  for (let i = 0; i < SHARED.length; i++) {
    const shared = SHARED[i];
    if (shared?.prototype === value) return shared;
  }
  return null;
}

/** A plain object says nothing of itself, whatever the objects' prototype says by now. */
function textOf(value: unknown): string {
  return typeof value === "object" && value !== null && isPlain(value)
    ? "[object Object]"
    : text(value);
}

function isPlain(value: object): boolean {
  if (getPrototypeOf(value) !== ObjectPrototype) return false;
  for (let i = 0; i < TEXT_KEYS.length; i++) {
    if (hasOwn(value, TEXT_KEYS[i] ?? "")) return false;
  }
  return true;
}
