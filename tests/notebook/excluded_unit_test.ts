import { assertEquals } from "@std/assert";
import { EXCLUDED_SOURCE, isExcluded } from "../../src/notebook/excluded.ts";

Deno.test("a first line or a tag keeps a cell out of the record", () => {
  for (
    const line of [
      "// nbtrack: exclude",
      "\n\n  //nbtrack:exclude because",
      "/* NBTRACK: exclude */",
      EXCLUDED_SOURCE,
    ]
  ) {
    assertEquals(isExcluded(`${line}\nconst a = 1;`), true, line);
  }
  assertEquals(isExcluded("const a = 1;", ["x", "nbtrack-exclude"]), true);
});

Deno.test("a comment further down or another word does not exclude a cell", () => {
  for (
    const source of [
      "const a = 1;\n// nbtrack: exclude",
      "// nbtrack: excluded?",
      '"// nbtrack: exclude"',
      "",
    ]
  ) {
    assertEquals(isExcluded(source, ["exclude"]), false, source);
  }
});
