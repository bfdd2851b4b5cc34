/**
 * Values as Deno's kernel turns them into JSON on their way to a front end: `toJSON` is not asked, a function is an
 * empty object, a bigint is refused. Everything that cells could change was taken before the first of them.
 *
 * @module
 */

/** Depth at which the kernel gives up. */
const MAX_DEPTH = 127;

const {
  Array: { isArray },
  Map: KernelMap,
  Number: { isFinite },
  Object: { keys, getPrototypeOf },
  String: text,
  TypeError: KernelError,
  ArrayBuffer: { isView },
} = globalThis;
const stringify = JSON.stringify;
const apply = Reflect.apply;
const forEachOfMap = KernelMap.prototype.forEach;
const sizeOfMap = Object.getOwnPropertyDescriptor(KernelMap.prototype, "size")
  ?.get ?? (() => 0);
const byteLength = Object.getOwnPropertyDescriptor(
  ArrayBuffer.prototype,
  "byteLength",
)?.get ?? (() => 0);
const wellFormed = String.prototype.toWellFormed;

/**
 * The JSON text of a value.
 *
 * @throws {TypeError} for what the kernel refuses, with its words
 */
export function kernelJson(value: unknown, depth = 0): string {
  switch (typeof value) {
    case "string":
      return stringify(apply(wellFormed, value, []));
    case "number":
      return isFinite(value) ? stringify(value) : "null";
    case "boolean":
      return value ? "true" : "false";
    case "undefined":
      return "null";
    case "bigint":
    case "symbol":
      throw new KernelError("serde_v8 error: unsupported type");
  }
  if (value === null || value === undefined) return "null";
  if (depth > MAX_DEPTH) {
    throw new KernelError("serde_v8 error: recursion limit exceeded");
  }
  if (isArray(value)) return ofArray(value, depth);
  if (isView(value) || isBuffer(value)) {
    throw new KernelError(
      "invalid type: byte array, expected any valid JSON value",
    );
  }
  return isMap(value) ? ofMap(value, depth) : ofObject(value, depth);
}

function ofArray(list: unknown[], depth: number): string {
  let json = "";
  for (let i = 0; i < list.length; i++) {
    json += (i === 0 ? "" : ",") + kernelJson(list[i], depth + 1);
  }
  return `[${json}]`;
}

function ofObject(object: object, depth: number): string {
  const names = keys(object);
  let json = "";
  for (let i = 0; i < names.length; i++) {
    const name = text(names[i]);
    const member = (object as Record<string, unknown>)[name];
    if (member === undefined) continue;
    json += `${json === "" ? "" : ","}${kernelJson(name)}:${
      kernelJson(member, depth + 1)
    }`;
  }
  return `{${json}}`;
}

function ofMap(map: Map<unknown, unknown>, depth: number): string {
  let json = "";
  apply(forEachOfMap, map, [(member: unknown, key: unknown) => {
    if (typeof key !== "string") {
      throw new KernelError(
        `serde_v8 error: invalid type; expected: string, got: ${kindOf(key)}`,
      );
    }
    json += `${json === "" ? "" : ","}${kernelJson(key)}:${
      kernelJson(member, depth + 1)
    }`;
  }]);
  return `{${json}}`;
}

function kindOf(value: unknown): string {
  if (value === null) return "Null";
  if (isArray(value)) return "Array";
  return {
    bigint: "BigInt",
    boolean: "Bool",
    function: "Object",
    number: "Number",
    object: "Object",
    string: "String",
    symbol: "Symbol",
    undefined: "Null",
  }[typeof value];
}

function isMap(value: object): value is Map<unknown, unknown> {
  if (getPrototypeOf(value) === null) return false;
  try {
    apply(sizeOfMap, value, []);
    return true;
  } catch {
    return false; // it is none
  }
}

function isBuffer(value: object): boolean {
  try {
    apply(byteLength, value, []);
    return true;
  } catch {
    return false; // it is none
  }
}
