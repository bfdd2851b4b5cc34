/**
 * By which members an object shows what it holds.
 *
 * @module
 */

/**
 * The names of an object's own members; where it has none, as an instance of a class that keeps its values to itself,
 * those of the values and getters that it inherits.
 */
export function memberNames(value: object): string[] {
  const own = Object.keys(value);
  if (own.length > 0) return own;
  const names = new Set<string>();
  for (const prototype of classesOf(value)) {
    const members = Object.getOwnPropertyDescriptors(prototype);
    for (const [name, { get, enumerable, value }] of Object.entries(members)) {
      const shown = get !== undefined ||
        (enumerable === true && typeof value !== "function");
      if (shown && name !== "__proto__") names.add(name);
    }
  }
  return [...names];
}

/** Whether an object is an instance of a class, and shows nothing of what it holds. */
export function showsNothing(value: object): boolean {
  return memberNames(value).length === 0 && classesOf(value).length > 0;
}

/** The prototypes of an object without the last one, which every object has. */
function classesOf(value: object): object[] {
  const found: object[] = [];
  let next: object | null = Object.getPrototypeOf(value);
  while (next !== null) {
    found.push(next);
    next = Object.getPrototypeOf(next);
  }
  return found.slice(0, -1);
}
