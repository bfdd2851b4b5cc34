import { assertEquals } from "@std/assert";
import { comparisonText } from "../../src/cli/compare_text.ts";
import { terminalPaint } from "../../src/cli/paint.ts";
import { runsText } from "../../src/cli/runs_text.ts";
import { verdictText } from "../../src/cli/reproduce_text.ts";
import { runText, sweepText } from "../../src/cli/run_text.ts";
import type { Verdict } from "../../src/reproduce/replay/types.ts";
import { recordText } from "../../src/cli/show_text.ts";
import { compareRuns } from "../../src/record/compare.ts";
import type { RunRecord } from "../../src/record/schema/record.ts";
import { cellsOf, recordWith } from "../record/filled.ts";
import { assertSnapshot } from "../snapshot.ts";

const SNAPSHOTS = new URL("./snapshots/", import.meta.url);
const BEGAN = Date.UTC(2026, 2, 14, 9, 30);
const NOW = BEGAN + 3 * 3_600_000;
const DIGEST = `sha256:${"0123456789abcdef".repeat(4)}`;

/** Times as a reader in Greenwich has them. */
function inGreenwich<T>(work: () => T): T {
  const before = Deno.env.get("TZ");
  Deno.env.set("TZ", "UTC");
  try {
    return work();
  } finally {
    if (before === undefined) Deno.env.delete("TZ");
    else Deno.env.set("TZ", before);
  }
}

const FULL: RunRecord = recordWith({
  run_id: "3f2a9c01-0000-4000-8000-000000000000",
  name: "quiet-heron-417",
  experiment: "penguins-knn",
  start_time: BEGAN,
  end_time: BEGAN + 12_340,
  notebook: "/home/ada/penguins/lesson.ipynb",
  seed: 7,
  params: { k: "5", testShare: "0.3" },
  metrics: { accuracy: 0.9805825242718447, loss: "NaN", rows: 103 },
  tags: { team: "birds" },
  cells: cellsOf(
    'import { track } from "@nbtrack/nbtrack";\nconst run = await track("penguins-knn");',
    "const k = 5;\nload();",
    "train(k);",
  ).map((cell, i) => ({
    ...cell,
    flags: i === 1 ? ["stale" as const] : [],
    source_from: i === 0 ? "file" as const : "wire" as const,
  })),
  datasets: [{
    name: "penguins",
    context: "training",
    uri: "data/penguins.csv",
    digest: DIGEST,
    size: 13_478,
    rows: 344,
    columns: [{ name: "species", type: "string" }],
    found: "named",
    message: null,
  }],
  packages: [
    {
      name: "ml-knn",
      version: "3.0.0",
      registry: "npm",
      integrity: null,
      direct: true,
    },
    {
      name: "ml-distance",
      version: "4.0.1",
      registry: "npm",
      integrity: null,
      direct: false,
    },
  ],
  artifacts: [
    { path: "confusion.svg", origin: "user", size: 2040, digest: DIGEST },
    { path: "bundle.zip", origin: "record", size: 21_000, digest: DIGEST },
    { path: "session.ipynb", origin: "record", size: 9000, digest: DIGEST },
  ],
  environment: {
    deno: "2.9.6",
    v8: "14.0",
    typescript: "5.9.3",
    os: "linux",
    arch: "x86_64",
  },
  git: {
    commit: "0123456789abcdef0123456789abcdef01234567",
    branch: "main",
    dirty: true,
    remote: null,
  },
  changed: [{ dimension: "params", what: "k 3 → 5" }],
  redactions: [{
    where: "cell [2] source",
    kind: "GitLab token",
    placeholder: "[redacted: GitLab token]",
    name: null,
  }],
  missing: [{
    what: "cell sources",
    why:
      "[1] ran before the recording began. Save the notebook: what its file still has of it is filled in.",
  }],
});

