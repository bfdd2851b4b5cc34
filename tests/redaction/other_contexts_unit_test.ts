import { assert, assertEquals } from "@std/assert";
import { StandardRedaction } from "../../src/redaction/standard_redaction.ts";
import { ALPHABETS, Chance } from "../bench/redaction/chance.ts";
import { temporary } from "../reproduce/recorded.ts";

/** A table as `console.table` draws lists of two. */
function drawn(name: string, value: string): string {
  const line = "─".repeat(value.length + 4);
  return `┌───┬──────────────┬${line}┐\n│   │ 0            │ 1${
    " ".repeat(value.length + 1)
  } │
├───┼──────────────┼${line}┤\n│ 0 │ "${name}" │ "${value}" │\n└───┴──────────────┴${line}┘\n`;
}

const TEXTS: readonly ((secret: string) => string)[] = [
  (s) => `<li><b>Password</b>: <code>${s}</code></li>`,
  (s) => `<table><tr><th>password</th><td>${s}</td></tr></table>`,
  (s) => drawn("api_key", s),
  (s) => drawn("password", s),
  (s) => `| 1 | api_key | ${s} |\n`,
  (s) => `Das Passwort lautet ${s}`,
  (s) => `Das Passwort lautet: ${s}.`,
  (s) => `The password is: ${s}`,
  (s) => `Your API key is ${s}.`,
  (s) => `https://example.org/login?otp=${s}`,
  (s) => `GET /login?otp=${s} HTTP/1.1`,
  (s) => `https://example.org/reset-password/${s}`,
  (s) => `POST /password/reset/${s} 200`,
  (s) => `password: &pw ${s}\n`,
  (s) => `db:\n  password: !!str ${s}\n`,
  (s) => `db:\n  api_key: !!str "${s}" # of ana\n`,
  (s) => `<password><![CDATA[${s}]]></password>`,
  (s) => `<apiKey>\n  <![CDATA[${s}]]>\n</apiKey>`,
  (s) => `<password>\n  ${s}\n</password>`,
  (s) => `<ns:password type="x">${s}</ns:password>`,
  (s) => `variable "db_password" { default = "${s}" }`,
  (s) =>
    `variable "db_password" {\n  type = string\n  sensitive = true\n  default   = "${s}"\n}`,
];

Deno.test("a secret is one in pages, drawn rows, sentences, addresses, YAML with tags, XML over lines, and Terraform's variables", () => {
  using home = temporary();
  const chance = new Chance(31);
  const secrets = (): string[] => [
    chance.mixed(18),
    `4${chance.text(17, ALPHABETS.lower)}`,
  ];
  for (const make of TEXTS) {
    for (const secret of [...secrets(), ...secrets()]) {
      const text = make(secret);
      for (const one of [text, JSON.stringify({ "text/html": text })]) {
        const redaction = new StandardRedaction({ home: home.path });
        const seen = redaction.json(one).text;
        assert(!seen.includes(secret.slice(0, 8)), seen);
        assert(!seen.includes(secret.slice(-8)), seen);
      }
    }
  }
});

Deno.test("words, names and references that stand in such positions stay", () => {
  using home = temporary();
  const redaction = new StandardRedaction({ home: home.path });
  for (
    const text of [
      "MasterUserPassword: !Ref DBPassword1",
      "password: !vault |",
      "fn login(password: &str, user: &str)",
      "<token>Ġxylophone99</token>",
      "<token>\n  the\n</token>",
      "<password>required</password>",
      `variable "secret_name" { default = "prod-db-2024" }`,
      `variable "token_count" { default = "4096" }`,
      "The next token is HTTPResponse404.",
      "Your API key is valid until 2027-01-02.",
      "The secret is in-the-details-of-v2.",
      "Das Passwort lautet wie der Name.",
      "https://example.org/reset-password/new-request-form",
      "https://example.org/page?otp=enabled",
      "│ 0 │ token │ covid19 │",
    ]
  ) assertEquals(redaction.text(text).text, text);
});
