import { assert, assertEquals } from "@std/assert";
import { StandardRedaction } from "../../src/redaction/standard_redaction.ts";
import { temporary } from "../reproduce/recorded.ts";
import { base64, random } from "./support.ts";

/** Sources in which a secret is one of an expression's values. */
const SOURCES: readonly ((secret: string) => string)[] = [
  (s) => `const apiKey = Deno.env.get("MY_SERVICE_KEY_X") ?? "${s}";`,
  (s) => `const apiKey =\n  Deno.env.get("MY_SERVICE_KEY_X") ??\n    "${s}";\n`,
  (s) => `const dbPassword = x || "${s}"`,
  (s) => `let dbPassword: string = await ask(1, "a") || '${s}'`,
  (s) => `const cfg = { password: Deno.env.get("PGPW_X") ?? "${s}" };`,
  (s) =>
    `const cfg = { host, password: (Deno.env.get("PGPW_X") ?? \`${s}\`) };`,
  (s) => `const token = cond ? "no" : "${s}";`,
  (s) => `const token = cond\n  ? "${s}"\n  : "no";`,
  (s) => `const token = cond ? other : "${s}";`,
  (s) => `const passwords = ["${s}"];`,
  (s) => `const passwords = new Set(["first", "${s}"]);`,
  (s) => `const headers = { Authorization: "Basic " + btoa("ada:${s}") };`,
  (s) => `const h = { Authorization: \`Basic \${btoa("ada:${s}")}\` };`,
  (s) => `const h = Buffer.from("ada:${s}").toString("base64")`,
  (s) => `opts.apiKey ??= given || "${s}"`,
];

Deno.test("a secret that stands in an expression under a secret's name is taken out of the source, and known from there on", () => {
  for (const source of SOURCES) {
    using home = temporary();
    const redactor = new StandardRedaction({ home: home.path });
    const secret = random(16);
    const { text, taken } = redactor.text(source(secret));
    assert(!text.includes(secret), text);
    assertEquals(taken.length, 1, text);
    assertEquals(text, source(taken[0]?.placeholder ?? ""));
    for (const shown of [secret, base64(`ada:${secret}`)]) {
      const printed = redactor.text(`it printed ${shown} here`);
      assertEquals(printed.taken.length, 1, `${source("")}: ${printed.text}`);
    }
  }
});

Deno.test("words, names of variables and arguments in such an expression stay", () => {
  using home = temporary();
  const redactor = new StandardRedaction({ home: home.path });
  for (
    const text of [
      `const apiKey = Deno.env.get("MY_SERVICE_KEY_X") ?? "";`,
      `const apiKey = Deno.env.get("MY_SERVICE_KEY_X") ?? "default";`,
      `const password = x || "none"`,
      `const password = Deno.env.get("PGPW_X") ?? "changeme";`,
      `const password = Deno.env.get("PGPW_X") ?? "postgres";`,
      `const token = cond ? "yes" : "no";`,
      `const passwords = ["first", "second"];`,
      `const key = ids.has(a) ? "row-12" : "column-12";`,
      `const passwordField = form.get("field_8a9B7c6D5e4F") ?? "";`,
      `const token = await fetchToken("service-9aX4");`,
      `const tokens = ["Zp1aB2cD3eF4gH5i", "a"];`,
      `const secret = ask()\nconst colour = a ?? "Zp1aB2cD3eF4gH5i"`,
      `const secret = ask();\nf(x ?? "Zp1aB2cD3eF4gH5i")`,
      `const message = btoa("hello:world") + btoa("a:12:30")`,
    ]
  ) assertEquals(redactor.text(text), { text, taken: [] });
});
