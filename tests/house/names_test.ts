/** One name, one thing: what the code exports is called by a name of its own. */
import { assert, assertEquals } from "@std/assert";
import { readSources } from "./sources.ts";

const EXPORTED =
  /^export (?:declare )?(?:default )?(?:abstract )?(?:async )?(?:const|let|function\*?|class|interface|type|enum) (\w+)/gm;
/** Every command's file exports the same. */
const COMMAND = "define";

Deno.test("an exported name stands in one file", async () => {
  const files = new Map<string, Set<string>>();
  for (const { path, text } of await readSources()) {
    for (const [, name = ""] of text.matchAll(EXPORTED)) {
      files.set(name, (files.get(name) ?? new Set()).add(path));
    }
  }
  assert(files.size > 500, `only ${files.size} names were found`);
  assertEquals(
    [...files].filter(([name, { size }]) => size > 1 && name !== COMMAND)
      .map(([name, paths]) => `${name}: ${[...paths].join(", ")}`),
    [],
  );
});
