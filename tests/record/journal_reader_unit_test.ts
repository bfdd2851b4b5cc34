import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import {
  QueryError,
  RunNotFoundError,
  UnknownNameError,
} from "../../src/record/errors.ts";
import { JournalReader } from "../../src/record/journal_reader.ts";
import { runRecordSchema } from "../../src/record/schema/record.ts";
import { runSummarySchema } from "../../src/record/schema/summary.ts";
import { addRun, emptyJournal, summaryWith } from "./filled.ts";

const DIGEST = `sha256:${"a".repeat(64)}`;
const FINGERPRINT = {
  uri: "penguins.csv",
  kind: "file",
  digest: DIGEST,
  size: 13_000,
  files: 1,
  rows: 344,
  columns: [{ name: "species", type: "string" }],
  message: null,
};
const DOCUMENTS = {
  packages: [{
    name: "ml-knn",
    version: "3.0.0",
    registry: "npm",
    integrity: "sha512-x",
    direct: true,
  }],
  modules: [{ path: "lib.ts", digest: DIGEST, size: 12 }],
  environment: {
    deno: "2.9.6",
    v8: "14",
    typescript: "6",
    os: "linux",
    arch: "x86_64",
    timezone: "UTC",
  },
  git: { commit: "c0ffee", branch: null, dirty: true, remote: null },
};

Deno.test("a listed run has its params, tags and last metric values, those not finite as texts", async () => {
  using made = emptyJournal();
  const run_id = addRun(made.journal, {
    params: { k: "5" },
    tags: { team: "birds" },
    metrics: {
      loss: [0.5, 0.25],
      nan: [NaN],
      up: [Infinity],
      down: [-Infinity],
    },
  });
  const [run, ...others] = await new JournalReader(made.journal).list();
  assertEquals(others, []);
  runSummarySchema.strict().parse(run);
  assertEquals(run?.run_id, run_id);
  assertEquals(run?.params, { k: "5" });
  assertEquals(run?.tags, { team: "birds" });
  assertEquals(run?.metrics, {
    loss: 0.25,
    nan: "NaN",
    up: "Infinity",
    down: "-Infinity",
  });
  assertEquals(run?.delivery, summaryWith().delivery);
  assertEquals([run?.provenance, run?.reproduces], ["here", null]);
});

Deno.test("runs are listed newest first, of one experiment, filtered, sorted and limited", async () => {
  using made = emptyJournal();
  const { journal } = made;
  const ids = [0.3, 0.1, 0.2].map((loss, i) =>
    addRun(journal, { metrics: { loss: [loss] }, params: { k: String(i) } })
  );
  const other = addRun(journal, {
    experiment: "seals",
    metrics: { loss: [0.4] },
  });
  const reader = new JournalReader(journal);
  const listed = async (options: Parameters<JournalReader["list"]>[0]) =>
    (await reader.list(options)).map((run) => run.run_id);
  assertEquals((await listed({})).toSorted(), [...ids, other].toSorted());
  assertEquals(await listed({ experiment: "seals" }), [other]);
  assertEquals(await listed({ sort: "metrics.loss" }), [
    ids[1],
    ids[2],
    ids[0],
    other,
  ]);
  assertEquals(await listed({ sort: "metrics.loss DESC", limit: 2 }), [
    other,
    ids[0],
  ]);
  assertEquals(
    await listed({ filter: "metrics.loss < 0.25", sort: "params.k" }),
    [ids[1], ids[2]],
  );
  assertEquals(
    (await listed({ filter: "metrics.loss < 0.25", limit: 1 })).length,
    1,
  );
  await assertRejects(
    () => reader.list({ filter: "metrics.loss <" }),
    QueryError,
  );
  const unknown = await assertRejects(
    () => reader.list({ experiment: "seal" }),
    UnknownNameError,
  );
  assertEquals(unknown.hint, 'Did you mean "seals"?');
});

Deno.test("a run that is still logging is read with the points of its write-ahead file", async () => {
  using made = emptyJournal();
  const run_id = addRun(made.journal, { end: null });
  const writer = made.journal.metricWriter(run_id);
  writer.log("loss", 1, 0, 1);
  writer.log("loss", 0.5, 1, 2);
  const reader = new JournalReader(made.journal);
  assertEquals((await reader.get(run_id)).metrics, { loss: 0.5 });
  assertEquals(await reader.points(run_id, "loss"), [
    { step: 0, timestamp: 1, value: 1 },
    { step: 1, timestamp: 2, value: 0.5 },
  ]);
  writer.close();
});

Deno.test("a record holds cells with outputs, datasets, packages, modules, environment and artifacts", async () => {
  using made = emptyJournal();
  const run_id = addRun(made.journal, {
    seed: 7,
    cells: ["const a = 1;", "console.log(a);"],
    datasets: { penguins: FINGERPRINT },
    documents: DOCUMENTS,
    artifacts: { "figures/plot.svg": "<svg/>" },
  });
  const record = await new JournalReader(made.journal).get(run_id);
  runRecordSchema.strict().parse(record);
  assertEquals(record.notebook, "/project/lesson.ipynb");
  assertEquals(record.seed, 7);
  assertEquals(
    record.cells.map((c) => [c.index, c.execution_count, c.source, c.status]),
    [
      [0, 1, "const a = 1;", "ok"],
      [1, 2, "console.log(a);", "ok"],
    ],
  );
  assertEquals(record.cells[1]?.outputs, [{
    output_type: "stream",
    name: "stdout",
    text: "said 1\n",
  }]);
  assertEquals(record.datasets, [{
    name: "penguins",
    context: null,
    found: "named",
    uri: "penguins.csv",
    digest: DIGEST,
    size: 13_000,
    rows: 344,
    columns: [{ name: "species", type: "string" }],
    profile: null,
    message: null,
  }]);
  assertEquals(record.packages[0]?.name, "ml-knn");
  assertEquals(record.modules, DOCUMENTS.modules);
  assertEquals(record.environment["timezone"], "UTC");
  assertEquals(record.git?.["commit"], "c0ffee");
  assertEquals(record.artifacts.map((a) => [a.path, a.size]), [[
    "figures/plot.svg",
    6,
  ]]);
  assertEquals(record.missing, []);
  assertEquals(record.changed, []);
});

