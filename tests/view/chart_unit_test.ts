import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import {
  asImage,
  Buckets,
  bucketsOf,
  chartName,
  figure,
  lineChart,
  textPlot,
} from "../../src/view/charts.ts";
import { assertSnapshot } from "../snapshot.ts";

const SNAPSHOTS = new URL("./snapshots/", import.meta.url);

/** A series of values, one a step. */
function series(values: readonly number[], name = "quiet-heron") {
  return {
    name,
    buckets: bucketsOf(values.map((value, step) => ({ step, value }))),
  };
}

function course(length: number, f: (i: number) => number): number[] {
  return Array.from({ length }, (_, i) => f(i));
}

/** A drawing with a line for each element: so it is kept. */
function lines(svg: string): string {
  return svg.replaceAll("><", ">\n<");
}

const CHARTS: Record<string, string> = {
  "line": lineChart("loss", [series(course(20, (i) => 3 / (i + 1)))]),
  "line-log": lineChart(
    "loss",
    [series(course(30, (i) => 3 * Math.exp(-i / 4)))],
    { log: true },
  ),
  "line-several": lineChart("loss", [
    series(course(12, (i) => 3 / (i + 1)), "first"),
    series(course(15, (i) => 2 / (i + 1)), "second"),
    { ...series(course(9, (i) => 4 / (i + 1)), "before"), muted: true },
  ]),
  "line-empty": lineChart("loss", []),
  "line-one-point": lineChart("loss", [series([0.5])]),
  "line-constant": lineChart("loss", [series(course(5, () => 42))]),
  "line-not-finite": lineChart("loss", [
    series([1, 2, NaN, Infinity, -Infinity, 2, 1]),
  ]),
  "line-band": lineChart("loss", [{
    name: "quiet-heron",
    buckets: bucketsOf(
      course(4000, (i) => i % 7).map((value, step) => ({ step, value })),
    ).coarsened(128),
  }]),
  "line-smooth": lineChart(
    "loss",
    [series(course(12, (i) => 3 / (i + 1) + i % 2))],
    { smooth: 0.8 },
  ),
  "line-time": lineChart("loss", [{
    name: "quiet-heron",
    buckets: bucketsOf(
      course(6, (i) => i * i).map((value, i) => ({ step: i * 60_000, value })),
    ),
  }], { x: "time" }),
  "line-diverged": lineChart("loss", [
    series(course(30, (i) => Math.exp(-i / 9)), "calm"),
    series(course(30, (i) => Math.exp(-i / 12)), "slower"),
    series(
      course(30, (i) => i < 12 ? Math.exp(-i / 9) : 10 ** (i - 12)),
      "diverged",
    ),
  ]),
  "line-picture": lineChart(
    "loss",
    [series([3, 2, 1], "first"), series([2, 2, 2], "second")],
    { ink: "picture" },
  ),
};

for (const [name, svg] of Object.entries(CHARTS)) {
  Deno.test(`the drawing ${name} is as it was`, async () => {
    await assertSnapshot(SNAPSHOTS, name, lines(svg));
  });
}

Deno.test("every drawing has the same size, a name, and no number that is none", () => {
  for (const [name, svg] of Object.entries(CHARTS)) {
    assertStringIncludes(svg, 'width="640" height="240"', name);
    assertStringIncludes(svg, 'role="img" aria-label="loss over ', name);
    const numbers = svg.replace(/aria-label="[^"]*"|<title>[^<]*/g, "");
    assert(!/NaN|Infinity|undefined|null/.test(numbers), `${name}: ${svg}`);
  }
});

Deno.test("a chart says of itself what it shows: the key, the range, the last value", () => {
  assertEquals(
    chartName("loss", [series([3, 0.1, 0.25])]),
    "loss over step, 0.1 to 3, last 0.25",
  );
  assertEquals(
    chartName("loss", [series([1, 2, NaN])]),
    "loss over step, 1 to 2, last NaN",
  );
  assertEquals(
    chartName("loss", [series([3, 1]), series([5, 4])]),
    "loss over step, 1 to 5, last 1, 2 series",
  );
  assertEquals(
    chartName("loss", [series([1, NaN, 3, Infinity, 2])]),
    "loss over step, 1 to Infinity, last 2",
    "what diverged is said",
  );
  assertEquals(
    chartName("loss", [series([NaN, -Infinity])]),
    "loss over step, -Infinity to -Infinity, last -Infinity",
  );
  assertEquals(chartName("loss", []), "loss over step, no values yet");
});

