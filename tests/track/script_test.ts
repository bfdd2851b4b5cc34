import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { IMPORT, Workspace } from "../recorder/support.ts";
import { until } from "../until.ts";

Deno.test("a script is recorded with its file as the one cell", async () => {
  await using workspace = Workspace.make();
  const source =
    `${IMPORT}\nconst run = await track("script", { params: { k: 5 } });
run.logMetric("a", 1);
await run.end();
console.log("ended", run.status);
`;
  const { code, stdout } = await workspace.script(source);
  assertEquals([code, stdout], [0, "ended FINISHED\n"]);
  const record = await workspace.finalised();
  assertEquals([record.status, record.metrics], ["FINISHED", { a: 1 }]);
  assertEquals(
    record.cells.map((c) => [c.source, c.status, c.flags]),
    [[source, "ok", []]],
  );
  assertEquals(
    record.missing.filter((m) => m.what.startsWith("cell")),
    [],
  );
  assert(record.packages.every((p) => p.name !== "zod"), "only the script's");
});

Deno.test("a script that ends without ending its runs closes them by how it ended", async () => {
  for (
    const [end, status, reason] of [
      ["", "FINISHED", null],
      ["Deno.exit(0)", "FINISHED", null],
      ["Deno.exit(3)", "FAILED", "the process ended with code 3"],
      [`throw new Error("at the top")`, "FAILED", "at the top"],
      [
        `setTimeout(() => { throw new Error("in a timer") }, 10)`,
        "FAILED",
        "in a timer",
      ],
      [
        `Promise.reject(new Error("nobody caught")); await new Promise((r) => setTimeout(r, 50))`,
        "FAILED",
        "nobody caught",
      ],
      [
        `Deno.kill(Deno.pid, "SIGKILL"); await new Promise(() => setInterval(() => {}, 1000))`,
        "KILLED",
        "the process was killed",
      ],
    ] as const
  ) {
    await using workspace = Workspace.make();
    await workspace.script(
      `${IMPORT}\nconst run = await track("ends", { quiet: true }); run.logMetric("a", 1);\n${end}\n`,
    );
    const record = await workspace.finalised();
    assertEquals(
      [record.status, record.end_reason, record.metrics],
      [status, reason, { a: 1 }],
      end,
    );
    const cell = { FINISHED: "ok", FAILED: "error", KILLED: "aborted" }[status];
    assertEquals(record.cells.map((c) => c.status), [cell], end);
  }
});

Deno.test("an error that somebody handles does not end the run", async () => {
  await using workspace = Workspace.make();
  const { stdout, code } = await workspace.script(
    `${IMPORT}\nconst run = await track("handled", { quiet: true });
globalThis.addEventListener("unhandledrejection", (event) => event.preventDefault());
Promise.reject(new Error("handled"));
await new Promise((r) => setTimeout(r, 20));
run.logMetric("a", 1);
console.log(run.status);
`,
  );
  assertEquals([code, stdout], [0, "RUNNING\n"]);
  const record = await workspace.finalised();
  assertEquals([record.status, record.end_reason], ["FINISHED", null]);
});

Deno.test("runs in a script's loop are separate, and its callbacks end themselves", async () => {
  await using workspace = Workspace.make();
  await workspace.script(
    `${IMPORT}
for (const k of [1, 2, 3]) {
  await track("loop", { params: { k }, quiet: true }, (run) => run.logMetric("k", k));
}
const [a, b] = await Promise.all([track("pair", { quiet: true }), track("pair", { quiet: true })]);
a.logMetric("v", 1); b.logMetric("v", 2); await a.end(); await b.end();
`,
  );
  await workspace.finished();
  assertEquals(
    workspace.runs().map((r) => [
      r.experiment,
      r.status,
      workspace.journal.metrics(r.run_id)[0]?.last?.value,
    ]).sort(),
    [
      ["loop", "FINISHED", 1],
      ["loop", "FINISHED", 2],
      ["loop", "FINISHED", 3],
      ["pair", "FINISHED", 1],
      ["pair", "FINISHED", 2],
    ],
  );
});

Deno.test("in deno repl a run is recorded, and that nobody sees the lines is named", async () => {
  await using workspace = Workspace.make();
  const child = new Deno.Command(Deno.execPath(), {
    args: ["repl", "-A", "--no-config", "--quiet"],
    cwd: workspace.work,
    env: workspace.env,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const input = child.stdin.getWriter();
  await input.write(new TextEncoder().encode(
    `${
      IMPORT.replace(/^import (.*) from (.*);$/, "const $1 = await import($2);")
    }
const run = await track("repl", { params: { k: 1 }, quiet: true });
run.logMetric("a", 1);
`,
  ));
  await until("the metric", () => {
    const [run] = workspace.runs();
    return run !== undefined &&
      workspace.journal.metrics(run.run_id).length > 0;
  });
  await input.close();
  const { stderr } = await child.output();
  const record = await workspace.finalised();
  assertEquals(
    [record.status, record.metrics, record.params],
    ["FINISHED", { a: 1 }, { k: "1" }],
    new TextDecoder().decode(stderr),
  );
  assertEquals(record.cells, []);
  const gap = record.missing.find((m) => m.what === "cell sources");
  assertStringIncludes(gap?.why ?? "", "deno repl");
});
