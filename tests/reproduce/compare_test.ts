import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import encodeWebp from "npm:@jsquash/webp@1.5.0/encode.js";
import { encode } from "npm:fast-png@8.0.0";
import { encode as encodeJpeg } from "npm:jpeg-js@0.4.4";
import { GifWriter } from "npm:omggif@1.0.10";
import { crc32 } from "node:zlib";
import { RUN_CARD, RUN_VIEW } from "../../src/base/media_types.ts";
import type { OwnFolder } from "../../src/base/own_folders.ts";
import type { AnyOutput } from "../../src/notebook/outputs.ts";
import { nameFolders } from "../../src/record/bundle/folders.ts";
import {
  chanceByCell,
  drawingCells,
  readsClock,
} from "../../src/reproduce/chance.ts";
import { compareArtifacts } from "../../src/reproduce/compare/artifacts.ts";
import {
  type ExactNumber,
  parseExactJson,
} from "../../src/reproduce/compare/exact_json.ts";
import {
  finderOfDigests,
  finderOfPaths,
} from "../../src/reproduce/compare/folders.ts";
import {
  compareLogged,
  type DerivedDataset,
  describeLogged,
  NOTHING_LOGGED,
} from "../../src/reproduce/compare/logged.ts";
import {
  type Mask,
  type MaskOptions,
  Masks,
} from "../../src/reproduce/compare/masks.ts";
import {
  compareSides,
  isSame,
  type RunSide,
} from "../../src/reproduce/compare/runs.ts";
import {
  compareMetrics,
  type LoggedMetric,
  sameValue,
} from "../../src/reproduce/compare/metrics.ts";
import { compareCell } from "../../src/reproduce/compare/outputs.ts";
import {
  compareText,
  compareValue,
} from "../../src/reproduce/compare/values.ts";

const START = Date.parse("2026-11-23T10:00:00Z");
const AGAIN = Date.parse("2026-11-24T11:30:00Z");
const MINUTES = 60_000;
const NONE: ReadonlySet<string> = new Set();
const THEN: OwnFolder[] = [
  { kind: "work folder", path: "/home/user/work" },
  { kind: "home", path: "/home/user" },
  { kind: "temporary folder", path: "/tmp" },
];
const NOW: OwnFolder[] = [
  { kind: "work folder", path: "/var/scratch/one" },
  { kind: "home", path: "/home/other" },
  { kind: "temporary folder", path: "/tmp" },
];
const BASE: MaskOptions = {
  identities: [],
  folders: { recorded: finderOfPaths(THEN), reproduced: finderOfPaths(NOW) },
  equalInputs: true,
  spans: {
    recorded: { start: START, end: START + 10 * MINUTES },
    reproduced: { start: AGAIN, end: AGAIN + 10 * MINUTES },
  },
};

/** Masks at one position. */
function mask(
  { clock = false, progress = false, ...options }:
    & Partial<MaskOptions>
    & { clock?: boolean; progress?: boolean } = {},
): { masks: Masks; at: Mask } {
  const masks = new Masks({ ...BASE, ...options });
  const at = masks.at({ cell: 3, readsClock: clock });
  return { masks, at: progress ? at.stream() : at };
}

for (
  const [kind, then, now, recorded, reproduced] of [
    ["run time", "took 12.3 ms", "took 9 ms", "12.3 ms", "9 ms"],
    [
      "run time",
      "epoch 1: 3 minutes",
      "epoch 1: 4 minutes",
      "3 minutes",
      "4 minutes",
    ],
    [
      "date",
      "at 2026-11-23T10:00:01.000Z",
      "at 2026-11-24T11:30:12.345Z",
      "2026-11-23T10:00:01.000Z",
      "2026-11-24T11:30:12.345Z",
    ],
    [
      "date",
      "Mon Nov 23 2026 10:05:00 GMT+0000 (Coordinated Universal Time)",
      "Tue Nov 24 2026 12:31:00 GMT+0100 (Central European Standard Time)",
      "Mon Nov 23 2026 10:05:00 GMT+0000 (Coordinated Universal Time)",
      "Tue Nov 24 2026 12:31:00 GMT+0100 (Central European Standard Time)",
    ],
    ["date", "23.11.2026, 11:01:30", "24.11.2026, 12:32:30", null, null],
    ["date", "11/23/2026", "11/24/2026", null, null],
    ["date", "on 2026-11-23", "on 2026-11-24", "2026-11-23", "2026-11-24"],
    ["date", "started 10:05:07", "started 11:36:00", "10:05:07", "11:36:00"],
    ["date", "10:05:07 AM", "5:06:00 PM", null, null],
    [
      "folder",
      "read /home/user/work/a.csv",
      "read /var/scratch/one/a.csv",
      "/home/user/work",
      "/var/scratch/one",
    ],
    ["folder", "/home/user/work", "/var/scratch/one", null, null],
    [
      "folder",
      "in /home/user/x.",
      "in /home/other/x.",
      "/home/user",
      "/home/other",
    ],
    [
      "folder",
      'Module not found "file:///home/user/work/nope.ts".',
      'Module not found "file:///var/scratch/one/nope.ts".',
      "/home/user/work",
      "/var/scratch/one",
    ],
    [
      "temporary name",
      "wrote /tmp/29f4801be73a3613/a.csv",
      "wrote /tmp/4b141a7a0190e587/a.csv",
      "29f4801be73a3613",
      "4b141a7a0190e587",
    ],
    [
      "temporary name",
      "wrote /tmp/abc60966b578ab692ec",
      "wrote /tmp/abcb15e077cea1dedec",
      "60966b578ab692ec",
      "b15e077cea1dedec",
    ],
    [
      "memory address",
      "<Session object at 0x7ffd1234>",
      "<Session object at 0x7ffe4321>",
      "0x7ffd1234",
      "0x7ffe4321",
    ],
    ["progress bar", "0 %\r50 %\r100 %\n", "0 %\r100 %\n", null, null],
    ["progress bar", "10\u001b[2K\r20\n", "10\r\u001b[K20\n", null, null],
  ] as const
) {
  Deno.test(`${kind} is masked, and kept with both texts: ${JSON.stringify(then)}`, () => {
    const { masks, at } = mask({ clock: true, progress: true });
    assert(at.same(then, now));
    assertEquals(masks.uses, [{
      kind,
      cell: 3,
      recorded: recorded ?? then,
      reproduced: reproduced ?? now,
    }]);
  });
}

