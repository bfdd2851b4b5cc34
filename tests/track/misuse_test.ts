import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { IMPORT, MOD, printed, Workspace } from "../recorder/support.ts";

Deno.test("what a cell asks for that is not there is answered by sentences, without a stack of nbtrack's own", async () => {
  await using workspace = Workspace.make();
  await using kernel = await workspace.kernel();
  await kernel.execute(
    `import { compare, load, runs, sweep, track } from ${JSON.stringify(MOD)};
     const run = await track("asked", { quiet: true });`,
  );
  for (
    const [cell, ...sentences] of [
      [
        'await load("nosuch")',
        'There is no run "nosuch".',
        "nbtrack runs lists them",
      ],
      ['await compare(["nosuch", run.id])', 'There is no run "nosuch".'],
      [
        'await runs("nosuch")',
        'There is no experiment "nosuch". There is asked.',
      ],
      ['await runs("asked", { filter: "((" })', "Write a condition such as"],
      ['await track("asked", { parms: {} })', 'Did you mean "params"?'],
      ["await sweep({ k: [] }, () => {})", "Write { k: [1, 3, 5] }."],
      [
        "await sweep({ k: [1] }, () => {}, { repeats: 2 })",
        'sweep() has no option "repeats"; it knows',
        'Did you mean "repeat"?',
      ],
      [
        "await sweep({ k: [1] }, () => {}, null)",
        "sweep() takes its options as an object; it was given null.",
      ],
      ...[
        ["1.5", "1.5"],
        ["-1", "-1"],
        ["0", "0"],
        ['"3"', "a text of 1 character"],
      ].map(([limit, given]) =>
        [
          `await runs("asked", { limit: ${limit} })`,
          `runs() cannot use the option "limit": it takes a whole number from 1 on, and was given ${given}.`,
        ] as const
      ),
      [
        'await runs("asked", { filter: 5 })',
        'the option "filter": it takes a text, and was given 5.',
      ],
      ["await runs({ limit: 5 })", "runs() takes the experiment's name first"],
      ["await load(null)", "a list of runs; it was given null."],
      ["await load(5)", "it was given 5.", 'Write load("3f2a")'],
      ["await load([null])", "A run is named by its id"],
      [
        'await load("last", { experimnt: "asked" })',
        'Did you mean "experiment"?',
      ],
      [
        'await track("asked", {}, "x")',
        "track() takes a function after its options; it was given a text of 1 character.",
      ],
      ['await track("asked", {}, null)', "it was given null."],
    ] as const
  ) {
    const { status, traceback } = await kernel.execute(cell);
    assertEquals(status, "error", cell);
    const shown = traceback.join("\n");
    for (const sentence of sentences) assertStringIncludes(shown, sentence);
    assert(!shown.includes("/src/"), shown);
  }
  assertEquals(
    workspace.runs().map(({ experiment, status }) => [experiment, status]),
    [["asked", "RUNNING"]],
    "nothing of it has opened a run",
  );
  // Where it was asked is not left out.
  const { traceback } = await kernel.execute(
    'const ask = () => load("nosuch");\nawait ask();',
  );
  assertStringIncludes(traceback.join("\n"), "<anonymous>:2:1");
});

Deno.test("a metric that is mistyped in a chart, a name without a value and a value without a name are said, and nothing is made up", async () => {
  await using workspace = Workspace.make();
  await using kernel = await workspace.kernel();
  await kernel.execute(`${IMPORT}\nconst run = await track("misuse");`);
  for (
    const [cell, said] of [
      ['run.chart("loss"); run.chart("val")', null], // they may come
      [
        'run.logMetric("loss", 1); run.chart("los")',
        'run.chart("los"): this run has no metric of that name yet. Did you mean "loss"?',
      ],
      [
        'run.logMetric("loss", "0.5")',
        'metric "loss": A metric is a number; it was given string: write Number(value).',
      ],
      [
        "run.logMetric({ loss: 1 })",
        "metric: logMetric() takes a name and a number; logMetrics({ … }) takes several.",
      ],
      [
        "run.logParam({ k: 1 })",
        "logParam(): It takes a name and a value; logParams({ … }) takes several.",
      ],
      ['run.logParam("k")', 'logParam("k"): It was given no value'],
      [
        'run.setTag({ team: "a" })',
        "setTag(): It takes a name and a value; setTags({ … }) takes several.",
      ],
      ['run.setTag("team")', 'setTag("team"): It was given no value'],
      ["await run.logArtifact()", "artifact: It has a name"],
      [
        'await run.logArtifact("con\\0.txt", "x")',
        'artifact "con\0.txt": An artifact\'s name is made of whole characters without U+0000: it was given "con\\u0000.txt".',
      ],
      [
        'await run.logArtifact("half-\\ud83d.txt", "x")',
        'artifact "half-\ufffd.txt": An artifact\'s name is made of whole characters without U+0000: it was given "half-\\ud83d.txt".',
      ],
      [
        'run.chart("loss", { log: "yes" })',
        'run.chart() cannot use the option "log": it takes true or false, and was given a text of 3 characters.',
      ],
      [
        'run.chart("loss", { smooth: -5 })',
        'run.chart() cannot use the option "smooth": it takes a number from 0 to below 1, and was given -5.',
      ],
      [
        "run.callbacks({ batch: true })",
        'run.callbacks() has no option "batch"; it knows batches, prefix.',
      ],
      [
        'await run.end(); run.chart("accuracy")',
        'run.chart("accuracy"): this run has no metric of that name.',
      ],
    ] as const
  ) {
    const reply = await kernel.execute(`${cell}; void 0`);
    assertEquals(reply.status, "ok", cell);
    const text = printed(reply);
    if (said === null) assertEquals(text, "", cell);
    else assertStringIncludes(text, `nbtrack: ${said}`, cell);
  }
  await kernel.execute(
    'const strict = await track("misuse", { metrics: ["loss"] }); void 0',
  );
  const declared = await kernel.execute('strict.chart("los"); void 0');
  assertStringIncludes(
    printed(declared),
    'this run has no metric of that name. Did you mean "loss"?',
  );
  await kernel.shutdown();
  await workspace.finished();
  const record = await workspace.record(workspace.runs()[0]?.run_id ?? "");
  assertEquals(record.params, {});
  assertEquals(record.metrics, { loss: 1 });
  const { artifacts } = workspace.journal;
  assertEquals(
    artifacts.list(record.run_id).filter(({ origin }) => origin === "user"),
    [],
  );
  assertEquals(
    Object.keys(record.tags).filter((key) => /object|team/.test(key)),
    [],
  );
});
