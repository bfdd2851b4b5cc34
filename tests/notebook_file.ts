/**
 * Notebooks' files as tests write them.
 *
 * @module
 */

/** A cell as it lies in a notebook's file. */
export interface FileCell {
  id?: string;
  source: string;
  tags?: string[];
  execution_count?: number | null;
  outputs?: unknown[];
}

/** A notebook's file with cells of code, for Deno's kernel unless another is named. */
export function notebookJson(
  cells: readonly (string | FileCell)[],
  kernel = "deno",
): string {
  return JSON.stringify(
    {
      cells: cells.map((cell, i) => {
        const given = typeof cell === "string" ? { source: cell } : cell;
        return {
          cell_type: "code",
          execution_count: given.execution_count ?? null,
          id: given.id ?? `cell-${i}`,
          metadata: given.tags === undefined ? {} : { tags: given.tags },
          outputs: given.outputs ?? [],
          source: given.source,
        };
      }),
      metadata: {
        kernelspec: {
          display_name: kernel === "deno" ? "Deno" : kernel,
          language: "typescript",
          name: kernel,
        },
        language_info: { name: "typescript" },
      },
      nbformat: 4,
      nbformat_minor: 5,
    },
    null,
    1,
  ) + "\n";
}
