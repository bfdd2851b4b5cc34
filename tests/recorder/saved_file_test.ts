import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { notebookJson } from "../notebook_file.ts";
import type { TestKernel } from "../front_end_kernel.ts";
import type { ExecuteReply } from "../../src/jupyter/kernel.ts";
import type { RunRecord } from "../../src/record/schema/record.ts";
import { IMPORT, Workspace } from "./support.ts";
import { TRACKED } from "../test_kernel.ts";
import { until } from "../until.ts";

interface Saved {
  id: string;
  source: string;
  count: number | null;
  reply?: ExecuteReply;
}

/** Saves a notebook as a front end does. */
function save(path: string, cells: readonly Saved[]): void {
  Deno.writeTextFileSync(
    path,
    notebookJson(cells.map(({ id, source, count, reply }) => ({
      id,
      source,
      execution_count: count,
      outputs: reply === undefined ? [] : [...reply.outputs],
    }))),
  );
}

function track(experiment: string, options: string): string {
  return `${IMPORT}\nconst run = await track("${experiment}", ${options});`;
}

function gapOf(record: RunRecord): string {
  return record.missing.find((m) => m.what === "cell sources")?.why ?? "";
}

/** The tracked kernel's record lacks no source, Deno's own kernel's says why it lacks one. */
function assertGap(record: RunRecord, ...texts: string[]): void {
  if (TRACKED) assertEquals(gapOf(record), "");
  else for (const text of texts) assertStringIncludes(gapOf(record), text);
}

/** A source, and where it is from: the tracked kernel saw it, of Deno's own kernel the file says as much. */
function seen(
  source: string,
  elsewhere: [string, string | null] = [source, "file"],
): [string, string | null] {
  return TRACKED ? [source, "wire"] : elsewhere;
}

/** Ends kernel and session. */
async function finish(workspace: Workspace, kernel: TestKernel): Promise<void> {
  await kernel.shutdown();
  await workspace.finished();
}

for (
  const [what, executed, saved, why] of [
    ["param", "{ params: { lr: 0.1 } }", "{ params: { lr: 0.7 } }", "lr 0.7"],
    [
      "quiet run",
      "{ params: { lr: 0.1 }, quiet: true }",
      "{ params: { lr: 1 }, quiet: true }",
      "lr 1",
    ],
    [
      "deep param",
      "{ params: { a: { b: [1, 2] } } }",
      "{ params: { a: { b: [1, 3] } } }",
      "params.a.b[1] 3",
    ],
    [
      "text",
      `{ params: { model: "knn" } }`,
      `{ params: { model: 'svm' } }`,
      `model "svm"`,
    ],
    [
      "param that is gone",
      "{ params: { a: 1, b: 2 } }",
      "{ params: { a: 1 } }",
      "no params.b",
    ],
    ["options that are gone", "{ params: { a: 1 } }", "{}", "no params"],
    ["seed", "{ seed: 1 }", "{ seed: 2 }", "seed 2"],
    ["data", `{ data: "a.csv" }`, `{ data: "b.csv" }`, `data "b.csv"`],
    ["what stands before the call", "{}", "{}", "elsewhere"],
  ] as const
) {
  Deno.test(`a track cell whose ${what} was edited without being executed is not what was executed`, async () => {
    await using workspace = Workspace.make();
    const path = `${workspace.work}/edited.ipynb`;
    await using kernel = await workspace.kernel({ JPY_SESSION_NAME: path });
    const source = track("edited", executed);
    const reply = await kernel.execute(source);
    await until("the end of the cell", () => {
      const [session] = workspace.journal.sessions.unended();
      return session !== undefined &&
        workspace.journal.executions.lastEnded(session.session_id);
    });
    save(path, [{
      id: "a",
      source: track("edited", saved).replace(
        "const run",
        what.startsWith("what stands") ? "const another" : "const run",
      ),
      count: 1,
      reply,
    }]);
    await finish(workspace, kernel);
    const record = await workspace.finalised();
    assertEquals(record.cells.map((c) => [c.source, c.source_from]), [
      seen(source, ["", null]),
    ]);
    assertGap(record, why, "edited after it was executed");
  });
}

