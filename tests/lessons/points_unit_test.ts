import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { checkExercise } from "../../src/lessons/check.ts";
import type {
  StudentCell,
  StudentRecord,
  StudentRun,
} from "../../src/lessons/evidence/types.ts";
import {
  changedOnly,
  finished,
  inOrder,
  logged,
  mended,
  notYet,
  type Point,
  point,
  ran,
  reproduced,
  seeded,
  usesData,
} from "../../src/lessons/mod.ts";

const DIGEST = `sha256:${"a".repeat(64)}`;
const OTHER = `sha256:${"b".repeat(64)}`;
const EMPTY: StudentRecord = {
  cells: [],
  runs: [],
  reproductions: [],
  page: null,
  gap: null,
};
const UNSEEN: StudentRecord = { ...EMPTY, gap: "Nothing is recorded yet." };

function cell(
  source: string | null,
  more: Partial<StudentCell> = {},
): StudentCell {
  return {
    session: "s",
    position: 1,
    id: null,
    source,
    status: "ok",
    error: null,
    commands: [],
    flags: [],
    ...more,
  };
}

function run(more: Partial<StudentRun> = {}): StudentRun {
  return {
    run_id: "r1",
    name: "calm-auk-100",
    experiment: "birds",
    status: "FINISHED",
    params: {},
    metrics: {},
    tags: {},
    seed: null,
    parent: null,
    sweep: false,
    datasets: [],
    artifacts: [],
    models: [],
    delivery: "local",
    session: "s",
    first: 0,
    last: null,
    ...more,
  };
}

function stateOf(point: Point, record: Partial<StudentRecord>): string {
  return point.find({ ...EMPTY, ...record }).state;
}

Deno.test("a cell ran, failed, was not executed, or cannot be seen, each in its word", () => {
  const fit = ran("fit");
  const source = "// cell: fit\nlet x = 1;";
  assertEquals(stateOf(fit, { cells: [cell(source)] }), "holds");
  assertEquals(
    stateOf(fit, { cells: [cell("let x = 1;", { id: "fit" })] }),
    "holds",
  );
  assertEquals(stateOf(fit, {}), "not tried");
  assertEquals(
    stateOf(fit, { cells: [cell("// cell: fit\n// nothing yet")] }),
    "not tried",
  );
  assertEquals(
    stateOf(fit, { cells: [cell("// cell: fitted\nlet x = 1;")] }),
    "not tried",
  );
  assertEquals(stateOf(fit, UNSEEN), "cannot see");
  const failed = fit.find({
    ...EMPTY,
    cells: [
      cell(source),
      cell(source, { status: "error", error: "TypeError: x is no array" }),
    ],
  });
  assertEquals(failed.state, "not yet");
  assertStringIncludes(failed.why ?? "", "TypeError: x is no array");
});

Deno.test("a cell is mended when it was changed, runs, and still tests what it is there to test", () => {
  const mend = mended("mend", { keeps: "throw" });
  const shipped = cell("// cell: mend\nthrow x;", {
    status: "error",
    error: "x",
  });
  assertEquals(stateOf(mend, { cells: [shipped] }), "not tried");
  assertEquals(
    stateOf(mend, {
      cells: [shipped, cell("// cell: mend\nif (!ok) throw x;")],
    }),
    "holds",
  );
  assertEquals(
    stateOf(mend, { cells: [shipped, cell("// cell: mend\nok;")] }),
    "not yet",
  );
  assertEquals(
    stateOf(mend, {
      cells: [shipped, cell("// cell: mend\nthrow y;", { status: "error" })],
    }),
    "not yet",
  );
});

Deno.test("cells that ran out of order, or whose order nobody knows, are not called in order", () => {
  const order = inOrder();
  const ran = (...sources: string[]) => sources.map((source) => cell(source));
  assertEquals(
    stateOf(order, { cells: ran("a", "b"), page: ["a", "b"] }),
    "holds",
  );
  assertEquals(
    stateOf(order, { cells: ran("b", "a"), page: ["a", "b"] }),
    "not yet",
  );
  assertEquals(
    stateOf(order, { cells: ran("b", "a", "b"), page: ["a", "c", "b"] }),
    "holds",
    "what was executed again counts as it was executed last",
  );
  assertEquals(stateOf(order, { cells: ran("a"), page: ["b"] }), "cannot see");
  assertEquals(
    stateOf(order, { cells: [cell("a", { id: "a", flags: ["stale"] })] }),
    "not yet",
  );
  assertEquals(stateOf(order, { cells: [cell("a")] }), "cannot see");
  assertEquals(stateOf(order, {}), "not tried");
});

