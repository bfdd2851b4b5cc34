/**
 * Typed arrays, buffers and what stands on them.
 *
 * @module
 */

/** The typed arrays whose elements are numbers or bigints. */
export type NumericArray = ArrayLike<number> | ArrayLike<bigint>;

const ELEMENTS = new Map([
  ["Int8Array", "int8"],
  ["Uint8Array", "uint8"],
  ["Uint8ClampedArray", "uint8"],
  ["Int16Array", "int16"],
  ["Uint16Array", "uint16"],
  ["Int32Array", "int32"],
  ["Uint32Array", "uint32"],
  ["BigInt64Array", "int64"],
  ["BigUint64Array", "uint64"],
  ["Float16Array", "float16"],
  ["Float32Array", "float32"],
  ["Float64Array", "float64"],
]);

/** NumPy's name of the elements of a typed array; `uint8` for buffers and views of bytes. */
export function elementType(value: object): string {
  const tag: unknown = Reflect.get(value, Symbol.toStringTag);
  return ELEMENTS.get(String(tag)) ?? "uint8";
}

/** The bytes of a typed array, view or buffer without copying them, or null for anything else. */
export function bytesOf(value: object): Uint8Array | null {
  if (ArrayBuffer.isView(value)) {
    return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  }
  const shared = typeof SharedArrayBuffer !== "undefined" &&
    value instanceof SharedArrayBuffer;
  return value instanceof ArrayBuffer || shared ? new Uint8Array(value) : null;
}

/** Whether a value is an array of numbers in binary form. */
export function isTypedArray(
  value: unknown,
): value is NumericArray & ArrayBufferView {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}