for (
  const [why, options, then, now] of [
    ["no clock is read", {}, "mean reaction 312 ms", "mean reaction 318 ms"],
    [
      "a drawn name is not in the temporary folder",
      {},
      "best: /data/29f4801be73a3613/a.csv",
      "best: /data/4b141a7a0190e587/a.csv",
    ],
    [
      "what stands beside a drawn name differs",
      {},
      "/tmp/adelie-29f4801be73a3613.csv",
      "/tmp/gentoo-4b141a7a0190e587.csv",
    ],
    [
      "one drawn name stands for two",
      {},
      "/tmp/29f4801be73a3613/a /tmp/29f4801be73a3613/b",
      "/tmp/4b141a7a0190e587/a /tmp/5c141a7a0190e587/b",
    ],
    [
      "an input differs, from which a temporary file may have its name",
      { equalInputs: false },
      "/tmp/29f4801be73a3613/a.csv",
      "/tmp/4b141a7a0190e587/a.csv",
    ],
    ["no clock is read", {}, "day 2026-11-23", "day 2026-11-24"],
    [
      "an input differs",
      { clock: true, equalInputs: false },
      "took 12 ms",
      "took 13 ms",
    ],
    [
      "the number has no unit",
      { clock: true },
      "accuracy 0.97",
      "accuracy 0.96",
    ],
    [
      "the duration is longer than the run",
      { clock: true },
      "mean delay 14 min",
      "mean delay 15 min",
    ],
    ["the unit is none of time", { clock: true }, "formula 3 S", "formula 4 S"],
    [
      "the date is not of the run",
      { clock: true },
      "first flower 2012-01-01",
      "first flower 2012-01-02",
    ],
    [
      "only one of the dates is of its run",
      { clock: true },
      "last 2026-11-23",
      "last 2012-01-02",
    ],
    [
      "the time of day is not of the run",
      { clock: true },
      "sunrise 10:12:31",
      "sunrise 10:12:32",
    ],
    [
      "the file is another",
      {},
      "/home/user/work/a.csv",
      "/var/scratch/one/b.csv",
    ],
    [
      "a folder is not the run's own",
      {},
      "/data/cat/001.png",
      "/data/dog/001.png",
    ],
    [
      "a folder in the work folder is another",
      {},
      "/home/user/work/cat/1.png",
      "/var/scratch/one/dog/1.png",
    ],
    [
      "a path is part of an address",
      {},
      "GET /api/v1/users",
      "GET /api/v2/users",
    ],
    [
      "a path begins like an own folder",
      {},
      "/home/users/x",
      "/home/others/x",
    ],
    [
      "own folders of two kinds meet",
      {},
      "/home/user/a.csv",
      "/var/scratch/one/a.csv",
    ],
    ["an id of another run is named", {}, "run 3f2a0b1c", "run 9f2a0b1c"],
    [
      "a hexadecimal number is a result",
      {},
      "digest 0x7ffd1234",
      "digest 0x7ffe4321",
    ],
    [
      "what can still be read differs",
      { progress: true },
      "a 0.5\rOK\n",
      "a 0.7\rOK\n",
    ],
    ["the last of a bar differs", { progress: true }, "1\r20\n", "1\r21\n"],
    ["it is no stream", {}, "1\r20\n", "2\r20\n"],
    ["colours differ", {}, "\u001b[33m12\u001b[39m", "12"],
    [
      "the words differ",
      { clock: true },
      "took 12 ms, ok",
      "took 12 ms, not ok",
    ],
  ] as const
) {
  Deno.test(`nothing is masked when ${why}: ${JSON.stringify(then)}`, () => {
    const { masks, at } = mask(options);
    assert(!at.same(then, now));
    assertEquals(masks.uses, []);
  });
}

Deno.test("a long line without an end is looked at once, not once for each of its characters", () => {
  const began = performance.now();
  for (
    const [then, now] of [
      ["a".repeat(400_000), "b".repeat(400_000)],
      ["1,".repeat(200_000), "2,".repeat(200_000)],
      [`${"/a".repeat(200_000)}!`, `${"/b".repeat(200_000)}?`],
      [`${" /a".repeat(100_000)}!`, `${" /b".repeat(100_000)}?`],
      ["1\r".repeat(200_000), "2\r".repeat(200_000)],
    ] as const
  ) {
    const { at } = mask({ clock: true, progress: true });
    assertEquals(at.same(then, now), false);
  }
  assert(performance.now() - began < 5000);
});

Deno.test("equal texts need no mask, whatever is in them", () => {
  const { masks, at } = mask({ clock: true });
  assert(at.same("12 ms at 2026-01-01", "12 ms at 2026-01-01"));
  assertEquals(masks.uses, []);
});

Deno.test("a run's own id and name are the same run to a reader", () => {
  const { masks, at } = mask({
    identities: [["quiet-heron-417", "brisk-snipe-623"]],
  });
  assert(at.same("run quiet-heron-417 is open", "run brisk-snipe-623 is open"));
  assertEquals(masks.uses, [{
    kind: "run",
    cell: 3,
    recorded: "quiet-heron-417",
    reproduced: "brisk-snipe-623",
  }]);
});

Deno.test("folders are found by their digests as by their paths", () => {
  const finder = finderOfDigests(nameFolders(THEN, "a run"), "a run");
  const text = "/home/user/work/a /home/user /tmp/x /home/users /data";
  assertEquals(finder.find(text), finderOfPaths(THEN).find(text));
  assertEquals(finder.find(text).map(({ kinds }) => kinds), [
    ["work folder"],
    ["home"],
    ["temporary folder"],
  ]);
  assertEquals(
    finderOfDigests(nameFolders(THEN, "other"), "a run").find(text),
    [],
  );
});

Deno.test("a difference in colours alone is one, and is said as such", () => {
  const { masks, at } = mask();
  assertEquals(
    compareText("text/plain", ["\u001b[33m12\u001b[39m", "12"], at),
    "colour: the text is the same, its colours are not",
  );
  assertStringIncludes(
    compareText("text/plain", ["\u001b[33m12\u001b[39m", "13"], at) ?? "",
    "13",
  );
  assertEquals(masks.uses, []);
});

