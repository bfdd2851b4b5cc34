import { assert, assertEquals } from "@std/assert";
import { StandardRedaction } from "../../src/redaction/standard_redaction.ts";
import { isDrawn } from "../../src/redaction/spoken.ts";
import { ALPHABETS, Chance } from "../bench/redaction/chance.ts";
import { temporary } from "../reproduce/recorded.ts";

const LETTERS = ALPHABETS.letters;

/** Lines of settings, and what their values are made of. */
const LINES: readonly [
  line: (value: string) => string,
  value: (chance: Chance) => string,
][] = [
  [(v) => `db:\n  password: ${v}\n`, (c) => c.text(14, LETTERS)],
  [(v) => `db:\n  password: ${v}  # of ana\n`, (c) => c.text(14, LETTERS)],
  [(v) => `token: ${v}`, (c) => c.text(16, LETTERS)],
  [(v) => `- secret: ${v}`, (c) => c.text(16, LETTERS)],
  [(v) => `API_KEY=${v}`, (c) => c.text(16, LETTERS)],
  [(v) => `export API_KEY=${v}\nx`, (c) => c.text(16, LETTERS)],
  [(v) => `spring.datasource.password=${v}`, (c) => c.text(12, LETTERS)],
  [(v) => `API_KEY=${v}`, (c) => `Summer${1000 + c.below(9000)}`],
  [(v) => `API_KEY=${v}`, (c) => `7${c.text(9, ALPHABETS.digits)}`],
  [(v) => `password: ${v}`, (c) => `${c.mixed(6)},${c.mixed(6)}`],
  [(v) => `password: ${v}`, (c) => `${c.mixed(6)};${c.mixed(6)}`],
  [(v) => `password: ${v}`, (c) => `${c.mixed(6)} ${c.mixed(6)}`],
  [(v) => `password: ${v}`, (c) => `${c.mixed(6)}\\${c.mixed(6)}`],
];

Deno.test("a value in a line of settings is a secret to the end of the line, also without a digit or with signs in it", () => {
  using home = temporary();
  const chance = new Chance(15);
  for (const [line, make] of LINES) {
    for (let i = 0; i < 10; i++) {
      const value = make(chance);
      const redaction = new StandardRedaction({ home: home.path });
      const { text } = redaction.text(line(value));
      assert(!text.includes(value.slice(0, 5)), text);
      assert(!text.includes(value.slice(-5)), text);
    }
  }
});

Deno.test("words, types, code and sentences behind a name that says secret stay", () => {
  using home = temporary();
  const redaction = new StandardRedaction({ home: home.path });
  for (
    const text of [
      "password: required",
      "password: required, at least 12 characters",
      "password: cfg.db.password1",
      "  password: config.database.password,",
      "token: string",
      "token: TokenPayload",
      "  token: string;",
      "secret: Uint8Array",
      "secret: CryptoKeyPair",
      "token: a word of text",
      "token = tokenizer",
      "password: undefined",
      "api_key: getpassword",
      "secret: true",
      "api_key: loadFromKeychain",
    ]
  ) assertEquals(redaction.text(text).text, text);
});

Deno.test("names of code and data read like words, and random letters do not", () => {
  for (
    const word of [
      "batchSize",
      "representation",
      "bert-base-uncased",
      "learning_rate_schedule",
      "Float32Array",
      "Umgebungsvariable",
      "llama-3.1-8b-instruct",
      "data/train_v2.parquet",
    ]
  ) assertEquals(isDrawn(word), false, word);
  const chance = new Chance(14);
  const drawn = Array.from(
    { length: 500 },
    () => isDrawn(chance.text(14, LETTERS)),
  );
  assert(drawn.filter(Boolean).length >= 490);
});
