/**
 * Reading a large notebook in a process of its own, which hands back only what executions are recognised by.
 *
 * @module
 */
import {
  readSavedNotebook,
  type SavedNotebook,
} from "../capture/saved_cells.ts";

/** Outputs of a cell up to this size are handed back, characters of their JSON. */
const MAX_OUTPUT_CHARS = 20_000;

/** Reads a notebook in another process; null when it is none, or the process failed. */
export async function readApart(path: string): Promise<SavedNotebook | null> {
  const { success, stdout } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--allow-read",
      "--no-config",
      "--no-lock",
      "--quiet",
      import.meta.url,
      path,
    ],
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).output();
  return success ? readSavedNotebook(new TextDecoder().decode(stdout)) : null;
}

/** A notebook's code cells without long outputs; a note says how long they were. */
export function slim(notebook: SavedNotebook): SavedNotebook {
  return {
    cells: notebook.cells.map((cell) => ({
      ...cell,
      outputs: (cell.outputs ?? []).map((output) => {
        const { length } = JSON.stringify(output);
        if (length <= MAX_OUTPUT_CHARS) return output;
        const text = `[nbtrack: an output of ${length} characters]\n`;
        return { output_type: "stream", name: "stdout", text };
      }),
    })),
  };
}

if (import.meta.main) {
  const notebook = readSavedNotebook(
    await Deno.readTextFile(Deno.args[0] ?? ""),
  );
  if (notebook === null) Deno.exit(1);
  console.log(JSON.stringify(slim(notebook)));
}
