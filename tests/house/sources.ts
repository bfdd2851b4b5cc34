/**
 * The files of `src/` and what they import, for the tests of the house.
 *
 * @module
 */

/** The folder of the sources. */
export const SRC = new URL("../../src/", import.meta.url);

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s[^;'"]*?from\s*["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']\s*\)|(?:^|\n)\s*import\s+["']([^"']+)["']/g;

/** A file of `src/`. */
export interface Source {
  /** Its path below `src/`. */
  path: string;
  text: string;
  /** What it imports, as written: packages, built-in modules, files; types included. */
  specifiers: readonly string[];
  /** The files of `src/` that it imports, by their paths below it; a path that leaves `src/` begins with `../`. */
  imports: readonly string[];
}

/** All TypeScript files below `src/`. */
export async function readSources(): Promise<Source[]> {
  const found: Source[] = [];
  for await (const file of filesIn(SRC)) {
    const text = await Deno.readTextFile(file);
    const specifiers = importsOf(text);
    found.push({
      path: file.href.slice(SRC.href.length),
      text,
      specifiers,
      imports: specifiers.filter((s) => s.startsWith(".")).map((s) =>
        pathBelowSrc(new URL(s, file))
      ),
    });
  }
  return found;
}

function pathBelowSrc(url: URL): string {
  return url.href.startsWith(SRC.href)
    ? url.href.slice(SRC.href.length)
    : `../${url.pathname.split("/").at(-1)}`;
}

/** The TypeScript files below a folder. */
export async function* filesIn(folder: URL): AsyncGenerator<URL> {
  for await (const entry of Deno.readDir(folder)) {
    const url = new URL(`${entry.name}${entry.isDirectory ? "/" : ""}`, folder);
    if (entry.isDirectory) yield* filesIn(url);
    else if (entry.name.endsWith(".ts")) yield url;
  }
}

function importsOf(text: string): string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, "").replace(
    /^\s*\/\/.*$/gm,
    "",
  );
  return [...code.matchAll(IMPORT)].map((m) => m[1] ?? m[2] ?? m[3] ?? "");
}

/** What a file imports when it runs: what names types alone is left out. */
export function runtimeImportsOf(text: string): string[] {
  return importsOf(
    text.replace(/\b(?:import|export)\s+type\s[^;]*?from\s*"[^"]*"/g, "")
      .replace(/typeof import\("[^"]*"\)/g, ""),
  );
}

/**
 * The files of `src/` that are loaded with some of them, and the packages that they import.
 *
 * @param options Whether what is loaded by `lazyImport` counts too, and files that are passed over.
 */
export function reachedFrom(
  sources: readonly Source[],
  roots: readonly string[],
  { later = false, without = [] }: {
    later?: boolean;
    without?: readonly string[];
  } = {},
): { files: Set<string>; packages: Set<string> } {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const files = new Set<string>();
  const packages = new Set<string>();
  const visit = (path: string) => {
    const text = byPath.get(path)?.text;
    if (text === undefined || files.has(path) || without.includes(path)) return;
    files.add(path);
    const lazy = later
      ? [...text.matchAll(/lazyImport<[^;]*?\(\s*"(\.[^"]+)"/g)]
        .map(([, specifier = ""]) => specifier)
      : [];
    for (const specifier of [...runtimeImportsOf(text), ...lazy]) {
      if (specifier.startsWith("npm:")) packages.add(specifier);
      if (specifier.startsWith(".")) {
        visit(pathBelowSrc(new URL(specifier, new URL(path, SRC))));
      }
    }
  };
  roots.forEach(visit);
  return { files, packages };
}

/** The folder of a path below `src/`, without a slash at its end. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

/** The groups of nodes that reach each other: circles of a graph, each named once. */
export function circlesOf(
  graph: ReadonlyMap<string, ReadonlySet<string>>,
): string[][] {
  const reach = new Map<string, Set<string>>();
  for (const start of graph.keys()) {
    const seen = new Set<string>();
    const open = [...graph.get(start) ?? []];
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      if (seen.has(node)) continue;
      seen.add(node);
      open.push(...graph.get(node) ?? []);
    }
    reach.set(start, seen);
  }
  const circles = new Map<string, string[]>();
  for (const node of graph.keys()) {
    if (!reach.get(node)?.has(node)) continue;
    const circle = [...graph.keys()].filter((other) =>
      reach.get(node)?.has(other) && reach.get(other)?.has(node)
    ).sort();
    circles.set(circle.join(" "), circle);
  }
  return [...circles.values()];
}
