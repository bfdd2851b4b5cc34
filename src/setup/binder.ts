/**
 * What Binder needs to open a folder: Deno, JupyterLab, and the kernel. Binder builds an image from `environment.yml`, and
 * runs `postBuild` in it once.
 *
 * @see {@link https://mybinder.readthedocs.io/en/latest/using/config_files.html}
 * @module
 */
import { join } from "node:path";
import { exists, type PreparedFiles, writeWhole } from "./files.ts";

const FILES: Readonly<Record<string, string>> = {
  "environment.yml": `channels:
  - conda-forge
dependencies:
  - deno>=2.9
  - jupyterlab>=4
`,
  "postBuild": `#!/bin/sh
set -e
deno jupyter --install
`,
};

/** Writes `binder/` in a folder; files that are there stay as they are. */
export async function prepareBinder(
  dir: string,
  done: PreparedFiles,
): Promise<void> {
  const folder = join(dir, "binder");
  await Deno.mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(FILES)) {
    const path = join(folder, name);
    if (await exists(path)) continue;
    await writeWhole(path, text);
    if (name === "postBuild" && Deno.build.os !== "windows") {
      await Deno.chmod(path, 0o755);
    }
    done.created.push(path);
  }
}
