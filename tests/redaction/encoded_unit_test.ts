import { assert, assertEquals } from "@std/assert";
import { generateKeyPairSync } from "node:crypto";
import { deflateSync } from "node:zlib";
import { archiveTexts } from "../../src/redaction/archives.ts";
import { findSecrets } from "../../src/redaction/find_secrets.ts";
import { KnownSecrets } from "../../src/redaction/known_secrets.ts";
import { StandardRedaction } from "../../src/redaction/standard_redaction.ts";
import { withoutTerminalCodes } from "../../src/view/output_frames.ts";
import { temporary } from "../reproduce/recorded.ts";
import { base64, gitlabToken, hex, random } from "./support.ts";

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

Deno.test("a private key is taken out whole where a text begins with it, also as the lines of an error", () => {
  using home = temporary();
  const redaction = new StandardRedaction({ home: home.path });
  const key = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey
    .export({ type: "pkcs8", format: "pem" }).toString().trim();
  const lines = key.split("\n");
  const error = JSON.stringify({ output_type: "error", traceback: lines });
  for (
    const stored of [
      redaction.text(key),
      redaction.text(`${key}\n${key}`),
      redaction.json(error),
    ]
  ) {
    for (const line of lines) assert(!stored.text.includes(line), stored.text);
  }
});

Deno.test("a token is taken out whatever a page leaves out that a terminal acts on", () => {
  using home = temporary();
  const redaction = new StandardRedaction({ home: home.path });
  const token = gitlabToken();
  const codes = [
    "[0m",
    "[38:2::1:2:3m",
    "[?25h",
    "[2 q",
    "]8;;\x07",
    "]8;;https://example.org/\x1b\\",
    "]0;a title\x07",
    `]0;${"a long title ".repeat(100)}\x07`,
    `Pq${"~".repeat(5000)}\x1b\\`,
    "M",
  ];
  for (const code of codes) {
    for (const cut of [3, 8, 15]) {
      const text = `${token.slice(0, cut)}\x1b${code}${token.slice(cut)}`;
      const stored = redaction.text(`say ${text} twice`).text;
      assert(!withoutTerminalCodes(stored).includes(token), code);
      assert(!stored.includes(token.slice(cut)), code);
    }
  }
});
