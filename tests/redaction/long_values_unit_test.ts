import { assert, assertEquals } from "@std/assert";
import { findSecrets } from "../../src/redaction/find_secrets.ts";
import { KnownSecrets } from "../../src/redaction/known_secrets.ts";
import { StandardRedaction } from "../../src/redaction/standard_redaction.ts";
import { temporary } from "../reproduce/recorded.ts";
import { forms, gitlabToken, random } from "./support.ts";

/** What is left of a text. */
function left(text: string): string {
  return findSecrets(text, new KnownSecrets()).toReversed().reduce(
    (rest, { start, end }) => `${rest.slice(0, start)}[]${rest.slice(end)}`,
    text,
  );
}

const SURROUNDED = [
  "access_token: §",
  "ACCESS_TOKEN=§",
  `{"access_token": "§", "expires_in": 3600}`,
  `{ accessToken: '§' }`,
  "Authorization: Bearer §",
  "https://example.org/?access_token=§&page=1",
  "postgres://app:§@db.example.org/x",
  "Cookie: session=§; theme=dark",
  "    client-key-data: §\n",
  "<tr><td>api_key</td><td>§</td></tr>",
  `│ api_key │ "§" │`,
  `{"name":"API_KEY","value":"§"}`,
  `"{\\"refresh_token\\":\\"§\\"}"`,
];

Deno.test("of a secret of any length nothing is left, neither its beginning nor its end", () => {
  for (
    const length of [100, 189, 190, 191, 399, 401, 601, 1500, 4001, 30_000]
  ) {
    const secret = random(length);
    for (const around of SURROUNDED) {
      const rest = left(around.replace("§", secret));
      for (const at of [0, length >> 1, length - 12]) {
        assert(
          !rest.includes(secret.slice(at, at + 12)),
          `${length} ${around}`,
        );
      }
      const [before = "", behind = ""] = around.split("§");
      const isWhole = rest.endsWith(behind);
      assert(isWhole, `${length} ${around}: ${rest}`);
      assert(rest.startsWith(before.slice(0, 6)), `${length} ${around}`);
    }
  }
});

Deno.test("a member of JSON whose name says secret is taken out however long it is", () => {
  using home = temporary();
  const redactor = new StandardRedaction({ home: home.path });
  const secret = random(9000);
  const { text } = redactor.json(JSON.stringify({ refresh_token: secret }));
  assert(!text.includes(secret.slice(-12)), text.slice(0, 200));
});

Deno.test("long words without a secret's surroundings stay", () => {
  const picture = `data:image/png;base64,iVBORw0KGgo${random(3000)}`;
  for (
    const text of [
      random(5000),
      `a key to ${random(700)}`,
      `{"key": "species", "thumbnail": "${picture}"}`,
      `const token = decode(input); show("${picture}")`,
      `api_key_image = "${picture}"`,
      `${"a/very/long/path/".repeat(40)} of a token`,
    ]
  ) assertEquals(left(text), text);
});

Deno.test("in a long text that was redacted before a value that is known by now is found in every form, and nothing else is looked for", () => {
  using home = temporary();
  const redaction = new StandardRedaction({ home: home.path });
  const [secret, other] = [random(24), random(24)];
  const filler = "0.123456789012345678,a line of caf\\u00e9 %20 text\n".repeat(
    4000,
  );
  const document = JSON.stringify({ rows: filler, password: other });
  const around = (written: string) =>
    `${filler}${written}\n${filler}api_key=${other}\n`;
  assertEquals(redaction.again().text(around(secret)).taken, []);
  redaction.know("API_TOKEN", secret);
  for (const [form, written] of forms(secret)) {
    const { text } = redaction.again().text(around(written));
    assert(!text.includes(written), form);
    assert(text.startsWith(filler) && text.includes(`\n${filler}`), form);
    assert(text.includes(other), "what nobody knows is not looked for");
  }
  const json = redaction.again().json(document.replace("a line", secret));
  assert(!json.text.includes(secret));
  JSON.parse(json.text);
});

Deno.test("a word of millions of characters is examined in pieces, and tokens across their ends are found", () => {
  using home = temporary();
  const redaction = new StandardRedaction({ home: home.path });
  const tokens = [gitlabToken(), gitlabToken()];
  const piece = 1 << 22;
  const again = 1 << 16;
  // Each stands over the end of a piece, and behind them is a word that cannot be examined at once.
  let text = "";
  for (const [i, token] of tokens.entries()) {
    const length = (i + 1) * piece - i * again - 10 - text.length;
    text += `${"z".repeat(length - 1)}"${token}"`;
  }
  text += "z".repeat(6_500_000);
  const seen = redaction.text(text);
  for (const token of tokens) assert(!seen.text.includes(token.slice(6)));
  assertEquals(seen.taken.map(({ kind }) => kind), [
    "GitLab token",
    "GitLab token",
  ]);
  assertEquals(
    seen.text.replace(/\[redacted [^\]]*\]/g, "").length,
    text.length - tokens.join("").length,
    "nothing else is lost",
  );
});