Deno.test("a metric holds when it was computed; typed, taken from another run, misspelt or not finite it does not", () => {
  const accuracy = logged("accuracy");
  const metrics = { accuracy: { last: 0.97, count: 1 } };
  const given = (...sources: string[]) => ({
    cells: sources.map((source, position) => cell(source, { position })),
    runs: [run({ metrics })],
  });
  for (
    const computed of [
      'run.logMetric("accuracy", right / all);',
      "run.logMetrics({ loss: 0.5, accuracy: right / all });",
      'let right = 0;\nfor (const one of test) if (isRight(one)) right++;\nrun.logMetric("accuracy", right / 100);',
      'let sum = 0;\nfor (const x of xs) sum += x;\nconst n = 100;\nrun.logMetric("accuracy", sum / n);',
      'const k = 5;\nconst score = (k) => {\n  return ask(k);\n};\nrun.logMetric("accuracy", score(k));',
      'const counts = [0, 0];\ncounts[0]++;\nrun.logMetric("accuracy", counts[0] / 2);',
      'run.logMetric("accuracy", done.rows[1].metrics.accuracy.mean - done.rows[0].metrics.accuracy.mean);',
      'const a = done.rows[1].metrics.accuracy.mean;\nconst b = done.rows[0].metrics.accuracy.mean;\nrun.logMetric("accuracy", a - b);',
      'let best = 0;\nbest = Math.max(best, score(5));\nrun.logMetric("accuracy", best);',
      "const accuracy = right / all;\nrun.logMetrics({ accuracy, loss });",
      'const { right, all } = count(test);\nrun.logMetric("accuracy", right / all)',
      'const metrics = { accuracy: right / all };\nrun.logMetric("accuracy", metrics.accuracy)',
      '// 0.97 was reached once\nrun.logMetric("accuracy", score(5));',
    ]
  ) {
    assertEquals(stateOf(accuracy, given(computed)), "holds", computed);
  }
  for (
    const typed of [
      'run.logMetric("accuracy", 0.97);',
      "run.logMetric('accuracy', 97 / 100)",
      "run.logMetrics({ accuracy: 0.97, loss });",
      'run.logMetrics({ loss: f(x, 1), "accuracy": Number("0.97") });',
      "const accuracy = 0.97;\nrun.logMetrics({ loss, accuracy });",
      'const a = 0.97;\nconst b = a;\nrun.logMetric("accuracy", b);',
      'const a: number = 0.97; run.logMetric("accuracy", a)',
      'const seen = [0.97]; for (const v of seen) run.logMetric("accuracy", v)',
      'run.logMetric("accuracy", old.metrics.accuracy)',
      'const { id, metrics } = await load("last");\nrun.logMetric("accuracy", metrics.accuracy)',
      'const a = (await load("last")).metrics["accuracy"];\nrun.logMetric("accuracy", a)',
    ]
  ) {
    const finding = accuracy.find({ ...EMPTY, ...given(typed) });
    assertEquals(finding.state, "not yet", typed);
  }
  assertEquals(
    stateOf(
      accuracy,
      given("const best = 0.97;", 'run.logMetric("accuracy", best);'),
    ),
    "not yet",
    "a number that an earlier cell holds",
  );
  const inFunction = given(
    'const attempt = (run) => run.logMetric("accuracy", 0.97);',
    "attempt(run)",
  );
  assertEquals(
    stateOf(accuracy, { ...inFunction, runs: [run({ metrics, first: 1 })] }),
    "not yet",
    "a function of an earlier cell that logs a typed number",
  );
  assertEquals(
    stateOf(accuracy, {
      cells: [cell("// kept out", { flags: ["excluded"] })],
      runs: [run({ metrics })],
    }),
    "cannot see",
    "a cell that is kept out of the record may have logged anything",
  );
  const params = {
    ...given("f(0.97)"),
    runs: [run({ metrics, params: { share: "0.97" } })],
  };
  assertEquals(
    stateOf(accuracy, params),
    "holds",
    "a param is no copied metric",
  );
  assertEquals(stateOf(accuracy, {}), "not tried");
  assertEquals(stateOf(accuracy, UNSEEN), "cannot see");
  const misspelt = accuracy.find({
    ...EMPTY,
    runs: [run({ metrics: { acuracy: { last: 1, count: 1 } } })],
  });
  assertEquals(misspelt.state, "not yet");
  assertStringIncludes(misspelt.why ?? "", '"acuracy"');
  assertEquals(
    stateOf(accuracy, {
      runs: [run({ metrics: { accuracy: { last: NaN, count: 1 } } })],
    }),
    "not yet",
  );
  assertEquals(
    stateOf(logged("accuracy", { points: 3 }), { runs: [run({ metrics })] }),
    "not yet",
  );
});

