/** What stands before and behind a secret stays, whatever its length and form. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { findSecrets } from "../../src/redaction/find_secrets.ts";
import { KnownSecrets } from "../../src/redaction/known_secrets.ts";
import { base64, forms, random } from "./support.ts";

/** What is left of a text. */
function left(text: string, known = new KnownSecrets()): string {
  return findSecrets(text, known).toReversed().reduce(
    (rest, { start, end }) => `${rest.slice(0, start)}[]${rest.slice(end)}`,
    text,
  );
}

function known(value: string): KnownSecrets {
  const secrets = new KnownSecrets();
  secrets.add("API_TOKEN", value);
  return secrets;
}

/** Letters and digits in no order, the same each time. */
function mixed(length: number): string {
  const LETTERS = "qWeRtYuIoPaSdFgHjKlZxCvBnM";
  return Array.from(
    { length },
    (_, i) => i % 5 === 4 ? i * 7 % 10 : LETTERS[i * i % 26],
  ).join("");
}

/** Texts with escapes around a place. */
const AROUND = [
  "see https://example.org/a%20b\napi_token=§\naccuracy: 0.971 of 12",
  `const text = "one\\ntwo";\nconst api_token = "§";\nconsole.log("loss", 0.3);\n`,
  "<p>A &amp; B</p>\napi_token: §\n<p>accuracy 0.971</p>",
  "caf%C3%A9\napi_token=§\naccuracy: 0.971",
  `{"note":"caf\\u00e9","api_token":"§","accuracy":0.971}`,
];
const LENGTHS = [
  16,
  24,
  ...Array.from({ length: 41 }, (_, i) => 90 + i),
  189,
  191,
  399,
  401,
  599,
  601,
  4095,
  4097,
];

Deno.test("what stands behind a secret of any length stays where something in the text is escaped", () => {
  for (const length of LENGTHS) {
    const secret = random(length);
    for (const around of AROUND) {
      const rest = left(around.replace("§", secret));
      assertEquals(rest, around.replace("§", "[]"), `${length}`);
    }
  }
});

Deno.test("a random value is a secret also where it holds a short word of samples by chance, and a sample is none", () => {
  const words = [
    "xxxx",
    "XxxX",
    "your",
    "YoUr",
    "dUmmy",
    "lorem",
    "myApi",
    "mykey",
  ];
  for (const word of words) {
    for (const length of [20, 40, 124]) {
      for (const at of [0, 3, length - word.length]) {
        const value = mixed(length);
        const held = value.slice(0, at) + word + value.slice(at + word.length);
        const text = `api_token=${held}\naccuracy: 0.971`;
        assertEquals(left(text), "api_token=[]\naccuracy: 0.971", held);
      }
    }
  }
  for (
    const sample of [
      "x".repeat(40),
      "sk-proj-xxxxxxxxxxxxxxxxxxxxxxxx",
      "abcdxxxxxxxxxxxx1234",
      "your-api-key-0123",
      "YOUR_TOKEN_12345678",
      "yourApiKeyHere",
      "dummy-token-1234567",
      "my-api-key-12345678",
    ]
  ) {
    const text = `api_token=${sample}\n`;
    assertEquals(left(text), text);
  }
});

Deno.test("of a known secret in any form neither it nor what stands around it goes along", () => {
  for (const length of [40, 95, 96, 97, 98, 110, 119, 120, 121, 130, 300]) {
    const secret = random(length);
    for (const [form, written] of forms(secret)) {
      if (/Base64|hexadecimal|UTF-16/.test(form)) continue;
      const text = `one%20two\n${written}\naccuracy: 0.971\n`;
      const rest = left(text, known(secret));
      assertEquals(rest, "one%20two\n[]\naccuracy: 0.971\n", form);
    }
    // The same twice: what stands between stays.
    const twice = left(`${secret} loss 0.3 ${secret} a%20b`, known(secret));
    assertEquals(twice, "[] loss 0.3 [] a%20b");
  }
});

