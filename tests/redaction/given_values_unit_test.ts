import { assertEquals } from "@std/assert";
import { StandardRedaction } from "../../src/redaction/standard_redaction.ts";

/** A redactor that knows nothing yet. */
function redactor(): StandardRedaction {
  return new StandardRedaction({ home: Deno.makeTempDirSync() });
}

/** As people make passwords of words. */
const MADE = `${["Som", "mer"].join("")}2021!`;
const PHRASE = Array(2).fill("legal winner thank year wave sausage").join(" ");

Deno.test("a password of words is taken out where a call, a list or a sentence says what it is", () => {
  for (
    const text of [
      'form.append("password", "§")',
      'new Map([["password", "§"]])',
      'new URLSearchParams([["user", "ada"], ["db_password", "§"]])',
      '{ auth: ["ana", "§"] }',
      'const creds = ["ana", "§"]',
      'const login = "ana:§"',
      "// login: ana:§",
      'sendCommand(["AUTH", "§"])',
      'new Sequelize("db", "ana", "§", { dialect: "x" })',
      'new Client("https://es.lan:9200", "elastic", "§")',
      'mysql.createConnection("db.lan", "root", "§")',
      'client.bind("cn=admin,dc=x", "§")',
      'signInWithEmailAndPassword(auth, "a@b.de", "§")',
      'users.authWithPassword("a@b.de", "§")',
      'page.getByLabel("Password").fill("§")',
      'page.locator("#password").fill("§")',
      'user.setPassword("ana", "§")',
      'hashPassword("§")',
      'prompt("Database password", "§")',
      "cannot sign in as ana with password §",
      "Password (staging): §",
    ]
  ) {
    const { text: seen } = redactor().text(text.replace("§", MADE));
    assertEquals(seen.includes(MADE), false, text);
  }
});

Deno.test("a key in the path of an address is taken out, and what is for all to see there stays", () => {
  const letters = "3k9XqB7mZ2wLr8TfV5nHc1PdYs4G";
  const digits = "9f86d081884c7d659a2feaa0c55ad015";
  for (
    const [text, key] of [
      [`https://mainnet.infura.io/v3/${digits}`, digits],
      [`https://eth-mainnet.g.alchemy.com/v2/${letters}?x=1`, letters],
      [`https://v6.exchangerate-api.com/v6/${letters}/latest/USD`, letters],
      [`https://api.example.org/api/${letters}/d.csv`, letters],
      [`https://bots.example.org/bot${letters}/send`, letters],
      [`https://cal.example.org/ical/private-${digits}/basic.ics`, digits],
    ] as const
  ) assertEquals(redactor().text(text).text.includes(key), false, text);
  for (
    const text of [
      "https://api.example.org/v1/datasets/penguins-2024-01-31-final-version",
      "https://api.example.org/v2/3b18e512-dba9-4e56-8a4e-1f0c2b7d9e11/rows",
      `https://git.example.org/raw/${digits}${digits.slice(0, 8)}/data.csv`,
      "https://api.example.org/v1/measurements-of-penguins?page=2",
      `https://files.example.org/sha256/${digits}${digits}`,
    ]
  ) assertEquals(redactor().text(text).text, text);
});

Deno.test("the words that restore a wallet are taken out", () => {
  for (
    const text of [
      `const seedPhrase = "${PHRASE}"`,
      `console.log("mnemonic:", "${PHRASE}")`,
      `recovery phrase: ${PHRASE}`,
      `{ mnemonic: { phrase: "${PHRASE}" } }`,
      `Wallet.fromPhrase("${PHRASE}")`,
    ]
  ) assertEquals(redactor().text(text).text.includes(PHRASE), false, text);
});

Deno.test("how many passwords there are, addresses of modules and accounts of a chain stay", () => {
  for (
    const text of [
      "const n_passwords = 14344391;",
      "await track('study', { params: { n_passwords: 14344391, k: 3 } });",
      "const totalPasswords = 14_344_391;",
      "{ passwords: 32_603_388 }",
      "Total passwords: 32603388",
      '{ token: "0xdAC17F958D2ee523a2206206994597C13D831ec7" }',
      '{ "imports": { "cookie": "https://esm.sh/cookie@1.0.2?target=es2022" } }',
      '{ "imports": { "password": "https://deno.land/x/password@v1.30.5/mod.ts" } }',
      'const columns = ["password", "username2"];',
      'const heads = [["password", "SHA-256"]];',
      'new Client("localhost", 5432, "postgres", "analytics_2024q3")',
      "login: 2024-01-31T10:00:00Z",
      "the phrase: it was the best of times it was the worst of times and so on",
    ]
  ) assertEquals(redactor().text(text).text, text);
  for (
    const [name, value] of [
      ["password_protected", "no"],
      ["api_key_present", "yes"],
      ["api_key_env", "OPENAI_API_KEY"],
      ["password_col", "pw"],
      ["token_supply", "120000000"],
      ["base_token", "WETH"],
      ["target_token", "Berlin"],
      ["secret_distribution", "ternary"],
      ["oauth", "disabled"],
      ["pwd", "/home/ana/project"],
    ] as const
  ) assertEquals(redactor().named(name, value).text, value, name);
});
