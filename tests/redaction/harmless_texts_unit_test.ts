import { assertEquals, assertNotEquals } from "@std/assert";
import { HarmlessTexts } from "../../src/redaction/harmless_texts.ts";
import { StandardRedaction } from "../../src/redaction/standard_redaction.ts";

Deno.test("a text that held no secret is looked through again once a further value is known", async () => {
  const home = await Deno.makeTempDir({ prefix: "nbtrack-harmless-" });
  try {
    const redactor = new StandardRedaction({ home });
    const value = ["plain", "fence", "47"].join("-");
    const text = `the answer was ${value}.`;
    assertEquals(redactor.text(text), { text, taken: [] });
    assertEquals(redactor.text(text), { text, taken: [] });
    redactor.know("DB_PASSWORD", value);
    assertNotEquals(redactor.text(text).text, text);
  } finally {
    await Deno.remove(home, { recursive: true });
  }
});

Deno.test("of texts without a secret the short ones are remembered, and of those the latest", () => {
  const texts = new HarmlessTexts();
  texts.has("", 1);
  const long = "x".repeat(2001);
  texts.add(long);
  assertEquals(texts.has(long, 1), false);
  for (let i = 0; i < 101; i++) texts.add(`text ${i}`);
  assertEquals(texts.has("text 0", 1), false);
  assertEquals(texts.has("text 1", 1), true);
  assertEquals(texts.has("text 100", 1), true);
  assertEquals(texts.has("text 100", 2), false);
});