Deno.test("code reads a clock when it says so, not when it has a date in a text", () => {
  for (
    const source of [
      "performance.now()",
      "new Date()",
      "new Date",
      "Date.now()",
      "console.time('a')",
      "dayjs()",
    ]
  ) {
    assert(readsClock(source), source);
  }
  for (
    const source of [
      "const updated = '2012-01-01'",
      "datePicker()",
      "const mandate = 1",
      "new Date(2012, 0, 1)",
      'new Date("2012-01-01")',
      "setTimeout(f, 1)",
    ]
  ) {
    assert(!readsClock(source), source);
  }
});

Deno.test("what a cell draws comes into another by what it made, not by a name that both declare", () => {
  const sources: [source: string, draws: boolean][] = [
    ["const start = performance.now(); let w = Math.random()", true],
    ["const start = performance.now(); console.log(start)", false],
    ["for (const row of rows) { const w = 1; console.log(w) }", false],
    ["start", false],
    ["w += 1", true],
    ["const list = []; list.push(w)", true],
    ["list.length", true],
    ['import _ from "npm:lodash"; _.random(3)', true],
    ["_.range(3)", false],
    ["[w, ...Deno.readDirSync('.')].sort(); console.log(w)", true],
    ["Deno.cwd(); console.log(1)", false],
    [
      "let s = 1; function rng() { s = s * 48271 % 2147483647; return s; }",
      false,
    ],
    ["const gauss = () => rng() + rng(); gauss(); rng()", false],
    ['const seeded = seedrandom("7"); seeded()', false],
    ["function shuffled(a) { return a.map((v) => [Math.random(), v]); }", true],
    ["shuffled([1])", true],
    ["jitter(1)", true],
    ["const { random } = Math;", true],
    ["random()", true],
    ["const f = () => w", true],
    ["f()", true],
    ["let w = 3", false],
    ["w", false],
  ];
  assertEquals(
    drawingCells(sources.map(([source]) => source), [], { seeded: false }),
    sources.map(([, draws]) => draws),
  );
});

Deno.test("a cell depends on chance by the names it uses, and no other cell does", () => {
  const kinds = chanceByCell([
    "const t0 = performance.now()",
    "const { a, b: c } = await load()",
    "console.log(a)",
    "console.log(performance.now() - t0)",
    "function wait() { return t0 }",
    "wait()",
    "c.when = Date.now()",
    "c",
    'import { x } from "./lib.ts"; x()',
    "[...Deno.readDirSync('.')].map((e) => e.name).sort()",
  ], ["export const x = () => Math.random()"]);
  assertEquals(kinds.map((set) => [...set].join()), [
    "the time",
    "",
    "",
    "the time",
    "the time",
    "the time",
    "the time",
    "the time",
    "random numbers",
    "what lies in a folder",
  ]);
});

for (
  const [then, now, equalInputs] of [
    [
      '<svg><clipPath id="clip-a1f3"/><g clip-path="url(#clip-a1f3)"/></svg>',
      '<svg><clipPath id="clip-9bc2"/><g clip-path="url(#clip-9bc2)"/></svg>',
      true,
    ],
    [
      '<style>#T_1a2b td { color: red }</style><table id="T_1a2b"></table>',
      '<style>#T_9f8e td { color: red }</style><table id="T_9f8e"></table>',
      true,
    ],
    [
      '<div id="v7f3a9c12"></div><script>draw("v7f3a9c12")</script>',
      '<div id="v0b1c2d3e"></div><script>draw("v0b1c2d3e")</script>',
      true,
    ],
    [
      '<label for="x1">a</label><i id="x1"/><i id="x2"/>',
      '<label for="x3">a</label><i id="x3"/><i id="x4"/>',
      true,
    ],
  ] as const
) {
  Deno.test(`generated ids are no difference: ${then}`, () => {
    const { masks, at } = mask({ equalInputs });
    assertEquals(compareText("text/html", [then, now], at), null);
    assertEquals([...new Set(masks.uses.map(({ kind }) => kind))], [
      "generated id",
    ]);
  });
}

for (
  const [why, then, now, equalInputs] of [
    ["it is a word", '<tr id="adelie">', '<tr id="gentoo">', true],
    [
      "it is a word with a number",
      '<g id="digit3"/><use href="#digit3"/>',
      '<g id="digit8"/><use href="#digit8"/>',
      true,
    ],
    ["its number is inside", '<g id="k-3-of-9"/>', '<g id="k-4-of-9"/>', true],
    ["it has two numbers", '<g id="cell-1-2"/>', '<g id="cell-3-4"/>', true],
    ["it names one of some", '<g id="cluster1"/>', '<g id="cluster2"/>', true],
    [
      "the ids do not count on alike",
      '<g id="digit3"/><g id="digit4"/>',
      '<g id="digit8"/><g id="digit5"/>',
      true,
    ],
    ["it is read", '<b id="a1">a1</b>', '<b id="b2">b2</b>', true],
    [
      "it is not used alike",
      '<b id="a1"/><a href="#a1"/>',
      '<b id="b2"/><a href="#c3"/>',
      true,
    ],
    [
      "one stands for two",
      '<b id="a1"/><b id="c3"/>',
      '<b id="b2"/><b id="b2"/>',
      true,
    ],
    ["a number may be a result", '<tr id="row-17">', '<tr id="row-18">', false],
    [
      "it may come from other data",
      '<path id="gene-ENSG00000141510" d="M0,0"/>',
      '<path id="gene-ENSG00000012048" d="M0,0"/>',
      false,
    ],
    [
      "other data may have another order",
      '<tr id="customer-3f2a8f6c"><td>gold</td></tr><tr id="customer-9c1a77b2"><td>silver</td></tr>',
      '<tr id="customer-9c1a77b2"><td>gold</td></tr><tr id="customer-3f2a8f6c"><td>silver</td></tr>',
      false,
    ],
    [
      "it is an address",
      '<a href="/species/adelie/1.html">',
      '<a href="/species/gentoo/1.html">',
      true,
    ],
    ["a value differs, too", '<b id="a1" x="3"/>', '<b id="b2" x="4"/>', true],
    ["white space is seen", "<b>a</b> <b>b</b>", "<b>a</b><b>b</b>", true],
  ] as const
) {
  Deno.test(`an id is a difference when ${why}: ${then}`, () => {
    const { masks, at } = mask({ equalInputs });
    assert(compareText("text/html", [then, now], at) !== null);
    assertEquals(masks.uses, []);
  });
}

