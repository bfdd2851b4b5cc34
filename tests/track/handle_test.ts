import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { IMPORT, printed, Workspace } from "../recorder/support.ts";

Deno.test("every value comes back as it was logged, at the step and time it was given", async () => {
  await using workspace = Workspace.make();
  await using kernel = await workspace.kernel();
  await kernel.execute(
    `${IMPORT}\nconst run = await track("values", { quiet: true });
     const values = [0.1 + 0.2, -0, NaN, Infinity, -Infinity, Number.MIN_VALUE, Number.MAX_VALUE, 1e-320];
     values.forEach((v, i) => run.logMetric("v", v, { step: i * 10, timestamp: 1000 + i }));
     run.logMetric("auto", 1); run.logMetric("auto", 2); run.logMetric("auto", 3, { step: 7 }); run.logMetric("auto", 4);
     run.logMetrics({ a: 1, b: undefined, c: 3 }, { step: 5 });
     await run.end();`,
  );
  await kernel.shutdown();
  const record = await workspace.finalised();
  const points = [...workspace.journal.points(record.run_id)];
  const of = (key: string) => points.filter((p) => p.key === key);
  const values = of("v").map((p) => p.value);
  assert(Object.is(values[1], -0));
  assertEquals(values, [
    0.1 + 0.2,
    -0,
    NaN,
    Infinity,
    -Infinity,
    Number.MIN_VALUE,
    Number.MAX_VALUE,
    1e-320,
  ]);
  assertEquals(
    of("v").map((p) => [p.step, p.timestamp]),
    values.map((_, i) => [i * 10, 1000 + i]),
  );
  assertEquals(of("auto").map((p) => p.step), [0, 1, 7, 8]);
  assertEquals(points.slice(-2).map((p) => [p.key, p.step]), [["a", 5], [
    "c",
    5,
  ]]);
});

Deno.test("what cannot be logged is said once, stands on the run, and never throws into the cell", async () => {
  await using workspace = Workspace.make();
  await using kernel = await workspace.kernel();
  const secret = ["api", "token"].join("_");
  const reply = await kernel.execute(
    `${IMPORT}\nconst run = await track("wrong");
     for (let i = 0; i < 3; i++) {
       run.logMetric("text", "0.5"); run.logMetric("nothing", null); run.logMetric("", 1); run.logMetric(undefined, 1);
       run.logMetric("step", 1, { step: 1.5 }); run.logMetric("time", 1, { timestamp: NaN });
       run.logMetric("big", 10n); run.logMetric(${
      JSON.stringify(secret)
    }, 83641975);
       run.logMetric("third", 1, { stp: 3 }); run.logMetrics({ fourth: 1 }, "5");
       run.logMetrics(null); run.logMetrics(5); run.logParams(undefined); run.setTags("tag");
     }
     run.logParam("k", 1); run.logParam("k", 1); run.logParam("k", 2);
     const circle = {}; circle.self = circle; run.logParam("circle", circle);
     run.logParam("soon", { rows: Promise.resolve(3) }); run.logParam("set", new Set(["a", NaN]));
     run.setTag("number", 5); run.setTag("", "x"); run.logParam("", 1);
     await run.logArtifact("plot.png", "plots/plot.png"); await run.logArtifact("notes.md", "As in notes.md");
     await run.logArtifact("../outside.txt", "x"); await run.logArtifact("remote", new URL("https://example.org/x"));
     await run.logDataset("stream", new ReadableStream());
     run.logMetric("good", 1);
     await run.end("DONE");
     run.logMetric("good", 2); run.logParam("late", 1); run.setTag("late", "1"); await run.logArtifact("late", "x");
     await run.end("KILLED");
     "went on"`,
  );
  assertEquals(reply.status, "ok", JSON.stringify(reply));
  const said = printed(reply).trim().split("\n");
  assertEquals(said.length, new Set(said).size, "nothing is said twice");
  assert(said.every((line) => line.startsWith("nbtrack: ")), said.join("\n"));
  await kernel.shutdown();
  const record = await workspace.finalised();
  assertEquals(record.status, "FINISHED");
  assertEquals(record.metrics, { good: 1 });
  assertEquals(record.params, { k: "1", set: '["a","NaN"]' });
  assertEquals(record.tags["number"], "5");
  assertEquals(record.tags[""], undefined);
  const missing = new Map(record.missing.map((m) => [m.what, m.why]));
  for (
    const [what, why] of [
      [`metric "text"`, "it was given string"],
      [`metric "nothing"`, "it was given null"],
      [`metric "step"`, "A step is a whole number; it was given 1.5"],
      [`metric "time"`, "A timestamp is a whole number"],
      [`metric "big"`, "it was given bigint"],
      [`metric "third"`, 'has no option "stp"; it knows step, timestamp'],
      [
        `metric "fourth"`,
        "takes its options as an object; it was given string",
      ],
      [`metric "${secret}"`, "secret"],
      [`metric "good" after the end`, "has ended"],
      [`param "k" again`, "written once"],
      [`param "circle"`, "circular structure"],
      [`param "soon"`, "a promise: await it first"],
      [`artifact "../outside.txt"`, "relative path"],
      [`artifact "remote"`, "https:"],
      [`artifact "plot.png"`, "There is no file plots/plot.png"],
      ['params ""', "not empty"],
      ['tags ""', "not empty"],
      [`param "late" after the end`, "has ended"],
      ["metrics", "given as an object"],
      ["params", "given as an object"],
      ["tags", "given as an object"],
      ["end", "FINISHED, FAILED, KILLED"],
    ] as const
  ) assertStringIncludes(missing.get(what) ?? "", why, what);
  assert([...missing.keys()].some((what) => what === `dataset "stream"`));
  assert(!missing.has('artifact "notes.md"'));
});

