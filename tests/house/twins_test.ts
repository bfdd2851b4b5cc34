import { assert, assertEquals } from "@std/assert";
import { readSources } from "./sources.ts";

/** A shorter function may stand twice by chance, characters without white space. */
const SHORTEST = 60;

/** The functions of a file at its top level: their names, and what they do, without white space. */
function functionsOf(text: string): { name: string; body: string }[] {
  const code = text.replace(/^\s*(?:\/\/|\/?\*).*$/gm, "");
  return [
    ...code.matchAll(
      /^(?:export )?((?:async )?function\*?) (\w+)([\s\S]*?\n\}\n)/gm,
    ),
  ].map(([, kind = "", name = "", rest = ""]) => ({
    name,
    body: kind + rest.replaceAll(`${name}(`, "itself(").replace(/\s+/g, ""),
  })).filter(({ body }) => body.length >= SHORTEST);
}

Deno.test("no function is written twice", async () => {
  const found = new Map<string, string[]>();
  let functions = 0;
  for (const { path, text } of await readSources()) {
    // The practice server uses nothing of the product but base/: the two cannot share.
    const side = path.startsWith("practice/") ? "practice" : "product";
    for (const { name, body } of functionsOf(text)) {
      functions++;
      const key = `${side} ${body}`;
      found.set(key, [...found.get(key) ?? [], `${path}: ${name}`]);
    }
  }
  assert(functions > 1000, `only ${functions} functions were found`);
  assertEquals([...found.values()].filter((at) => at.length > 1), []);
});