Deno.test("JSON is compared by its values, not by the order of its keys", async () => {
  const { at } = mask();
  assertEquals(
    await compareValue(
      "application/json",
      [{ a: 1, b: [2] }, { b: [2], a: 1 }],
      at,
    ),
    null,
  );
  assertEquals(
    await compareValue(
      "application/json",
      [{ a: 1, b: [2] }, { a: 1, b: [3] }],
      at,
    ),
    "$.b[0]: 2 → 3",
  );
});

Deno.test("pictures are compared by their pixels when their bytes differ", async () => {
  const picture = (level: number, shade: number) =>
    encode(
      {
        width: 8,
        height: 8,
        channels: 1,
        depth: 8,
        data: new Uint8Array(64).fill(7).fill(shade, 0, 3),
      },
      { zlib: { level: level as 0 | 9 } },
    ).toBase64();
  const { masks, at } = mask();
  assert(picture(0, 1) !== picture(9, 1));
  assertEquals(
    await compareValue("image/png", [picture(0, 1), picture(9, 1)], at),
    null,
  );
  assertEquals(masks.uses.map(({ kind }) => kind), ["picture"]);
  assertEquals(
    await compareValue("image/png", [picture(0, 1), picture(0, 2)], at),
    "image/png: 3 of 64 pixels differ",
  );
});

/** A PNG with a part before its data. */
function withPart(png: Uint8Array, name: string, data: number[]): Uint8Array {
  const part = new Uint8Array(12 + data.length);
  const view = new DataView(part.buffer);
  view.setUint32(0, data.length);
  part.set(new TextEncoder().encode(name), 4);
  part.set(data, 8);
  view.setUint32(8 + data.length, crc32(part.subarray(4, 8 + data.length)));
  const at = 8 + 25; // behind the signature and the header
  return new Uint8Array([...png.slice(0, at), ...part, ...png.slice(at)]);
}

/** EXIF with an orientation and the day of a camera. */
function exif(orientation: number, day = "1", little = false): number[] {
  const bytes = new Uint8Array(48);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, little ? 0x4949 : 0x4d4d);
  view.setUint16(2, 42, little);
  view.setUint32(4, 8, little);
  view.setUint16(8, 2, little);
  const entry = (at: number, values: readonly [number, number, number]) => {
    view.setUint16(at, values[0], little);
    view.setUint16(at + 2, values[1], little);
    view.setUint32(at + 4, values[2], little);
  };
  entry(10, [0x0112, 3, 1]);
  view.setUint16(18, orientation, little);
  entry(22, [0x0132, 2, 4]);
  bytes.set(new TextEncoder().encode(day.padStart(4, "0")), 30);
  return [...bytes];
}

for (
  const [about, name, then, now] of [
    ["a colour that is transparent", "tRNS", null, [0, 7]],
    ["a second frame", "fdAT", [0, 0, 0, 1, 3], [0, 0, 0, 1, 4]],
    ["EXIF that cannot be read", "eXIf", null, [77, 77, 0, 42, 0, 0, 0, 8]],
    ["an orientation", "eXIf", exif(6), exif(8)],
    ["a gamma", "gAMA", [0, 0, 177, 143], [0, 1, 134, 160]],
  ] as const
) {
  Deno.test(`a picture with the same pixels is another one when it differs in ${about}`, async () => {
    const plain = encode({
      width: 1,
      height: 1,
      channels: 1,
      depth: 8,
      data: new Uint8Array([7]),
    });
    const [recorded, reproduced] = [then, now].map((data) =>
      (data === null ? plain : withPart(plain, name, [...data])).toBase64()
    );
    const { masks, at } = mask();
    assertEquals(
      await compareValue("image/png", [recorded, reproduced], at),
      `image/png: the pixels are the same, what says how to show them is not: ${
        name === "eXIf" ? "orientation" : name
      }`,
    );
    assertEquals(masks.uses, []);
    const noted = withPart(plain, "tEXt", [97, 0, 98]).toBase64();
    assertEquals(
      await compareValue("image/png", [plain.toBase64(), noted], at),
      null,
    );
  });
}

/** JPEG, GIF and WebP: the same pixels in other bytes, and other pixels. */
async function encodings(): Promise<
  Record<string, { same: Uint8Array[]; other: Uint8Array; difference: string }>
> {
  const rgba = (shade: number) =>
    new Uint8ClampedArray(16 * 16 * 4).map((_, i) =>
      i % 4 === 3 ? 255 : i < 64 ? shade : i % 251
    );
  const jpeg = (shade: number) =>
    new Uint8Array(
      encodeJpeg({ data: rgba(shade), width: 16, height: 16 }, 90).data,
    );
  const gif = (delay: number, shade: number, unused: number[]) => {
    const bytes = new Uint8Array(2000);
    const writer = new GifWriter(bytes, 4, 4, {
      palette: [0, 0xff0000, 0x00ff00, 0x0000ff, ...unused],
      loop: 0,
    });
    writer.addFrame(0, 0, 4, 4, new Array(16).fill(1), { disposal: 2 });
    writer.addFrame(1, 1, 2, 2, [2, 2, 2, shade], { delay });
    return bytes.slice(0, writer.end());
  };
  const webp = async (shade: number, extra: number[] = []) => {
    const image = new ImageData(rgba(shade), 16, 16);
    const bytes = new Uint8Array(await encodeWebp(image, { lossless: 1 }));
    const all = new Uint8Array([...bytes, ...extra]);
    new DataView(all.buffer).setUint32(4, all.length - 8, true);
    return all;
  };
  const plain = jpeg(10);
  const comment = [0xff, 0xfe, 0, 4, 65, 66];
  return {
    "image/jpeg": {
      same: [
        plain,
        new Uint8Array([...plain.slice(0, 2), ...comment, ...plain.slice(2)]),
      ],
      other: jpeg(240),
      difference: "of 256 pixels differ",
    },
    "image/gif": {
      same: [gif(5, 2, []), gif(5, 2, [7, 7, 7, 7])],
      other: gif(5, 3, []),
      difference: "1 of 16 pixels differ in frame 1",
    },
    "image/webp": {
      same: [
        await webp(10),
        await webp(10, [0x6d, 0x69, 0x6e, 0x65, 2, 0, 0, 0, 1, 2]),
      ],
      other: await webp(11),
      difference: "16 of 256 pixels differ",
    },
  };
}

