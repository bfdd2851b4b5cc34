/**
 * Imports whose specifier is computed while the cell runs: no tool knows what they load.
 *
 * @module
 */

/** `import(` or a text like it, also in a text or a comment. */
const MAYBE = /\bimport\s*\(/;
/** When the source cannot be analysed: `import(` followed by something that is no literal. */
const LIKELY = /\bimport\s*\(\s*(?!["'`\s])[^)]{1,200}/g;

/**
 * The expressions of a source's computed imports, as written: `import(\`./models/${name}.ts\`)` gives
 * `` `./models/${name}.ts` ``.
 */
export async function computedImports(source: string): Promise<string[]> {
  if (!MAYBE.test(source)) return [];
  const { init, parse } = await import("npm:es-module-lexer@3.0.5");
  await init;
  try {
    const [imports] = parse(source);
    return imports
      .filter((i) =>
        i.type === "dynamic" && (i.specifier === undefined || i.glob)
      )
      .map((i) => source.slice(i.start, i.end));
  } catch {
    // Syntax beyond the lexer, such as JSX with quotes in its text.
    return [...source.matchAll(LIKELY)].map(([found]) =>
      found.replace(/^import\s*\(\s*/, "")
    );
  }
}
