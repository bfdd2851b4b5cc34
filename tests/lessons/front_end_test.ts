import { assertEquals, assertStringIncludes } from "@std/assert";
import { notebookJson } from "../notebook_file.ts";
import { FrontEnd } from "../kernel/front_end.ts";
import { until } from "../until.ts";
import { stopWhole } from "../recorder/stopped.ts";
import { IMPORT, Workspace } from "../recorder/support.ts";

const LESSONS = new URL("../../src/lessons/mod.ts", import.meta.url).href;
const CHECK = `const { check, finished, inOrder, ran } = await import(${
  JSON.stringify(LESSONS)
});
const found = await check({ title: "Mine", points: [ran("early"), ran("late"), inOrder(), finished()], hints: ["Look."] });
console.log(JSON.stringify(found.points.map(({ state }) => state)));`;

/** What a check's cell has printed. */
async function statesOf(
  kernel: { execute(source: string): Promise<{ outputs: unknown[] }> },
): Promise<string[]> {
  const { outputs } = await kernel.execute(CHECK);
  return JSON.parse(streamOf(outputs, "stdout"));
}

/** What outputs hold of a stream. */
function streamOf(
  outputs: readonly unknown[],
  name: "stdout" | "stderr",
): string {
  return (outputs as { name?: string; text?: string | string[] }[])
    .filter((out) => out.name === name)
    .flatMap(({ text = "" }) => text).join("");
}

/** What a check's cell has printed in the tracked kernel. */
async function printedBy(front: FrontEnd): Promise<string[]> {
  return JSON.parse((await front.execute(CHECK)).stdout);
}

Deno.test("in Deno's own kernel a check sees what ran after track(), and says of the rest that it cannot be seen until the page is saved", async () => {
  await using workspace = Workspace.make();
  const path = `${workspace.work}/mine.ipynb`;
  await using kernel = await workspace.kernel({ JPY_SESSION_NAME: path });
  const early = "// cell: early\nconst k = 5;";
  const late = "// cell: late\nconst twice = 2 * k;";
  await kernel.execute(early);
  assertEquals(await statesOf(kernel), Array(4).fill("cannot see"));
  const track = `${IMPORT}\nconst run = await track("mine", { quiet: true });`;
  await kernel.execute(track);
  await kernel.execute(late);
  assertEquals(await statesOf(kernel), [
    "cannot see",
    "holds",
    "cannot see",
    "not yet",
  ]);
  Deno.writeTextFileSync(
    path,
    notebookJson([early, track, late, CHECK].map((source) => ({ source }))),
  );
  await kernel.execute("await run.end();");
  const [, ...rest] = await statesOf(kernel);
  assertEquals(rest, ["holds", "holds", "holds"]);
});

Deno.test("a check waits for a recorder that is behind, and calls nothing untried that was not written down yet; a command that shows a run says so too", async () => {
  await using workspace = Workspace.make();
  await using kernel = await workspace.kernel();
  await kernel.execute(
    `${IMPORT}\nconst run = await track("mine", { quiet: true });`,
  );
  const { pid } = await until("the recorder", () => workspace.recorders[0]);
  await stopWhole(pid, workspace);
  try {
    await kernel.execute("// cell: late\nconst twice = 10;");
    const { outputs } = await kernel.execute(
      `const { nbtrack } = await import(${JSON.stringify(LESSONS)});
const shown = nbtrack("show", "last");
${CHECK}
await shown;`,
    );
    assertEquals(
      JSON.parse(streamOf(outputs, "stdout")).slice(0, 3),
      Array(3).fill("cannot see"),
    );
    assertStringIncludes(
      streamOf(outputs, "stderr"),
      "nbtrack: The recorder has not written down yet what ran last",
    );
    await kernel.execute("// cell: early\nconst k = 5;");
    const asked = Date.now();
    const states = statesOf(kernel);
    // So long that a run's end would not have waited.
    await until("a late moment", () => Date.now() - asked > 2500);
    Deno.kill(pid, "SIGCONT");
    assertEquals((await states).slice(0, 2), ["holds", "holds"]);
  } finally {
    Deno.kill(pid, "SIGCONT");
  }
});

Deno.test("in the tracked kernel a check of cells that no run has begun says as well that their recorder is behind", async () => {
  await using space = Workspace.make();
  await using front = await FrontEnd.start(space);
  await front.execute("// cell: early\nconst k = 5;");
  assertEquals((await printedBy(front))[0], "holds");
  const [session] = space.journal.sessions.list();
  const pid = session?.recorder_pid ?? 0;
  await stopWhole(pid, space);
  try {
    await front.execute("// cell: late\nconst twice = 2 * k;");
    assertEquals((await printedBy(front))[1], "cannot see");
  } finally {
    Deno.kill(pid, "SIGCONT");
  }
  assertEquals((await printedBy(front))[1], "holds");
});

Deno.test("in Deno's own kernel a slice says of a cell from before the recording that its source is not known, and is proved once the page is saved", async () => {
  await using workspace = Workspace.make();
  const path = `${workspace.work}/mine.ipynb`;
  await using kernel = await workspace.kernel({ JPY_SESSION_NAME: path });
  const cells = [
    `${IMPORT}\nimport { nbtrack } from ${
      JSON.stringify(LESSONS)
    };\nconst run = await track("mine", { quiet: true });`,
    'const rain = [0, 2, 5];\nrun.logMetric("share", rain.filter((mm) => mm > 1).length / 3);',
    "await run.end();",
  ];
  for (const source of cells) await kernel.execute(source);
  const slice =
    'console.log((await nbtrack("slice", run.id, "--metric", "share")).text);';
  const printed = async () => JSON.stringify(await kernel.execute(slice));
  const before = await printed();
  assertStringIncludes(before, "That is not proved");
  assertStringIncludes(before, " [1]  (its source is not known)");
  const { journal } = workspace;
  const bundle = () =>
    journal.runs.list({}).map(({ run_id }) =>
      journal.artifacts.get(run_id, "bundle.zip")?.digest
    ).join();
  const recorded = bundle();
  Deno.writeTextFileSync(
    path,
    notebookJson([...cells, slice].map((source, i) => ({
      source,
      execution_count: i + 1,
    }))),
  );
  await until("the bundle with the source", () => bundle() !== recorded);
  const saved = await printed();
  assertStringIncludes(saved, "Running them gave the same.");
  assertStringIncludes(saved, " [1]  import { track }");
});
