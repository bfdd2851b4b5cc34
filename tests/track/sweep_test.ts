import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { parseRanges, trialsOf } from "../../src/record/sweep/space.ts";
import { IMPORT, MOD, Workspace } from "../recorder/support.ts";
import { until } from "../until.ts";

const SWEEP = IMPORT.replace("{ track }", "{ sweep, track }");
/** Draws are those of the seed alone: the same for every k. */
const BODY =
  '(run, { k }) => { if (k === 3) throw new Error("three is too many"); run.logMetric("drawn", k + Math.random()); }';

Deno.test("a sweep in a cell groups its runs under one, each once with its params and seed, and says which failed", async () => {
  await using workspace = Workspace.make();
  const path = workspace.notebook("sweep.ipynb", [
    SWEEP,
    `const done = await sweep({ k: [1, 3, 5] }, ${BODY}, { experiment: "draws", repeat: 2, max: "drawn", data: { own: [{ a: 1 }] } });\ndone`,
    "console.log(JSON.stringify(done))",
  ]);
  const output = `${workspace.work}/out.ipynb`;
  const { code, stdout, stderr } = await workspace.nbtrack(
    ["run", path, "--output", output, "--json"],
  );
  assertEquals(code, 0, stderr);
  assertEquals(JSON.parse(stdout).runs.length, 7);
  const { cells } = JSON.parse(Deno.readTextFileSync(output));
  const table =
    cells[1].outputs.find((out: { output_type: string }) =>
      out.output_type === "execute_result"
    ).data["text/plain"];
  const text = [table].flat().join("");
  assertStringIncludes(text, "k  runs  failed  drawn");
  assertStringIncludes(text, "k = 3, seed 2 failed: three is too many");
  const done = JSON.parse([cells[2].outputs[0].text].flat().join(""));
  assertEquals(Object.keys(done), ["run_id", "rows", "best", "runs"]);
  const { journal } = workspace;
  const parent = journal.runs.get(done.run_id);
  assertEquals([parent?.status, parent?.end_reason], [
    "FAILED",
    "2 of 6 runs failed",
  ]);
  const children = journal.runs.children(done.run_id)
    .toSorted((a, b) => (a.trial ?? 0) - (b.trial ?? 0));
  assertEquals(
    children.map(({ run_id, trial, seed, status, experiment }) => [
      trial,
      journal.entries.params(run_id).map(({ key, value }) => `${key}=${value}`)
        .join(),
      seed,
      status,
      experiment,
    ]),
    [
      [0, "k=1", 1, "FINISHED", "draws"],
      [1, "k=1", 2, "FINISHED", "draws"],
      [2, "k=3", 1, "FAILED", "draws"],
      [3, "k=3", 2, "FAILED", "draws"],
      [4, "k=5", 1, "FINISHED", "draws"],
      [5, "k=5", 2, "FINISHED", "draws"],
    ],
  );
  const drawn = children.map(({ run_id }) =>
    journal.metrics(run_id)[0]?.last?.value ?? NaN
  );
  assertEquals(
    (drawn[4]! - 5).toFixed(12),
    (drawn[0]! - 1).toFixed(12),
    "the same seed draws the same",
  );
  assert(drawn[0] !== drawn[1], "another seed draws another number");
  const mean = (drawn[4]! + drawn[5]!) / 2;
  assertEquals(done.best.params, { k: "5" });
  assertEquals(done.best.metrics.drawn, {
    mean,
    std: Math.sqrt((drawn[4]! - mean) ** 2 + (drawn[5]! - mean) ** 2),
    n: 2,
  });
  assertEquals(journal.datasets.list(children[0]!.run_id).length, 1);
});

