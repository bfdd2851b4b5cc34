import { assertEquals } from "@std/assert";
import { StandardRedaction } from "../../src/redaction/standard_redaction.ts";
import { temporary } from "../reproduce/recorded.ts";

Deno.test("where a file stands in the place of nbtrack's folder, texts without a secret are looked through all the same", () => {
  using place = temporary();
  const home = `${place.path}/home`;
  Deno.writeTextFileSync(home, "");
  const text = "the journal cannot be opened";
  assertEquals(new StandardRedaction({ home }).text(text), { text, taken: [] });
});
