/**
 * Loading a module only when it is needed. Deno loads what `import("…")` names in so many words together with the
 * file it stands in, packages too; a computed address is left until the call.
 *
 * @module
 */

/**
 * Imports a module by its address relative to the caller's.
 *
 * @param specifier Such as `./options.ts`.
 * @param base The caller's `import.meta.url`.
 */
export function lazyImport<T>(specifier: string, base: string): Promise<T> {
  return import(new URL(specifier, base).href);
}
