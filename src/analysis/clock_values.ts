/**
 * What a value has of a clock: whether it is a reading, a time that passed between two, or something that a reading chose.
 *
 * @module
 */
import type { Node } from "./syntax.ts";

/** Kinds of values, added to one another where a value may be of several. Zero has nothing of a clock. */
export const CLOCKED = {
  /** A reading, as a number, a date or a text. */
  reading: 1,
  /** The difference of two readings, and what is reckoned from it. */
  elapsed: 2,
  /** What comparing the former gave. */
  test: 4,
  /** What the clock chose: by an index, a remainder, a seed, an argument. */
  chosen: 8,
  /** What the code does not show. */
  unknown: 16,
} as const;

/** Anything that comes from a clock. */
export const TIMED = CLOCKED.reading | CLOCKED.elapsed | CLOCKED.test;

/** A function, with the names that hold around it. */
export interface ClockedFunction {
  node: Node;
  scope: ClockedScope;
  /** What `this` is. */
  self: ClockedValue;
}

/** An object, an array or the like, by the place where it is made. */
export interface ClockedObject {
  fields: Map<string, ClockedValue>;
  /** What is in it under names that are not seen. */
  rest: ClockedValue;
}

/** What a value may be. */
export interface ClockedValue {
  kinds: number;
  /** Places of the cells that let the clock choose it. */
  from: Set<number>;
  objects: Set<ClockedObject>;
  functions: Set<ClockedFunction>;
}

/** A value of some kinds. */
export function clocked(kinds = 0, from?: Iterable<number>): ClockedValue {
  return {
    kinds,
    from: new Set(from),
    objects: new Set(),
    functions: new Set(),
  };
}

/** A value that is an object. */
export function clockedObject(object: ClockedObject): ClockedValue {
  const value = clocked();
  value.objects.add(object);
  return value;
}

/** Adds to a value what another may be; says whether that is more than it was. */
export function addClocked(to: ClockedValue, value: ClockedValue): boolean {
  if (to === value) return false;
  const size = () => to.from.size + to.objects.size + to.functions.size;
  const [kinds, before] = [to.kinds, size()];
  to.kinds |= value.kinds;
  for (const one of value.from) to.from.add(one);
  for (const one of value.objects) to.objects.add(one);
  for (const one of value.functions) to.functions.add(one);
  return to.kinds !== kinds || size() !== before;
}

/** Several values as one. */
export function joinClocked(values: Iterable<ClockedValue>): ClockedValue {
  const all = clocked();
  for (const value of values) addClocked(all, value);
  return all;
}

/** All that is in an object's members. */
export function clockedMembers({ objects }: ClockedValue): ClockedValue {
  return joinClocked(
    [...objects].flatMap(({ fields, rest }) => [...fields.values(), rest]),
  );
}

/** The kinds of a value and of all that is in it. */
export function deepClocked(value: ClockedValue): ClockedValue {
  const all = clocked();
  const seen = new Set<ClockedObject>();
  const add = (one: ClockedValue) => {
    all.kinds |= one.kinds;
    for (const cell of one.from) all.from.add(cell);
    for (const object of one.objects) {
      if (seen.has(object)) continue;
      seen.add(object);
      for (const field of object.fields.values()) add(field);
      add(object.rest);
    }
  };
  add(value);
  return all;
}

/** Names that hold in a cell, or in a part of it. */
export class ClockedScope {
  readonly names = new Map<string, ClockedValue>();
  readonly parent: ClockedScope | null;
  /** Whether its names are the notebook's. */
  readonly isCell: boolean;

  constructor(parent: ClockedScope | null, isCell = false) {
    this.parent = parent;
    this.isCell = isCell;
  }

  /** Declares a name. */
  declare(name: string): ClockedValue {
    const known = this.names.get(name) ?? clocked();
    this.names.set(name, known);
    return known;
  }

  /** The scope that has a name; null where none has. */
  holding(name: string): ClockedScope | null {
    return this.names.has(name) ? this : this.parent?.holding(name) ?? null;
  }
}

/** The value of a function. */
export function clockedFunction(one: ClockedFunction): ClockedValue {
  const value = clocked();
  value.functions.add(one);
  return value;
}
