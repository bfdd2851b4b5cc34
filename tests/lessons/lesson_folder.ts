/**
 * A folder in which a notebook of the lessons runs with this checkout.
 *
 * @module
 */
import { basename } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the lessons, with a slash at its end. */
export const NOTEBOOKS: string = fileURLToPath(
  new URL("../../notebooks/", import.meta.url),
);

/** What nbtrack's names stand for: this checkout. */
export const LESSON_IMPORTS: Readonly<Record<string, string>> = {
  "@nbtrack/nbtrack": new URL("../../mod.ts", import.meta.url).href,
  "@nbtrack/nbtrack/lessons":
    new URL("../../src/lessons/mod.ts", import.meta.url).href,
};

/** Makes a folder with a notebook, the lessons' data, and a configuration that leads to this checkout. */
export function makeLessonFolder(folder: string, notebook: string): void {
  Deno.mkdirSync(folder);
  for (const { name } of Deno.readDirSync(NOTEBOOKS)) {
    if (/\.(?:csv|zip)$/.test(name)) {
      Deno.copyFileSync(`${NOTEBOOKS}${name}`, `${folder}/${name}`);
    }
  }
  Deno.copyFileSync(notebook, `${folder}/${basename(notebook)}`);
  Deno.writeTextFileSync(
    `${folder}/deno.json`,
    JSON.stringify({
      imports: LESSON_IMPORTS,
      nodeModulesDir: "none",
      lock: false,
    }),
  );
}
