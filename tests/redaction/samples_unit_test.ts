import { assert, assertEquals } from "@std/assert";
import { StandardRedaction } from "../../src/redaction/standard_redaction.ts";
import { Chance } from "../bench/redaction/chance.ts";
import { temporary } from "../reproduce/recorded.ts";

/** Values that have a sign or a word of samples, and are random all the same. */
const DISGUISES: readonly ((random: string) => string)[] = [
  (random) => `$${random}`,
  (random) => `example${random}`,
  (random) => `${random}-example`,
  (random) => `your${random}`,
  (random) => `***${random}`,
  (random) => `<${random}>`,
  (random) => `%${random}%`,
  (random) => `{{${random}`,
  (random) => `{${random}}`,
  (random) => `%(${random})s`,
  (random) => `\${PREFIX}${random}`,
];

Deno.test("a random value is a secret under its name and in an address also where it has the signs of a sample", () => {
  using home = temporary();
  const chance = new Chance(11);
  for (const disguise of DISGUISES) {
    for (
      const write of [
        (value: string) => `const password = "${value}";`,
        (value: string) => `console.log({ secret: "${value}" })`,
        (value: string) => JSON.stringify({ api_key: value }),
      ]
    ) {
      const secret = chance.mixed(12);
      const redaction = new StandardRedaction({ home: home.path });
      const text = write(disguise(secret));
      const { text: left } = redaction.text(text);
      assert(!left.includes(secret.slice(-6)), left);
    }
  }
  for (const sign of ["$", "example"]) {
    const secret = chance.mixed(12);
    const redaction = new StandardRedaction({ home: home.path });
    const { text } = redaction.text(`postgres://ana:${sign}${secret}@db.lan/x`);
    assert(!text.includes(secret), text);
  }
});

Deno.test("a value of two random words is a secret under its name, and a sentence is none", () => {
  using home = temporary();
  const chance = new Chance(12);
  const redaction = new StandardRedaction({ home: home.path });
  const [first, second] = [chance.mixed(10), chance.mixed(10)];
  const { text } = redaction.text(`const password = "${first} ${second}";`);
  assert(!text.includes(first) && !text.includes(second), text);
  for (
    const words of ["at least 12 characters", "ask Ada", "Page 12b, above"]
  ) {
    const sentence = `const password = "${words}";`;
    assertEquals(redaction.text(sentence).text, sentence);
  }
});

Deno.test("samples and variables stay, whatever they are called", () => {
  using home = temporary();
  const redaction = new StandardRedaction({ home: home.path });
  for (
    const value of [
      "$DB_PASSWORD",
      "$dbPassword",
      "${DB_PASSWORD}",
      "${process.env.DB_PASSWORD}",
      "${{ secrets.TOKEN }}",
      "${DB_PASSWORD:-changeme}",
      "{{ password }}",
      "<your-password>",
      "<password of the database>",
      "%PASSWORD%",
      "your-api-key-here",
      "example-password-1",
      "change-me-please",
      "sk-...a1B2",
      "********",
      "my-secret-token",
      "AKIAIOSFODNN7EXAMPLE",
      "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    ]
  ) {
    const text = `const secret = "${value}";`;
    assertEquals(redaction.text(text).text, text);
  }
});
