import { assertEquals } from "@std/assert";
import { deflateSync } from "node:zlib";
import { archiveTexts } from "../../src/redaction/archives.ts";
import { findSecrets } from "../../src/redaction/find_secrets.ts";
import { KnownSecrets } from "../../src/redaction/known_secrets.ts";
import { base64, hex, random } from "./support.ts";

/** A text without its secrets. */
function redacted(text: string, known: KnownSecrets): string {
  return findSecrets(text, known).toReversed().reduce(
    (rest, { start, end }) => `${rest.slice(0, start)}[x]${rest.slice(end)}`,
    text,
  );
}

Deno.test("an encoded secret is taken out wherever another one stands beside it", () => {
  const secret = random(20);
  const known = new KnownSecrets();
  known.add("TOKEN", secret);
  const pairs = hex(secret).toUpperCase().match(/../g) ?? [];
  const forms = [
    hex(secret),
    hex(secret).toUpperCase(),
    pairs.join(" "),
    pairs.join(":").toLowerCase(),
    `<Buffer ${pairs.join(" ").toLowerCase()}>`,
    pairs.map((pair) => parseInt(pair, 16)).join(", "),
    base64(secret),
    base64(`user:${secret}`),
    secret,
  ];
  const letters = (text: string) => text.replace(/[^\da-z]/gi, "");
  for (const first of forms) {
    for (const second of forms) {
      for (const between of ["\n", " ", ", "]) {
        const text = redacted(`${first}${between}${second}`, known);
        for (const form of [first, second]) {
          assertEquals(
            letters(text).includes(letters(form)),
            false,
            `${first}${between}${second}: ${text}`,
          );
        }
      }
    }
  }
});

Deno.test("a text that zlib packed is looked into; bytes that only begin like it are none", () => {
  assertEquals(
    archiveTexts(new Uint8Array(deflateSync("some words"))),
    { texts: ["some words"], problem: null },
  );
  assertEquals(
    archiveTexts(new Uint8Array([0x78, 0x9c, 1, 2, 3, 200])),
    { texts: [], problem: null },
  );
});
