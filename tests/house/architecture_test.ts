import { assert, assertEquals } from "@std/assert";
import { readSources } from "./sources.ts";

const PAGE = await Deno.readTextFile(
  new URL("../../ARCHITECTURE.md", import.meta.url),
);
const SOURCES = await readSources();

/** Files named in a text, by their paths below `src/`. */
function filesIn(text: string): string[] {
  return [...text.matchAll(/`([a-z_]+(?:\/[a-z_]+)*\.ts)`/g)]
    .map((found) => found[1] ?? "")
    .filter((path) => !path.startsWith("tests/"));
}

Deno.test("every file and folder that ARCHITECTURE.md names exists", () => {
  const files = new Set(SOURCES.map(({ path }) => path));
  const named = filesIn(PAGE);
  assertEquals(named.filter((path) => !files.has(path)), []);
  assert(named.length > 30, `only ${named.length} files were found in it`);
  const folders = [...PAGE.matchAll(/`([a-z]+(?:\/[a-z]+)*)\/`/g)]
    .map((found) => found[1] ?? "");
  const absent = folders.filter((folder) =>
    folder !== "src" &&
    !SOURCES.some(({ path }) => path.startsWith(`${folder}/`))
  );
  assertEquals(absent, []);
});

Deno.test("the ways of a cell, a metric and a data path are short", () => {
  const ways = PAGE.slice(
    PAGE.indexOf("## Three ways"),
    PAGE.indexOf("## Less obvious"),
  ).split("\n").filter((line) => line.startsWith("**"));
  assertEquals(ways.length, 3);
  for (const way of ways) assert(new Set(filesIn(way)).size < 24, way);
});
