import { assert } from "@std/assert";
import { pathToFileURL } from "node:url";
import { spellings } from "../../src/record/bundle/folders.ts";

Deno.test("a folder is known in the address of a file, whatever signs its name has", () => {
  for (const name of ["plain", "a b", "c#", "d?e", "50%", "grün", "[x]"]) {
    const path = `/home/ada/${name}`;
    const { href } = pathToFileURL(path, { windows: false });
    assert(
      spellings(path).some((one) => href.includes(one)),
      `${href} ${spellings(path)}`,
    );
  }
});
