/**
 * A console that shows itself as the kernel's does. It is made before the first cell, in the sandbox's realm.
 *
 * @module
 */

/**
 * Gives a new console the functions that the process's own shows: Deno joins V8's console with its own, under names of
 * their own.
 */
export function dressConsole(made: Console, shown: Console): Console {
  const console = made as unknown as Record<string, unknown>;
  for (const [name, model] of Object.entries(shown)) {
    if (typeof model !== "function") continue;
    const work: unknown = console[name];
    let value: unknown = model;
    if (typeof work === "function") {
      value = work.bind(made);
      Object.defineProperties(value, {
        name: { value: name, configurable: true },
        length: { value: model.length, configurable: true },
      });
    } else if (!LISTENED_BY_NOBODY.has(name)) continue;
    Object.defineProperty(console, name, {
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  }
  return made;
}

/** What V8 alone has: it is for debuggers, of which a sandbox has none. */
const LISTENED_BY_NOBODY: ReadonlySet<string> = new Set([
  "context",
  "createTask",
]);