Deno.test("JPEG, GIF and WebP are compared by their pixels when their bytes differ", async () => {
  for (const [type, files] of Object.entries(await encodings())) {
    const [one, two] = files.same.map((bytes) => bytes.toBase64());
    assert(one !== two, type);
    const { masks, at } = mask();
    assertEquals(await compareValue(type, [one, two], at), null, type);
    assertEquals(masks.uses.map(({ kind }) => kind), ["picture"]);
    assertStringIncludes(
      await compareValue(type, [one, files.other.toBase64()], at) ?? "",
      files.difference,
      type,
    );
  }
});

Deno.test("a picture that cannot be read, or has too many pixels, is named and not decoded", async () => {
  const { at } = mask();
  for (const type of ["image/png", "image/jpeg", "image/gif", "image/webp"]) {
    const difference = await compareValue(type, ["R0lG", "R0lH"], at);
    assertStringIncludes(difference ?? "", "the pixels cannot be read", type);
  }
  const gif = (size: number) => {
    const bytes = new Uint8Array(200);
    const writer = new GifWriter(bytes, size, size, { palette: [0, 1] });
    writer.addFrame(0, 0, 1, 1, [0]);
    return bytes.slice(0, writer.end()).toBase64();
  };
  const difference = await compareValue(
    "image/gif",
    [gif(30_000), gif(30_001)],
    at,
  );
  assertStringIncludes(difference ?? "", "more than 100000000 pixels");
});

Deno.test("the time of a frame is part of a moving picture", async () => {
  const gif = (delay: number) => {
    const bytes = new Uint8Array(200);
    const writer = new GifWriter(bytes, 1, 1, { palette: [0, 1] });
    writer.addFrame(0, 0, 1, 1, [0], { delay });
    return bytes.slice(0, writer.end()).toBase64();
  };
  assertEquals(
    await compareValue("image/gif", [gif(5), gif(6)], mask().at),
    "image/gif: delay 50 ms → 60 ms",
  );
});

Deno.test("how often a moving picture repeats is part of it", async () => {
  const gif = (loop: number | undefined, frames: number) => {
    const bytes = new Uint8Array(400);
    const writer = new GifWriter(bytes, 1, 1, {
      palette: [0, 1],
      ...loop === undefined ? {} : { loop },
    });
    for (let n = 0; n < frames; n++) {
      writer.addFrame(0, 0, 1, 1, [n % 2], { delay: 5 });
    }
    return bytes.slice(0, writer.end()).toBase64();
  };
  const compared = (then: string, now: string) =>
    compareValue("image/gif", [then, now], mask().at);
  const loops =
    "image/gif: the pixels are the same, what says how to show them is not: loops";
  assertEquals(await compared(gif(1, 2), gif(2, 2)), loops);
  assertEquals(await compared(gif(undefined, 2), gif(0, 2)), loops);
  assertEquals(await compared(gif(1, 1), gif(2, 1)), null);
});

Deno.test("by which side a JPEG or WebP is up, and its colour space, are part of it; the day of a camera is not", async () => {
  const rgba = new Uint8ClampedArray(16 * 16 * 4).fill(200);
  const size = { width: 16, height: 16 };
  const jpeg = new Uint8Array(encodeJpeg({ data: rgba, ...size }, 90).data);
  const letters = (text: string) => [...new TextEncoder().encode(text)];
  const inJpeg = (marker: number, data: number[]) => {
    const length = data.length + 2;
    const part = [0xff, marker, length >> 8, length & 0xff, ...data];
    return new Uint8Array([...jpeg.slice(0, 2), ...part, ...jpeg.slice(2)]);
  };
  const plain = new Uint8Array(
    await encodeWebp(new ImageData(rgba, 16, 16), { lossless: 1 }),
  );
  const inWebp = (name: string, data: number[]) => {
    const part = [...letters(name), data.length, 0, 0, 0, ...data];
    const all = new Uint8Array([...plain, ...part]);
    new DataView(all.buffer).setUint32(4, all.length - 8, true);
    return all;
  };
  const head = letters("Exif\0\0");
  const files = {
    "image/jpeg": {
      plain: jpeg,
      exif: (data: number[]) => inJpeg(0xe1, [...head, ...data]),
      icc: (n: number) =>
        inJpeg(0xe2, [...letters("ICC_PROFILE\0"), 1, 1, n, n]),
      colour: "ICC",
    },
    "image/webp": {
      plain,
      exif: (data: number[]) => inWebp("EXIF", data),
      icc: (n: number) => inWebp("ICCP", [n, n]),
      colour: "ICCP",
    },
  };
  for (
    const [type, { plain, exif: withExif, icc, colour }] of Object.entries(
      files,
    )
  ) {
    const compared = (then: Uint8Array, now: Uint8Array) =>
      compareValue(type, [then.toBase64(), now.toBase64()], mask().at);
    const differs = (what: string) =>
      `${type}: the pixels are the same, what says how to show them is not: ${what}`;
    assertEquals(
      await compared(withExif(exif(6)), withExif(exif(8))),
      differs("orientation"),
    );
    assertEquals(
      await compared(plain, withExif(exif(3, "1", true))),
      differs("orientation"),
    );
    assertEquals(await compared(plain, withExif(exif(1))), null, type);
    assertEquals(
      await compared(withExif(exif(6, "1")), withExif(exif(6, "2", true))),
      null,
      type,
    );
    assertEquals(await compared(icc(1), icc(2)), differs(colour));
    assertEquals(await compared(plain, icc(2)), differs(colour));
  }
});

Deno.test("pictures of another kind are compared by their bytes, which is said", async () => {
  const difference = await compareValue(
    "image/avif",
    ["R0lG", "R0lH"],
    mask().at,
  );
  assertStringIncludes(difference ?? "", "bytes alone");
});

