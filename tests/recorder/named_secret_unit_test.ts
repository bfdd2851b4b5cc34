import { assertEquals } from "@std/assert";
import { namedSecret } from "../../src/recorder/data/named_secret.ts";
import { random } from "../redaction/support.ts";

Deno.test("a file whose name says secret holds its one value", () => {
  for (
    const path of [
      "/project/secrets/db_password",
      "/project/run/secrets/db_password.txt",
      "/project/openai_api_key.txt",
      "/project/token.txt",
      "/project/token",
      "/project/.token",
      "/project/openai.key",
      "/project/secrets/database",
    ]
  ) {
    const value = [...random(9)].map((char, i) => `${char}${i}`).join("");
    assertEquals(namedSecret(path, `${value}\n`)?.value, value, path);
  }
});

Deno.test("a file of another name, of data, of several values or of a word is no secret", () => {
  const value = random(18);
  for (
    const [path, text] of [
      ["/project/tokens.txt", value],
      ["/project/token_counts.csv", value],
      ["/project/password_strength.csv", value],
      ["/project/token_count.txt", "123456789"],
      ["/project/notes.txt", value],
      ["/project/token.txt", "the quick brown fox"],
      ["/project/token.txt", "sunflower"],
      ["/project/token.txt", `${value}\n${value}\n`],
      ["/project/passwords.txt", `${value}\n${value}1\n`],
      ["/project/secrets/readme", "https://example.org/how-to"],
      ["/project/secrets/model", "penguins-knn"],
      ["/project/api_key.txt", "/etc/keys/one"],
      ["/project/api_key.txt", "<your-api-key>"],
    ] as const
  ) assertEquals(namedSecret(path, text), null, `${path}: ${text}`);
});
