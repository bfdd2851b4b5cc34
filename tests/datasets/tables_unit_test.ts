import {
  assert,
  assertEquals,
  assertNotEquals,
  assertStringIncludes,
} from "@std/assert";
import { parquetWriteBuffer } from "npm:hyparquet-writer@0.17.0";
import { type Fingerprint, fingerprint } from "../../src/datasets/dataset.ts";
import { CsvReader } from "../../src/datasets/csv_reader.ts";
import { GunzipReader } from "../../src/datasets/gunzip_reader.ts";
import { TABLE_BYTES } from "../../src/datasets/table_reader.ts";
import { sha256 } from "../../src/base/digest.ts";
import { withoutSpread } from "./profiles.ts";

async function of(
  name: string,
  content: string | Uint8Array,
): Promise<Fingerprint> {
  const dir = await Deno.makeTempDir();
  try {
    const bytes = typeof content === "string"
      ? new TextEncoder().encode(content)
      : content;
    await Deno.writeFile(`${dir}/${name}`, bytes);
    const found = await fingerprint(name, { cwd: dir });
    assertEquals(found.digest, sha256(bytes));
    assertEquals(found.size, bytes.length);
    return found;
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

async function gzip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  return await new Response(
    new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip")),
  ).bytes();
}

function shape(found: Fingerprint) {
  return [
    found.rows,
    found.columns?.map(({ name, type }) => `${name}:${type}`),
  ];
}

Deno.test("CSV has rows, columns with types, and a profile", async () => {
  const found = await of(
    "a.csv",
    `id,name,mass,when,stamp,ok,zip,note
1,Adelie,3750.5,2024-01-31,2024-01-31T10:00:00Z,true,01234,
2,"Gen, too",NA,2024-02-01,2024-02-01 10:00,FALSE,99999,x
3,Adelie,-1e3,,2024-02-01 10:00:00.5,true,00001,NA
`,
  );
  assertEquals(shape(found), [3, [
    "id:integer",
    "name:string",
    "mass:number",
    "when:date",
    "stamp:datetime",
    "ok:boolean",
    "zip:string",
    "note:string",
  ]]);
  assertEquals(withoutSpread(found.profile)?.slice(0, 4), [
    { name: "id", type: "integer", missing: 0, distinct: 3, min: 1, max: 3 },
    {
      name: "name",
      type: "string",
      missing: 0,
      distinct: 2,
      min: "Adelie",
      max: "Gen, too",
    },
    {
      name: "mass",
      type: "number",
      missing: 1,
      distinct: 2,
      min: -1000,
      max: 3750.5,
    },
    {
      name: "when",
      type: "date",
      missing: 1,
      distinct: 2,
      min: "2024-01-31",
      max: "2024-02-01",
    },
  ]);
  assertEquals(found.profile?.[7]?.missing, 2);
  assertEquals(found.message, null);
  assertEquals(found.warnings, []);
});

Deno.test("CSV dialects are recognised", async () => {
  const table = [1, ["a:integer", "b:string"]];
  assertEquals(shape(await of("a.csv", "a;b\n1;x,y\n")), table);
  assertEquals(shape(await of("a.tsv", "a\tb\n1\tx,y\n")), table);
  assertEquals(shape(await of("a.csv", "a\tb\n1\tx\n")), table);
  assertEquals(shape(await of("a.psv", "a|b\n1|x\n")), table);
  assertEquals(shape(await of("a.csv", "a,b\r\n1,x\r\n")), table);
  assertEquals(shape(await of("a.csv", 'a,b\r\n1,"x"\r\n')), table);
  assertEquals(shape(await of("a.csv", "a,b\r1,x\r")), table);
  assertEquals(shape(await of("a.csv", "\ufeffa,b\n1,x")), table);
  assertEquals(shape(await of("a.csv", 'a,b\n1,"x\ny"\n\n')), table);
  assertEquals(shape(await of("a.csv", '"a","b"\n1,"he said ""x"""\n')), table);
  assertEquals(shape(await of("a.csv", "a\n1\n2\n")), [2, ["a:integer"]]);
  const wide = new Uint16Array(
    [0xfeff, ..."a,b\n1,é\n"].map((c) =>
      typeof c === "number" ? c : c.charCodeAt(0)
    ),
  );
  assertEquals(shape(await of("a.csv", new Uint8Array(wide.buffer))), table);
});

Deno.test("numbers are only what is a number all the way", async () => {
  const type = async (cells: string[]) =>
    (await of("a.csv", `x\n${cells.join("\n")}\n`)).columns?.[0]?.type;
  assertEquals(await type(["1", "-2", "+3", "0"]), "integer");
  assertEquals(await type(["1.5", ".5", "2.", "1e5", "1E-5"]), "number");
  for (
    const odd of [
      "0x10",
      "1e",
      "e5",
      "-",
      ".",
      "1_000",
      "1,5x",
      "007",
      "1 2",
      "--1",
      "1.2.3",
    ]
  ) {
    assertEquals(await type([`"${odd}"`]), "string", odd);
  }
  assertEquals(await type(["2024-13-45"]), "string");
  assertEquals(await type(["2024-01-01", "2024-01-01T00:00"]), "datetime");
  assertEquals(await type(["NA", "NaN", "null"]), "null");
  const large = await of("a.csv", "x\n1\n9007199254740993\n");
  assertEquals(large.profile?.[0]?.max, "9007199254740993");
});

Deno.test("contents that are no table have a digest, no columns and a message", async () => {
  const cases: [string, string | Uint8Array, string][] = [
    ["a.csv", "", "empty"],
    ["a.csv", "\n\n", "no rows"],
    ["a.csv", "a,b\n1,2\n3\n", "record 3 has 1 cells, the header has 2"],
    ["a.csv", 'a,b\n1,"x\n', "unterminated"],
    ["a.csv", 'a,b\n1,"x"y\n2,"z"\n', "malformed"],
    ["a.csv", new Uint8Array([0x61, 0x0a, 0xe9, 0x0a]), "UTF-8"],
    ["a.csv", "a\n\0\n", "NUL"],
    ["a.json", "", "empty"],
    ["a.json", '[{"a":1}', "could not be read as JSON"],
    ["a.json", '{"a":1}', "neither"],
    ["a.jsonl", '{"a":1}\n{"a":\n', "line 2"],
    ["a.jsonl", "\n", "no rows"],
    ["a.parquet", "PAR1 not really", "could not be read as Parquet"],
    ["a.csv.gz", "not gzip", "could not be unpacked"],
    ["a.png", "\x89PNG", "not that of a table"],
  ];
  for (const [name, content, message] of cases) {
    const found = await of(name, content);
    assertEquals(
      [found.rows, found.columns, found.profile],
      [null, null, null],
      message,
    );
    assertStringIncludes(found.message ?? "", message);
  }
});

Deno.test("a header without rows and a header of numbers are pointed out", async () => {
  const hollow = await of("a.csv", "a,b\n");
  assertEquals(shape(hollow), [0, ["a:null", "b:null"]]);
  assertStringIncludes(hollow.message ?? "", "no rows");
  assertStringIncludes(
    (await of("a.csv", "1,2\n3,4\n")).warnings.join(),
    "only numbers",
  );
  assertStringIncludes(
    (await of("a.csv", "a,a\n3,4\n")).warnings.join(),
    '"a"',
  );
});

Deno.test("a table is read the same wherever its pieces are cut", async () => {
  const lines = ["id;text"];
  for (let i = 0; i < 60_000; i++) {
    lines.push(`${i};"é ""${i}""\r\nsecond; line ${"x".repeat(i % 90)}"`);
  }
  const found = await of("a.csv", lines.join("\r\n"));
  assert(found.size > 4 * 2 ** 20);
  assertEquals(shape(found), [60_000, ["id:integer", "text:string"]]);
  assertEquals(found.profile?.[0]?.max, 59_999);
  assertEquals(found.profile?.[1]?.missing, 0);
});

Deno.test("JSON and JSON Lines are read as rows, also where members are missing", async () => {
  const rows = [{ a: 1, b: "x" }, { a: 2.5, c: [1] }, { a: null, b: "y" }];
  const json = await of("a.json", JSON.stringify(rows));
  assertEquals(shape(json), [3, ["a:number", "b:string", "c:array"]]);
  assertEquals(json.profile?.map(({ missing }) => missing), [1, 1, 2]);
  const lines = await of(
    "a.ndjson",
    rows.map((row) => JSON.stringify(row)).join("\r\n"),
  );
  assertEquals(lines.columns, json.columns);
  assertEquals(lines.profile, json.profile);
  assertEquals(shape(await of("a.json", '{"a":[1,2],"b":["x",null]}')), [2, [
    "a:integer",
    "b:string",
  ]]);
});

Deno.test("packed tables are read, and their digest is that of the packed bytes", async () => {
  const text = new TextEncoder().encode("a,b\n1,x\n2,y\n");
  const packed = await gzip(text);
  const found = await of("a.csv.gz", packed);
  assertEquals(shape(found), [2, ["a:integer", "b:string"]]);
  assertNotEquals(found.digest, sha256(text));
  const cut = await of("a.csv.gz", packed.subarray(0, packed.length - 6));
  assertEquals(cut.columns, null);
  assertStringIncludes(cut.message ?? "", "unpacked");
});

Deno.test("true and false are two values, however they are written", async () => {
  const found = await of("a.csv", "ok,word\ntrue,true\nFalse,x\nTRUE,TRUE\n");
  assertEquals(shape(found), [3, ["ok:boolean", "word:string"]]);
  assertEquals(found.profile?.map(({ distinct }) => distinct), [2, 3]);
});

Deno.test("a number is one value however it is written, and in a column of texts each writing is one", async () => {
  const cells = [
    ["1", "1"],
    ["1.0", "1.0"],
    ["1e0", "1e0"],
    ["+1", "x"],
    [" 1", "1.0"],
    ["-0", "0"],
    ["0.0", "0.0"],
    [".5", ".5"],
    ["0.50", "0.5"],
    ["0.0000001", "1e-7"],
    ["1E-7", "1E-7"],
    ["inf", "inf"],
    ["Infinity", "Infinity"],
  ];
  const found = await of(
    "a.csv",
    `n,word\n${cells.map((row) => row.join(",")).join("\n")}\n`,
  );
  assertEquals(shape(found), [13, ["n:number", "word:string"]]);
  assertEquals(found.profile?.map(({ distinct }) => distinct), [5, 12]);
  const large = await of(
    "b.csv",
    "n\n9007199254740993\n9007199254740992\n+9007199254740993\n",
  );
  assertEquals(large.profile?.[0]?.distinct, 2);
});

Deno.test("Parquet is told from its footer", async () => {
  const bytes = new Uint8Array(parquetWriteBuffer({
    rowGroupSize: 2,
    columnData: [
      { name: "id", data: [1, 2, 3, null], type: "INT32" },
      { name: "name", data: ["b", null, "é", "a"], type: "STRING" },
      {
        name: "when",
        data: [5, 6, 7, 8].map((day) => new Date(day * 86_400_000)),
        type: "TIMESTAMP",
      },
      { name: "big", data: [1n, 2n, 3n, 9007199254740993n], type: "INT64" },
      { name: "ok", data: [true, false, true, true], type: "BOOLEAN" },
      { name: "x", data: [1.5, -2, 0, 3], type: "DOUBLE" },
      { name: "none", data: [null, null, 4, 5], type: "INT32" },
    ],
  }));
  const found = await of("a.parquet", bytes);
  assertEquals(shape(found), [4, [
    "id:integer",
    "name:string",
    "when:datetime",
    "big:integer",
    "ok:boolean",
    "x:number",
    "none:integer",
  ]]);
  assertEquals(found.columns?.[0]?.native, "INT32");
  const profile = (name: string) =>
    found.profile?.find((column) => column.name === name);
  const { histogram, ...facts } = profile("id") ?? {};
  assertEquals(facts, {
    name: "id",
    type: "integer",
    missing: 1,
    distinct: null,
    min: 1,
    max: 3,
  });
  const same = await of("a.csv", "id,x\n1,1.5\n2,-2\n3,0\n,3\n");
  assertEquals(histogram, same.profile?.[0]?.histogram);
  assertEquals(profile("x")?.histogram, same.profile?.[1]?.histogram);
  assertEquals(profile("ok")?.histogram, undefined);
  assertEquals([
    profile("name")?.min,
    profile("name")?.max,
    profile("name")?.missing,
  ], ["a", "é", 1]);
  assertEquals(profile("when")?.max, "1970-01-09T00:00:00.000Z");
  assertEquals(profile("big")?.max, "9007199254740993");
  assertEquals([profile("x")?.min, profile("x")?.max], [-2, 3]);
  assertEquals([profile("none")?.missing, profile("none")?.min], [2, 4]);
});

Deno.test("without a profile only the digest is told", async () => {
  const dir = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${dir}/a.csv`, "a\n1\n");
    const found = await fingerprint(`${dir}/a.csv`, { profile: false });
    assertEquals([found.rows, found.columns, found.profile, found.message], [
      null,
      null,
      null,
      null,
    ]);
    assertEquals(found.digest_only, true);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("of a table too large to be read whole, the columns are told and the rest is not claimed", async () => {
  const dir = await Deno.makeTempDir();
  try {
    const tables = {
      "a.csv": ["id,x\n", "1,0.5\n"],
      "a.jsonl": ["", '{"id":1,"x":0.5}\n'],
    };
    for (const [name, [head = "", line = ""]] of Object.entries(tables)) {
      await Deno.writeTextFile(
        `${dir}/${name}`,
        head + line.repeat(2 ** 20 / 2),
      );
      // The rest is a hole: it takes no room on the disk, and it is digested all the same.
      await Deno.truncate(`${dir}/${name}`, TABLE_BYTES + 1);
      const seen: number[] = [];
      const found = await fingerprint(`${dir}/${name}`, {
        onProgress: (bytes) => seen.push(bytes),
      });
      assertEquals(shape(found), [null, ["id:integer", "x:number"]]);
      assertEquals(found.profile, null);
      assertStringIncludes(found.message ?? "", "first 1 MiB");
      assertEquals([found.size, seen.at(-1)], [
        TABLE_BYTES + 1,
        TABLE_BYTES + 1,
      ]);
    }
    for (const name of ["one.csv", "one.jsonl"]) {
      await Deno.writeTextFile(`${dir}/${name}`, "0123456789,".repeat(2 ** 17));
      await Deno.truncate(`${dir}/${name}`, TABLE_BYTES + 1);
      const found = await fingerprint(`${dir}/${name}`);
      assertEquals(found.columns, null);
      assertStringIncludes(found.message ?? "", "first record is longer");
    }
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("unpacking stops at the limit, however much a file would unpack to", async () => {
  const packed = await gzip(
    new TextEncoder().encode("a,b\n" + "1,x\n".repeat(500_000)),
  );
  const limit = 2 ** 16;
  const reader = new GunzipReader(new CsvReader(), limit);
  for (let i = 0; i < packed.length; i += 1000) {
    await reader.push(packed.subarray(i, i + 1000));
  }
  const facts = await reader.finish(true);
  assertEquals([facts.rows, facts.profile], [null, null]);
  assertEquals(facts.columns?.map(({ type }) => type), ["integer", "string"]);
  assertStringIncludes(facts.message ?? "", "too large");
});