Deno.test("streams are merged before they are compared", async () => {
  const stream = (text: string, name = "stdout") => ({
    output_type: "stream",
    name,
    text,
  });
  const verdict = await compareCell(
    {
      index: 0,
      name: "[0]",
      recorded: {
        status: "ok",
        outputs: [stream("a\n"), stream("warn\n", "stderr"), stream("b\n")],
        messages: NONE,
      },
      reproduced: {
        status: "ok",
        outputs: [stream("a\nb\n"), stream("warn\n", "stderr")],
        messages: NONE,
      },
    },
    mask().at,
  );
  assertEquals(verdict, {
    cell: 0,
    name: "[0]",
    same: true,
    diff: null,
  });
});

Deno.test("a failure is the same with the same name and message, and another where it is none", async () => {
  const error = (evalue: string) => ({
    output_type: "error",
    ename: "TypeError",
    evalue,
    traceback: [`at ${evalue}`],
  });
  const compare = (then: [string, string[]], now: [string, string[]]) =>
    compareCell(
      {
        index: 3,
        name: "[3]",
        recorded: {
          status: then[0],
          outputs: then[1].map(error),
          messages: NONE,
        },
        reproduced: {
          status: now[0],
          outputs: now[1].map(error),
          messages: NONE,
        },
      },
      mask().at,
    );
  assertEquals((await compare(["error", ["x"]], ["error", ["x"]]))?.same, true);
  assertEquals(
    (await compare(["error", ["x"]], ["error", ["y"]]))?.same,
    false,
  );
  assertEquals((await compare(["error", ["x"]], ["ok", []]))?.same, false);
  assertEquals(await compare(["ok", []], ["ok", []]), null);
});

Deno.test("where an error was thrown is part of it, but for the call for which there was no room left", async () => {
  const compare = async (evalue: string) => {
    const [then, now] = [2, 3].map((line) => ({
      output_type: "error",
      ename: "RangeError",
      evalue,
      traceback: [`RangeError: ${evalue}`, `    at f (<anonymous>:${line}:5)`],
    }));
    const cell = (output: AnyOutput | undefined) => ({
      status: "error",
      outputs: output === undefined ? [] : [output],
      messages: NONE,
    });
    const compared = await compareCell({
      index: 0,
      name: "[0]",
      recorded: cell(then),
      reproduced: cell(now),
    }, mask().at);
    return compared?.same;
  };
  assertEquals(await compare("of its own"), false);
  assertEquals(await compare("Maximum call stack size exceeded"), true);
});

Deno.test("cards are read by their media type, and never compared as texts", async () => {
  const card = (name: string, text: string, experiment = "penguins") => ({
    output_type: "execute_result",
    data: {
      [RUN_CARD]: { run_id: crypto.randomUUID(), name, experiment },
      "text/plain": text,
    },
  });
  const text = (text: string) => ({
    output_type: "execute_result",
    data: { "text/plain": text },
  });
  const compare = (then: AnyOutput[], now: AnyOutput[]) =>
    compareCell(
      {
        index: 0,
        name: "[0]",
        recorded: { status: "ok", outputs: then, messages: NONE },
        reproduced: { status: "ok", outputs: now, messages: NONE },
      },
      mask().at,
    );
  const [one, two] = [
    card("quiet-heron-417", "RUNNING"),
    card("brisk-snipe-623", "FINISHED, 3 cells"),
  ];
  assertEquals((await compare([one], [two]))?.same, true);
  for (
    const [then, now] of [
      [[one], []],
      [[one], [text("RUNNING")]],
      [[one, text("1")], [two, text("2")]],
      [[one], [card("a", "RUNNING", "flowers")]],
      [
        [text("penguins\n  run  a (3f2a0b1c)\n  status  RUNNING")],
        [text("penguins\n  run  b (9f2a0b1c)\n  status  RUNNING")],
      ],
    ] as [AnyOutput[], AnyOutput[]][]
  ) assertEquals((await compare(then, now))?.same, false, JSON.stringify(now));
});

Deno.test("a card may stand in another cell, as that of a run that nobody awaited; one that is missing, or of another experiment, differs", async () => {
  const card = (experiment: string) => ({
    output_type: "display_data",
    data: {
      [RUN_CARD]: { run_id: crypto.randomUUID(), name: "a", experiment },
      "text/plain": experiment,
    },
    metadata: {},
  });
  const side = (cells: AnyOutput[][]): RunSide => ({
    run_id: crypto.randomUUID(),
    name: "quiet-heron-417",
    cells: cells.map((outputs) => ({ status: "ok", outputs })),
    metrics: [],
    artifacts: [],
    models: null,
    logged: NOTHING_LOGGED,
    folders: finderOfPaths(THEN),
    span: BASE.spans.recorded,
    messages: NONE,
  });
  const compare = async (then: AnyOutput[][], now: AnyOutput[][]) => {
    const compared = await compareSides(side(then), side(now), {
      positions: then.map((_, index) => ({
        index,
        name: `[${index}]`,
        readsClock: false,
        draws: false,
        logs: false,
        cut: false,
        skip: false,
        overwritesItself: false,
      })),
      toleranceOf: () => ({}),
      equalInputs: true,
    });
    return [isSame(compared), compared.masked.map(({ kind }) => kind)];
  };
  const [one, two] = [card("knn"), card("trees")];
  assertEquals(await compare([[one], [two], []], [[card("knn")], [], [two]]), [
    true,
    ["place of cards", "place of cards"],
  ]);
  for (
    const now of [
      [[one], [], []],
      [[two], [one], []],
      [[one], [two, card("trees")], []],
      [[one], [card("flowers")], []],
    ]
  ) {
    const [same] = await compare([[one], [two], []], now);
    assertEquals(same, false, JSON.stringify(now));
  }
});

