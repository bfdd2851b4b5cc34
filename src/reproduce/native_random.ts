/**
 * Packages that are loaded before `track()` seeds `Math.random`: what they keep of it is the engine's own.
 *
 * @module
 */
import { specifiersIn } from "./replay/replay_config.ts";

/** A package that a cell imports. */
export interface NativeImport {
  specifier: string;
  /** Position of the cell in the order of execution. */
  cell: number;
}

/** Packages that are imported before the first `track()`: in the cells before it, or statically in its own. */
export function nativeImports(sources: readonly string[]): NativeImport[] {
  const found = new Map<string, number>();
  for (const [cell, source] of sources.entries()) {
    const tracks = /\btrack\s*\(/.test(source);
    const before = tracks ? staticPart(source) : source;
    for (const specifier of specifiersIn(before)) {
      if (isForeign(specifier) && !found.has(specifier)) {
        found.set(specifier, cell);
      }
    }
    if (tracks) break;
  }
  return [...found].map(([specifier, cell]) => ({ specifier, cell }));
}

/** Neither a file of the user's, nor part of Deno, nor nbtrack. */
function isForeign(specifier: string): boolean {
  return !/^(?:[./]|node:|file:|data:|@nbtrack\/|jsr:\/?@nbtrack\/)/.test(
    specifier,
  ) && !/[/\\]mod\.ts$/.test(specifier);
}

/** What of a cell is loaded before its first statement: static imports, and what stands before `track()`. */
function staticPart(source: string): string {
  const at = source.search(/\btrack\s*\(/);
  const later = source.slice(at).replace(/\bimport\s*\(/g, "later(");
  return source.slice(0, at) + later;
}
