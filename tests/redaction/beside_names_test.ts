import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { StandardRedaction } from "../../src/redaction/standard_redaction.ts";
import { temporary } from "../reproduce/recorded.ts";
import { random } from "./support.ts";

/** Texts in which a secret stands beside its name, or in a column under it. */
const TEXTS: Record<string, (secret: string) => string> = {
  "a pair in JSON": (s) => JSON.stringify({ name: "DB_PASSWORD", value: s }),
  "a pair in JSON, the value first": (s) =>
    JSON.stringify({ value: s, name: "DB_PASSWORD" }),
  "a variable of Kubernetes": (s) =>
    `env:\n  - name: DB_PASSWORD\n    value: ${s}\n`,
  "an attribute": (s) => `<add key="DbPassword" value="${s}"/>`,
  "a field of a page": (s) => `<input value="${s}" name="password">`,
  "an element": (s) => `<entry key="password">${s}</entry>`,
  "an entry of a property list": (s) =>
    `<key>password</key>\n  <string>${s}</string>`,
  "elements": (s) => `<name>DB_PASSWORD</name><value>${s}</value>`,
  "a bold word": (s) => `<p><b>Password:</b> ${s}</p>`,
  "an emphasised word of Markdown": (s) => `* **Password:** ${s}\n`,
  "a word with code of Markdown": (s) => `*password*: \`${s}\``,
  "code in a page": (s) => `<li>Password: <code>${s}</code></li>`,
  "an element with a value": (s) => `<password value="${s}"/>`,
  "two columns": (s) => `user,ada\npassword,${s}\nhost,db\n`,
  "a drawn row of two": (s) => `│ password │ "${s}" │\n│ user │ "ada" │\n`,
  "a term": (s) => `<dt>Password</dt>\n<dd>${s}</dd>`,
  "a row of a page": (s) => `<tr><th>Password</th><td>${s}</td></tr>`,
  "CSV": (s) => `user,password,host\nada,${s},db\n`,
  "CSV in quotation marks": (s) => `"user","password"\r\n"ada","${s}"\r\n`,
  "CSV with semicolons": (s) => `n;db_password\n1;${s}`,
  "columns behind tabs": (s) => `user\tpassword\nada\t${s}\n`,
  "a table of Markdown": (s) =>
    `| user | password |\n| --- | --- |\n| ada | ${s} |\n`,
  "a table of a page": (s) =>
    `<table><thead><tr><th></th><th>password</th></tr></thead><tbody><tr><th>0</th><td>${s}</td></tr></tbody></table>`,
};

/** What a program prints with console.table. */
function consoleTable(rows: unknown): string {
  const { stdout } = new Deno.Command(Deno.execPath(), {
    args: ["eval", `console.table(${JSON.stringify(rows)})`],
  }).outputSync();
  return new TextDecoder().decode(stdout);
}

Deno.test("a secret beside its name, or in a column that its name heads, is taken out, as text and in JSON, and nothing else is", () => {
  for (const [what, make] of Object.entries(TEXTS)) {
    for (const secret of [random(16), "sunflower7"]) {
      using home = temporary();
      const redaction = new StandardRedaction({ home: home.path });
      const text = make(secret);
      const stored = redaction.text(text);
      assert(!stored.text.includes(secret), `${what}: ${stored.text}`);
      const [placeholder = ""] = stored.taken.map((one) => one.placeholder);
      assertEquals(stored.text.replaceAll(placeholder, secret), text, what);
      const json = JSON.stringify({ data: { "text/html": text } });
      assert(!redaction.json(json).text.includes(secret), what);
    }
  }
});

Deno.test("a password in Base64 is taken out with the signs that end it", () => {
  using home = temporary();
  const redaction = new StandardRedaction({ home: home.path });
  for (const length of [10, 11, 12]) {
    const value = btoa(random(length));
    for (
      const text of [`data:\n  password: ${value}\n`, `DB_PASSWORD=${value}`]
    ) {
      const stored = redaction.text(text).text;
      assert(!stored.includes(value.slice(0, 8)), stored);
      assert(!stored.includes("=" + "="), stored);
    }
  }
});

Deno.test("what console.table shows of a column called password is nowhere, and the other columns stay", () => {
  using home = temporary();
  const redaction = new StandardRedaction({ home: home.path });
  const rows = Array.from({ length: 30 }, (_, i) => ({
    user: `user${i}`,
    password: i % 2 === 0 ? random(12) : `flower${i}`,
    tries: i,
  }));
  const { text } = redaction.text(consoleTable(rows));
  for (const { user, password } of rows) {
    assert(!text.includes(password), text);
    assert(text.includes(`"${user}"`), text);
  }
});

Deno.test("tables and pairs of what only sounds like a secret stay as they are", () => {
  using home = temporary();
  const redaction = new StandardRedaction({ home: home.path });
  for (
    const text of [
      "token,count\nthe,12\nplay,4\n",
      "login,password_length\nada,12\n",
      "| option | token |\n| --- | --- |\n| --auth | string |\n",
      "import {\n  login,\n  password,\n  token\n} from './x1y2z3'",
      "<label>Password:</label> <input><button>Login</button>",
      "<tr><th>Password</th><th>host2x</th></tr>",
      "{ name: 'password', value: state.password }",
      "- name: DB_PASSWORD\n  valueFrom:\n    secretKeyRef: x1\n",
      JSON.stringify({ key: "sort_key", value: "a1b2c3d4" }),
    ]
  ) {
    assertEquals(redaction.text(text).text, text);
    assertEquals(
      redaction.json(JSON.stringify(text)).text,
      JSON.stringify(text),
    );
  }
});

Deno.test("tokens of services for data and models are known by their form", () => {
  using home = temporary();
  const redaction = new StandardRedaction({ home: home.path });
  const hex = (n: number) =>
    crypto.getRandomValues(new Uint8Array(n / 2)).toHex();
  const join = (...parts: string[]) => parts.join("");
  for (
    const token of [
      join("p", "at", random(14), ".", hex(64)),
      join("nv", "api-", random(64)),
      join("ls", "v2_pt_", hex(32), "_", hex(10)),
      join("pc", "sk_", random(6), "_", random(60)),
      join("KG", "AT_", hex(32)),
      join("nf", "p_", random(36)),
      join("rp", "a_", random(44)),
      join("tv", "ly-dev-", random(32)),
      join(random(14), ".", "atlas", "v1.", random(64)),
      join("loc", "al-", hex(40)),
    ]
  ) {
    const { text } = redaction.text(`using ${token} now`);
    assert(/^using \[redacted [^\]]+\] now$/.test(text), `${token}: ${text}`);
  }
  const key = hex(40);
  for (const text of [`wandb login ${key}`, `!wandb login --relogin ${key}`]) {
    assert(!redaction.text(text).text.includes(key), text);
  }
  const kaggle = JSON.stringify({ username: "ada", key: hex(32) });
  assert(!redaction.json(kaggle).text.includes(kaggle.slice(25, 50)));
  const code = `const kaggle = {username:"ada", key:'${hex(32)}'};`;
  assertStringIncludes(redaction.text(code).text, "key:'[redacted");
});
