import { randomFrom } from "../../src/base/repeatable_random.ts";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { notebookJson } from "../notebook_file.ts";
import type { TrackingClient } from "../../src/gitlab/client.ts";
import { TAG } from "../../src/gitlab/fields.ts";
import { until } from "../until.ts";
import { runCard } from "../../src/view/run_card.ts";
import { bestOf } from "../../src/record/sweep/best.ts";
import { isBelowMedian } from "../../src/runner/median_rule.ts";
import {
  parseRanges,
  type SweepSpace,
  trialsOf,
} from "../../src/record/sweep/space.ts";
import { cleanEnv, nbtrack, nbtrackJson } from "../cli/nbtrack.ts";
import { withServer } from "../delivery/practice.ts";
import { addRun, emptyJournal } from "../record/filled.ts";
import { journalIn, projectIn, temporary } from "../reproduce/recorded.ts";

interface Child {
  status: string;
  runs: string[];
}

interface Result {
  status: string;
  sweep: string;
  children: Child[];
  runs: string[];
  best: {
    params: Record<string, string>;
    run_ids: string[];
    metric: string;
    mean: number;
    std: number | null;
    n: number;
  } | null;
}

const NOTHING: SweepSpace = {
  grid: {},
  random: null,
  ranges: {},
  repeat: 1,
  seed: null,
};

/** A notebook that logs `k` and what it draws, in a folder of its own. */
function project(cells: readonly string[]) {
  const place = temporary();
  const folder = `${place.path}/project`;
  projectIn(folder, {
    "sweep.ipynb": notebookJson(cells),
  });
  return {
    home: `${place.path}/home`,
    cwd: folder,
    [Symbol.dispose]: () => place[Symbol.dispose](),
  };
}

const DRAWS = [
  'import { track } from "@nbtrack/nbtrack";\nconst run = await track("draws", { params: { k: 1 }, seed: 0, quiet: true });',
  'run.logMetric("drawn", run.params.k + Math.random());',
  "await run.end();",
];

Deno.test("a space makes each combination with each seed, and random draws repeat with the seed", () => {
  const grid = trialsOf({
    ...NOTHING,
    grid: { k: ["1", "2"], w: ["a", "b"] },
    repeat: 2,
  });
  assertEquals(grid.length, 8);
  assertEquals(grid.map((t) => t.n), [0, 1, 2, 3, 4, 5, 6, 7]);
  assertEquals(grid[1], {
    n: 1,
    combination: 0,
    params: { k: "1", w: "a" },
    seed: 2,
  });
  const ranges = parseRanges(["lr=1e-4..1e-1,log", "k=1..9,int", "x=-1..1"]);
  const space = { ...NOTHING, random: 50, ranges, seed: 7 };
  const drawn = trialsOf(space);
  assertEquals(drawn.length, 50);
  assertEquals(trialsOf(space), drawn);
  assert(
    JSON.stringify(trialsOf({ ...space, seed: 8 })) !== JSON.stringify(drawn),
  );
  for (const { params } of drawn) {
    const [lr, k, x] = ["lr", "k", "x"].map((key) => Number(params[key]));
    assert(lr! >= 1e-4 && lr! <= 1e-1, String(lr));
    assert(Number.isInteger(k) && k! >= 1 && k! <= 9, String(k));
    assert(x! >= -1 && x! <= 1, String(x));
  }
  const small = drawn.filter(({ params }) => Number(params["lr"]) < 1e-2);
  assert(small.length > 20, "log draws evenly by magnitude");
  assertEquals(new Set(drawn.map((t) => t.params["k"])).size > 5, true);
  const few = trialsOf({
    ...NOTHING,
    random: 20,
    ranges: parseRanges(["k=1..3,int"]),
  });
  assertEquals(few.map((t) => t.params["k"]).sort(), ["1", "2", "3"]);
});

