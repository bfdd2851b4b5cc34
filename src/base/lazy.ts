/**
 * What is made only when it is needed: modules, and patterns that take long to make. Deno loads what `import("…")` names
 * in so many words together with the file it stands in, packages too; a computed address is left until the call.
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

/**
 * A pattern that is made at its first use. For a literal with classes such as `\p{L}` they are looked up when its file is
 * loaded, half a millisecond each.
 */
export function lazyPattern(source: string, flags: string): () => RegExp {
  let pattern: RegExp | null = null;
  return () => pattern ??= new RegExp(source, flags);
}
