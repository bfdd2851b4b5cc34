import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import encodeWebp from "npm:@jsquash/webp@1.5.0/encode.js";
import { encode } from "npm:fast-png@8.0.0";
import { encode as encodeJpeg } from "npm:jpeg-js@0.4.4";
import { GifWriter } from "npm:omggif@1.0.10";
import { nameOnCard } from "../../src/reproduce/compare/cards.ts";
import { evenIds } from "../../src/reproduce/compare/markup.ts";
import {
  type MaskOptions,
  Masks,
  readsClock,
} from "../../src/reproduce/compare/masks.ts";
import {
  compareMetrics,
  sameValue,
} from "../../src/reproduce/compare/metrics.ts";
import { compareCell } from "../../src/reproduce/compare/outputs.ts";
import { compareValue } from "../../src/reproduce/compare/values.ts";

const CLOCK: MaskOptions = {
  identities: [],
  equalInputs: true,
  readsClock: true,
};
const NO_CLOCK: MaskOptions = { ...CLOCK, readsClock: false };

for (
  const [rule, then, now] of [
    ["run time", "took 12.3 ms", "took 9 ms"],
    ["run time", "epoch 1: 3 minutes", "epoch 1: 4 minutes"],
    ["date", "at 2026-11-23T10:00:00.000Z", "at 2026-11-24T11:30:12.345Z"],
    [
      "date",
      "Mon Nov 23 2026 10:00:00 GMT+0000 (Coordinated Universal Time)",
      "Tue Nov 24 2026 11:00:00 GMT+0000 (Coordinated Universal Time)",
    ],
    ["colour", "\u001b[33m12\u001b[39m", "12"],
    ["path", "read /home/user/work/a.csv", "read /var/scratch/one/a.csv"],
    [
      "path",
      'Module not found "file:///home/user/nope.ts".',
      'Module not found "file:///var/x/y/nope.ts".',
    ],
    ["memory address", "<Buffer at 0x7ffd1234>", "<Buffer at 0x7ffe4321>"],
    ["progress bar", "0 %\r50 %\r100 %\n", "0 %\r100 %\n"],
  ] as const
) {
  Deno.test(`${rule} is masked, and counted: ${JSON.stringify(then)}`, () => {
    const masks = new Masks(CLOCK);
    assert(masks.same(then, now));
    assertEquals(masks.counts, { [rule]: 1 });
  });
}

for (
  const [why, options, then, now] of [
    [
      "no clock is read",
      NO_CLOCK,
      "mean reaction 312 ms",
      "mean reaction 318 ms",
    ],
    ["no clock is read", NO_CLOCK, "day 2012-01-01", "day 2012-01-02"],
    [
      "an input differs",
      { ...CLOCK, equalInputs: false },
      "took 12 ms",
      "took 13 ms",
    ],
    ["the number has no unit", CLOCK, "accuracy 0.97", "accuracy 0.96"],
    ["the file is another", CLOCK, "/home/user/a.csv", "/home/user/b.csv"],
    ["the words differ", CLOCK, "took 12 ms, ok", "took 12 ms, not ok"],
  ] as const
) {
  Deno.test(`nothing is masked when ${why}: ${JSON.stringify(then)}`, () => {
    const masks = new Masks(options);
    assert(!masks.same(then, now));
    assertEquals(masks.counts, {});
  });
}

Deno.test("a long line without an end is looked at once, not once for each of its characters", () => {
  const began = performance.now();
  for (
    const [then, now] of [
      ["a".repeat(400_000), "b".repeat(400_000)],
      ["1,".repeat(200_000), "2,".repeat(200_000)],
      [`${"/a".repeat(200_000)}!`, `${"/b".repeat(200_000)}?`],
    ] as const
  ) assertEquals(new Masks(CLOCK).same(then, now), false);
  assert(performance.now() - began < 5000);
});

Deno.test("equal texts need no mask, whatever is in them", () => {
  const masks = new Masks(CLOCK);
  assert(masks.same("12 ms at 2026-01-01", "12 ms at 2026-01-01"));
  assertEquals(masks.counts, {});
});

Deno.test("a run's own id and name are the same run to a reader", () => {
  const masks = new Masks({
    ...NO_CLOCK,
    identities: [["quiet-heron-417", "brisk-snipe-623"]],
  });
  assert(
    masks.same("run quiet-heron-417 is open", "run brisk-snipe-623 is open"),
  );
  assertEquals(masks.counts, { "run id": 1 });
});

Deno.test("code reads a clock when it says so, not when it has a date in a text", () => {
  for (
    const source of [
      "performance.now()",
      "new Date()",
      "console.time('a')",
      "setTimeout(f, 1)",
    ]
  ) {
    assert(readsClock([source]), source);
  }
  for (
    const source of [
      "const updated = '2012-01-01'",
      "datePicker()",
      "const mandate = 1",
    ]
  ) {
    assert(!readsClock([source]), source);
  }
});

Deno.test("generated ids are evened out, and only where ids stand", () => {
  const svg = (id: string, text: string) =>
    `<svg><clipPath id="${id}"/><use href="#${id}"/><g clip-path="url(#${id})" class="${id}"/><text>${text}</text></svg>`;
  assertEquals(evenIds(svg("a1", "x")).match(/id0/g)?.length, 3);
  assert(
    evenIds(svg("a1", "a1")) !== evenIds(svg("b2", "b2")),
    "visible text must not be evened",
  );
});

