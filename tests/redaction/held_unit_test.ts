import { assert, assertEquals } from "@std/assert";
import { redactNamed } from "../../src/redaction/redaction.ts";
import { StandardRedaction } from "../../src/redaction/standard_redaction.ts";
import { Chance } from "../bench/redaction/chance.ts";
import { temporary } from "../reproduce/recorded.ts";

/** Values that hold a secret under a name of its own, or under none. */
const VALUES: readonly ((secret: string) => unknown)[] = [
  (s) => ({ passwords: { ada: s } }),
  (s) => ({ cfg: { passwords: { admins: { ada: s } } } }),
  (s) => ({ apiKeys: { stripe: s, size: 4 } }),
  (s) => ({ credentials: { user: "ada", value: s } }),
  (s) => ({ passwordsByUser: { ada: s } }),
  (s) => ({ tokens: ["aa", s] }),
  (s) => ({ secrets: [{ stripe: s }] }),
];

/** Maps and sets as a console prints them, code, and files of settings. */
const TEXTS: readonly ((secret: string) => string)[] = [
  (s) => Deno.inspect({ passwords: new Map([["ada", s]]) }),
  (s) => Deno.inspect(new Map([["passwords", { ada: s }]])),
  (s) => Deno.inspect({ tokens: new Set([s]) }),
  (s) => `const passwords: Record<string, string> = { ada: "${s}" };`,
  (s) => `const apiKeys = new Map([["stripe", "${s}"]]);`,
  (s) => `const secrets = {\n  // of the shop\n  stripe: '${s}',\n};`,
  (s) => `[secrets]\nsize = 4\nstripe = "${s}"\n`,
  (s) => `[[app.credentials]]\nstripe = ${s} # of ana\n[b]\n`,
  (s) => `size: 4\npasswords:\n  ada: ${s}\n`,
  (s) => `passwords: # of all\n  admins:\n\n    ada: "${s}"\nsize: 4\n`,
  (s) => `access_tokens:\n- ${s}\n`,
];

Deno.test("what stands in an object, a list, a map, a section or a block under a name that says secret is one where it could be", () => {
  using home = temporary();
  const chance = new Chance(23);
  const all = [
    ...VALUES.flatMap((make) => [
      (s: string) => JSON.stringify(make(s)),
      (s: string) => JSON.stringify(JSON.stringify(make(s), null, 2)),
      (s: string) => Deno.inspect(make(s), { depth: 9 }),
    ]),
    ...TEXTS,
  ];
  for (const make of all) {
    for (let i = 0; i < 3; i++) {
      const secret = chance.mixed(18);
      for (const how of ["text", "json"] as const) {
        const redaction = new StandardRedaction({ home: home.path });
        const { text } = redaction[how](make(secret));
        assert(!text.includes(secret.slice(0, 6)), text);
        // It is known from then on.
        const later = redaction.text(`got ${secret} back`).text;
        assert(!later.includes(secret), make(secret));
      }
    }
  }
});

Deno.test("so it is in a param that is an object", () => {
  using home = temporary();
  const chance = new Chance(24);
  for (const make of VALUES) {
    const secret = chance.mixed(18);
    const redaction = new StandardRedaction({ home: home.path });
    const value = JSON.stringify(make(secret));
    const { text } = redactNamed(redaction, "cfg", value);
    assert(!text.includes(secret), text);
  }
  const secret = chance.mixed(18);
  const redaction = new StandardRedaction({ home: home.path });
  const { text } = redactNamed(redaction, "tokens", JSON.stringify([secret]));
  assert(!text.includes(secret), text);
});

Deno.test("ordinary members under such names stay", () => {
  using home = temporary();
  const values = [
    { token: { count: 12, model: "gpt2" } },
    { tokens: { input: 123, output: 4 } },
    { tokens: { "the": 12, "Ġxylophone": 3 } },
    { tokens: ["HTTPResponse404", "Ġxylophone99", "covid19", "cl100k_base"] },
    { credentials: { type: "x509", user: "ada" } },
    { credentials: { created: "2024-01-02T03:04:05Z", email: "ada9@x.org" } },
    { key: { name: "species" } },
    { password: { algorithm: "argon2id", strength: "medium8" } },
    { secrets: { found: ["file1.ts", "src/db2/config.ts"], total: 8 } },
    { sort_keys: { by: "a1b2c3d4e5f6a7b8c9" } },
  ];
  const texts = values.flatMap((value) => [
    JSON.stringify(value),
    JSON.stringify(value, null, 2),
    Deno.inspect(value, { depth: 9 }),
  ]);
  texts.push(
    "tokens:\n  input: 12\n  model: gpt-4o-2024-08-06\nother: k3j9d8s7f6g5h4j3",
    "[tokens]\nmodel = 'bert2'\n[run]\ncommit = 'a1b2c3d4e5f6a7b8c9'\n",
    "tokens = { 'root': ['RWTexture1DArray', 'Process2DQuadTessFactorsAvg'] }",
    "secrets => { log('k3j9d8s7f6g5h4j3k2'); }",
    "const tokens = ['k3j9d8s7f6g5h4j3', 'a'];",
  );
  const redaction = new StandardRedaction({ home: home.path });
  for (const text of texts) {
    for (const how of ["text", "json"] as const) {
      assertEquals(redaction[how](text).text, text);
    }
    assertEquals(redactNamed(redaction, "cfg", text).text, text);
  }
});