Deno.test("only executions up to the run's last one belong to it", async () => {
  using made = emptyJournal();
  const run_id = addRun(made.journal, { cells: ["a", "b", "c"] });
  made.journal.runs.setLastExecution(run_id, 1_000_001);
  const record = await new JournalReader(made.journal).get(run_id);
  assertEquals(record.cells.map((c) => c.source), ["a", "b"]);
});

Deno.test("what was not captured is named: unseen cells, packages, fingerprints and unreadable documents", async () => {
  using made = emptyJournal();
  const { journal } = made;
  const run_id = addRun(journal, {
    cells: [null, "b"],
    datasets: { penguins: null },
  });
  journal.entries.setDocument(run_id, "git", "{broken");
  journal.entries.setDocument(run_id, "modules", '[{"path": 1}]');
  journal.entries.setMissing(run_id, "clock", "it stood still");
  const record = await new JournalReader(journal).get(run_id);
  assertEquals(record.cells[0]?.source, "");
  const why = new Map(record.missing.map((gap) => [gap.what, gap.why]));
  assertEquals([...why.keys()].toSorted(), [
    "cell sources",
    "clock",
    'dataset "penguins"',
    "git",
    "modules",
    "packages",
  ]);
  assertStringIncludes(why.get("cell sources") ?? "", "[1]");
  assertStringIncludes(why.get("modules") ?? "", "0.path");
});

Deno.test("a cell that was cut off by the end of its kernel is aborted, one that is being executed is running", async () => {
  using made = emptyJournal();
  const { journal } = made;
  const run_id = addRun(journal, {
    cells: ["while (true);"],
    cellStatus: "running",
    end: null,
  });
  const reader = new JournalReader(journal);
  assertEquals((await reader.get(run_id)).cells[0]?.status, "running");
  const session_id = journal.runs.get(run_id)?.session_id ?? "";
  journal.sessions.end(session_id, "killed", Date.now());
  assertEquals((await reader.get(run_id)).cells[0]?.status, "aborted");
});

Deno.test("what changed since the run before is said, unless the recorder has said it", async () => {
  using made = emptyJournal();
  const { journal } = made;
  const first = addRun(journal, {
    run_id: "00000000-0000-4000-8000-000000000001",
    params: { k: "5" },
    documents: DOCUMENTS,
    cells: ["a"],
  });
  addRun(journal, { experiment: "seals", params: { k: "9" } });
  const second = addRun(journal, {
    run_id: "00000000-0000-4000-8000-000000000002",
    params: { k: "7" },
    documents: DOCUMENTS,
    cells: ["b"],
  });
  const reader = new JournalReader(journal);
  assertEquals((await reader.get(first)).changed, []);
  assertEquals((await reader.get(second)).changed, [
    { dimension: "params", what: "k 5 → 7" },
    { dimension: "code", what: "cell [1] changed" },
  ]);
  journal.entries.setDocument(
    second,
    "changed",
    JSON.stringify([{ dimension: "seed", what: "seed 1 → 2" }]),
  );
  assertEquals((await reader.get(second)).changed, [{
    dimension: "seed",
    what: "seed 1 → 2",
  }]);
});

Deno.test("an artifact is read as it was logged, and an unknown name is refused with the nearest", async () => {
  using made = emptyJournal();
  const run_id = addRun(made.journal, {
    artifacts: { "plot.svg": "<svg/>" },
    metrics: { accuracy: [1] },
  });
  const reader = new JournalReader(made.journal);
  const stream = await reader.artifact(run_id, "plot.svg") as ReadableStream<
    Uint8Array<ArrayBuffer>
  >;
  assertEquals(await new Response(stream).text(), "<svg/>");
  const artifact = await assertRejects(
    () => reader.artifact(run_id, "plot.png"),
    UnknownNameError,
  );
  assertEquals(artifact.hint, 'Did you mean "plot.svg"?');
  const metric = await assertRejects(
    () => reader.points(run_id, "acuracy"),
    UnknownNameError,
  );
  assertEquals(metric.hint, 'Did you mean "accuracy"?');
  await assertRejects(() => reader.get("nothing"), RunNotFoundError);
});

Deno.test("a cell that took long and showed nothing in a plain kernel may have been interrupted, which is said once", async () => {
  using made = emptyJournal();
  const { journal } = made;
  const run_id = addRun(journal, { cells: ["loud()", "const quiet = 1;"] });
  const session_id = journal.runs.get(run_id)?.session_id ?? "";
  const gap = async () =>
    (await new JournalReader(journal).get(run_id)).missing.find((g) =>
      g.what === "interruptions"
    );
  assertEquals(await gap(), undefined);
  journal.executions.putOutputs(session_id, 1_000_001, []);
  assertEquals(await gap(), undefined, "it was over at once");
  const cell = journal.executions.get(session_id, 1_000_001);
  assert(cell !== undefined);
  const long = { ...cell, end_time: (cell.start_time ?? 0) + 60_000 };
  journal.executions.put(long);
  assertStringIncludes((await gap())?.why ?? "", "cell [2] took long");
  journal.executions.put({ ...long, via: "runner" });
  assertEquals(await gap(), undefined, "its reply was seen");
});
