/** Notebooks that read data, for the tests of it. */
import { assertEquals } from "@std/assert";
import type { Verdict } from "../../src/reproduce/replay/types.ts";
import { bundleBytes, projectIn, record, temporary } from "./recorded.ts";

/** The import of every first cell here. */
export const TRACK = 'import { track } from "@nbtrack/nbtrack";\n';
/** A first cell that names data. */
export function tracked(data: unknown): string {
  return `${TRACK}const run = await track("data", { quiet: true, data: ${
    JSON.stringify(data)
  } });`;
}

/** Writes files below a folder. */
export function writeFiles(
  folder: string,
  files: Record<string, string>,
): void {
  for (const [path, text] of Object.entries(files)) {
    const file = `${folder}/${path}`;
    Deno.mkdirSync(file.slice(0, file.lastIndexOf("/")), { recursive: true });
    Deno.writeTextFileSync(file, text);
  }
}

/**
 * A bundle of cells, recorded beside some files, all of which are gone when the test begins.
 *
 * @param change Changes them in their folder before.
 */
export async function bundleOf(
  cells: readonly string[],
  files: Record<string, string>,
  change: (folder: string) => void = () => {},
): Promise<Uint8Array> {
  using place = temporary();
  const folder = `${place.path}/project`;
  projectIn(folder);
  for (const { name } of [...Deno.readDirSync(folder)]) {
    if (name !== "deno.json") Deno.removeSync(`${folder}/${name}`);
  }
  writeFiles(folder, files);
  change(folder);
  const home = `${place.path}/home`;
  return await bundleBytes(home, await record(cells, { home, folder }));
}

/** Asserts that a verdict is REPRODUCED, and shows it otherwise. */
export function assertReproduced(verdict: Verdict): void {
  assertEquals(verdict.verdict, "REPRODUCED", JSON.stringify(verdict, null, 1));
}

/** A verdict and its causes, as texts. */
export function causesOf({ verdict, causes }: Verdict): string[] {
  return [
    verdict,
    ...causes.map(({ dimension, what }) => `${dimension}: ${what}`),
  ];
}
