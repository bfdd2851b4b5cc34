import { assert, assertEquals } from "@std/assert";
import {
  EXCLUDED_OUTPUT,
  EXCLUDED_SOURCE,
} from "../../src/notebook/excluded.ts";
import { unparsable } from "../../src/recorder/parse.ts";
import { TRACKED } from "../test_kernel.ts";
import { until } from "../until.ts";
import { IMPORT, MOD, Workspace } from "./support.ts";

Deno.test("a cell that does not parse is an error although the kernel publishes nothing of it", async () => {
  await using workspace = Workspace.make();
  await using kernel = await workspace.kernel();
  await kernel.execute(`${IMPORT}\nconst run = await track("syntax");`);
  await kernel.execute(`const broken = ;`);
  await kernel.execute(`if (true) {`);
  await kernel.execute(`const silent = <T>(x: T): T => x;`);
  await kernel.execute(`await run.end();`);
  await kernel.shutdown();
  const record = await workspace.finalised();
  assertEquals(
    record.cells.map((c) => c.status),
    ["ok", "error", "error", "ok", "ok"],
  );
  assertEquals(record.missing.filter((m) => m.what === "interruptions"), []);
});

Deno.test("sources are distinguished by whether they parse as TypeScript, TSX or an object", async () => {
  const good = [
    "const a = 1",
    "<T>(x: T) => x",
    "const y = <any>5",
    "<div>hi</div>",
    '{ "a": 1 }',
    "{ a: 1, b: 2 }",
    "await fetch('x')",
    "import x from 'npm:not-there@1'",
    "",
    "// only a comment",
    "class A { #x = 1; @dec m() {} }",
    "enum E { A }",
  ];
  const bad = [
    "const b = ;",
    "let x: <",
    "/* open",
    "for (",
    "if (1) {",
    "%time",
  ];
  assertEquals(
    await unparsable([...good, ...bad]),
    bad.map((_, i) => good.length + i),
  );
  assertEquals(await unparsable([]), []);
});

Deno.test("with a runner, which sees the replies, no cell is named as perhaps interrupted", async () => {
  await using workspace = Workspace.make();
  const path = workspace.notebook("told.ipynb", [
    `${IMPORT}\nconst run = await track("reply");`,
    `const silent = 1;`,
    `const broken = ;`,
    `await run.end();`,
  ]);
  const { code } = await workspace.nbtrack(["run", path, "--allow-errors"]);
  assertEquals(code, 0);
  const record = await workspace.finalised();
  assertEquals(
    record.cells.map((c) => [c.status, c.id]),
    [["ok", "cell-0"], ["ok", "cell-1"], ["error", "cell-2"], ["ok", "cell-3"]],
  );
  assertEquals(
    record.cells[2]?.outputs.map((o) => o["output_type"]),
    ["error"],
  );
  assertEquals(record.missing, []);
});

Deno.test("an excluded cell leaves neither source nor output, in the journal, the bundle or the saved notebook", async () => {
  await using workspace = Workspace.make();
  const hidden = ["sesame", "open"].join("-");
  const path = workspace.notebook("secret.ipynb", [
    `${IMPORT}\nconst run = await track("excluded");`,
    `// nbtrack: exclude\nconst word = "${hidden}"; console.log(word); word`,
    {
      source: `console.log("${hidden}"); throw new Error("${hidden}")`,
      tags: ["nbtrack-exclude"],
    },
    `run.logMetric("after", 1); await run.end();`,
  ]);
  const { code, stderr } = await workspace.nbtrack([
    "run",
    path,
    "--allow-errors",
    "--json",
  ]);
  assertEquals(code, 0, stderr);
  const record = await workspace.finalised();
  assertEquals(record.metrics, { after: 1 });
  for (const n of [1, 2]) {
    const cell = record.cells[n];
    assertEquals(cell?.source, EXCLUDED_SOURCE);
    assertEquals(cell?.outputs, [{ ...EXCLUDED_OUTPUT }]);
    assert(cell?.flags.includes("excluded"));
  }
  assertEquals(record.cells.map((c) => c.status), ["ok", "ok", "error", "ok"]);
  await workspace.finished();
  for (const file of filesBelow(workspace.home)) {
    const bytes = Deno.readFileSync(file);
    const text = new TextDecoder("latin1").decode(bytes);
    assert(!text.includes(hidden), `${file} holds what was excluded`);
  }
});