Deno.test("the best combination is the one with the best mean over its seeds, with their spread", () => {
  using made = emptyJournal();
  const runs = new Map(
    [[3, 1], [2.2, 2.4], [9, NaN]].flat().map((value, n) =>
      [n, [addRun(made.journal, { metrics: { acc: [value] } })]] as const
    ),
  );
  const trials = trialsOf({
    ...NOTHING,
    grid: { k: ["a", "b", "c"] },
    repeat: 2,
  });
  const best = bestOf(made.journal, trials, runs, {
    metric: "acc",
    direction: "max",
  });
  assertEquals(best?.params, { k: "b" });
  assertEquals([best?.n, best?.mean.toFixed(6)], [2, "2.300000"]);
  assertEquals(best?.std?.toFixed(6), Math.sqrt(0.02).toFixed(6));
  const least = bestOf(made.journal, trials, runs, {
    metric: "acc",
    direction: "min",
  });
  assertEquals(least?.params, { k: "a" });
  assertEquals(
    bestOf(made.journal, trials, runs, { metric: "none", direction: "min" }),
    null,
  );
});

Deno.test("a run is stopped when its best is worse than the median of the others by the same step, not earlier", () => {
  using made = emptyJournal();
  const { journal } = made;
  const ended = [[5, 4, 3], [6, 5, 4], [7, 6, 5]].map((loss) =>
    addRun(journal, { metrics: { loss } })
  );
  const goal = { metric: "loss", direction: "min" } as const;
  const slow = addRun(journal, { metrics: { loss: [8, 8] }, end: null });
  const good = addRun(journal, { metrics: { loss: [4, 4] }, end: null });
  const stopped = (run: string, after: number, others = ended) =>
    isBelowMedian(journal, run, others, { goal, after });
  assertEquals(stopped(slow, 1), true);
  assertEquals(stopped(slow, 2), false);
  assertEquals(stopped(good, 1), false);
  assertEquals(stopped(slow, 1, ended.slice(1)), false);
});

Deno.test("a sweep's document names its run, its children and the best combination", async () => {
  using at = project(DRAWS);
  const args = ["run", "sweep.ipynb", "--grid", "k=1,2", "--repeat", "2"];
  const result = await nbtrackJson(
    [...args, "--max", "metrics.drawn", "--jobs", "2"],
    at,
  ) as Result;
  assertEquals(result.children.map((c) => c.status), ["ok", "ok", "ok", "ok"]);
  assertEquals(result.runs.length, 4);
  using journal = journalIn(at.home);
  const parent = journal.runs.get(result.sweep);
  assertEquals([parent?.status, parent?.experiment], ["FINISHED", "draws"]);
  assertEquals(
    journal.runs.children(result.sweep).map((run) => run.run_id).sort(),
    result.runs.toSorted(),
  );
  assertEquals(result.best?.params, { k: "2" });
  assertEquals([result.best?.metric, result.best?.n], ["drawn", 2]);
  const values =
    result.best?.run_ids.map((id) =>
      journal.metrics(id)[0]?.last?.value ?? NaN
    ) ?? [];
  assertEquals(result.best?.mean, ((values[0] ?? 0) + (values[1] ?? 0)) / 2);
  assert(values[0] !== values[1], "each seed draws something else");
  const refused = await nbtrack(
    ["reproduce", result.sweep, "--json"],
    at,
  );
  assertEquals(refused.code, 2);
  assertStringIncludes(refused.stdout, "is a sweep");
  await until(
    "the sweep's record",
    () => journal.runs.get(result.sweep)?.finalised_time,
  );
  assertEquals(journal.entries.missing(result.sweep), []);
  const card = runCard(journal, {
    id: result.sweep,
    name: parent?.name ?? "",
    experiment: "draws",
    status: "FINISHED",
  });
  const said = /nbtrack reproduce ([0-9a-f]{8})/.exec(card.text)?.[1] ?? "";
  const most =
    result.runs.toSorted((a, b) =>
      (journal.metrics(b)[0]?.last?.value ?? NaN) -
      (journal.metrics(a)[0]?.last?.value ?? NaN)
    )[0];
  assertEquals(said, most?.slice(0, 8), "the run with the most, as was asked");
});

