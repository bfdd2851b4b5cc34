/**
 * Reads members of values of unknown classes without trusting any of them.
 *
 * @module
 */

/** The members of a foreign value. */
export interface Members {
  /** A member, or undefined when it is absent or its getter throws. */
  get(name: string): unknown;
  /** Whether a member is a function. */
  isFunction(name: string): boolean;
  /** Calls a member on its owner. */
  call(name: string, ...args: unknown[]): unknown;
  /** A member that is a list of texts, called first if it is a function; null otherwise. */
  names(name: string): string[] | null;
  /** A member that is a count, called first if it is a function; null otherwise. */
  count(name: string): number | null;
}

/** Opens a value's members. */
export function membersOf(owner: object): Members {
  const members: Members = {
    get(name) {
      try {
        return Reflect.get(owner, name);
      } catch {
        return undefined; // A getter that throws makes the value one we do not know.
      }
    },
    isFunction: (name) => typeof members.get(name) === "function",
    call(name, ...args) {
      const method = members.get(name);
      if (typeof method !== "function") {
        throw new TypeError(`${name} is no function`);
      }
      return Reflect.apply(method, owner, args);
    },
    names(name) {
      const value = members.get(name);
      const list = typeof value === "function" ? members.call(name) : value;
      return Array.isArray(list) && list.every((one) => typeof one === "string")
        ? list
        : null;
    },
    count(name) {
      const value = members.get(name);
      const count = typeof value === "function" ? members.call(name) : value;
      return Number.isInteger(count) ? count as number : null;
    },
  };
  return members;
}