Deno.test("one param changed, and nothing else: not with a seed, data or a param that changed too", () => {
  const k = changedOnly("k");
  const data = (digest: string) => [{ name: "d", digest, rows: 1, why: null }];
  const first = run({
    params: { k: "5", n: "1" },
    seed: 1,
    datasets: data(DIGEST),
  });
  const second = { ...first, run_id: "r2", params: { k: "7", n: "1" } };
  assertEquals(stateOf(k, { runs: [first, second] }), "holds");
  for (
    const other of [
      { ...second, params: { k: "7", n: "2" } },
      { ...second, seed: 2 },
      { ...second, datasets: data(OTHER) },
      { ...second, params: first.params },
    ]
  ) {
    assertEquals(stateOf(k, { runs: [first, other] }), "not yet");
  }
  assertEquals(stateOf(k, { runs: [first] }), "not tried");
  assertEquals(
    stateOf(k, { runs: [first, { ...second, status: "RUNNING" }] }),
    "not tried",
  );
});

Deno.test("data is known by its digest, and a fingerprint that is not known is said to be so", () => {
  const uses = usesData(DIGEST);
  const given = (digest: string | null) => ({
    runs: [run({
      datasets: [{ name: "d", digest, rows: null, why: "it is gone" }],
    })],
  });
  assertEquals(stateOf(uses, given(DIGEST)), "holds");
  assertEquals(stateOf(uses, given(OTHER)), "not yet");
  assertEquals(stateOf(uses, given(null)), "cannot see");
  assertEquals(stateOf(uses, { runs: [run()] }), "not yet");
});

Deno.test("a reproduction counts by its verdict, of the run that is meant, in the sandbox where that is asked", () => {
  const made = (verdict: "REPRODUCED" | "DRIFTED", sandbox = false) => ({
    runs: [run()],
    reproductions: [{ of: "r1", verdict, causes: ["row count"], sandbox }],
  });
  assertEquals(stateOf(reproduced(), made("REPRODUCED")), "holds");
  assertEquals(stateOf(reproduced(), made("DRIFTED")), "not yet");
  assertEquals(stateOf(reproduced(), { runs: [run()] }), "not tried");
  assertEquals(
    stateOf(reproduced({ of: "stranger" }), made("REPRODUCED")),
    "not tried",
  );
  const inside = reproduced({ sandbox: true });
  assertEquals(stateOf(inside, made("REPRODUCED")), "not yet");
  assertEquals(stateOf(inside, made("REPRODUCED", true)), "holds");
});

Deno.test("a run is ended, has a seed, is the one with the params that are asked for, or it is said which there is", () => {
  assertEquals(stateOf(finished(), { runs: [run()] }), "holds");
  assertEquals(
    stateOf(finished(), { runs: [run({ status: "RUNNING" })] }),
    "not yet",
  );
  assertEquals(stateOf(seeded(), { runs: [run()] }), "not yet");
  assertEquals(stateOf(seeded(), { runs: [run({ seed: 0 })] }), "holds");
  const k25 = finished({ experiment: "birds", params: { k: 25 } });
  assertEquals(stateOf(k25, { runs: [run({ params: { k: "25" } })] }), "holds");
  const other = k25.find({ ...EMPTY, runs: [run({ params: { k: "5" } })] });
  assertEquals(other.state, "not tried");
  assertStringIncludes(other.why ?? "", "k = 25");
  const elsewhere = finished({ experiment: "fish" })
    .find({ ...EMPTY, runs: [run()] });
  assertStringIncludes(elsewhere.why ?? "", '"birds"');
});

Deno.test("a check has exactly three members, shows itself, and a point of a teacher's that fails is no student's fault", () => {
  const result = checkExercise({
    title: "Birds",
    points: [
      ran("fit"),
      point("it is Monday", () => notYet("it is not")),
      point("broken", () => {
        throw new Error("no such thing");
      }),
    ],
    hints: ["Look."],
  }, { ...EMPTY, cells: [cell("// cell: fit\nx")] });
  assertEquals(Object.keys(result), ["holds", "points", "hints"]);
  assertEquals([result.holds, result.hints], [false, 1]);
  assertEquals(result.points.map(({ state }) => state), [
    "holds",
    "not yet",
    "cannot see",
  ]);
  const shown =
    (result as unknown as Record<symbol, () => Record<string, string>>)[
      Symbol.for("Jupyter.display")
    ]?.() ?? {};
  assertEquals<unknown>(shown["application/vnd.nbtrack.check+json"], {
    ...result,
  });
  assertStringIncludes(shown["text/plain"] ?? "", "1 of 3 points hold");
  assertStringIncludes(shown["text/html"] ?? "", "it is not");
  assert((shown["text/plain"] ?? "").includes("Not looked at"));
});
