import { session } from "../journal/support.ts";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Buffer } from "node:buffer";
import {
  brotliCompressSync,
  deflateRawSync,
  gzipSync,
  zstdCompressSync,
} from "node:zlib";
import { newMessage } from "../../src/jupyter/wire.ts";
import { OutputLog } from "../../src/recorder/cells/output_log.ts";
import { redactBytes } from "../../src/redaction/bytes.ts";
import { StandardRedaction } from "../../src/redaction/standard_redaction.ts";
import { journalIn, temporary } from "../reproduce/recorded.ts";
import { gitlabToken, random } from "./support.ts";

/** What is stored of the messages of one cell, with what the writes in between stored. */
function stored(
  know: Record<string, string>,
  messages: readonly (readonly [string, Record<string, unknown>] | "write")[],
): { outputs: Record<string, unknown>[]; everything: string } {
  using home = temporary();
  using journal = journalIn(home.path);
  for (const [name, value] of Object.entries(know)) {
    journal.redactor.know?.(name, value);
  }
  const { session_id } = journal.sessions.open(
    session({ cwd: home.path }),
  );
  const log = new OutputLog(journal, { session_id, position: 1_000_000 });
  let everything = "";
  const all = () => journal.executions.outputs(session_id, 1_000_000);
  for (const message of messages) {
    if (message === "write") log.flush();
    else log.take(newMessage(message[0], message[1], "kernel"));
    everything += all().join("\n");
  }
  log.release();
  everything += all().join("\n");
  return { outputs: all().map((json) => JSON.parse(json)), everything };
}

const out = (text: string) => ["stream", { name: "stdout", text }] as const;
const err = (text: string) => ["stream", { name: "stderr", text }] as const;

Deno.test("a token that is split over two writes of stdout is nowhere, with stderr or a display between them", () => {
  const token = gitlabToken();
  const display = ["display_data", {
    data: { "text/plain": "a chart" },
    metadata: {},
  }] as const;
  for (const known of [{}, { TOKEN: token }]) {
    for (const cut of [4, 7, 13, 22]) {
      for (const between of [err("a warning\n"), display]) {
        for (const write of [[], ["write"] as const]) {
          const [head, tail] = [token.slice(0, cut), token.slice(cut)];
          const { outputs, everything } = stored(known, [
            out(`before ${head}`),
            ...write,
            between,
            ...write,
            out(`${tail} after\n`),
            ...write,
          ]);
          const [first, , last] = outputs;
          assert(
            /^before \[redacted (?:GitLab )?token \w+\]$/.test(
              String(first?.text),
            ),
            JSON.stringify(outputs),
          );
          assertEquals(last?.text, " after\n");
          assert(!everything.includes(tail), everything);
          if (cut > 6) assert(!everything.includes(head), everything);
        }
      }
    }
  }
});

Deno.test("a token in three pieces, each with other output before it, is nowhere", () => {
  const token = gitlabToken();
  const { outputs, everything } = stored({}, [
    out(token.slice(0, 9)),
    "write",
    err("x"),
    out(token.slice(9, 17)),
    "write",
    err("y"),
    out(`${token.slice(17)}\nrest\n`),
  ]);
  assert(/^\[redacted /.test(String(outputs[0]?.text)));
  assertEquals(outputs.slice(1).map(({ text }) => text), [
    "x",
    "",
    "y",
    "\nrest\n",
  ]);
  for (
    const piece of [token.slice(0, 9), token.slice(9, 17), token.slice(17)]
  ) {
    assert(!everything.includes(piece), everything);
  }
});

Deno.test("what only stands side by side in two streams is stored as it is", () => {
  const { outputs } = stored({ TOKEN: gitlabToken() }, [
    out("loss 0.5"),
    err("slow"),
    out(" accuracy 0.7\n"),
    err("er\n"),
  ]);
  assertEquals(outputs.map(({ text }) => text), [
    "loss 0.5",
    "slow",
    " accuracy 0.7\n",
    "er\n",
  ]);
});

Deno.test("of a known token neither cell nor display holds half of it", () => {
  const token = random(24);
  for (const cut of [10, 12, 14]) {
    const { everything } = stored({ TOKEN: token }, [
      ["display_data", {
        data: { "text/plain": `a ${token.slice(0, cut)}` },
        metadata: {},
      }],
      ["display_data", {
        data: { "text/plain": `${token.slice(cut)} b` },
        metadata: {},
      }],
    ]);
    const left = [token.slice(0, cut), token.slice(cut)].filter((piece) =>
      everything.includes(piece)
    );
    assert(left.every((piece) => piece.length < 12), left.join());
  }
});

Deno.test("a known token is taken out backwards, in other case and letter by letter, as text and as JSON", () => {
  using home = temporary();
  const redactor = new StandardRedaction({ home: home.path });
  const token = gitlabToken();
  redactor.know("TOKEN", token);
  const letters = [...token];
  for (
    const text of [
      letters.toReversed().join(""),
      token.toUpperCase(),
      token.toLowerCase(),
      letters.join("\n"),
      letters.join(" | "),
      letters.toReversed().join("\n"),
      Deno.inspect(letters, { iterableLimit: 99 }),
      letters.map((letter) => `- ${letter}`).join("\n"),
    ]
  ) {
    const { text: left, taken } = redactor.text(`before ${text} after`);
    assertEquals(taken.length, 1, text);
    assert(
      /^before .{0,9}\[redacted [^\]]*\][^a-z\d]{0,9} after$/is.test(left),
      left,
    );
  }
  const json = JSON.stringify({ data: { list: letters, n: [1, 2] }, a: "b" });
  const { text: left, taken } = redactor.json(json);
  assertEquals(taken.length, 1);
  const { data, a } = JSON.parse(left);
  assertEquals([data.list.slice(1).join(""), data.n, a], ["", [1, 2], "b"]);
  assertStringIncludes(data.list[0], "[redacted token");
});

