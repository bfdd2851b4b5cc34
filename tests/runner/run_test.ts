import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { identify } from "../../src/base/process_identity.ts";
import { parseNotebook } from "../../src/notebook/notebook.ts";
import { ENDLESS } from "../endless_cell.ts";
import { IMPORT, Workspace } from "../recorder/support.ts";
import { until } from "../until.ts";

const MAIN = new URL("../../src/cli/main.ts", import.meta.url).href;

const TRACK =
  `${IMPORT}\nconst run = await track("headless", { params: { k: 5 }, quiet: true });`;

interface Document {
  output: string | null;
  status: string;
  cells: number;
  failed: { cell: number; ename: string; evalue: string } | null;
  cut_off: Document["failed"];
  runs: string[];
  children?: Document[];
}

async function run(
  workspace: Workspace,
  args: string[],
): Promise<{ code: number; document: Document; stderr: string }> {
  const { code, stdout, stderr } = await workspace.nbtrack([
    "run",
    ...args,
    "--json",
  ]);
  return { code, document: JSON.parse(stdout) as Document, stderr };
}

Deno.test("a failing cell stops the notebook: the run is FAILED, the exit code 1", async () => {
  await using workspace = Workspace.make();
  const path = workspace.notebook("fails.ipynb", [
    TRACK,
    `run.logMetric("a", 1)`,
    `throw new RangeError("too far")`,
    `run.logMetric("a", 2)`,
  ]);
  const { code, document } = await run(workspace, [path]);
  assertEquals([code, document.status, document.cells], [1, "error", 3]);
  assertEquals(document.failed, {
    cell: 2,
    ename: "RangeError",
    evalue: "too far",
  });
  const record = await workspace.finalised();
  assertEquals(document.runs, [record.run_id]);
  assertEquals([record.status, record.metrics], ["FAILED", { a: 1 }]);
  assertEquals(record.cells.map((c) => c.status), ["ok", "ok", "error"]);
});

Deno.test("a notebook whose run can no longer be stored is written as far as it was executed", async () => {
  await using workspace = Workspace.make();
  const path = workspace.notebook("full.ipynb", [
    TRACK,
    `console.log("executed")`,
    `import { DatabaseSync } from "node:sqlite";
using db = new DatabaseSync(${
      JSON.stringify(`${workspace.home}/journal.db`)
    }, { timeout: 5000 });
db.exec("CREATE TRIGGER full BEFORE UPDATE OF cells_to_run ON sessions BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END");`,
  ]);
  const output = `${workspace.work}/out.ipynb`;
  const { code, stdout, stderr } = await workspace.nbtrack(
    ["run", path, "--output", output],
  );
  assertEquals(code, 2, stdout + stderr);
  assertStringIncludes(stderr, "full");
  const written = parseNotebook(await Deno.readTextFile(output));
  assertStringIncludes(JSON.stringify(written.cells[1]), "executed\\n");
});

Deno.test("where nothing can be stored no notebook is executed, and no empty file is left for it", async () => {
  await using workspace = Workspace.make();
  const path = workspace.notebook("nowhere.ipynb", [TRACK]);
  const output = `${workspace.work}/out.ipynb`;
  Deno.writeTextFileSync(`${workspace.work}/file`, "");
  const { code } = await workspace.nbtrack(
    ["run", path, "--output", output],
    { NBTRACK_HOME: `${workspace.work}/file` },
  );
  assertEquals(code, 2);
  assert(
    ![...Deno.readDirSync(workspace.work)].some((e) => e.name === "out.ipynb"),
  );
});

Deno.test("with --allow-errors the later cells are executed, the first failure named, the exit code 0", async () => {
  await using workspace = Workspace.make();
  const path = workspace.notebook("goes-on.ipynb", [
    TRACK,
    `const broken = ;`,
    `throw new Error("second")`,
    `run.logMetric("a", 2)`,
    "   \n",
  ]);
  const { code, document } = await run(workspace, [path, "--allow-errors"]);
  assertEquals([code, document.status, document.cells], [0, "error", 4]);
  assertEquals(document.cut_off, null);
  assertEquals(
    [document.failed?.cell, document.failed?.ename],
    [1, "SyntaxError"],
  );
  const record = await workspace.finalised();
  assertEquals([record.status, record.metrics], ["FINISHED", { a: 2 }]);
  assertEquals(
    record.cells.map((c) => c.status),
    ["ok", "error", "error", "ok"],
  );
  assertEquals(record.cells.map((c) => c.outputs.length), [0, 1, 1, 0]);
});

