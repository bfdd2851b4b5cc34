/**
 * Import specifiers of packages, parsed.
 *
 * @module
 */

/** The parts of an `npm:` or `jsr:` specifier: `npm:/d3@3/sub` is npm, d3, 3, /sub. */
export interface PackageSpecifier {
  registry: "npm" | "jsr";
  name: string;
  /** The version or range; `*` when none is given. */
  range: string;
  /** The path inside the package with its slash; empty when none is given. */
  subpath: string;
}

/** Parses an `npm:` or `jsr:` specifier; null for anything else. */
export function parseSpecifier(specifier: string): PackageSpecifier | null {
  const match = /^(npm|jsr):\/?((?:@[^/@]+\/)?[^/@]+)(?:@([^/]*))?(\/.*)?$/
    .exec(specifier);
  if (match === null) return null;
  const [, registry, name = "", range = "", subpath = ""] = match;
  return {
    registry: registry === "npm" ? "npm" : "jsr",
    name,
    range: range.trim() || "*",
    subpath,
  };
}

/** The version written in a URL (`…/x@v1.2.3/mod.ts`), or an empty text. */
export function versionInUrl(url: string): string {
  return /@v?(\d[^/?#]*)/.exec(new URL(url).pathname)?.[1] ?? "";
}

/** A range as Deno compares it: `^3` and `3` are the same, and so are spaces. */
export function plainRange(range: string): string {
  return range.replace(/\s+/g, " ").trim().replace(/^\^(\d+)$/, "$1");
}