Deno.test("a password with signs and letters of any alphabet is found in escaped form, and nothing else", () => {
  const tail = random(6);
  for (
    const word of [`pä${tail}é!`, `“${tail}”ß1`, `a"b<${tail}&1`, `😀${tail}x1`]
  ) {
    const jsons = JSON.stringify({ note: "a\nb", password: word, acc: 0.97 });
    const units = (c: string) =>
      Array.from(
        { length: c.length },
        (_, i) => `\\u${c.charCodeAt(i).toString(16).padStart(4, "0")}`,
      ).join("");
    const texts = [
      jsons,
      JSON.stringify(jsons),
      jsons.replace(/[^\x20-\x7e]/gu, units),
      encodeURIComponent(jsons),
      encodeURIComponent(JSON.stringify(jsons)),
      jsons.replace(/["<>&]/g, (c) => `&#${c.charCodeAt(0)};`),
    ];
    for (const text of texts) {
      const rest = left(text);
      assert(!rest.includes(tail), rest);
      assertStringIncludes(rest, "0.97");
      assertStringIncludes(rest, "note");
    }
  }
});

const KEY = ["-----BEGIN ", "PRIVATE KEY-----"].join("");
const KEY_END = KEY.replace("BEGIN", "END");

Deno.test("a private key ends where it ends, in every form and where its last line is missing", () => {
  const lines = [random(64), random(64), random(64), random(31)].join("\n");
  const key = `${KEY}\n${lines}\n${KEY_END}\n`;
  const whole = { acc: 0.25, key, note: "after" };
  for (
    const text of [
      JSON.stringify(whole),
      JSON.stringify(JSON.stringify(whole)),
      encodeURIComponent(JSON.stringify(whole)),
      `acc 0.25 a%20b\n${key}after\n`,
      `acc 0.25\n${KEY}\n${lines}\nand after it, more\n`,
      `acc 0.25\n${KEY}\n${lines}\nafter it comes another\n${key}`,
    ]
  ) {
    const rest = left(text);
    assert(!rest.includes(lines.slice(10, 30)), rest);
    assert(!rest.includes(lines.slice(140, 160)), rest);
    assertStringIncludes(rest, "0.25");
    assertStringIncludes(rest, "after");
  }
});

Deno.test("a PuTTY key file ends with its lines, and a name of it alone takes nothing along", () => {
  const head = ["PuTTY-User-", "Key-File-3"].join("");
  const key = `${head}: ssh-ed25519\nEncryption: none\nComment: a key\n` +
    `Public-Lines: 2\n${random(64)}\n${random(24)}\nPrivate-Lines: 1\n${
      random(48)
    }\n`;
  const after = "the model is good. Its accuracy: 0.97, as before\n".repeat(20);
  assertEquals(left(`${key}${after}`), `[]\n${after}`);
  const mac = `Private-MAC: ${"0a1b2c3d".repeat(8)}`;
  assertEquals(left(`${key}${mac}\n${after}`), `[]\n${after}`);
  for (
    const text of [
      `Each begins with ${head}: ssh-rsa and its lines. ${after}`,
      `const a = "${KEY}"; rows.map((row) => parse(row, a.length));\nconst z = "${KEY_END}";\n`,
    ]
  ) assertEquals(left(text), text);
});

Deno.test("lines below a secret in Base64 stay, and the lines that it is wrapped into go", () => {
  for (let size = 10; size < 16; size++) {
    const secret = random(size);
    const code = base64(`{"user":"ada","password":"${secret}","n":"é"}`);
    const below = "\naccuracy\nprecision\n10000\n10001\nrecall: 0.97\n";
    assertEquals(left(`${code}${below}`), `[]${below}`, code);
    for (const width of [20, 24, 30, 64]) {
      const wrapped = code.replace(new RegExp(`.{${width}}(?=.)`, "g"), "$&\n");
      assertEquals(left(`see ${wrapped}${below}`), `see []${below}`, wrapped);
    }
  }
});
