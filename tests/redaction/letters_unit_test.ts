import { assert, assertEquals } from "@std/assert";
import { Buffer } from "node:buffer";
import {
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from "node:zlib";
import { redactBytes, redactContent } from "../../src/redaction/bytes.ts";
import { randomFrom } from "../../src/base/repeatable_random.ts";
import {
  Letters,
  lettersOf,
  loosePattern,
} from "../../src/redaction/escaped.ts";
import { StandardRedaction } from "../../src/redaction/standard_redaction.ts";
import { temporary } from "../reproduce/recorded.ts";
import { gitlabToken, hex, random } from "./support.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);

/** A text in Base32 (RFC 4648). */
function base32(text: string): string {
  const bits = [...utf8(text)].map((b) => b.toString(2).padStart(8, "0"))
    .join("");
  return (bits.match(/.{1,5}/g) ?? []).map((five) =>
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[parseInt(five.padEnd(5, "0"), 2)]
  ).join("");
}

/** A zip of one member, `a.txt`. */
function zipOf(text: string): Buffer {
  const packed = deflateRawSync(text);
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(8, 8);
  local.writeUInt16LE(5, 26);
  const listed = Buffer.alloc(46);
  listed.writeUInt32LE(0x02014b50, 0);
  listed.writeUInt16LE(8, 10);
  listed.writeUInt32LE(packed.length, 20);
  listed.writeUInt16LE(5, 28);
  const body = Buffer.concat([local, Buffer.from("a.txt"), packed]);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(body.length, 16);
  return Buffer.concat([body, listed, Buffer.from("a.txt"), end]);
}

/** A PNG with a text in it; its pixels do not matter. */
function pngWith(text: string, packed = false): Buffer {
  const body = packed
    ? Buffer.concat([Buffer.from("Comment\0\0"), deflateSync(text)])
    : Buffer.from(`Comment\0${text}`);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(body.length);
  head.write(packed ? "zTXt" : "tEXt", 4);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]),
    ...[head, body, Buffer.alloc(4)],
  ]);
}

/** A text as bytes with `zeros` zeros behind each letter. */
function spread(text: string, zeros: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(
    [...utf8(text)].flatMap((b) => [b, ...Array<number>(zeros).fill(0)]),
  );
}

/** A text letter by letter in another way. */
const each = (text: string, way: (code: number) => string, between = "") =>
  [...utf8(text)].map(way).join(between);

/** What programs print of a text's bytes, and other dresses of its letters. */
const WAYS: Record<string, (text: string) => string> = {
  "list as Deno prints it": (t) => Deno.inspect(utf8(t)),
  "list as Deno prints it, in colours": (t) =>
    Deno.inspect(utf8(t), { colors: true }),
  "array as Deno prints it": (t) => Deno.inspect([...utf8(t)]),
  "array in JSON": (t) => JSON.stringify([...utf8(t)]),
  "bytes in JSON": (t) => JSON.stringify(utf8(t)),
  "bytes in JSON, indented": (t) => JSON.stringify(utf8(t), null, 2),
  "bytes in JSON, in JSON": (t) => JSON.stringify(JSON.stringify(utf8(t))),
  "Buffer in JSON": (t) =>
    JSON.stringify({ type: "Buffer", data: [...utf8(t)] }),
  "numbers in columns": (t) => each(t, String, " "),
  "numbers in lines": (t) => each(t, String, "\n"),
  "a table with an index": (t) =>
    [...utf8(t)].map((b, i) => `│ ${i} │ ${b} │`).join("\n"),
  "pairs of hexadecimal digits": (t) =>
    each(t, (b) => b.toString(16).padStart(2, "0"), " "),
  "groups of hexadecimal digits": (t) =>
    (hex(t).match(/.{1,4}/g) ?? []).join(" "),
  "hexadecimal numbers": (t) =>
    each(t, (b) => `0x${b.toString(16).padStart(2, "0")}`, ", "),
  "hexadecimal texts": (t) =>
    JSON.stringify([...utf8(t)].map((b) => b.toString(16))),
  "code points": (t) =>
    each(t, (b) => `U+${b.toString(16).padStart(4, "0")}`, " "),
  "octal escapes": (t) => each(t, (b) => `\\${b.toString(8).padStart(3, "0")}`),
  "octal numbers": (t) => each(t, (b) => b.toString(8).padStart(3, "0"), " "),
  "binary numbers": (t) => each(t, (b) => b.toString(2).padStart(8, "0"), " "),
  "UTF-32": (t) => [...t].join("\0\0\0"),
  "UTF-32 in hexadecimal digits": (t) => spread(t, 3).toHex(),
  "UTF-32 in Base64": (t) => spread(t, 3).toBase64(),
  "UTF-32 as a list": (t) => [...spread(t, 3)].join(","),
  "UTF-16 as a list": (t) => Deno.inspect([...spread(t, 1)]),
  "Base32": base32,
  "Base32 in small letters": (t) => base32(`a ${t}`).toLowerCase(),
  "Base32 with padding": (t) => `${base32(`some words and ${t}`)}====`,
  "Base32 over lines": (t) =>
    (base32(`some words and ${t}`).match(/.{1,64}/g) ?? []).join("\n"),
  "full width": (t) =>
    each(t, (b) => String.fromCodePoint(b > 32 ? b + 0xfee0 : b)),
  "bold": (t) =>
    t.replace(
      /[A-Z]/g,
      (c) => String.fromCodePoint(0x1d400 + c.charCodeAt(0) - 65),
    )
      .replace(
        /[a-z]/g,
        (c) => String.fromCodePoint(0x1d41a + c.charCodeAt(0) - 97),
      ),
  "gzip in Base64": (t) => gzipSync(`some words, ${t}`).toString("base64"),
  "gzip in Base64 for addresses": (t) => gzipSync(t).toString("base64url"),
  "zlib in Base64": (t) => deflateSync(t).toString("base64"),
  "zlib in Base64, packed well": (t) =>
    deflateSync(t, { level: 9 }).toString("base64"),
  "Zstandard in Base64": (t) => zstdCompressSync(t).toString("base64"),
  "gzip in hexadecimal digits": (t) => gzipSync(t).toString("hex"),
  "zip in Base64": (t) => zipOf(`some words, ${t}`).toString("base64"),
  "the text of a picture": (t) => pngWith(t).toString("base64"),
  "the packed text of a picture": (t) =>
    `data:image/png;base64,${pngWith(t, true).toString("base64")}`,
  "gzip as a list": (t) => Deno.inspect(Uint8Array.from(gzipSync(t))),
  "gzip in gzip in Base64": (t) => gzipSync(gzipSync(t)).toString("base64"),
};