const FAILED: RunRecord = {
  ...FULL,
  run_id: "77aa9c01-0000-4000-8000-000000000000",
  name: "brisk-auk-100",
  status: "FAILED",
  end_reason: "cell [3] failed",
  start_time: BEGAN + 60_000,
  end_time: BEGAN + 61_000,
  params: { k: "7", testShare: "0.3", weighting: "distance" },
  metrics: { accuracy: 0.9805825242718448, loss: 0.25, rows: 103 },
  seed: 8,
  cells: [
    ...FULL.cells.slice(0, 1),
    {
      ...FULL.cells[1] as RunRecord["cells"][number],
      source: "const k = 7;\nload();",
    },
    {
      ...FULL.cells[2] as RunRecord["cells"][number],
      status: "error",
      start_time: BEGAN + 60_999,
      end_time: BEGAN + 61_000,
    },
  ],
  delivery: {
    state: "pending",
    target: "https://gitlab.example/api/v4/projects/7/ml/mlflow",
    url: null,
    error: "The server cannot be reached.",
    parts: [],
    thinned: null,
  },
};

const AGAIN: RunRecord = {
  ...FULL,
  run_id: "b0c19c01-0000-4000-8000-000000000000",
  name: "calm-tern-202",
  provenance: "sandbox",
  reproduces: FULL.run_id,
  start_time: BEGAN + 120_000,
  end_time: BEGAN + 130_000,
};

Deno.test("a run is shown with what it was made from first, and its state, what is missing and the next command last", async () => {
  for (
    const [name, run] of [["show", FULL], ["show-failed", FAILED], [
      "show-reproduction",
      AGAIN,
    ]] as const
  ) {
    const text = inGreenwich(() => recordText(run, { width: 100, now: NOW }));
    await assertSnapshot(SNAPSHOTS, name, text);
    assertEquals(text.split("\n").at(-1)?.startsWith("Next: nbtrack "), true);
  }
});

Deno.test("runs are shown with whole names, and what did not fit is named", async () => {
  const runs = [AGAIN, FAILED, FULL];
  for (const width of [60, 80, 120, 160]) {
    const text = runsText(runs, { width, now: NOW });
    await assertSnapshot(SNAPSHOTS, `runs-${width}`, text);
    for (const run of runs) assertEquals(text.includes(run.name), true);
  }
  const long = {
    ...FULL,
    name: "a-name-that-somebody-wrote-to-say-everything-at-once",
  };
  await assertSnapshot(
    SNAPSHOTS,
    "runs-long-name",
    runsText([long, { ...FAILED, experiment: "another-experiment-of-mine" }], {
      width: 80,
      now: NOW,
    }),
  );
});

Deno.test("runs are compared by what differs alone, metrics to the digit that differs", async () => {
  const text = comparisonText(compareRuns([FULL, FAILED]), { width: 100 });
  await assertSnapshot(SNAPSHOTS, "compare", text);
  assertEquals(text.includes("testShare"), false);
  assertEquals(text.includes("load();"), false);
  const three = comparisonText(compareRuns([FULL, FAILED, AGAIN]), {
    width: 100,
  });
  await assertSnapshot(SNAPSHOTS, "compare-three", three);
  assertEquals(
    comparisonText(compareRuns([FULL, FULL]), { width: 100 }),
    "Nothing differs.",
  );
});

const VERDICT: Verdict = {
  as_recorded: [],
  verdict: "REPRODUCED",
  of: FULL.run_id,
  run_id: AGAIN.run_id,
  metrics: [
    { key: "accuracy", recorded: 0.98, reproduced: 0.98, same: true },
    { key: "loss", recorded: "NaN", reproduced: "NaN", same: true },
  ],
  outputs: [{ cell: 1, name: "[2]", same: true, diff: null }],
  artifacts: [{ path: "confusion.svg", same: true }],
  params: [{ key: "k", recorded: "5", reproduced: "5", same: true }],
  logged: [],
  causes: [],
  warnings: [],
  differences: [],
  masked: [],
  dir: null,
  deno: "2.9.6",
  seconds: 3.21,
};

const DRIFTED: Verdict = {
  ...VERDICT,
  verdict: "DRIFTED",
  metrics: [
    { key: "accuracy", recorded: 0.98, reproduced: 0.97, same: false },
    { key: "loss", recorded: "NaN", reproduced: "NaN", same: true },
  ],
  outputs: [
    { cell: 1, name: "[2]", same: true, diff: null },
    {
      cell: 2,
      name: "[3]",
      same: false,
      diff: "@@ -1,1 +1,1 @@\n-0.98\n+0.97",
    },
  ],
  causes: [{ dimension: "data", what: "penguins: row count 344 → 343" }],
  warnings: ["Deno 2.9.6 → 2.9.7"],
};