Deno.test("extreme values are drawn: the largest, the smallest, tiny differences, zero on a logarithmic axis", () => {
  const cases = [
    course(9, (i) => (i % 2 ? 1 : -1) * Number.MAX_VALUE),
    course(9, (i) => i * Number.MIN_VALUE),
    course(9, (i) => 1e16 + i),
    course(9, (i) => i === 3 ? 1e-320 : 0),
    [NaN, NaN],
    [Infinity],
    [-0, 0],
  ];
  for (const values of cases) {
    for (const log of [false, true]) {
      const svg = lineChart("x", [series(values)], { log });
      const drawn = svg.replace(/aria-label="[^"]*"|<title>[^<]*/g, "");
      assert(!/NaN|Infinity|undefined/.test(drawn), `${values}: ${svg}`);
    }
  }
});

Deno.test("a logarithmic axis stays one where no value is above zero, and drawing and text say what is not shown", () => {
  const below = series(course(50, (i) => -1 - i));
  const svg = lineChart("x", [below], { log: true });
  assertStringIncludes(svg, "50 not above 0, not shown");
  assertStringIncludes(svg, 'data-y="1 10" data-log="y"');
  assert(!/<circle|-50<|d="M[^"]*L/.test(svg), svg);
  assertEquals(
    textPlot([below.buckets], { log: true }),
    "50 not above 0, not shown",
  );
  const both = series([-1, 0, 1, 10]);
  assertStringIncludes(
    lineChart("x", [both], { log: true }),
    "2 not above 0, not shown",
  );
  assertMatch(
    textPlot([both.buckets], { log: true }),
    /10 │[^]*2 not above 0, not shown$/,
  );
  assertEquals(
    textPlot([series([NaN]).buckets], { log: true }),
    "no finite values yet",
  );
});

Deno.test("keys and names of a run are escaped everywhere in a drawing", () => {
  const bad = `"><script>alert(1)</script>'&\u0000\ud800`;
  const svg = lineChart(bad, [series([1, 2], bad), series([2], bad)]);
  for (
    const text of [
      svg,
      figure(bad, svg),
      asImage(svg, bad, { width: 1, height: 1 }),
    ]
  ) {
    assert(!text.includes("<script"), text);
    assert(!text.includes("\u0000") && text.isWellFormed(), text);
  }
  assertStringIncludes(svg, "&quot;&gt;&lt;script&gt;");
});

/** The values that a drawing's only line goes through, and its first and last. */
function drawnValues(svg: string): number[] {
  const numbers = (name: string) =>
    (new RegExp(`${name}="([^"]*)"`).exec(svg)?.[1] ?? "").split(" ")
      .map(Number);
  const [, top = NaN, , bottom = NaN] = numbers("data-plot");
  const [low = NaN, high = NaN] = numbers("data-y");
  const d = /<path d="([^"]*)"[^>]*stroke-width="1\.6"/.exec(svg)?.[1] ?? "";
  return [...d.matchAll(/[ML][\d.]+,([\d.]+)/g)].map(([, y]) =>
    low + (bottom - Number(y)) / (bottom - top) * (high - low)
  );
}

Deno.test("a line goes through each value as it was logged, also through several of one step and of steps far apart", () => {
  const drawn = (points: { step: number; value: number }[]) =>
    drawnValues(lineChart("loss", [{ name: "a", buckets: bucketsOf(points) }]));
  const twice = [2, 3, 1, 4].map((value, i) => ({ step: i >> 1, value }));
  const close = (a: number[], b: number[]) => {
    assertEquals(a.length, b.length);
    a.forEach((value, i) =>
      assert(Math.abs(value - (b[i] ?? NaN)) < 0.01, `${value} for ${b[i]}`)
    );
  };
  close(drawn(twice), [2, 3, 1, 4]);
  const far = course(446, (i) => 1 / (i + 1));
  close(drawn(far.map((value, i) => ({ step: i * 100, value }))), far);
  const svg = lineChart("loss", [{ name: "a", buckets: bucketsOf(twice) }]);
  assertStringIncludes(svg, "last 4");
  assertEquals(svg.includes("mean of"), false);
});