Deno.test("a cell that failed elsewhere than its source in the file can is not taken; one that failed there is", async () => {
  await using workspace = Workspace.make();
  const path = `${workspace.work}/failed.ipynb`;
  await using kernel = await workspace.kernel({ JPY_SESSION_NAME: path });
  const cells = [
    `const limit: number = 3;\nfor (let i = 0; i < 9; i++) {\n  if (i > limit) throw new RangeError("too far");\n}`,
    "// about it\n\ninterface Point { x: number }\nconst p = null as unknown as Point;\np.x",
    track("failed", "{}"),
  ];
  const replies: ExecuteReply[] = [];
  for (const source of cells) replies.push(await kernel.execute(source));
  assertEquals(replies.map(({ status }) => status), ["error", "error", "ok"]);
  save(
    path,
    cells.map((source, i) => ({
      id: `c${i}`,
      source: i === 0
        ? 'const limit = 8;\nthrow new RangeError("too far")'
        : source,
      count: i + 1,
      reply: replies[i]!,
    })),
  );
  await finish(workspace, kernel);
  const record = await workspace.finalised();
  assertEquals(
    record.cells.map((c) => c.source),
    TRACKED ? cells : ["", cells[1]!, cells[2]!],
  );
  assertGap(
    record,
    "[1]: it was edited after it was executed: it failed at a position",
  );
});

Deno.test("a track cell that was saved as it was executed is taken, and said to be from the file", async () => {
  await using workspace = Workspace.make();
  const path = `${workspace.work}/same.ipynb`;
  await using kernel = await workspace.kernel({ JPY_SESSION_NAME: path });
  const source = `const lr = 0.1, rest = { b: [1, "two"] };
import { track as start } from ${
    JSON.stringify(new URL("../../mod.ts", import.meta.url).href)
  };
${IMPORT} // a comment with track("other", { params: { lr: 7 } })
const run = await track("same", {
  params: { lr, ...rest, big: 1_000, text: 'it\\'s', none: null, on: true, negative: -2.5e-3 },
  seed: 7, data: [{ a: 1 }], tags: { "a b": "c" },
});`;
  const reply = await kernel.execute(source);
  assertEquals(reply.status, "ok", JSON.stringify(reply));
  save(path, [{ id: "a", source, count: 1, reply }]);
  await finish(workspace, kernel);
  const record = await workspace.finalised();
  assertEquals(record.cells.map((c) => [c.source, c.source_from, c.id]), [
    [...seen(source), "a"],
  ]);
  assertEquals(gapOf(record), "");
});

Deno.test("a cell before track() that says something else than before it ran is not taken; one that does not is", async () => {
  await using workspace = Workspace.make();
  const path = `${workspace.work}/before.ipynb`;
  const cells = [`const k = 1; k`, `const m = 2; m`, track("before", "{}")];
  const ids = ["a", "b", "c"];
  save(path, cells.map((source, i) => ({ id: ids[i]!, source, count: null })));
  await using kernel = await workspace.kernel({ JPY_SESSION_NAME: path });
  const replies: ExecuteReply[] = [];
  for (const source of cells) replies.push(await kernel.execute(source));
  await until("the recorder's first reading of the file", () => {
    const [run] = workspace.runs();
    return run !== undefined &&
      workspace.journal.entries.document(run.run_id, "notebook_file");
  });
  save(
    path,
    cells.map((source, i) => ({
      id: ids[i]!,
      source: i === 0 ? `const k = 100; k` : source,
      count: i + 1,
      reply: replies[i]!,
    })),
  );
  await finish(workspace, kernel);
  const record = await workspace.finalised();
  assertEquals(record.cells.map((c) => [c.source, c.source_from]), [
    seen(cells[0]!, ["", null]),
    seen(cells[1]!),
    seen(cells[2]!),
  ]);
  assertGap(record, "[1]: the file said something else");
});