Deno.test("a cell tagged raises-exception may fail: the rest is executed, and the notebook is not called failed", async () => {
  await using workspace = Workspace.make();
  const path = workspace.notebook("on-purpose.ipynb", [
    TRACK,
    { source: `throw new Error("on purpose")`, tags: ["raises-exception"] },
    `run.logMetric("a", 1)`,
    `throw new Error("by mistake")`,
    `run.logMetric("a", 2)`,
  ]);
  const { code, document } = await run(workspace, [path]);
  assertEquals([code, document.status, document.cells], [1, "error", 4]);
  assertEquals(document.failed, {
    cell: 3,
    ename: "Error",
    evalue: "by mistake",
  });
  const record = await workspace.finalised();
  assertEquals([record.status, record.metrics], ["FAILED", { a: 1 }]);
  assertEquals(
    record.cells.map((c) => c.status),
    ["ok", "error", "ok", "error"],
  );
});

Deno.test("no cell ends after the next one has started", async () => {
  await using workspace = Workspace.make();
  const cells = Array.from({ length: 8 }, (_, i) => `console.log(${i})`);
  const path = workspace.notebook("times.ipynb", [TRACK, ...cells]);
  await run(workspace, [path]);
  const times = (await workspace.finalised()).cells
    .flatMap((c) => [c.start_time ?? 0, c.end_time ?? 0]);
  assertEquals(times, times.toSorted((a, b) => a - b));
  assert(!times.includes(0));
});

Deno.test("a cell that never ends is interrupted by --timeout, and the run is FAILED", async () => {
  await using workspace = Workspace.make();
  const path = workspace.notebook("endless.ipynb", [TRACK, `for (;;);`, `1`]);
  const { code, document } = await run(workspace, [path, "--timeout", "4"]);
  assertEquals([code, document.cells, document.failed?.cell], [1, 2, 1]);
  assertEquals(document.failed?.ename, "TimeoutError");
  const record = await workspace.finalised();
  assertEquals(record.status, "FAILED");
  assertEquals(record.cells.map((c) => c.status), ["ok", "error"]);
});

Deno.test("a cell that cannot be interrupted is a timeout all the same, in one sentence", async () => {
  await using workspace = Workspace.make();
  const path = workspace.notebook("waits.ipynb", [
    TRACK,
    ENDLESS,
  ]);
  const { code, document } = await run(workspace, [path, "--timeout", "4"]);
  assertEquals([code, document.failed], [1, {
    cell: 1,
    ename: "TimeoutError",
    evalue:
      "The kernel was ended by SIGKILL because a cell took longer than 4 s and did not stop when it was interrupted.",
  }]);
  assertEquals((await workspace.finalised()).status, "KILLED");
});

Deno.test("people read of a failed cell by the number that its front end and a job's log show, and a pipe gets no steps", async () => {
  await using workspace = Workspace.make();
  const path = workspace.notebook("second.ipynb", [
    "1",
    "",
    "throw new Error('no')",
  ]);
  const piped = await workspace.nbtrack(["run", path], { CI: "" });
  assertEquals(piped.stderr, "");
  const { stdout, stderr } = await workspace.nbtrack(["run", path], {
    CI: "true",
  });
  assertStringIncludes(stderr, "Cell 2 of 2");
  assertStringIncludes(stdout, "Cell [2] failed: Error: no");
});

Deno.test("NBTRACK_QUIET shows no progress, and the result all the same", async () => {
  await using workspace = Workspace.make();
  const path = workspace.notebook("quiet.ipynb", ["1"]);
  const { stdout, stderr } = await workspace.nbtrack(["run", path], {
    NBTRACK_QUIET: "1",
  });
  assertEquals(stderr, "");
  assertStringIncludes(stdout, "1 cell in");
});

Deno.test("the card of a run is complete in the executed notebook and in the record: the data that it read stands on it", async () => {
  await using workspace = Workspace.make();
  Deno.writeTextFileSync(`${workspace.work}/d.csv`, "a,b\n1,2\n3,4\n");
  const path = workspace.notebook("card.ipynb", [
    `${IMPORT}\nconst run = await track("card", { data: { d: "d.csv" } });`,
    `run.logMetric("a", 1); await run.end();`,
  ]);
  const output = `${workspace.work}/out.ipynb`;
  assertEquals((await run(workspace, [path, "--output", output])).code, 0);
  const { cells: [recorded] } = await workspace.finalised();
  const { cells: [executed] } = parseNotebook(Deno.readTextFileSync(output));
  for (const cell of [recorded, executed]) {
    assertStringIncludes(
      JSON.stringify(cell?.["outputs"]),
      "2 cells, dataset d (2 rows)",
    );
  }
});