Deno.test("a line of more values than it has parts begins with the first value and ends with the last, and so does its text", () => {
  const points = course(5000, (i) => 1 / (i + 1)).map((value, step) => ({
    step,
    value: step === 4999 ? 0.5 : value,
  }));
  const buckets = bucketsOf(points);
  const svg = lineChart("loss", [{ name: "a", buckets }]);
  assertStringIncludes(svg, "mean of up to 8 values each");
  const drawn = drawnValues(svg);
  assert(drawn.length <= 1002, `${drawn.length}`);
  assert(Math.abs((drawn[0] ?? NaN) - 1) < 0.01, `${drawn[0]}`);
  assert(Math.abs((drawn.at(-1) ?? NaN) - 0.5) < 0.01, `${drawn.at(-1)}`);
  const text = textPlot([buckets], { height: 8 });
  assertMatch(text.split("\n")[0] ?? "", /│[\u2801-\u28ff]/);
});

Deno.test("a run that diverged does not flatten the others: it goes on to the edge, is marked there, and a sentence says how far", () => {
  const calm = course(40, (i) => Math.exp(-i / 9));
  const diverged = course(40, (i) => i < 20 ? 1 : 10 ** (i - 20));
  const of = (values: readonly number[][], options = {}) =>
    lineChart(
      "loss",
      values.map((one, i) => series(one, `run-${i}`)),
      options,
    );
  const high = (svg: string) =>
    Number(/data-y="\S+ ([^"]*)"/.exec(svg)?.[1] ?? "NaN");
  const svg = of([calm, diverged]);
  assertEquals(high(svg), 1);
  assertStringIncludes(svg, "loss over step, 0.013");
  assertStringIncludes(svg, "to 1e+19, last");
  assertStringIncludes(svg, "not shown whole: run-1, up to");
  assertStringIncludes(svg, "goes beyond what is shown");
  const more = of([calm, calm, diverged, diverged.map((v) => -v)]);
  assertMatch(more, /not shown whole: 2 runs, down to -\S+, up to/);
  assert(high(of([calm, diverged], { whole: true })) > 1e18);
  assert(high(of([calm, diverged], { domain: [0, 15] })) === 1);
  assertEquals(of([calm], {}).includes("not shown"), false);
  assert(high(of([diverged])) > 1e18, "a run alone is shown whole");
  for (
    const both of [
      [calm, calm.map((v) => 60 + v)], // large from the start: no part of it would be there
      [course(9, () => 0), course(9, (i) => i * 100)],
      [course(9, () => 0.9), course(9, (i) => i)],
      [calm, diverged.map(() => NaN)],
    ]
  ) assertEquals(of(both).includes("not shown"), false, `${both}`);
});

Deno.test("one outlier of a run among many points is marked at the edge, and the rest of the run is drawn", () => {
  const buckets = new Buckets();
  for (let i = 0; i < 50_000; i++) buckets.add(i, i === 30_000 ? 1e6 : 1);
  const svg = lineChart("loss", [series([1, 2]), { name: "b", buckets }]);
  assertStringIncludes(svg, "not shown whole: b, up to 1000000");
  assertEquals(svg.split("goes beyond what is shown").length, 2);
});

Deno.test("a diverged run stands at the edge of a text, too", () => {
  const calm = bucketsOf(
    course(40, (i) => Math.exp(-i / 9)).map((value, step) => ({ step, value })),
  );
  const diverged = bucketsOf(
    course(40, (i) => 10 ** i).map((value, step) => ({ step, value })),
  );
  const text = textPlot([calm, diverged], { width: 50, height: 5 });
  assertMatch(text, /^ *1000 │/); // a tenth of its values is there
  assertMatch(text, /\^/);
  assertStringIncludes(text, "not shown whole: ▲, up to 1e+39");
  assertMatch(
    textPlot([calm, diverged], { width: 50, whole: true }),
    /^ *1e\+39 │/,
  );
});

Deno.test("a drawing of a million points is small and shows an outlier", () => {
  const buckets = new Buckets();
  for (let i = 0; i < 1e6; i++) buckets.add(i, i === 654_321 ? 99 : 1);
  const svg = lineChart("loss", [{ name: "a", buckets }]);
  assert(svg.length < 120_000, `${svg.length} characters`);
  assertStringIncludes(svg, "1 to 99");
});
