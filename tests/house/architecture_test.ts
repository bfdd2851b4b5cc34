import { assert, assertEquals } from "@std/assert";
import { ifThere } from "../../src/base/files.ts";
import { readSources } from "./sources.ts";

const ROOT = new URL("../../", import.meta.url);
const PAGE = await Deno.readTextFile(new URL("ARCHITECTURE.md", ROOT));
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

Deno.test("the ways of a cell, a metric and a data path are short, each with its files in steps", () => {
  const ways = PAGE.slice(
    PAGE.indexOf("## Three ways"),
    PAGE.indexOf("## What must never break"),
  ).split(/^(?=\*\*)/m).slice(1);
  assertEquals(ways.length, 3);
  for (const way of ways) {
    const files = new Set(filesIn(way)).size;
    assert(files > 8 && files < 20, `${files} files in: ${way}`);
    const steps = way.match(/^\d\. /gm) ?? [];
    assert(steps.length > 3 && steps.length < 7, way);
  }
});

for (const name of ["ARCHITECTURE.md", "CONTRIBUTING.md", "README.md"]) {
  Deno.test(`every path that ${name} names exists`, async () => {
    const page = await Deno.readTextFile(new URL(name, ROOT));
    const named = [...page.matchAll(/`((?:src|tests|notebooks)\/[\w./-]*)`/g)]
      .map((found) => found[1] ?? "");
    assert(named.length > 5, `only ${named.length} paths were found`);
    const absent = named.filter((path) =>
      ifThere(() => Deno.statSync(new URL(path, ROOT))) === null
    );
    assertEquals(absent, []);
  });
}