Deno.test("a number behind a metric's value is its step, as in MLflow", async () => {
  await using workspace = Workspace.make();
  await using kernel = await workspace.kernel();
  const reply = await kernel.execute(
    `${IMPORT}
     const run = await track("steps", { quiet: true });
     run.logMetric("loss", 3, 5); run.logMetric("loss", 2, 7); run.logMetric("loss", 1, { step: 9 });
     run.logMetrics({ a: 1, b: 2 }, 4);
     await run.end(); run.id`,
  );
  assertEquals(reply.status, "ok", JSON.stringify(reply));
  await kernel.shutdown();
  const { run_id } = await workspace.finalised();
  assertEquals(
    [...workspace.journal.points(run_id)].map((p) => [p.key, p.value, p.step]),
    [["loss", 3, 5], ["loss", 2, 7], ["loss", 1, 9], ["a", 1, 4], ["b", 2, 4]],
  );
});

Deno.test("options that logDataset() and registerModel() do not know are refused by name", async () => {
  await using workspace = Workspace.make();
  await using kernel = await workspace.kernel();
  await kernel.execute(
    `${IMPORT}
     const run = await track("options", { quiet: true });
     await run.logDataset("rows", [{ a: 1 }], { contxt: "train" });
     await run.registerModel("line", { verison: "1.0.0" });
     await run.end();`,
  );
  await kernel.shutdown();
  const { missing, datasets } = await workspace.finalised();
  const why = (what: string) => missing.find((m) => m.what === what)?.why ?? "";
  assertStringIncludes(why('dataset "rows"'), 'Did you mean "context"?');
  assertStringIncludes(why('model "line"'), 'Did you mean "version"?');
  assertEquals(datasets, []);
});

Deno.test("a run that is used without being awaited says so in a sentence", async () => {
  await using workspace = Workspace.make();
  await using kernel = await workspace.kernel();
  await kernel.execute(`${IMPORT}\nconst run = track("hasty");`);
  for (
    const use of ["run.logMetric('a', 1)", "run.params.k", "await run.end()"]
  ) {
    const { evalue } = await kernel.execute(use);
    assertStringIncludes(
      evalue ?? "",
      "track() is awaited: write `const run = await track(…)`.",
      use,
    );
  }
  const shown = await kernel.execute("run");
  assertStringIncludes(JSON.stringify(shown.outputs), "track() is awaited");
  const reply = await kernel.execute(
    `const real = await run; real.logMetric("a", 1); await real.end();`,
  );
  assertEquals(reply.status, "ok", JSON.stringify(reply));
});

Deno.test("completion offers what a notebook may use of a run, and nothing else", async () => {
  await using workspace = Workspace.make();
  await using kernel = await workspace.kernel();
  const reply = await kernel.execute(
    `${IMPORT}
     const run = await track("members", { quiet: true });
     const prototype = Object.getPrototypeOf(run);
     const members = [...Object.getOwnPropertyNames(run), ...Object.getOwnPropertyNames(prototype)]
       .filter((name) => name !== "constructor").sort().join(" ");
     await run.end();
     console.log(members);`,
  );
  assertEquals(
    printed(reply).trim(),
    "callbacks chart end experiment id logArtifact logDataset logMetric logMetrics logParam logParams name params registerModel " +
      "seed setTag setTags status url",
  );
});

