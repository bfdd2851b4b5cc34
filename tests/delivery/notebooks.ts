/**
 * Notebooks that tests write and run.
 *
 * @module
 */

const MOD = new URL("../../mod.ts", import.meta.url).href;

/** Writes a notebook whose first cell imports nbtrack; returns its path. */
export async function writeNotebook(
  folder: string,
  cells: readonly string[],
): Promise<string> {
  const path = `${folder}/notebook.ipynb`;
  const sources = [
    `import { track } from ${JSON.stringify(MOD)};`,
    ...cells,
  ];
  await Deno.writeTextFile(
    path,
    JSON.stringify({
      nbformat: 4,
      nbformat_minor: 5,
      metadata: {
        kernelspec: {
          name: "deno",
          display_name: "Deno",
          language: "typescript",
        },
        language_info: { name: "typescript" },
      },
      cells: sources.map((source, i) => ({
        cell_type: "code",
        id: `cell-${i}`,
        metadata: {},
        execution_count: null,
        outputs: [],
        source,
      })),
    }),
  );
  return path;
}