const FAILED_AGAIN: Verdict = {
  ...VERDICT,
  verdict: "FAILED",
  run_id: null,
  metrics: [],
  outputs: [],
  artifacts: [],
  params: [],
  causes: [{
    dimension: "data",
    what: "penguins.csv is neither in the bundle nor where it came from",
  }],
  warnings: ["nothing was executed"],
};

Deno.test("a verdict is shown by its word, its counts, what differs and why", async () => {
  for (
    const [name, verdict] of [
      ["verdict-reproduced", VERDICT],
      ["verdict-drifted", DRIFTED],
      ["verdict-failed", FAILED_AGAIN],
    ] as const
  ) {
    await assertSnapshot(SNAPSHOTS, name, verdictText(verdict, 100));
  }
});

Deno.test("what became of a notebook and of a sweep ends with the next command", async () => {
  const child = (n: number) => ({
    notebook: "lesson.ipynb",
    output: null,
    status: "ok" as const,
    cells: 3,
    failed: null,
    cut_off: null,
    runs: [`${n}f2a9c01-0000-4000-8000-000000000000`],
    seconds: 2,
  });
  await assertSnapshot(SNAPSHOTS, "run", runText(child(3)));
  const runs = [1, 3].map((k) => ({
    ...FULL,
    run_id: `${k}f2a9c01-0000-4000-8000-000000000000`,
    params: { k: String(k) },
    metrics: { accuracy: 0.9 + k / 100 },
  }));
  const failed = {
    ...child(3),
    status: "error" as const,
    failed: { cell: 2, ename: "RangeError", evalue: "k is too large" },
    failed_cell: "[3]",
  };
  await assertSnapshot(
    SNAPSHOTS,
    "sweep",
    sweepText(
      {
        ...failed,
        output: null,
        children: [child(1), failed],
        trials: 2,
        runs: runs.map((run) => run.run_id),
        sweep: "5aa9c01f-0000-4000-8000-000000000000",
        best: {
          params: { k: "1" },
          run_ids: [],
          metric: "accuracy",
          mean: 0.91,
          std: 0.0123456789,
          n: 2,
        },
      },
      runs,
      { width: 100, now: NOW },
    ),
  );
});

Deno.test("states are coloured on a terminal, and nothing else of a table moves by it", () => {
  const plain = runsText([FAILED, FULL], { width: 120, now: NOW });
  const coloured = runsText([FAILED, FULL], {
    width: 120,
    now: NOW,
    paint: terminalPaint,
  });
  assertEquals(coloured.includes("\u001b[31mFAILED"), true);
  assertEquals(coloured.includes("\u001b[32mFINISHED"), true);
  // deno-lint-ignore no-control-regex
  assertEquals(coloured.replaceAll(/\u001b\[\d+m/g, ""), plain);
});

Deno.test("what a run is called and what its keys are can do nothing to a terminal", () => {
  const evil = "\u001b]0;owned\u0007\u001b[2J\r\n\u009b31m";
  const run: RunRecord = {
    ...FULL,
    name: `n${evil}`,
    experiment: `e${evil}`,
    params: { [`p${evil}`]: evil },
    metrics: { [`m${evil}`]: 1 },
    tags: { [`t${evil}`]: evil },
    modules: [{ path: `lib/${evil}.ts`, digest: DIGEST, size: 1 }],
  };
  const other = { ...run, params: {}, metrics: { [`m${evil}`]: 2 } };
  for (
    const text of [
      recordText(run, { width: 100, now: NOW }),
      runsText([run, other], { width: 120, now: NOW }),
      comparisonText(compareRuns([run, other]), { width: 100 }),
    ]
  ) {
    const control = [...text].filter((char) =>
      char !== "\n" && /\p{Cc}/u.test(char)
    );
    assertEquals(control, []);
  }
});