Deno.test("flags name edited cells, cells out of order, and cells before track()", async () => {
  await using workspace = Workspace.make();
  const path = `${workspace.work}/order.ipynb`;
  await using kernel = await workspace.kernel({ JPY_SESSION_NAME: path });
  const sources = [
    `const a = 1;`,
    `${IMPORT}\nconst run = await track("order");`,
    `const later = 2;`,
    `const earlier = 3;`,
    `await run.end();`,
  ];
  workspace.notebook(
    "order.ipynb",
    [0, 1, 3, 2, 4].map((i) => ({ id: `c${i}`, source: sources[i] ?? "" })),
  );
  for (const source of sources) await kernel.execute(source);
  await workspace.finalised();
  await kernel.execute(`const later = 22;`);
  workspace.notebook(
    "order.ipynb",
    [
      { id: "c0", source: sources[0] ?? "", execution_count: 1 },
      { id: "c1", source: sources[1] ?? "", execution_count: 2 },
      { id: "c3", source: sources[3] ?? "", execution_count: 4 },
      { id: "c2", source: `const later = 22;`, execution_count: 6 },
      { id: "c4", source: sources[4] ?? "", execution_count: 5 },
    ],
  );
  await kernel.shutdown();
  await workspace.finished();
  const record = await workspace.finalised();
  const source = (i: number) => sources.slice(i, i + 1);
  assertEquals(record.cells.map((c) => [c.id, c.source, c.flags]), [
    ["c0", ...source(0), ["before-track"]],
    ["c1", ...source(1), []],
    ["c2", ...source(2), ["edited"]],
    ["c3", ...source(3), ["out-of-order"]],
    ["c4", ...source(4), []],
  ]);
});

function* filesBelow(folder: string): Generator<string> {
  for (const entry of Deno.readDirSync(folder)) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) yield* filesBelow(path);
    else yield path;
  }
}

Deno.test("a loop whose progress did not come to its end is named as perhaps interrupted, one that was left is not", async () => {
  await using workspace = Workspace.make();
  await using kernel = await workspace.kernel();
  const loop = (n: number, body: string) =>
    `for (const i of progress(${n}, { quiet: false })) { ${body} }`;
  await kernel.execute(
    `import { progress, track } from ${JSON.stringify(MOD)};
const run = await track("loops", { quiet: true });`,
  );
  await kernel.execute(loop(10, "i;"));
  await kernel.execute(loop(10, "if (i === 5) break;"));
  const endless = kernel.execute(
    loop(
      1e6,
      "const end = performance.now() + 5; while (performance.now() < end);",
    ),
  );
  const shown = await until("a progress that goes on", () => {
    const [session] = workspace.journal.sessions.unended();
    if (session === undefined) return false;
    const { session_id } = session;
    const all = workspace.journal.executions.list(session_id);
    const running = all.find((e) => e.status === "running");
    return running !== undefined &&
      workspace.journal.executions.outputs(session_id, running.position)
        .some((json) => json.includes('"done":null'));
  });
  assert(shown);
  await kernel.interrupt();
  await endless;
  await kernel.execute("await run.end();");
  await kernel.shutdown();
  const record = await workspace.finalised();
  assertEquals(
    record.cells.map((c) => c.status),
    ["ok", "ok", "ok", TRACKED ? "error" : "ok", "ok"],
  );
  const named = record.missing.filter((m) => m.what === "interruptions");
  assertEquals(
    named.map(({ why }) => why.replace(/[\d,]+ of/, "N of")),
    TRACKED ? [] : [
      "cell [4] may have been interrupted: its progress stood at N of 1,000,000",
    ],
  );
});