Deno.test("SVG with other ids is the same, with another path it is not", async () => {
  const svg = (id: string, d: string) =>
    `<svg><clipPath id="${id}"/><path clip-path="url(#${id})" d="${d}"/></svg>`;
  const masks = new Masks(NO_CLOCK);
  assertEquals(
    await compareValue(
      "image/svg+xml",
      [svg("a", "M0"), svg("b", "M0")],
      masks,
    ),
    null,
  );
  assertEquals(masks.counts, { "generated id": 1 });
  assertStringIncludes(
    await compareValue(
      "image/svg+xml",
      [svg("a", "M0"), svg("b", "M1")],
      masks,
    ) ?? "",
    "M1",
  );
});

Deno.test("JSON is compared by its values, not by the order of its keys", async () => {
  const masks = new Masks(NO_CLOCK);
  assertEquals(
    await compareValue(
      "application/json",
      [{ a: 1, b: [2] }, { b: [2], a: 1 }],
      masks,
    ),
    null,
  );
  assertEquals(
    await compareValue(
      "application/json",
      [{ a: 1, b: [2] }, { a: 1, b: [3] }],
      masks,
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
  const masks = new Masks(NO_CLOCK);
  assert(picture(0, 1) !== picture(9, 1));
  assertEquals(
    await compareValue("image/png", [picture(0, 1), picture(9, 1)], masks),
    null,
  );
  assertEquals(Object.values(masks.counts), [1]);
  assertEquals(
    await compareValue("image/png", [picture(0, 1), picture(0, 2)], masks),
    "image/png: 3 of 64 pixels differ",
  );
});

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
  const gif = (delay: number, shade: number, loop: number) => {
    const bytes = new Uint8Array(2000);
    const writer = new GifWriter(bytes, 4, 4, {
      palette: [0, 0xff0000, 0x00ff00, 0x0000ff],
      loop,
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
      same: [gif(5, 2, 0), gif(5, 2, 7)],
      other: gif(5, 3, 0),
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
    const masks = new Masks(NO_CLOCK);
    assertEquals(await compareValue(type, [one, two], masks), null, type);
    assertEquals(Object.values(masks.counts), [1]);
    assertStringIncludes(
      await compareValue(type, [one, files.other.toBase64()], masks) ?? "",
      files.difference,
      type,
    );
  }
});

Deno.test("a picture that cannot be read, or has too many pixels, is named and not decoded", async () => {
  const masks = new Masks(NO_CLOCK);
  for (const type of ["image/png", "image/jpeg", "image/gif", "image/webp"]) {
    const difference = await compareValue(type, ["R0lG", "R0lH"], masks);
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
    masks,
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
    await compareValue("image/gif", [gif(5), gif(6)], new Masks(NO_CLOCK)),
    "image/gif: delay 50 ms → 60 ms",
  );
});

Deno.test("pictures of another kind are compared by their bytes, which is said", async () => {
  const difference = await compareValue(
    "image/avif",
    ["R0lG", "R0lH"],
    new Masks(NO_CLOCK),
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
      recorded: {
        status: "ok",
        outputs: [stream("a\n"), stream("warn\n", "stderr"), stream("b\n")],
      },
      reproduced: {
        status: "ok",
        outputs: [stream("a\nb\n"), stream("warn\n", "stderr")],
      },
    },
    new Masks(NO_CLOCK),
    () => false,
  );
  assertEquals(verdict, { cell: 0, same: true, diff: null });
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
        recorded: { status: then[0], outputs: then[1].map(error) },
        reproduced: { status: now[0], outputs: now[1].map(error) },
      },
      new Masks(NO_CLOCK),
      () => false,
    );
  assertEquals((await compare(["error", ["x"]], ["error", ["x"]]))?.same, true);
  assertEquals(
    (await compare(["error", ["x"]], ["error", ["y"]]))?.same,
    false,
  );
  assertEquals((await compare(["error", ["x"]], ["ok", []]))?.same, false);
  assertEquals(await compare(["ok", []], ["ok", []]), null);
});

Deno.test("a run's card is told from other outputs by its own lines", () => {
  const card = (text: string) => ({
    output_type: "execute_result",
    data: { "text/plain": text },
  });
  assertEquals(
    nameOnCard(
      card(
        "penguins\n  run       quiet-heron-417 (3f2a0b1c)\n  status    RUNNING",
      ),
    ),
    "quiet-heron-417",
  );
  assertEquals(nameOnCard(card("penguins\n  run  fast")), null);
});

Deno.test("NaN equals NaN, infinities equal themselves, and tolerances are those of the metric", () => {
  assert(sameValue(NaN, NaN));
  assert(sameValue(-Infinity, -Infinity));
  assert(!sameValue(Infinity, -Infinity, { rtol: 1 }));
  assert(!sameValue(1, NaN, { atol: 10 }));
  assert(sameValue(100, 101, { rtol: 0.01 }));
  assert(!sameValue(100, 101.5, { rtol: 0.01 }));
  assert(sameValue(0, 1e-9, { atol: 1e-8 }));
});

Deno.test("a metric is the same when every point is, not only the last", () => {
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
    () => ({}),
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
