import { assertEquals } from "@std/assert";
import { createHmac } from "node:crypto";
import { sign } from "../../src/jupyter/signature.ts";

const text = new TextEncoder();

Deno.test("a message is signed as HMAC-SHA256 signs it, whatever the length of key and parts", () => {
  for (const key of ["k", "a".repeat(63), "b".repeat(64), "é".repeat(40)]) {
    for (const lengths of [[0], [1, 63, 64], [200, 0, 4000], [70_000, 3]]) {
      const parts = lengths.map((n) => text.encode("x".repeat(n)));
      const hmac = createHmac("sha256", key);
      for (const part of parts) hmac.update(part);
      assertEquals(sign(key, parts), hmac.digest("hex"), `${key} ${lengths}`);
    }
  }
});

Deno.test("a message is signed as the sample of RFC 4231 is", () => {
  assertEquals(
    sign("Jefe", [
      text.encode("what do ya want "),
      text.encode("for nothing?"),
    ]),
    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
  );
});

Deno.test("without a key nothing is signed", () => {
  assertEquals(sign("", [text.encode("x")]), "");
});