Deno.test("a known token is taken out letter by letter with markup between, and the rest of a page stays", () => {
  using home = temporary();
  const redactor = new StandardRedaction({ home: home.path });
  const token = gitlabToken();
  redactor.know("TOKEN", token);
  const letters = [...token];
  for (
    const spelled of [
      letters.join("</td><td>"),
      letters.join('</td>\n  <td class="mono small">'),
      letters.join("</span><br/><span style='color:red'>"),
      letters.toReversed().join("</td><td>"),
    ]
  ) {
    const page = (middle: string) =>
      `<table><tr><td>${middle}</td></tr></table><p>3 < 4 <b>rows</b></p>`;
    const { text, taken } = redactor.text(page(spelled));
    assertEquals(taken.length, 1, spelled);
    assertEquals(text, page(taken[0]?.placeholder ?? ""));
    const html = { data: { "text/html": [`${page(spelled)}\n`, "<hr>"] } };
    assertEquals(
      redactor.json(JSON.stringify(html)).text,
      JSON.stringify({
        data: {
          "text/html": [`${page(taken[0]?.placeholder ?? "")}\n`, "<hr>"],
        },
      }),
    );
  }
  const other = `<td>${[..."a table of letters"].join("</td><td>")}</td>`;
  assertEquals(redactor.text(other), { text: other, taken: [] });
});

Deno.test("words, numbers and other tokens are not taken for a known one", () => {
  using home = temporary();
  const redactor = new StandardRedaction({ home: home.path });
  redactor.know("PASSWORD", "correct-horse-battery");
  redactor.know("TOKEN", gitlabToken());
  for (
    const text of [
      "Correct horse! Battery is full.",
      "correct\nhorse",
      "GLPAT is a prefix",
      "y r e t t a b",
    ]
  ) assertEquals(redactor.text(text), { text, taken: [] });
});

Deno.test("artifacts packed with Brotli, Zstandard or gzip are looked into, also in one another", () => {
  using home = temporary();
  const redactor = new StandardRedaction({ home: home.path });
  const token = gitlabToken();
  const text = new TextEncoder().encode(
    `name,note\n${"a,b\n".repeat(200)}${token}\n`,
  );
  for (
    const packed of [
      brotliCompressSync(text),
      deflateRawSync(text),
      zstdCompressSync(deflateRawSync(text)),
      zstdCompressSync(text),
      gzipSync(zstdCompressSync(text)),
      zstdCompressSync(gzipSync(gzipSync(text))),
      Buffer.concat([
        new Uint8Array([9, 0, 7, 1, 200, 3, 0, 0]),
        gzipSync(text),
      ]),
    ]
  ) {
    const { bytes, taken } = redactBytes(redactor, new Uint8Array(packed));
    assertEquals([bytes, taken.length > 0], [null, true]);
  }
  const harmless = new Uint8Array(brotliCompressSync("some words"));
  assertEquals(redactBytes(redactor, harmless).bytes, harmless);
});

Deno.test("bytes that look encrypted are named as not examined; numbers, pictures and models are not", () => {
  using home = temporary();
  const redactor = new StandardRedaction({ home: home.path });
  const whyNot = (bytes: Uint8Array) => redactBytes(redactor, bytes).unexamined;
  const random = new Uint8Array(20_000);
  crypto.getRandomValues(random);
  assertStringIncludes(whyNot(random) ?? "", "encrypted");
  assertStringIncludes(whyNot(random.subarray(0, 2000)) ?? "", "encrypted");
  const numbers = Array.from({ length: 5000 }, () => Math.random() - 0.5);
  const jpeg = new Uint8Array([0xff, 0xd8, 0xff, 0xe0, ...random]);
  const header = new TextEncoder().encode("\x10\0\0\0\0\0\0\0{}");
  for (
    const bytes of [
      new Uint8Array(new Float32Array(numbers).buffer),
      new Uint8Array(new Float64Array(numbers).buffer),
      new Uint8Array(
        new Int16Array(numbers.map((n) => n * 3000)).buffer,
      ),
      new Uint8Array(5000).map((_, i) => i % 7 * 30),
      // Of pixels, each of which is like the one before.
      new Uint8Array(60_000).map((_, i) =>
        Math.abs(i % 510 - 255) + Math.random() * 40
      ),
      jpeg,
      new Uint8Array([...header, ...random]),
    ]
  ) assertEquals(whyNot(bytes), null);
});

Deno.test("what is packed in a way that nbtrack does not read is named as not examined", () => {
  using home = temporary();
  const redactor = new StandardRedaction({ home: home.path });
  for (
    const [head, name] of [
      [[0xfd, 0x37, 0x7a, 0x58, 0x5a, 0], "xz"],
      [[0x42, 0x5a, 0x68, 0x39, 0x31], "bzip2"],
      [[0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], "7-Zip"],
      [[0x50, 0x41, 0x52, 0x31], "Parquet"],
      [[...new TextEncoder().encode("SQLite format 3\0")], "SQLite"],
    ] as const
  ) {
    const bytes = new Uint8Array([...head, 0, 200, 255, 1, 0, 0]);
    const { unexamined } = redactBytes(redactor, bytes);
    assertStringIncludes(unexamined ?? "", name);
  }
});