Deno.test("nbtrack's own token is kept nowhere, whatever a cell does with it", async () => {
  await using workspace = Workspace.make();
  await using kernel = await workspace.kernel();
  const token = ["gl", "pat", crypto.randomUUID()].join("-");
  const reply = await kernel.execute(
    `${IMPORT}
     Deno.env.set("GITLAB_TOKEN", ${JSON.stringify(token)});
     const run = await track("leaky", { params: { note: "with ${token}" }, quiet: true });
     run.setTag("header", "Bearer ${token}");
     await run.end();`,
  );
  assertEquals(reply.status, "ok", JSON.stringify(reply));
  await kernel.shutdown();
  const { params, tags } = await workspace.finalised();
  assert(!JSON.stringify([params, tags]).includes(token));
  assertStringIncludes(params["note"] ?? "", "with ");
});

Deno.test("a file called like one of nbtrack's own record is kept under another name, and said so", async () => {
  await using workspace = Workspace.make();
  await using kernel = await workspace.kernel();
  const reply = await kernel.execute(
    `${IMPORT}
     const run = await track("own names", { quiet: true });
     await run.logArtifact("manifest.json", '{"mine": true}');
     await run.logArtifact("deep/manifest.json", "{}");
     await run.end();`,
  );
  assertEquals(reply.status, "ok", JSON.stringify(reply));
  await kernel.shutdown();
  const { missing, run_id } = await workspace.finalised();
  const { artifacts } = workspace.journal;
  assertStringIncludes(
    missing.find((m) => m.what === `artifact "manifest.json"`)?.why ?? "",
    `stored as "files/manifest.json"`,
  );
  const text = (path: string) =>
    Deno.readTextFileSync(
      artifacts.file(artifacts.get(run_id, path)?.digest ?? "sha256:"),
    );
  assertEquals(text("files/manifest.json"), `{"mine": true}`);
  assertEquals(text("deep/manifest.json"), "{}");
  assertStringIncludes(text("manifest.json"), "schema_version");
});

Deno.test("a run shows its card as a cell's last value, and nothing when it is quiet", async () => {
  await using workspace = Workspace.make();
  await using kernel = await workspace.kernel();
  const card = await kernel.execute(
    `${IMPORT}\nconst run = await track("<card> & co", { params: { k: 5 } }); run.logMetric("a", 1); run`,
  );
  const shown = JSON.stringify(card.outputs);
  assertStringIncludes(shown, "text/html");
  assertStringIncludes(shown, "&lt;card&gt; &amp; co");
  assertStringIncludes(shown, "RUNNING");
  assertStringIncludes(shown, "metric    a 1");
  const quiet = await kernel.execute(
    `const silent = await track("quiet", { quiet: true }); silent.logMetric("x", "no number"); silent`,
  );
  assertEquals(printed(quiet), "");
  assert(!JSON.stringify(quiet.outputs).includes("quiet"));
  await kernel.shutdown();
});

Deno.test("NBTRACK_QUIET keeps cards and messages away", async () => {
  await using workspace = Workspace.make();
  await using kernel = await workspace.kernel({ NBTRACK_QUIET: "1" });
  const reply = await kernel.execute(
    `${IMPORT}\nconst run = await track("quiet"); run.logMetric("x", "no number"); run`,
  );
  assertEquals(printed(reply), "");
  assert(!JSON.stringify(reply.outputs).includes("text/html"));
  await kernel.shutdown();
});

Deno.test("when nothing can be stored, the cell goes on and the card says why", async () => {
  await using workspace = Workspace.make();
  const file = `${workspace.folder}/a-file`;
  Deno.writeTextFileSync(file, "");
  await using kernel = await workspace.kernel({ NBTRACK_HOME: `${file}/home` });
  const reply = await kernel.execute(
    `${IMPORT}\nconst run = await track("nowhere", { params: { k: 5 }, data: "missing.csv", seed: 1 });
     run.logMetric("a", 1); run.logParam("p", 1); run.setTag("t", "1");
     await run.logArtifact("a.txt", "text"); await run.logDataset("d", [{ a: 1 }]);
     const status = run.status; await run.end(); console.log(status, run.status, run.params.k); run`,
  );
  assertEquals(reply.status, "ok", JSON.stringify(reply));
  assertStringIncludes(printed(reply), "RUNNING FINISHED 5");
  const shown = JSON.stringify(reply.outputs);
  assertStringIncludes(shown, "Nothing is stored");
  const said = printed(reply).split("\n").filter((l) =>
    l.startsWith("nbtrack")
  );
  assertEquals(said.length, 1, said.join("\n"));
  await kernel.shutdown();
});