Deno.test("a notebook with a byte order mark in front is run and recorded like any other", async () => {
  await using workspace = Workspace.make();
  const path = workspace.notebook("mark.ipynb", [
    "1",
    { source: "'kept out'", tags: ["nbtrack-exclude"] },
  ]);
  Deno.writeTextFileSync(path, `\uFEFF${Deno.readTextFileSync(path)}`);
  const { code } = await run(workspace, [path, "--track", "mark"]);
  const { cells } = await workspace.finalised();
  assertEquals([code, cells[1]?.flags], [0, ["excluded"]]);
});

Deno.test("sources of many megabytes do not end the recorder: what it cannot hold is named", async () => {
  await using workspace = Workspace.make();
  const long = `const text = "${"x".repeat(5 << 20)}"; text.length`;
  const path = workspace.notebook("long.ipynb", ["1 + 1", long, long]);
  await run(workspace, [path, "--track", "long"]);
  const { status, cells, missing } = await workspace.finalised();
  assertEquals([status, cells[0]?.source], ["FINISHED", "1 + 1"]);
  assertEquals(cells.map((cell) => cell.outputs.length), [1, 1, 1]);
  const why = missing.find((m) => m.what === "cell sources")?.why ?? "";
  assertStringIncludes(why, "[2], [3] could not be seen: longer than 4 MB");
  assert(!missing.some((m) => m.what === "cell executions"));
});

Deno.test("a cell that ends the kernel ends the notebook: KILLED, exit code 1", async () => {
  await using workspace = Workspace.make();
  const path = workspace.notebook("exits.ipynb", [TRACK, `Deno.exit(3)`, `1`]);
  const { code, document } = await run(workspace, [path, "--allow-errors"]);
  assertEquals(
    [document.failed?.ename, document.failed?.evalue],
    ["KernelDiedError", "The kernel ended with code 3."],
  );
  assertEquals([code, document.cells, document.failed?.cell], [1, 2, 1]);
  assertEquals(document.cut_off, document.failed);
  assertEquals((await workspace.finalised()).status, "KILLED");
});

Deno.test("a grid's document speaks of all its runs together, and of each", async () => {
  await using workspace = Workspace.make();
  const path = workspace.notebook("grid.ipynb", [
    { source: `let k = 1;`, tags: ["parameters"] },
    `${IMPORT}\nconst run = await track("grid", { params: { k }, quiet: true });`,
    `if (k === 2) throw new Error("two")`,
    `k`,
  ]);
  const { code, document } = await run(workspace, [path, "--grid", "k=1,2,3"]);
  const { children, runs, cells, failed, output, status } = document;
  assertEquals([code, status, output], [1, "error", null]);
  assertEquals(children?.map((child) => child.status), ["ok", "error", "ok"]);
  assertEquals(runs.length, 3);
  assertEquals(runs, children?.flatMap((child) => child.runs));
  assertEquals([cells, failed?.cell, failed?.evalue], [11, 2, "two"]);
});

Deno.test("a notebook that does not track itself is tracked by --track, params and seed included", async () => {
  await using workspace = Workspace.make();
  const path = workspace.notebook("plain.ipynb", [
    { source: `let k = 3;`, tags: ["parameters"] },
    `console.log(k, Math.random())`,
  ]);
  const outputs: string[] = [];
  for (let i = 0; i < 2; i++) {
    const { code } = await run(workspace, [
      path,
      "--track",
      "plain",
      "-p",
      "k=7",
      "--seed",
      "11",
      "--output",
      `${workspace.work}/out.ipynb`,
    ]);
    assertEquals(code, 0);
    const text = Deno.readTextFileSync(`${workspace.work}/out.ipynb`);
    outputs.push(text.replaceAll(/"id": "[0-9a-f]{8}"/g, '"id": "new"'));
  }
  assertEquals(outputs[0], outputs[1]);
  assertStringIncludes(outputs[0] ?? "", "injected-parameters");
  await workspace.finished();
  const [first] = workspace.runs();
  const record = await workspace.record(first?.run_id ?? "");
  assertEquals(
    [record.experiment, record.status, record.seed, record.params],
    ["plain", "FINISHED", 11, { k: "7" }],
  );
  assertEquals(record.cells.length, 3);
  assertStringIncludes(JSON.stringify(record.cells[2]?.outputs), "7 0.");
});

