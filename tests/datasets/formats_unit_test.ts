import { assertEquals, assertStringIncludes } from "@std/assert";
import { gzipSync } from "node:zlib";
import { fingerprint } from "../../src/datasets/dataset.ts";

const FIXTURES = new URL("../fixtures/data/", import.meta.url);
const utf8 = new TextEncoder();

async function of(name: string, contents: string | Uint8Array) {
  const dir = await Deno.makeTempDir();
  try {
    const path = `${dir}/${name}`;
    await Deno.writeFile(
      path,
      typeof contents === "string" ? utf8.encode(contents) : contents,
    );
    return await fingerprint(path);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

function fixture(name: string) {
  return fingerprint(new URL(name, FIXTURES));
}

/** Rows, and each column as `name type`. */
async function shape(name: string, contents: string | Uint8Array) {
  const { rows, columns } = await of(name, contents);
  return [rows, ...columns?.map((c) => `${c.name} ${c.type}`) ?? ["none"]];
}

const SHAPES: readonly [string, string, readonly unknown[]][] = [
  ["the last line ends otherwise", "a,b\r\n1,2\r\n3,4\n", [
    2,
    "a integer",
    "b integer",
  ]],
  ["the header ends otherwise", "a,b\n1,2\r\n3,4\r\n", [
    2,
    "a integer",
    "b integer",
  ]],
  [
    "lines were appended by another system",
    "when,what\r\n2020-01-01,x\r\n2020-01-02,y\n2020-01-03,z\n",
    [3, "when date", "what string"],
  ],
  ["quoted cells end lines of both kinds", 'a,b\r\n1,"x"\n2,"y"\n', [
    2,
    "a integer",
    "b string",
  ]],
  ["all three line ends", "a\r1\n2\r\n3", [3, "a integer"]],
  ["blank last lines", "a\n1\n2\n\n  \r\n", [2, "a integer"]],
  ["days that do not exist", "d\n2021-02-29\n2021-02-31\n2021-04-31\n", [
    3,
    "d string",
  ]],
  ["days that do", "d\n2024-02-29\n2000-02-29\n1999-12-31\n", [3, "d date"]],
  ["hours that do not exist", "t\n2021-01-01 24:61\n", [1, "t string"]],
  [
    "offsets of hours alone",
    "id,t\n1,2021-05-25 04:55:03+00\n2,2021-05-25 04:55:04+00\n",
    [2, "id integer", "t datetime"],
  ],
  [
    "spaces after commas",
    "age, work, pay\n39, gov, 77516\n50, self, 83311\n",
    [2, "age integer", "work string", "pay integer"],
  ],
  ["quotes after spaces", 'a, b\n1, "x, y"\n2, "z"\n', [
    2,
    "a integer",
    "b string",
  ]],
  ["spaces around numbers", "a,b\n 1 ,x\n2, y\n", [
    2,
    "a integer",
    "b string",
  ]],
  ["infinities", "x\n1.0\ninf\n-inf\n", [3, "x number"]],
  ["infinities by their whole name", "x\nInfinity\n-Infinity\n+INF\n", [
    3,
    "x number",
  ]],
  ["Excel's line of the delimiter", "sep=;\na;b\n1;2\n3;4\n", [
    2,
    "a integer",
    "b integer",
  ]],
  ["a comma in a header of another delimiter", "name;price, EUR\nx;5\n", [
    1,
    "name string",
    "price, EUR integer",
  ]],
];

for (const [what, text, wanted] of SHAPES) {
  Deno.test(`CSV with ${what} is read as pandas or DuckDB would`, async () => {
    assertEquals(await shape("a.csv", text), [...wanted]);
  });
}

Deno.test("JSON keeps whole numbers beyond float64 apart, and reads what Python writes for numbers that JSON has not", async () => {
  const big = await of(
    "a.jsonl",
    '{"id":1234567890123456789}\n{"id":1234567890123456790}\n{"id":1234567890123456791}\n',
  );
  assertEquals(
    big.profile?.map(({ distinct, min, max }) => [distinct, min, max]),
    [
      [3, "1234567890123456789", "1234567890123456791"],
    ],
  );
  const nan = await of(
    "a.jsonl",
    '{"loss":NaN,"s":"NaN, -Infinity"}\n{"loss":-Infinity,"s":"x"}\n',
  );
  assertEquals(nan.profile?.map(({ missing, min }) => [missing, min]), [
    [1, "-Infinity"],
    [0, "NaN, -Infinity"],
  ]);
  assertEquals(await shape("a.json", '[{"x": NaN}, {"x": 1}]'), [
    2,
    "x integer",
  ]);
  assertEquals(await shape("a.json", '{"x":1}\r\n{"x":2}\n\n'), [
    2,
    "x integer",
  ]);
  assertEquals(await shape("a.json", '[\n{"x":1},\n{"x":2}\n]\n'), [
    2,
    "x integer",
  ]);
  const broken = await of("a.json", '{"x": secret}');
  assertEquals(broken.columns, null);
  assertEquals(broken.message?.includes("secret"), false);
});

Deno.test("gzip of several members, with zeros between them and at its end, is read to its end", async () => {
  const first = gzipSync("a,b\n1,2\n");
  const second = gzipSync("3,4\n5,6\n");
  const joined = (...parts: Uint8Array[]) =>
    Uint8Array.from(parts.flatMap((part) => [...part]));
  const table = ["a integer", "b integer"];
  assertEquals(await shape("a.csv.gz", joined(first, second)), [3, ...table]);
  assertEquals(
    await shape("a.csv.gz", joined(first, new Uint8Array(512))),
    [1, ...table],
  );
  assertEquals(await shape("a.csv.bgz", joined(first, second)), [3, ...table]);
  const zeros = new Uint8Array(3);
  assertEquals(
    await shape("a.csv.gz", joined(first, zeros, second, zeros)),
    [3, ...table],
  );
  const other = await of("a.csv.gz", joined(first, zeros, new Uint8Array([7])));
  assertStringIncludes(other.message ?? "", "could not be unpacked");
  const cut = await of("a.csv.gz", first.subarray(0, first.length - 3));
  assertStringIncludes(cut.message ?? "", "could not be unpacked");
});

Deno.test("files that programs leave beside the data are no part of the table, and that is said", async () => {
  const dir = await Deno.makeTempDir();
  for (
    const [name, text] of [
      ["a.csv", "x\n1\n"],
      ["b.csv", "x\n2\n"],
      [".DS_Store", "\0\0"],
      ["_SUCCESS", ""],
      [".ipynb_checkpoints/a-checkpoint.csv", "x\n9\n"],
      ["_delta_log/0.json", "{}"],
    ] as const
  ) {
    const path = `${dir}/${name}`;
    await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    await Deno.writeTextFile(path, text);
  }
  const found = await fingerprint(dir);
  assertEquals([found.files, found.rows], [6, 2]);
  assertStringIncludes(found.warnings.join(), ".DS_Store");
  assertStringIncludes(found.warnings.join(), "_SUCCESS");
  await Deno.remove(dir, { recursive: true });
});

Deno.test("Parquet: columns of one name have each their own statistics", async () => {
  const { profile } = await fixture("dup.parquet");
  assertEquals(profile?.map(({ name, min, max }) => [name, min, max]), [
    ["a", 1, 2],
    ["a", 30, 40],
  ]);
});

Deno.test("Parquet: texts that were cut in statistics are read from the column", async () => {
  const [url] = (await fixture("long.parquet")).profile ?? [];
  const text = `https://example.org/${"p".repeat(60)}`;
  assertEquals([url?.min, url?.max], [`${text}a`, `${text}b`]);
});

Deno.test("Parquet: a time has its unit, and statistics with NaN say nothing", async () => {
  const [time] = (await fixture("time.parquet")).profile ?? [];
  assertEquals([time?.min, time?.max], ["01:02:03", "01:02:03"]);
  const { profile } = await fixture("nan.parquet");
  assertEquals(profile?.map(({ min, max }) => [min, max]), [
    [null, null],
    [1.5, 2.5],
  ]);
});

Deno.test("Parquet that is damaged, cut short or encrypted is said to be in words", async () => {
  const whole = await Deno.readFile(new URL("dup.parquet", FIXTURES));
  const changed = (work: (bytes: Uint8Array) => void) => {
    const bytes = whole.slice();
    work(bytes);
    return bytes;
  };
  const message = async (bytes: Uint8Array) =>
    (await of("a.parquet", bytes)).message ?? "";
  assertStringIncludes(await message(whole.subarray(0, -20)), "does not end");
  assertStringIncludes(
    await message(
      changed((bytes) => bytes.set(utf8.encode("PARE"), bytes.length - 4)),
    ),
    "it is encrypted",
  );
  assertStringIncludes(
    await message(
      changed((bytes) => bytes.fill(255, bytes.length - 60, bytes.length - 20)),
    ),
    "footer is damaged",
  );
});

Deno.test("an Arrow or Feather file has rows and columns, also when it is packed", async () => {
  const columns = ["i integer", "s string"];
  const shapeOf = async (name: string) => {
    const { rows, columns } = await fixture(name);
    return [rows, ...columns?.map((c) => `${c.name} ${c.type}`) ?? []];
  };
  assertEquals(await shapeOf("lz4.feather"), [3, ...columns]);
  assertEquals(await shapeOf("stream.arrows"), [6, ...columns]);
  assertEquals((await fixture("lz4.feather")).profile?.[0]?.missing, 1);
  const old = await fixture("version1.feather");
  assertEquals([old.rows, old.columns], [null, null]);
  assertStringIncludes(old.message ?? "", "version 1");
  const junk = await of("a.arrow", "hello hello hello hello");
  assertStringIncludes(junk.message ?? "", "could not be read as Arrow");
});
