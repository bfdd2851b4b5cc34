/**
 * What of a folder of notebooks does not belong into git.
 *
 * @module
 */
import { join } from "node:path";
import { exists, type PreparedFiles, writeWhole } from "./files.ts";

const LINES = [
  "# Jupyter's own copies",
  ".ipynb_checkpoints/",
  "# tokens and passwords",
  ".env",
];

/** Writes a `.gitignore`, where there is none. */
export async function writeGitignore(
  dir: string,
  done: PreparedFiles,
): Promise<void> {
  const path = join(dir, ".gitignore");
  if (await exists(path)) return;
  await writeWhole(path, `${LINES.join("\n")}\n`);
  done.created.push(path);
}