/** How a secret is known: by its value, or by its form alone. */
const secrets = () => {
  const known = random(26);
  const token = gitlabToken();
  return [[known, { KEY: known }], [token, { TOKEN: token }], [token, {}]] as [
    string,
    Record<string, string>,
  ][];
};

function redactorWith(home: string, known: Record<string, string>) {
  const redactor = new StandardRedaction({ home });
  for (const [name, value] of Object.entries(known)) {
    redactor.know(name, value);
  }
  return redactor;
}

for (const [way, write] of Object.entries(WAYS)) {
  Deno.test(`a token is taken out of a text that holds it as ${way}`, () => {
    using home = temporary();
    for (const [secret, known] of secrets()) {
      const redactor = redactorWith(home.path, known);
      const { text, taken } = redactor.text(`It is ${write(secret)} today.`);
      assertEquals(taken.length, 1, text);
      assert(
        /^It is .{0,40}\[redacted [\w ]+\].{0,9} today\.$/s.test(text),
        text,
      );
    }
  });
}

Deno.test("numbers in JSON that are a token's letters are taken out, and others stay", () => {
  using home = temporary();
  for (const [secret, known] of secrets()) {
    const redactor = redactorWith(home.path, known);
    const bytes = utf8(secret);
    const others = { rows: [101, 99, 34, 56, 77, 88, 120, 44, 65], a: "b" };
    for (const list of [[...bytes], bytes, [...bytes].map(String)]) {
      const { text, taken } = redactContent(
        redactor,
        JSON.stringify({ data: { "application/json": { list, ...others } } }),
      );
      assertEquals(taken.length, 1, text);
      const { list: left, ...rest } = JSON.parse(text).data["application/json"];
      assertEquals(rest, others);
      const values = Object.values<unknown>(left);
      assertEquals(values[0], taken[0]?.placeholder);
      assert(values.slice(1).every((v) => v === 0 || v === ""), text);
    }
  }
});

Deno.test("a token in UTF-32 keeps a file from being stored", () => {
  using home = temporary();
  const token = gitlabToken();
  const redactor = redactorWith(home.path, { TOKEN: token });
  for (
    const bytes of [
      spread(`some words ${token} and others`, 3),
      Uint8Array.from([0, 0, 0, ...spread(`words ${token}`, 3)]),
    ]
  ) {
    const { bytes: kept, taken } = redactBytes(redactor, bytes);
    assertEquals([kept, taken.length > 0], [null, true]);
  }
});

Deno.test("numbers, words and packed texts without a token stay as they are", () => {
  using home = temporary();
  const redactor = redactorWith(home.path, { TOKEN: gitlabToken() });
  for (
    const text of [
      Deno.inspect(utf8("The quick brown fox jumps over the lazy dog")),
      base32("The quick brown fox jumps over the lazy dog"),
      gzipSync("The quick brown fox").toString("base64"),
      "ＡＢＣ means ＡＢＣ, and 𝐛𝐨𝐥𝐝 is bold",
      "Ⅷ ⅷ ① ② ③ x² x³",
      "C:\\101\\144\\155",
      JSON.stringify({ rows: [[1, 103], [2, 108], [3, 112], [4, 97]] }),
      "INTERNATIONALIZATION AND ELECTROENCEPHALOGRAPHY",
    ]
  ) assertEquals(redactContent(redactor, text), { text, taken: [] });
});