Deno.test(
  "a recorder killed under nbtrack run is replaced, and the run is closed",
  async () => {
    await using workspace = Workspace.make();
    const signal = `${workspace.folder}/signal`;
    const path = workspace.notebook("survives.ipynb", [
      `${TRACK}; run.setTag("open", "yes");`,
      `while (true) { try { await Deno.stat(${
        JSON.stringify(signal)
      }); break; } catch { await new Promise((r) => setTimeout(r, 20)); } } console.log("signal")`,
      `run.logMetric("a", 1); "last"`,
    ]);
    const running = run(workspace, [path]);
    await until("the open run", () => {
      const [row] = workspace.runs();
      return row !== undefined &&
        workspace.journal.entries.tags(row.run_id).some((t) =>
          t.key === "open"
        );
    });
    const [recorder] = workspace.recorders;
    assert(recorder !== undefined);
    Deno.kill(recorder.pid, "SIGKILL");
    await until(
      "another recorder",
      () => workspace.recorders[0]?.pid !== recorder.pid,
    );
    Deno.writeTextFileSync(signal, "");
    const { code, document } = await running;
    assertEquals([code, document.status], [0, "ok"]);
    const record = await workspace.finalised();
    assertEquals([record.status, record.metrics], ["FINISHED", { a: 1 }]);
    assertEquals(record.cells.map((c) => c.execution_count), [1, 2, 3]);
    assertEquals(record.cells.map((c) => c.status), ["ok", "ok", "ok"]);
    assert(record.missing.some((m) => m.what === "cell executions"));
  },
);

Deno.test("when nbtrack run itself is killed, its kernel does not compute on: the run is KILLED, nothing logged is lost", async () => {
  await using workspace = Workspace.make();
  const path = workspace.notebook("orphan.ipynb", [
    `${TRACK}; run.logMetric("a", 1); run.setTag("pid", String(Deno.pid));`,
    `for (;;);`,
  ]);
  const runner = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", MAIN, "run", path],
    env: workspace.env,
    stdout: "null",
    stderr: "null",
  }).spawn();
  const pid = await until(
    "the kernel",
    () =>
      workspace.runs().flatMap((row) =>
        workspace.journal.entries.tags(row.run_id).filter((t) =>
          t.key === "pid"
        )
      )[0]?.value,
  );
  runner.kill("SIGKILL");
  await runner.status;
  await until("the kernel's end", () => identify(Number(pid)) === null);
  const record = await workspace.finalised();
  assertEquals([record.status, record.metrics], ["KILLED", { a: 1 }]);
  assertEquals(record.cells[0]?.status, "ok");
});

Deno.test("a relative NBTRACK_HOME is one folder for all processes", async () => {
  await using workspace = Workspace.make();
  Deno.mkdirSync(`${workspace.work}/below`);
  const path = workspace.notebook("below/relative.ipynb", [TRACK]);
  const { code } = await workspace.nbtrack(["run", path], {
    NBTRACK_HOME: "../home",
  });
  assertEquals([code, (await workspace.finalised()).status], [0, "FINISHED"]);
});

Deno.test("what cannot be run gets one clear sentence and exit code 2, and nothing is recorded", async () => {
  await using workspace = Workspace.make();
  const write = (name: string, text: string) => {
    Deno.writeTextFileSync(`${workspace.work}/${name}`, text);
    return name;
  };
  const good = workspace.notebook("good.ipynb", [`1`]);
  const python = {
    cells: [],
    metadata: { kernelspec: { name: "python3", display_name: "Python 3" } },
    nbformat: 4,
    nbformat_minor: 5,
  };
  const cases: [args: string[], says: string][] = [
    [["nowhere.ipynb"], "There is no notebook"],
    [["/dev/null"], "it is a pipe or a device"],
    [["."], "is a folder"],
    [[write("broken.ipynb", '{"cells": [')], "broken"],
    [[write("empty.ipynb", "")], "empty"],
    [[write("other.ipynb", '{"a": 1}')], "no notebook"],
    [[write("old.ipynb", '{"nbformat": 3, "worksheets": []}')], "nbformat 3"],
    [[write("python.ipynb", JSON.stringify(python))], "python3"],
    [[good, "--output", "nowhere/out.ipynb"], "nowhere/out.ipynb"],
    [[good, "--timeout", "soon"], "timeout"],
    [[good, "-p", "novalue"], "key=value"],
  ];
  for (const [args, says] of cases) {
    const { code, stdout, stderr } = await workspace.nbtrack([
      "run",
      ...args,
      "--json",
    ]);
    assertEquals(code, 2, `${args}: ${stderr}`);
    assertStringIncludes(stdout, says, args.join(" "));
    const lines = stderr.trim().split("\n");
    assert(lines.length <= 3, stderr);
    assert(!/^\s+at /m.test(stderr), stderr);
  }
  assertEquals(workspace.runs(), []);
});

