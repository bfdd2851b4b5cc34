import { assert, assertEquals } from "@std/assert";
import { StandardRedaction } from "../../src/redaction/standard_redaction.ts";
import { ALPHABETS, Chance } from "../bench/redaction/chance.ts";
import { temporary } from "../reproduce/recorded.ts";

const GITLAB = ["gl", "pat-"].join("");

/** What tells a secret by its form, and how long that one is. */
const TELLING: readonly [length: number, text: (secret: string) => string][] = [
  [12, (one) => `const url = "postgres://ana:${one}@db.lan/x";`],
  [32, (one) => `const sent = "Bearer ${one}";`],
  [12, (one) => `const command = "curl -u ana:${one} https://x.lan";`],
  [20, (one) => `const mine = "${GITLAB}${one}";`],
  [36, (one) => `const hub = "${["gh", "p_"].join("")}${one}";`],
  [12, (one) => `Authorization: Basic ${btoa(`ana:${one}`)}`],
  [20, (one) => `git clone https://oauth2:${one}@gitlab.lan/x.git`],
  [20, (one) => `const token = "${GITLAB}${one}";`],
];

/** Ways in which a secret is shown later, alone or letter by letter. */
const SHOWN: readonly ((secret: string) => string)[] = [
  (one) => one,
  (one) => `["ana", "${one}"]`,
  (one) => `${one.slice(0, 5)}\u001b[1m${one.slice(5)}\u001b[0m`,
];

Deno.test("a secret that its form told is known from then on, and shown alone it is stored nowhere", () => {
  const chance = new Chance(5);
  for (const [length, text] of TELLING) {
    using home = temporary();
    const redaction = new StandardRedaction({ home: home.path });
    const secret = chance.mixed(length);
    redaction.text(text(secret));
    for (const shown of SHOWN) {
      const { text: left } = redaction.text(shown(secret));
      assert(!left.includes(secret.slice(-5)), `${text(secret)}: ${left}`);
    }
    const json = JSON.stringify({ data: { "text/plain": secret } });
    assert(!redaction.json(json).text.includes(secret), text(secret));
  }
});

Deno.test("a secret that its form told is taken out where it stands beside itself in another form, before it and behind it", () => {
  const chance = new Chance(6);
  for (const [length, text] of TELLING) {
    const secret = chance.mixed(length);
    for (
      const both of [
        `use("${secret}");\n${text(secret)}`,
        `${text(secret)}\nuse("${secret}");`,
      ]
    ) {
      using home = temporary();
      const redaction = new StandardRedaction({ home: home.path });
      const { text: left } = redaction.text(both);
      assert(!left.includes(secret), left);
      assert(left.includes("use("), left);
    }
  }
});

Deno.test("of an address with the user oauth2 the host stays", () => {
  using home = temporary();
  const redaction = new StandardRedaction({ home: home.path });
  const token = new Chance(7).mixed(20);
  const { text } = redaction.text(`https://oauth2:${token}@gitlab.lan/x.git`);
  assertEquals(text.endsWith("@gitlab.lan/x.git"), true, text);
});

Deno.test("a secret of an address that stands in a param is told of under its kind", () => {
  using home = temporary();
  const redaction = new StandardRedaction({ home: home.path });
  const heard: string[] = [];
  redaction.onNamed((_, value) => heard.push(value));
  const secret = new Chance(8).mixed(12);
  redaction.named("source", `postgres://ana:${secret}@db.lan/x`);
  assertEquals(heard, [secret]);
});

Deno.test("a word that is a password somewhere stays where it stands elsewhere", () => {
  using home = temporary();
  const redaction = new StandardRedaction({ home: home.path });
  for (const word of ["dog", "postgres", "dev-database", "resnet_50"]) {
    redaction.text(`postgres://ana:${word}@db.lan/x`);
    redaction.text(`curl -u ana:${word} https://x.lan`);
    const text = `the ${word} of it, and ${word}s`;
    assertEquals(redaction.text(text).text, text);
  }
});

Deno.test("what a secret of a form teaches has no name, which a replay would ask a variable for", () => {
  using home = temporary();
  const redaction = new StandardRedaction({ home: home.path });
  const secret = new Chance(9).mixed(20);
  redaction.text(`const mine = "${GITLAB}${secret}";`);
  const { taken } = redaction.text(`it is ${secret}`);
  assertEquals(taken.map(({ kind, name }) => ({ kind, name })), [
    { kind: "GitLab token", name: null },
  ]);
});

Deno.test("a GitLab token whose letters were shown apart stands nowhere", () => {
  const chance = new Chance(10);
  for (const between of ["\n", " ", "  ", ", ", "\n\n"]) {
    using home = temporary();
    const redaction = new StandardRedaction({ home: home.path });
    const secret = chance.text(20, ALPHABETS.alnum);
    redaction.text(`const mine = "${GITLAB}${secret}";`);
    const shown = [...GITLAB + secret].join(between);
    const { text } = redaction.text(shown);
    const letters = text.replace(/[^A-Za-z\d]/g, "");
    assert(!letters.includes(secret.slice(8)), text);
  }
});
