/**
 * Writes the notebooks of the lessons and of their answers from `source/`:
 * `deno run -A tests/lessons/build.ts [NN…]`. A lesson is run, so that it lies there with its outputs.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { nbtrack } from "../cli/nbtrack.ts";
import { notebookText, readLessons } from "./sources.ts";

const NOTEBOOKS = fileURLToPath(new URL("../../notebooks/", import.meta.url));
const ANSWERS = fileURLToPath(new URL("./", import.meta.url));

for (const { name, number, cells, answers } of readLessons()) {
  if (Deno.args.length > 0 && !Deno.args.includes(number)) continue;
  for (const [answer, own] of answers) {
    Deno.writeTextFileSync(
      `${ANSWERS}${number}-${answer}.ipynb`,
      notebookText(own),
    );
  }
  const path = `${NOTEBOOKS}${name}.ipynb`;
  Deno.writeTextFileSync(path, notebookText(cells));
  const home = Deno.makeTempDirSync({ prefix: "nbtrack-lessons-" });
  const { code, stdout, stderr } = await nbtrack(
    ["run", path, "--output", path, "--json"],
    { home, cwd: NOTEBOOKS },
  );
  console.log(`${name}: ${code}, ${stdout.trim()}${code === 0 ? "" : stderr}`);
  Deno.removeSync(home, { recursive: true });
}