Deno.test("what failed in a sweep is run again when that is asked for, the failed run is kept, and what ended well stays", async () => {
  using at = project([
    DRAWS[0] ?? "",
    'if (run.params.k === 2 && !Deno.env.get("MENDED")) throw new Error("not yet");\n' +
    'run.logMetric("drawn", run.params.k);',
    "await run.end();",
  ]);
  const call = async (args: string[], code: number, mended = false) =>
    await nbtrackJson(["run", "sweep.ipynb", ...args], {
      ...at,
      code,
      env: mended ? { MENDED: "1" } : {},
    }) as Result;
  const begun = await call(["--grid", "k=1,2", "--max", "drawn"], 1);
  assertEquals(begun.children.map((c) => c.status), ["ok", "error"]);
  const [good = "", bad = ""] = begun.runs;
  // Without the option nothing that has ended is run again.
  const resumed = await call(["--resume", begun.sweep], 1);
  assertEquals(resumed.runs, begun.runs);
  const again = await call(["--resume", begun.sweep, "--retry-failed"], 1);
  assertEquals(again.children.map((c) => c.status), ["ok", "error"]);
  const mended = await call(
    ["--resume", begun.sweep, "--retry-failed"],
    0,
    true,
  );
  assertEquals(mended.children.map((c) => c.status), ["ok", "ok"]);
  assertEquals(mended.runs[0], good);
  assertEquals(mended.best?.mean, 2);
  using journal = journalIn(at.home);
  const children = journal.runs.children(begun.sweep);
  assertEquals(
    children.map((run) => `${run.status} ${run.trial}`).toSorted(),
    ["FAILED null", "FAILED null", "FINISHED 0", "FINISHED 1"],
  );
  assertEquals(
    journal.entries.tags(bad).find((t) => t.key === "nbtrack.retried")?.value,
    "Trial 2 failed here, and was run again.",
  );
  assertEquals(journal.runs.get(begun.sweep)?.status, "FINISHED");
});

Deno.test("what a sweep cannot be made of is refused in a sentence, and nothing is run", async () => {
  using at = project(DRAWS);
  const cases: [string[], string][] = [
    [["--range", "k=1..5"], "--random"],
    [["--random", "3"], "nothing to draw from"],
    [["--random", "3", "--range", "k=5..1"], "low end"],
    [["--random", "3", "--range", "k=0..1,log"], "log"],
    [["--random", "3", "--range", "k=0.2..0.8,int"], "whole number"],
    [["--random", "3", "--range", "k=a..b"], "LOW..HIGH"],
    [["--grid", "k=1,2", "--jobs", "0"], "--jobs"],
    [["--grid", "k=1,2", "--max", "a", "--min", "b"], "exclude"],
    [["--grid", "k=1,2", "--stop-median", "5"], "--max"],
    [["--jobs", "2"], "belongs to a sweep"],
    [["--resume", "last"], "no run yet"],
    [["--grid", "k=1,2", "--retry-failed"], "belongs to --resume"],
    [["--grid", "k=1,2", "--repeat", "6000"], "10000"],
  ];
  for (const [args, says] of cases) {
    const { code, stderr } = await nbtrack(["run", "sweep.ipynb", ...args], at);
    assertEquals(code, 2, `${args}: ${stderr}`);
    assertStringIncludes(stderr, says);
  }
});

Deno.test("a param that no cell names, and a metric that no run has logged, are said with what may be meant", async () => {
  using at = project([
    `import { track } from "@nbtrack/nbtrack";
const run = await track("mistyped", { quiet: true, params: { learningRate: 0.1 } });`,
    'run.logMetric("accuracy", run.params.learningRate); await run.end();',
  ]);
  const told = async (...args: string[]) => {
    const { code, stderr } = await nbtrack(["run", "sweep.ipynb", ...args], at);
    assertEquals(code, 0, stderr);
    return stderr;
  };
  const mistyped =
    'No cell of the notebook names a param "learningrate": track() records it, and what the cells compute stays the same. Did you mean "learningRate"?';
  assertStringIncludes(await told("-p", "learningrate=0.5"), mistyped);
  assertStringIncludes(
    await told("-p", "learningRate=0,5"),
    "-p learningRate=… is a text, where track() has the number 0.1: the cells compute with that text.",
  );
  const swept = await told("--grid", "learningrate=0.1", "--max", "acuracy");
  assertEquals(swept.split(mistyped).length, 2, swept);
  assertStringIncludes(
    swept,
    'none has logged the metric "acuracy"; they have logged accuracy. Did you mean "accuracy"?',
  );
  const right = await told("--grid", "learningRate=0.1", "--max", "accuracy");
  assertEquals(/No cell|no best|is a text/.test(right), false, right);
});