Deno.test("charts, progress displays and tables of runs are read by their media type; one that holds anything else is compared as what it is", async () => {
  const view = (shown: Record<string, unknown>, html: string, more = {}) => ({
    output_type: "display_data",
    data: {
      [RUN_VIEW]: shown,
      "text/html": html,
      "text/plain": html,
      ...more,
    },
    metadata: {},
  });
  const chart = (keys: string[], html: string, more = {}) =>
    view(
      { kind: "chart", run_id: crypto.randomUUID(), keys, display_id: html },
      html,
      more,
    );
  const progress = (done: number | null, html: string) =>
    view(
      { kind: "progress", name: "", total: 9, done, display_id: html },
      html,
    );
  const compare = (then: AnyOutput[], now: AnyOutput[]) =>
    compareCell(
      {
        index: 0,
        name: "[0]",
        recorded: { status: "ok", outputs: then, messages: NONE },
        reproduced: { status: "ok", outputs: now, messages: NONE },
      },
      mask().at,
    );
  for (
    const [then, now] of [
      [chart(["loss"], "a"), chart(["loss"], "b")],
      [progress(9, "3 s"), progress(9, "4 s")],
      [view({ kind: "runs" }, "2 runs"), view({ kind: "runs" }, "3 runs")],
    ]
  ) assertEquals((await compare([then!], [now!]))?.same, true);
  for (
    const [then, now] of [
      [[chart(["loss"], "a")], [chart(["accuracy"], "a")]],
      [[chart(["loss"], "a")], []],
      [[progress(9, "3 s")], [progress(4, "3 s")]],
      [[chart(["loss"], "a", { "application/json": 1 })], [
        chart(["loss"], "a", { "application/json": 2 }),
      ]],
      [[view({ kind: "runs", value: 1 }, "1")], [
        view({ kind: "runs", value: 2 }, "2"),
      ]],
    ] as [AnyOutput[], AnyOutput[]][]
  ) assertEquals((await compare(then, now))?.same, false, JSON.stringify(now));
});

Deno.test("charts of Vega-Lite are compared by marks and values, whichever version they name; another mark or value differs", async () => {
  const chart = (version: string, value: number, mark = "line") => ({
    output_type: "display_data",
    data: {
      [`application/vnd.vegalite.v${version}+json`]: {
        $schema: `https://vega.github.io/schema/vega-lite/v${version}.json`,
        mark,
        data: { values: [{ step: 0, loss: value }] },
      },
    },
    metadata: {},
  });
  const compare = async (then: AnyOutput, now: AnyOutput) => {
    const { at, masks } = mask();
    const result = await compareCell(
      {
        index: 0,
        name: "[0]",
        recorded: { status: "ok", outputs: [then], messages: NONE },
        reproduced: { status: "ok", outputs: [now], messages: NONE },
      },
      at,
    );
    return [result?.same, masks.uses.length];
  };
  assertEquals(await compare(chart("5", 1), chart("5", 1)), [true, 0]);
  assertEquals(await compare(chart("5", 1), chart("6.1", 1)), [true, 1]);
  assertEquals((await compare(chart("5", 1), chart("6", 2)))[0], false);
  assertEquals((await compare(chart("5", 1), chart("5", 1, "bar")))[0], false);
});

Deno.test("what nbtrack said on standard error is no output of the cell, what the cell says in its name is", async () => {
  const said = (text: string) => [{
    output_type: "stream",
    name: "stderr",
    text,
  }];
  const side = (text: string, ...messages: string[]) => ({
    status: "ok",
    outputs: said(text),
    messages: new Set(messages),
  });
  const { masks, at } = mask();
  const own = "nbtrack: git: it took too long";
  const verdict = await compareCell({
    index: 0,
    name: "[0]",
    recorded: side(`a\n${own}\nb\n`, own),
    reproduced: side("a\nb\n"),
  }, at);
  assertEquals(verdict?.same, true);
  assertEquals(masks.uses.map(({ kind }) => kind), ["message of nbtrack"]);
  const other = await compareCell({
    index: 0,
    name: "[0]",
    recorded: side("nbtrack: accuracy 0.5\n", own),
    reproduced: side("nbtrack: accuracy 0.6\n", own),
  }, at);
  assertEquals(other?.same, false);
});

Deno.test("what a lesson says of the record is shown as masked; how often it does, and anything beside it, is compared", async () => {
  const checked = (state: string, more: Record<string, unknown> = {}) => ({
    output_type: "execute_result",
    metadata: {},
    data: {
      "text/plain": `Lesson: ${state}`,
      "text/html": `<b>${state}</b>`,
      "application/vnd.nbtrack.check+json": {
        holds: state === "holds",
        points: [{ text: "it ran", state, why: null }],
        hints: 2,
      },
      ...more,
    },
  });
  const compare = async (
    then: ReturnType<typeof checked>[],
    now: ReturnType<typeof checked>[],
  ) => {
    const { masks, at } = mask();
    const side = (outputs: ReturnType<typeof checked>[]) => ({
      status: "ok",
      outputs,
      messages: new Set<string>(),
    });
    const verdict = await compareCell(
      { index: 0, name: "[1]", recorded: side(then), reproduced: side(now) },
      at,
    );
    return [verdict?.same, masks.uses.map(({ kind }) => kind)];
  };
  const [holds, notTried] = [checked("holds"), checked("not tried")];
  assertEquals(await compare([holds], [holds]), [true, []]);
  assertEquals(await compare([holds], [notTried]), [
    true,
    ["what a lesson says of the record"],
  ]);
  assertEquals((await compare([holds], []))[0], false);
  // A value of the notebook's own under the same type, or beside it, is no check.
  for (
    const own of [
      (n: string) => checked("holds", { "text/latex": n }),
      (n: string) => checked(n),
    ]
  ) {
    assertEquals((await compare([own("1")], [own("2")]))[0], false);
  }
});

Deno.test("a JSON list of texts is a list, and numbers that a double cannot tell apart are two", () => {
  const numbers = ["9007199254740993", "9007199254740992", "1.0", "1", "1e2"]
    .map((text) => parseExactJson(text) as ExactNumber);
  const [a, b, c, d, e] = numbers as [
    ExactNumber,
    ExactNumber,
    ExactNumber,
    ExactNumber,
    ExactNumber,
  ];
  assert(!a.equals(b));
  assert(c.equals(d));
  assert(e.equals(parseExactJson("100") as ExactNumber));
  assert(!c.equals(parseExactJson("-1") as ExactNumber));
  const zero = parseExactJson("0.0") as ExactNumber;
  const minus = parseExactJson("-0") as ExactNumber;
  assert(!zero.equals(minus));
  assert(minus.equals(parseExactJson("-0.0") as ExactNumber));
  assert(zero.equals(parseExactJson("0") as ExactNumber));
});