Deno.test("a folder of nbtrack that cannot be used is said at once by nbtrack run", async () => {
  await using workspace = Workspace.make();
  const path = workspace.notebook("home.ipynb", [`1`]);
  const file = `${workspace.folder}/a-file`;
  Deno.writeTextFileSync(file, "");
  const { code, stderr } = await workspace.nbtrack(["run", path], {
    NBTRACK_HOME: `${file}/home`,
  });
  assertEquals(code, 2);
  assertStringIncludes(stderr, "a-file/home");
});

Deno.test("nbtrack run that gets a signal to end interrupts the cell, and the run is closed", async () => {
  await using workspace = Workspace.make();
  const path = workspace.notebook("stopped.ipynb", [
    `${TRACK}; run.setTag("open", "yes");`,
    ENDLESS,
    `run.logMetric("never", 1)`,
  ]);
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--no-check",
      new URL("../../src/cli/main.ts", import.meta.url).href,
      "run",
      path,
      "--json",
    ],
    cwd: workspace.work,
    env: workspace.env,
    stdout: "piped",
    stderr: "null",
  }).spawn();
  await until("the second cell", () => {
    const [session] = workspace.journal.sessions.unended();
    return session !== undefined &&
      workspace.journal.executions.list(session.session_id).length === 2;
  });
  child.kill("SIGTERM");
  const { stdout } = await child.output();
  const document: Document = JSON.parse(new TextDecoder().decode(stdout));
  assertEquals([document.status, document.cells], ["error", 2]);
  const record = await workspace.finalised();
  assert(record.status !== "RUNNING", record.status);
  assertEquals(record.metrics, {});
});

Deno.test("a run says that a server which never answers has not got it yet, and what to do", async () => {
  await using workspace = Workspace.make();
  const held = Promise.withResolvers<void>();
  const never = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async () => {
      await held.promise;
      return new Response(null, { status: 403 });
    },
  );
  workspace.notebook("mute.ipynb", [`${TRACK};`]);
  const { code, stderr } = await workspace.nbtrack(["run", "mute.ipynb"], {
    MLFLOW_TRACKING_URI:
      `http://127.0.0.1:${never.addr.port}/api/v4/projects/1/ml/mlflow`,
    MLFLOW_TRACKING_TOKEN: "x".repeat(8),
  });
  assertEquals(code, 0, stderr);
  assertStringIncludes(
    stderr,
    "is not delivered yet. The server has not answered so far. `nbtrack sync` delivers it.",
  );
  held.resolve();
  await workspace.finalised();
  await never.shutdown();
});

Deno.test("a run does not wait long for a server that cannot be reached, and credentials in URLs are not kept", async () => {
  await using workspace = Workspace.make();
  const { port } = (() => {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    return listener.addr as Deno.NetAddr;
  })();
  const password = `pw${crypto.randomUUID().slice(0, 8)}`;
  const url = `http://me:${password}@127.0.0.1:${port}/x.csv`;
  workspace.notebook("far.ipynb", [
    `${IMPORT}\nconst url = Deno.env.get("DATA_URL");\nawait track("far", { params: { url }, data: url, quiet: true });`,
  ]);
  const { code, stderr } = await workspace.nbtrack(["run", "far.ipynb"], {
    DATA_URL: url,
    MLFLOW_TRACKING_URI: `http://127.0.0.1:${port}/api/v4/projects/1/ml/mlflow`,
    MLFLOW_TRACKING_TOKEN: "x".repeat(8),
  });
  assertEquals(code, 0, stderr);
  assertStringIncludes(stderr, "is not delivered yet. Cannot");
  const [run] = workspace.runs();
  const { tries } = workspace.journal.deliveries.get(run?.run_id ?? "");
  assert(tries >= 2 && tries <= 3, `it was tried ${tries} times meanwhile`);
  const record = await workspace.finalised();
  assertEquals(
    JSON.stringify(record).includes(password),
    false,
    "nothing that is shown holds the password",
  );
  assert(record.redactions.some((r) => r.placeholder.includes("redacted")));
  for (const { pid } of workspace.recorders) Deno.kill(pid, "SIGKILL");
});