const COMBINATIONS = 12;
const SEEDS = [5, 6];
/** At most: a sweep that has got to its end is not killed any more. */
const KILLS = 10;

Deno.test("a sweep of 12 combinations with 2 seeds that is killed again and again at random moments ends each exactly once, here and on the server", async () => {
  const chance = Math.floor(Math.random() * 2 ** 32);
  console.log(`moments by seed ${chance}`);
  const random = randomFrom(chance);
  using at = project(DRAWS);
  const faults = { seed: chance, rate_500: 0.03, rate_lost_answer: 0.03 };
  await withServer({ faults }, async ({ server, token, client }) => {
    const env = {
      MLFLOW_TRACKING_URI: server.tracking_uri,
      MLFLOW_TRACKING_TOKEN: token,
    };
    const ks = Array.from({ length: COMBINATIONS }, (_, i) => String(i + 1));
    const space = ["--grid", `k=${ks}`, "--repeat", `${SEEDS.length}`];
    let sweep: string | null = null;
    let kills = 0;
    for (let ended = false; kills < KILLS && !ended;) {
      const args: string[] = sweep === null
        ? [...space, "--seed", `${SEEDS[0]}`]
        : ["--resume", sweep];
      const ms = 4000 * random();
      const killed = await killedAfter(ms, [...args, "--jobs", "2"], {
        ...at,
        env,
      });
      sweep = killed.sweep ?? sweep;
      ended = killed.ended;
      if (!ended) kills++;
    }
    assert(sweep !== null && kills > 0);
    const result = await nbtrackJson(
      ["run", "sweep.ipynb", "--resume", sweep, "--jobs", "2"],
      { ...at, env },
    ) as Result;
    assertEquals(result.children.length, ks.length * SEEDS.length);
    assertEquals(result.status, "ok");
    await nbtrackJson(["sync"], { ...at, env });
    using journal = journalIn(at.home);
    const wanted = ks.flatMap((k) =>
      SEEDS.map((seed) => `k=${k} seed=${seed} FINISHED`)
    ).toSorted();
    const children = journal.runs.children(sweep);
    const here = children.map((run) => {
      const k = journal.entries.params(run.run_id)[0]?.value;
      return `k=${k} seed=${run.seed} ${run.status}`;
    });
    assertEquals(here.toSorted(), wanted);
    const seeds = new Map(children.map((run) => [run.run_id, run.seed]));
    const there: string[] = [];
    let parents = 0;
    for await (const { info, data } of runsThere(client, "draws")) {
      const k = data.params.find(({ key }) => key === "k")?.value;
      const id = data.tags.find(({ key }) => key === TAG.runId)?.value ?? "";
      if (id === sweep) parents++;
      // A sweep that was killed before it said its id has no children.
      if (data.tags.some(({ key }) => key === "nbtrack.sweep")) continue;
      there.push(`k=${k} seed=${seeds.get(id)} ${info.status}`);
    }
    assertEquals(parents, 1);
    assertEquals(there.toSorted(), wanted);
  });
});

/** Every run of an experiment that the server has. */
async function* runsThere(client: TrackingClient, name: string) {
  const found = await client.getExperimentByName(name);
  yield* client.searchRuns({ experiment_id: found?.experiment_id ?? "" });
}

/** Starts a sweep and kills it after some time, unless it has ended; gives its id, null when it had said none. */
async function killedAfter(
  ms: number,
  args: readonly string[],
  at: { home: string; cwd: string; env: Record<string, string> },
): Promise<{ sweep: string | null; ended: boolean }> {
  const main = new URL("../../src/cli/main.ts", import.meta.url).href;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", main, "run", "sweep.ipynb", ...args],
    cwd: at.cwd,
    clearEnv: true,
    env: cleanEnv(at),
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const kill = setTimeout(() => child.kill("SIGKILL"), ms);
  const text = await new Response(child.stderr).text();
  const { signal, code } = await child.status;
  clearTimeout(kill);
  if (signal === null) assertEquals(code, 0, text);
  else assertEquals(signal, "SIGKILL", text);
  const sweep = /Sweep ([0-9a-f-]{36})/.exec(text)?.[1] ?? null;
  return { sweep, ended: signal === null };
}
