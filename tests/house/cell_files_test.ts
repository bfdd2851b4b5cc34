import { assert, assertEquals } from "@std/assert";
import { readSources, runtimeImportsOf, SRC } from "./sources.ts";

/** Files that the first `track()` of a cell may load: each takes the cell a millisecond. */
const MOST_FILES = 155;

Deno.test("the first track() of a cell loads few files, no package, and of the journal what a run needs alone", async () => {
  const texts = new Map(
    (await readSources()).map(({ path, text }) => [path, text]),
  );
  const reached = new Set<string>();
  const packages: string[] = [];
  const visit = (path: string) => {
    const text = texts.get(path);
    if (text === undefined || reached.has(path)) return;
    reached.add(path);
    for (const specifier of runtimeImportsOf(text)) {
      if (specifier.startsWith("npm:")) packages.push(specifier);
      if (!specifier.startsWith(".")) continue;
      const { href } = new URL(specifier, new URL(path, SRC));
      visit(href.slice(SRC.href.length));
    }
  };
  const mod = await Deno.readTextFile(new URL("../mod.ts", SRC));
  for (const specifier of runtimeImportsOf(mod)) {
    visit(specifier.replace("./src/", ""));
  }
  visit("track/open_run.ts"); // what `track()` loads when it is called
  assert(reached.size > 100, `only ${reached.size} files were reached`);
  assert(reached.size <= MOST_FILES, `${reached.size} files`);
  assert(!reached.has("journal/journal.ts"));
  assertEquals(packages, []);
});