Deno.test("a notebook that is saved under another name is found, although its kernel knows the first one", async () => {
  await using workspace = Workspace.make();
  const untitled = `${workspace.work}/Untitled.ipynb`;
  save(untitled, [{ id: "a", source: "", count: null }]);
  await using kernel = await workspace.kernel({ JPY_SESSION_NAME: untitled });
  const sources = [`const one = 1; one`, track("named", "{}"), `one + 1`];
  const replies: ExecuteReply[] = [];
  for (const source of sources) replies.push(await kernel.execute(source));
  // The cell was empty when the file was saved: that says nothing against what it holds later.
  await until("the recorder's first reading of the file", () => {
    const [run] = workspace.runs();
    return run !== undefined &&
      workspace.journal.entries.document(run.run_id, "notebook_file");
  });
  const named = `${workspace.work}/named.ipynb`;
  Deno.renameSync(untitled, named);
  const cells = (all: string[]) =>
    all.map((source, i) => ({
      id: "abc"[i]!,
      source,
      count: i + 1,
      reply: replies[i]!,
    }));
  save(named, cells(sources));
  const [session] = workspace.journal.sessions.unended();
  await until(
    "the notebook's new name",
    () =>
      workspace.journal.sessions.get(session!.session_id)?.notebook === named,
  );
  // Renamed again while the run is open, and moved into a folder.
  Deno.mkdirSync(`${workspace.work}/deep`);
  const moved = `${workspace.work}/deep/moved.ipynb`;
  Deno.renameSync(named, moved);
  sources.push(`await run.end();`);
  replies.push(await kernel.execute(sources[3]!));
  save(moved, [
    ...cells(sources.slice(0, 3)),
    { id: "d", source: sources[3]!, count: 4, reply: replies[3]! },
  ]);
  await until(
    "the notebook's folder",
    () =>
      workspace.journal.sessions.get(session!.session_id)?.notebook === moved,
  );
  await finish(workspace, kernel);
  const record = await workspace.finalised();
  assertEquals(record.notebook, moved);
  assertEquals(
    record.cells.map((c) => [c.id, c.source, c.flags]),
    sources.map((source, i) => [
      "abcd"[i]!,
      source,
      i === 0 ? ["before-track" as const] : [],
    ]),
  );
  assertEquals(gapOf(record), "");
});

Deno.test("a notebook that is saved as a copy is followed there, and a stranger's or another session's is not", async () => {
  await using workspace = Workspace.make();
  const first = `${workspace.work}/first.ipynb`;
  const sources = [`const one = 1; one`, track("copied", "{}") + "\nrun"];
  const unsaved = sources.map((source, i) => ({
    id: "ab"[i]!,
    source,
    count: null,
  }));
  save(first, unsaved);
  await using kernel = await workspace.kernel({ JPY_SESSION_NAME: first });
  const replies: ExecuteReply[] = [];
  for (const source of sources) replies.push(await kernel.execute(source));
  await until("the recorder's first reading of the file", () => {
    const [run] = workspace.runs();
    return run !== undefined &&
      workspace.journal.entries.document(run.run_id, "notebook_file");
  });
  const cells = () =>
    sources.map((source, i) => ({
      id: "abc"[i]!,
      source,
      count: i + 1,
      reply: replies[i]!,
    }));
  sources.push(`run.logMetric("n", one);`);
  replies.push(await kernel.execute(sources[2]!));
  // The same cells, executed by another kernel: it shows no run of this one.
  save(
    `${workspace.work}/twin.ipynb`,
    cells().map((cell) => {
      const { reply: _, ...rest } = cell;
      return rest;
    }),
  );
  // Another notebook that goes on with the run.
  save(`${workspace.work}/goes-on.ipynb`, [
    { id: "x", source: "run", count: 1, reply: replies[1]! },
  ]);
  const [session] = workspace.journal.sessions.unended();
  const notebook = () =>
    workspace.journal.sessions.get(session!.session_id)?.notebook;
  // A duplicate of what was saved before the newest cell was executed.
  save(
    `${workspace.work}/first-Copy1.ipynb`,
    cells().map((cell, i) => i < 2 ? cell : { ...cell, count: null }),
  );
  const copy = `${workspace.work}/copy.ipynb`;
  save(copy, cells());
  await until("the copy's name", () => notebook() === copy);
  sources.push(`one + 1`);
  replies.push(await kernel.execute(sources[3]!));
  save(copy, [...cells().slice(0, 3), { ...cells()[3]!, id: "d" }]);
  await finish(workspace, kernel);
  const record = await workspace.finalised();
  assertEquals(record.notebook, copy);
  assertEquals(
    record.cells.map((c) => [c.id, c.source]),
    sources.map((source, i) => ["abcd"[i]!, source]),
  );
  assertEquals(gapOf(record), "");
});