Deno.test("a sweep in a cell whose kernel was killed is completed by resume: what had ended is kept, no trial is there twice", async () => {
  await using workspace = Workspace.make();
  const call = (body: string, more = "") =>
    `const done = await sweep({ k: [1, 2, 3, 4] }, ${body}, { experiment: "cut"${more} });`;
  const log = 'run.logMetric("twice", 2 * k);';
  const first = await workspace.kernel();
  await first.execute(SWEEP);
  const killed = first.execute(
    call(
      `async (run, { k }) => { ${log} if (k === 3) await new Promise(() => { setInterval(() => {}, 1000); }); }`,
    ),
  ).catch(() => null);
  const { journal } = workspace;
  const parent = await until("the third run", () => {
    const all = journal.runs.list({ experiment: "cut" });
    const third = all.find((run) => run.trial === 2);
    return third === undefined ? null : third.parent;
  });
  Deno.kill(first.pid, "SIGKILL");
  await killed;
  await until(
    "the end of the killed runs",
    () => journal.runs.get(parent)?.end_time,
  );
  await until(
    "the end of the third run",
    () => journal.runs.children(parent).every((run) => run.end_time !== null),
  );
  const kept = journal.runs.children(parent)
    .filter((run) => run.status === "FINISHED").map((run) => run.run_id);
  assertEquals(kept.length, 2);
  assertEquals(journal.runs.get(parent)?.status, "KILLED");

  await using second = await workspace.kernel();
  await second.execute(SWEEP);
  const other = await second.execute(
    `await sweep({ k: [1, 2] }, () => {}, { resume: "${parent}" })`,
  );
  assertStringIncludes(other.evalue ?? "", "another space");
  const reply = await second.execute(
    `${
      call(`(run, { k }) => { ${log} }`, `, resume: "${parent}"`)
    }\nconsole.log(done.runs.length)`,
  );
  assertEquals(reply.status, "ok", reply.evalue ?? "");
  const children = journal.runs.children(parent)
    .toSorted((a, b) => (a.trial ?? 0) - (b.trial ?? 0));
  assertEquals(
    children.map(({ trial, status }) => `${trial} ${status}`),
    [0, 1, 2, 3].map((n) => `${n} FINISHED`),
  );
  assertEquals(children.slice(0, 2).map((run) => run.run_id), kept);
  assertEquals(journal.runs.get(parent)?.status, "FINISHED");
  const { code, stderr } = await workspace.nbtrack(
    [
      "run",
      workspace.notebook("n.ipynb", ["1"]),
      "--resume",
      parent,
      "--json",
    ],
  );
  assertEquals(code, 2, stderr);
  assertStringIncludes(stderr, "was run in a cell");
});

Deno.test("a sweep in a cell draws combinations from lists and ranges, the same ones as nbtrack run --random with the same seed, each with each seed", async () => {
  await using workspace = Workspace.make();
  const { stdout, stderr } = await workspace.script(
    `import { sweep } from ${JSON.stringify(MOD)};
     const seen: unknown[] = [];
     const done = await sweep(
       { lr: { low: 1e-4, high: 0.1, log: true }, k: { low: 1, high: 9, int: true }, kind: ["a", "b"] },
       (run, { lr, k, kind }) => { seen.push([typeof lr, typeof k, kind]); run.logMetric("lr", lr); run.logMetric("k", k * 2); },
       { experiment: "draws", random: 4, repeat: 2, seed: 7, quiet: true });
     console.log(JSON.stringify({ done, seen }));`,
  );
  const { done, seen } = JSON.parse(stdout.trim().split("\n").at(-1) ?? stderr);
  const wanted = trialsOf({
    grid: { kind: ["a", "b"] },
    random: 4,
    ranges: parseRanges(["lr=1e-4..0.1,log", "k=1..9,int"]),
    repeat: 2,
    seed: 7,
  });
  type Done = { params: Record<string, string>; seed: number };
  assertEquals(
    done.runs.map(({ params, seed }: Done) => ({ params, seed })),
    wanted.map(({ params, seed }) => ({ params, seed })),
  );
  assertEquals(
    seen,
    wanted.map(({ params }) => ["number", "number", params["kind"]]),
  );
  const children = workspace.journal.runs.children(done.run_id);
  assertEquals(children.length, 8);
  const params = workspace.journal.entries.params(done.run_id);
  assertEquals(
    params.find(({ key }) => key === "lr")?.value,
    "0.0001..0.1,log",
  );
});

Deno.test("a space that is empty, repeats a value or asks for too much is refused in a sentence, and nothing is recorded", async () => {
  await using workspace = Workspace.make();
  const { stdout } = await workspace.script(
    `import { sweep } from ${JSON.stringify(MOD)};
     const say = (given: unknown, options = {}) =>
       sweep(given as never, () => {}, options).then(() => "done", (error) => error.name + ": " + error.message);
     console.log(await say({}));
     console.log(await say({ k: [] }));
     console.log(await say({ k: [1, "1"] }));
     console.log(await say({ k: [1] }, { repeat: 0 }));
     console.log(await say({ k: [1] }, { repeat: 20_000 }));
     console.log(await say({ k: [1] }, { max: "a", min: "b" }));
     console.log(await say({ lr: { low: 0, high: 1 } }));
     console.log(await say({ lr: { low: 0, high: 1, log: true } }, { random: 3 }));
     console.log(await say({ lr: { low: 2, high: 1 } }, { random: 3 }));
     console.log(await say({ lr: { from: 1, to: 2 } }, { random: 3 }));
     console.log(await say({ lr: 0.1 }, { random: 3 }));`,
  );
  const lines = stdout.trim().split("\n");
  assertEquals(lines.length, 11, stdout);
  for (const line of lines) {
    assert(line.startsWith("TrackOptionsError: "), line);
  }
  assertEquals(workspace.journal.runs.list(), []);
});
