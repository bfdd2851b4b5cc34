/**
 * Which cells do not parse: the kernel publishes nothing about a syntax error.
 *
 * @module
 */
import { runProcess } from "../base/process.ts";

/**
 * Indexes of the sources that parse neither as TypeScript nor as TSX, nor as an expression in braces. Deno's own
 * formatter is asked: unlike `deno info` it finds every syntax error, and it takes all cells at once.
 */
export async function unparsable(
  sources: readonly string[],
): Promise<number[]> {
  if (sources.length === 0) return [];
  const folder = await Deno.makeTempDir({ prefix: "nbtrack-parse-" });
  try {
    const forms = sources.map((source, i) => [
      { name: `cell_${i}.ts`, text: source },
      { name: `cell_${i}.tsx`, text: source },
      ...(/^\s*\{/.test(source)
        ? [{ name: `cell_${i}_value.ts`, text: `(${source}\n)` }]
        : []),
    ]);
    for (const { name, text } of forms.flat()) {
      await Deno.writeTextFile(`${folder}/${name}`, text);
    }
    const { stderr: said } = await runProcess(Deno.execPath(), {
      args: ["fmt", "--no-config", "."],
      cwd: folder,
      env: { NO_COLOR: "1" },
    });
    const broken = new Set(
      [...said.matchAll(/^Error \w+: .*?(cell_\w+\.tsx?)\s*\n\s*SyntaxError/gm)]
        .map(([, name]) => name),
    );
    return forms.flatMap((tried, i) =>
      tried.every(({ name }) => broken.has(name)) ? [i] : []
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