Deno.test("a text is not stored in which a packed text is larger than what is unpacked", () => {
  using home = temporary();
  const redactor = redactorWith(home.path, {});
  const bomb = gzipSync(new Uint8Array(40 << 20)).toString("base64");
  const { text } = redactor.text(`data: ${bomb}`);
  assert(/^\[not stored: .* longer than \d+ bytes\]$/.test(text), text);
});

Deno.test("a token whose letters stand one in each row of a table is taken out, as text and as JSON", () => {
  using home = temporary();
  const token = gitlabToken();
  const redactor = redactorWith(home.path, { TOKEN: token });
  const letters = [...token];
  for (
    const table of [
      letters.map((letter, i) => `│ ${i} │ '${letter}' │`).join("\n"),
      letters.map((letter, i) => `${i + 1}. ${letter}`).join("\n"),
      letters.map((letter, i) => `<tr><td>${i}</td><td>${letter}</td></tr>`)
        .join(""),
    ]
  ) {
    const { text, taken } = redactor.text(table);
    assertEquals(taken.length, 1, text);
    assert(text.length < 90, text);
  }
  for (
    const row of [
      (letter: string, i: number) => ({ i, letter }),
      (letter: string, i: number) => ({ letter, i }),
      (letter: string) => ({ letter }),
      (letter: string, i: number) => ({ i, code: letter.charCodeAt(0) }),
      (letter: string) => ({ code: letter.charCodeAt(0) }),
    ]
  ) {
    const rows: object[] = letters.map((letter, i) => row(letter, i));
    const { text, taken } = redactContent(
      redactor,
      JSON.stringify({ data: { rows }, other: [{ i: 1, letter: "a" }] }),
    );
    assertEquals(taken.length, 1, text);
    const left = JSON.parse(text);
    assertEquals(left.other, [{ i: 1, letter: "a" }]);
    assertEquals(
      left.data.rows.map((one: object) => Object.keys(one)),
      rows.map((one) => Object.keys(one)),
    );
    const values = left.data.rows.flatMap((one: object) => Object.values(one));
    assert(values.includes(taken[0]?.placeholder), text);
    const said = values.filter((v: unknown) => typeof v === "string").slice(1);
    assertEquals(said.join("").replace(taken[0]?.placeholder ?? "", ""), "");
  }
});

Deno.test("rows of letters and numbers that are no token stay as they are", () => {
  using home = temporary();
  const redactor = redactorWith(home.path, { TOKEN: gitlabToken() });
  const rows = [..."a table of letters"].map((letter, i) => ({ i, letter }));
  for (
    const text of [
      JSON.stringify(rows),
      JSON.stringify(rows.map(({ i }) => ({ x: i, y: 100 + i }))),
      rows.map(({ letter, i }) => `│ ${i} │ '${letter}' │`).join("\n"),
    ]
  ) assertEquals(redactContent(redactor, text), { text, taken: [] });
});

Deno.test("letters stand wherever the loose pattern finds a value, whatever its escapes, colours and gaps", () => {
  const random = randomFrom(7);
  const pick = <T>(of: readonly T[]): T =>
    of[Math.floor(random() * of.length)]!;
  const slashes = () => "\\".repeat(pick([1, 1, 2, 4, 8]));
  const forms = (char: string) => {
    const code = char.charCodeAt(0);
    const hex = code.toString(16).padStart(2, "0");
    return pick([
      char,
      char,
      `${slashes()}u00${hex.toUpperCase()}`,
      `${slashes()}u{${hex}}`,
      `${slashes()}x${hex}`,
      `${slashes()}${code.toString(8).padStart(3, "0")}`,
      `%${"25".repeat(pick([0, 0, 1, 3, 6]))}${hex}`,
      `&${"amp;".repeat(pick([0, 0, 1, 6]))}#${code};`,
      `&#x00${hex};`,
    ]);
  };
  const gaps = [
    ...["", "", "", "\n", " ", "\0", "\u200b", "\\n", "\\\\\\\\r", '" +\n "'],
    ...["\x1b[31m", "\x1b]0;title\x07", "\\u001b[0m", "\\\\u001b[1;2m", "', '"],
  ];
  const alphabet = [..."abcdefnrtuxABCDEFXYZ0123456789-_.=+"];
  let found = 0;
  for (let i = 0; i < 800; i++) {
    const value = Array.from({ length: 16 }, () => pick(alphabet)).join("");
    const written = [...value].map(forms);
    const text = `x = ${
      written.map((form) => form + pick(gaps)).join("")
    } and more`;
    const letters = lettersOf(value);
    if (letters === null || !loosePattern(value, true).test(text)) continue;
    found++;
    assert(new Letters(text).have(letters), JSON.stringify({ value, text }));
  }
  assert(found > 500, String(found));
});