for (
  const [why, type, then, now] of [
    [
      "texts in Latin-1 are no UTF-8 and are compared by their bytes",
      "text/csv",
      [0x61, 0xe9],
      [0x61, 0xe8],
    ],
    [
      "a byte order mark is part of a file",
      "text/csv",
      [0xef, 0xbb, 0xbf, 97],
      [
        97,
      ],
    ],
    ["line ends are part of a file", "text/plain", [97, 13, 10], [97, 10]],
    [
      "a key that an object has twice has two values",
      "application/json",
      [...'{"a":1,"a":2}'].map((c) => c.charCodeAt(0)),
      [...'{"a":3,"a":2}'].map((c) => c.charCodeAt(0)),
    ],
    [
      "minus zero is another number than zero",
      "application/json",
      [..."[0]"].map((c) => c.charCodeAt(0)),
      [..."[-0]"].map((c) => c.charCodeAt(0)),
    ],
    [
      "a large number is compared exactly",
      "application/json",
      [..."9007199254740993"].map((c) => c.charCodeAt(0)),
      [..."9007199254740992"].map((c) => c.charCodeAt(0)),
    ],
  ] as const
) {
  Deno.test(`artifacts: ${why}`, async () => {
    const artifact = (bytes: readonly number[]) => ({
      path: "a",
      digest: bytes.join(),
      content_type: type,
      read: () => Promise.resolve(new Uint8Array(bytes)),
    });
    const { artifacts } = await compareArtifacts(
      [artifact(then)],
      [artifact(now)],
      mask({ clock: true }).masks,
      { readsClock: true },
    );
    assertEquals(artifacts, [{ path: "a", same: false }]);
  });
}

Deno.test("NaN equals NaN, infinities equal themselves, and tolerances are those of the metric", () => {
  assert(sameValue(NaN, NaN));
  assert(sameValue(-Infinity, -Infinity));
  assert(!sameValue(Infinity, -Infinity, { rtol: 1 }));
  assert(!sameValue(1, NaN, { atol: 10 }));
  assert(sameValue(100, 101, { rtol: 0.01 }));
  assert(!sameValue(100, 101.5, { rtol: 0.01 }));
  assert(sameValue(0, 1e-9, { atol: 1e-8 }));
});

Deno.test("a dataset under another context is said to be, and one of two of a name is gone or new", () => {
  const set = (context: string | null, digit = "a") => ({
    name: "q",
    context,
    digest: `sha256:${digit.repeat(64)}`,
    rows: 1,
  });
  const sentences = (
    then: readonly DerivedDataset[],
    now: readonly DerivedDataset[],
  ) =>
    compareLogged(
      { ...NOTHING_LOGGED, derived: then },
      { ...NOTHING_LOGGED, derived: now },
      new Masks(BASE).at({ cell: null, readsClock: false }),
    ).map(describeLogged);
  assertEquals(sentences([set("train")], [set("train")]), []);
  assertEquals(sentences([set("train")], [set("test")]), [
    "dataset q context train → context test",
  ]);
  assertEquals(sentences([set(null)], [set("test", "b")]), [
    "dataset q no context, sha256:aaaaaaaaaaaa → context test, sha256:bbbbbbbbbbbb",
  ]);
  assertEquals(
    sentences([set("train"), set("test")], [set("train"), set("held")]),
    ["dataset q context test → context held"],
  );
  assertEquals(sentences([set("train")], [set("train"), set("test")]), [
    "dataset q none → 1 rows",
  ]);
});

Deno.test("the time of a point counts unless it lies within the run, as the clock gives it", () => {
  const then = { start: 1_700_000_000_000, end: 1_700_000_060_000 };
  const now = { start: 1_800_000_000_000, end: 1_800_000_060_000 };
  const compared = (times: readonly [number, number], clock = false) => {
    const forgiven: (readonly [string, string])[] = [];
    const metric = (time: number): LoggedMetric[] => [
      { key: "x", points: [[0, time, 1]] },
    ];
    const [one] = compareMetrics(
      metric(times[0]),
      metric(times[1]),
      {
        toleranceOf: () => ({}),
        spans: { recorded: then, reproduced: now },
        onClockReading: clock ? (what) => forgiven.push(what) : undefined,
      },
    );
    return [one?.same, forgiven.length];
  };
  assertEquals(compared([then.start + 5, now.end]), [true, 0]);
  assertEquals(compared([1e12, 1e12]), [true, 0]);
  assertEquals(compared([1e12, 1.1e12]), [false, 0]);
  assertEquals(compared([then.start, then.start]), [true, 0]);
  assertEquals(compared([1e12, now.start]), [false, 0]);
  assertEquals(compared([then.start, then.start + 1]), [false, 0]);
  const seconds = [then.start / 1000, now.start / 1000] as const;
  assertEquals(compared(seconds), [false, 0]);
  assertEquals(compared(seconds, true), [true, 1]);
  assertEquals(compared([12, 13], true), [true, 1]);
  assertEquals(compared([12, 130_000], true), [false, 0]);
});

Deno.test("a metric is the same when every point is, not only the last", () => {
  const span = { start: 0, end: 1 };
  const points = (...values: (number | "NaN")[]) =>
    values.map((value, step) => [step, 0, value] as const);
  const [curve, loss, gone, extra] = compareMetrics(
    [{ key: "curve", points: points(1, 2, 3) }, {
      key: "loss",
      points: points("NaN"),
    }, { key: "gone", points: points(1) }],
    [{ key: "curve", points: points(1, 2.5, 3) }, {
      key: "loss",
      points: points("NaN"),
    }, { key: "extra", points: points(1) }],
    { toleranceOf: () => ({}), spans: { recorded: span, reproduced: span } },
  );
  assertEquals(curve, {
    key: "curve",
    recorded: 3,
    reproduced: 3,
    same: false,
  });
  assertEquals(loss, {
    key: "loss",
    recorded: "NaN",
    reproduced: "NaN",
    same: true,
  });
  assertEquals(gone, {
    key: "gone",
    recorded: 1,
    reproduced: null,
    same: false,
  });
  assertEquals(extra, {
    key: "extra",
    recorded: null,
    reproduced: 1,
    same: false,
  });
});