Deno.test("a notebook that is run from its file stays the run's, though what is executed is written beside it", async () => {
  await using workspace = Workspace.make();
  const path = workspace.notebook("own.ipynb", [
    track("own", "{}"),
    "run.logMetric('x', 1); await run.end();",
  ]);
  const { code, stderr } = await workspace.nbtrack([
    "run",
    path,
    "--output",
    `${workspace.work}/own-out.ipynb`,
  ]);
  assertEquals(code, 0, stderr);
  assertEquals((await workspace.finalised()).notebook, path);
});

Deno.test("a notebook of which only the track cell ran is found under another name by what it shows", async () => {
  await using workspace = Workspace.make();
  const untitled = `${workspace.work}/Untitled.ipynb`;
  await using kernel = await workspace.kernel({ JPY_SESSION_NAME: untitled });
  const source = track("alone", "{}");
  const reply = await kernel.execute(source);
  workspace.notebook("other.ipynb", [{ source: "1", execution_count: 1 }]);
  const named = `${workspace.work}/alone.ipynb`;
  save(named, [{ id: "a", source, count: 1, reply }]);
  await finish(workspace, kernel);
  const record = await workspace.finalised();
  assertEquals([record.notebook, record.cells[0]?.source], [named, source]);
});

Deno.test("a track cell that is executed again before the first save has both executions in the record", async () => {
  for (const quiet of ["", ", quiet: true"]) {
    await using workspace = Workspace.make();
    const path = `${workspace.work}/again.ipynb`;
    await using kernel = await workspace.kernel({ JPY_SESSION_NAME: path });
    const source = track("again", `{ params: { k: 1 }${quiet} }`);
    await kernel.execute(source);
    const reply = await kernel.execute(source);
    await kernel.execute(`run.logMetric("a", 1); await run.end();`);
    save(path, [
      { id: "a", source, count: 2, reply },
      { id: "b", source: `run.logMetric("a", 1); await run.end();`, count: 3 },
    ]);
    await finish(workspace, kernel);
    const record = await workspace.finalised();
    assertEquals(
      record.cells.map((c) => [c.execution_count, c.source, c.source_from]),
      [
        [1, ...seen(source)],
        [2, source, "wire"],
        [3, `run.logMetric("a", 1); await run.end();`, "wire"],
      ],
    );
    assertEquals(gapOf(record), "");
  }
});

Deno.test("a track cell that was edited and executed again before the first save: its first source is not made up", async () => {
  await using workspace = Workspace.make();
  const path = `${workspace.work}/changed.ipynb`;
  await using kernel = await workspace.kernel({ JPY_SESSION_NAME: path });
  const executed = track("changed", "{ params: { k: 1 } }");
  await kernel.execute(executed);
  const second = track("changed", "{ params: { k: 2 } }");
  const reply = await kernel.execute(second);
  save(path, [{ id: "a", source: second, count: 2, reply }]);
  await finish(workspace, kernel);
  const [first] = workspace.runs();
  const record = await workspace.record(first!.run_id);
  assertEquals(record.cells[0]?.source, TRACKED ? executed : "");
  assertGap(record, "[1]");
});

