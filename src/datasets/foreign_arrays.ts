/**
 * Matrices and tensors of other libraries, recognised by their members.
 *
 * @module
 */
import {
  bytesOf,
  elementType,
  isTypedArray,
  type NumericArray,
} from "./arrays.ts";
import type { Members } from "./members.ts";
import type { Recognised } from "./recognised.ts";

/** A matrix (ml-matrix), tensor (TensorFlow.js) or strided array (ndarray); null when the value is none of them. */
export function foreignArray(members: Members): Recognised | null {
  return tensor(members) ?? matrix(members);
}

/**
 * `shape` (TensorFlow.js, ndarray) or `dims` (onnxruntime, transformers.js) and either `dataSync()` or `data`, which
 * may be a strided view.
 */
function tensor(members: Members): Recognised | null {
  const shape = members.get("shape") ?? members.get("dims");
  if (
    !Array.isArray(shape) || !shape.every((n) => Number.isInteger(n) && n >= 0)
  ) return null;
  const data = members.isFunction("dataSync")
    ? members.call("dataSync")
    : members.get("data");
  const values = isTypedArray(data)
    ? data
    : Array.isArray(data) && data.every((one) => typeof one === "number")
    ? Float64Array.from(data)
    : null;
  if (values === null) return null;
  const stride = members.get("stride");
  const ordered = Array.isArray(stride)
    ? unstrided(values, shape, stride, members.count("offset") ?? 0)
    : values;
  if (ordered.length !== count(shape)) return null;
  return arrayOf("tensor", shape, ordered);
}

/** `rows`, `columns` and `get(row, column)` or `to1DArray()`. */
function matrix(members: Members): Recognised | null {
  const rows = members.get("rows");
  const columns = members.get("columns");
  if (!Number.isInteger(rows) || !Number.isInteger(columns)) return null;
  if (!members.isFunction("to1DArray")) return null;
  const flat = members.call("to1DArray");
  if (!Array.isArray(flat)) return null;
  return arrayOf(
    "matrix",
    [rows as number, columns as number],
    Float64Array.from(flat),
  );
}

function arrayOf(
  label: string,
  shape: number[],
  values: NumericArray & ArrayBufferView,
): Recognised {
  return {
    form: "array",
    label,
    dtype: elementType(values),
    shape,
    bytes: bytesOf(values) ?? new Uint8Array(),
    values,
  };
}

/** The elements of a strided view in row-major order. */
function unstrided<T extends NumericArray & ArrayBufferView>(
  values: T,
  shape: number[],
  stride: number[],
  offset: number,
): T {
  const make = values.constructor as new (length: number) => T;
  const out = new make(count(shape));
  const index = shape.map(() => 0);
  for (let i = 0; i < out.length; i++) {
    const at = index.reduce(
      (sum, n, axis) => sum + n * (stride[axis] ?? 0),
      offset,
    );
    Reflect.set(out, i, values[at]);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = (index[axis] ?? 0) + 1;
      if ((index[axis] ?? 0) < (shape[axis] ?? 0)) break;
      index[axis] = 0;
    }
  }
  return out;
}

function count(shape: number[]): number {
  return shape.reduce((product, n) => product * n, 1);
}
