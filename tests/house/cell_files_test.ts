import { assert, assertEquals } from "@std/assert";
import { reachedFrom, readSources, runtimeImportsOf, SRC } from "./sources.ts";

/** Files that the first `track()` of a cell may load: each takes the cell a millisecond. */
const MOST_FILES = 155;

Deno.test("the first track() of a cell loads few files, no package, and of the journal what a run needs alone", async () => {
  const mod = await Deno.readTextFile(new URL("../mod.ts", SRC));
  const { files, packages } = reachedFrom(await readSources(), [
    ...runtimeImportsOf(mod).map((specifier) =>
      specifier.replace("./src/", "")
    ),
    "track/open_run.ts", // what `track()` loads when it is called
  ]);
  assert(files.size > 100, `only ${files.size} files were reached`);
  assert(files.size <= MOST_FILES, `${files.size} files`);
  assert(!files.has("journal/journal.ts"));
  assertEquals([...packages], []);
});