Deno.test("a kernel that is restarted before the first save gives neither run the other's cells", async () => {
  await using workspace = Workspace.make();
  const path = `${workspace.work}/restarted.ipynb`;
  const env = { JPY_SESSION_NAME: path };
  const first = track("restarted", "{ params: { k: 1 } }");
  {
    await using kernel = await workspace.kernel(env);
    await kernel.execute(first);
    await kernel.execute(`run.logMetric("a", 1);`);
    await finish(workspace, kernel);
  }
  await using kernel = await workspace.kernel(env);
  const second = track("restarted", "{ params: { k: 2 } }");
  const reply = await kernel.execute(second);
  await kernel.execute(`await run.end();`);
  save(path, [
    { id: "a", source: second, count: 1, reply },
    // Left over from the kernel before.
    { id: "b", source: `run.logMetric("a", 1);`, count: 2 },
    { id: "c", source: `await run.end();`, count: 2 },
  ]);
  await finish(workspace, kernel);
  const [one, two] = await Promise.all(
    workspace.runs().map((run) => workspace.record(run.run_id)),
  );
  assertEquals(one?.cells.map((c) => c.source), [
    TRACKED ? first : "",
    `run.logMetric("a", 1);`,
  ]);
  assertEquals(two?.cells.map((c) => [c.source, c.source_from]), [
    seen(second),
    [`await run.end();`, "wire"],
  ]);
});

Deno.test("a notebook that is saved right after end(), while the record is completed, completes it", async () => {
  for (const delay_ms of [0, 300, 600, 1200]) {
    await using workspace = Workspace.make();
    const path = `${workspace.work}/late.ipynb`;
    await using kernel = await workspace.kernel({ JPY_SESSION_NAME: path });
    const source = track("late", "{}");
    const reply = await kernel.execute(source);
    const end = await kernel.execute(`await run.end();`);
    await new Promise((resolve) => setTimeout(resolve, delay_ms));
    save(path, [
      { id: "a", source, count: 1, reply },
      { id: "b", source: `await run.end();`, count: 2, reply: end },
    ]);
    const [run] = workspace.runs();
    await until("a record without gaps", () => {
      const row = workspace.journal.runs.get(run!.run_id);
      return typeof row?.finalised_time === "number" &&
        workspace.journal.entries.missing(run!.run_id)
          .every((m) => m.what !== "cell sources");
    });
    await finish(workspace, kernel);
    const record = await workspace.finalised();
    assertEquals(record.cells.map((c) => c.source), [
      source,
      `await run.end();`,
    ]);
    const { stdout, stderr } = await workspace.nbtrack([
      "reproduce",
      record.run_id,
      "--json",
    ]);
    assertEquals(JSON.parse(stdout).verdict, "REPRODUCED", stderr);
  }
});

Deno.test("a fresh run of copied cells that share an id has no flags", async () => {
  await using workspace = Workspace.make();
  const path = workspace.notebook("copies.ipynb", [
    { id: "x", source: track("copies", "{}") },
    { id: "x", source: `const a = 1; a` },
    { id: "x", source: `const a = 1; a` },
    { id: "y", source: `await run.end();` },
  ]);
  await workspace.nbtrack(["run", path]);
  const record = await workspace.finalised();
  assertEquals(record.cells.map((c) => c.flags), [[], [], [], []]);
  assert(record.cells.every((c) => c.source_from === "wire"));
});

for (const [size, length] of [["small", 10], ["large", 2 << 20]] as const) {
  Deno.test(`what is redacted in a track cell whose source a ${size} file has is listed`, async () => {
    await using workspace = Workspace.make();
    const path = `${workspace.work}/secret.ipynb`;
    await using kernel = await workspace.kernel({ JPY_SESSION_NAME: path });
    const password = ["hunter2", "correct", "horse"].join("-");
    const source = `const password = "${password}";\n${
      track("signs in", "{}")
    }`;
    const reply = await kernel.execute(source);
    await until("the end of the cell", () => {
      const [session] = workspace.journal.sessions.unended();
      return session !== undefined &&
        workspace.journal.executions.lastEnded(session.session_id);
    });
    save(path, [
      { id: "a", source, count: 1, reply },
      { id: "b", source: `// ${"long ".repeat(length / 5)}`, count: null },
    ]);
    await finish(workspace, kernel);
    const record = await workspace.finalised();
    assertEquals(
      record.redactions.map(({ where, kind, name }) => [where, kind, name]),
      [["cell [1] source", "password", "password"]],
    );
    assertStringIncludes(
      record.cells[0]?.source ?? "",
      record.redactions[0]?.placeholder ?? "none",
    );
  });
}
