import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { RUN_CARD } from "../../src/base/media_types.ts";
import type { TestKernel } from "../front_end_kernel.ts";
import type { Message } from "../../src/jupyter/wire.ts";
import { IMPORT, Workspace } from "../recorder/support.ts";
import { startTestKernel, TRACKED } from "../test_kernel.ts";
import { until } from "../until.ts";

/** What was displayed for people and for programs, in order; a display of its own or an update of one. */
interface Shown {
  type: string;
  text: string;
  run: { run_id: string; status: string; as_of: number; display_id: string };
}

/** A kernel, and what runs display in it. */
async function watched(
  workspace: Workspace,
  env: Record<string, string> = {},
): Promise<{ kernel: TestKernel; shown: Shown[] }> {
  const shown: Shown[] = [];
  const onMessage = ({ header, content }: Message) => {
    const data = content["data"] as Record<string, unknown> | undefined;
    const run = data?.[RUN_CARD] as Shown["run"] | undefined;
    if (run === undefined) return;
    shown.push({
      type: header.msg_type,
      text: String(data?.["text/plain"]),
      run,
    });
  };
  const kernel = await startTestKernel({
    cwd: workspace.work,
    env: { ...workspace.env, ...env },
    onMessage,
  });
  return { kernel, shown };
}

Deno.test("track() shows the run's card, which moves while a cell runs without await and becomes the summary when the run ends", async () => {
  await using workspace = Workspace.make();
  const { kernel, shown } = await watched(workspace);
  await using _ = kernel;
  const first = await kernel.execute(
    `${IMPORT}\nconst run = await track("shown", { params: { k: 1 } });`,
  );
  const [line] = shown;
  assertEquals(line?.type, "display_data");
  assertStringIncludes(line?.text ?? "", "shown: run ");
  assertStringIncludes(line?.text ?? "", "RUNNING as of ");
  assertEquals(line?.run.status, "RUNNING");
  // A loop that never yields: what it logs is shown while it goes on, and the last state when it is done.
  const began = shown.length;
  await kernel.execute(
    `const end = Date.now() + 1500;
for (let i = 0; Date.now() < end; i++) run.logMetric("busy", i, i);
for (const [i, v] of [3, 1, 2].entries()) run.logMetric("loss", v, i);
console.log("done");`,
  );
  await until(
    "the last state of the loop",
    () => shown.find(({ text }) => text.includes("loss 2 (best 1 at step 1)")),
  );
  const moved = shown.slice(began);
  assert(moved.every(({ type }) => type === "update_display_data"));
  assert(moved.length >= 2, `${moved.length} updates`);
  await kernel.execute(`throw new TypeError("on purpose")`);
  const failed = await until(
    "the failed cell, while the run goes on",
    () => shown.find(({ text }) => text.includes("failed")),
  );
  assertEquals(failed.run.status, "RUNNING");
  assertStringIncludes(failed.text, "cell [3]: TypeError: on purpose");
  await kernel.execute(`await run.end();`);
  const summary = await until(
    "the summary of the whole record",
    () => shown.find(({ text }) => text.includes("4 cells")),
  );
  assertEquals(shown.filter((s) => s.type === "display_data").length, 1);
  assertEquals(
    summary.run,
    {
      ...line?.run,
      status: "FINISHED",
      as_of: summary.run.as_of,
    } as Shown["run"],
  );
  for (
    const part of [
      "FINISHED after",
      "failed    cell [3]: TypeError: on purpose",
      "metric    loss 2 (best 1 at step 1)",
      "delivery  kept on this machine",
      // The tracked kernel saw it.
      TRACKED
        ? "captured  4 cells"
        : "missing   cell sources: [1] ran before the recording began",
      `next      nbtrack show ${summary.run.run_id.slice(0, 8)}`,
    ]
  ) assertStringIncludes(summary.text, part);
  // One display: the cell that called track() shows it now.
  assertStringIncludes(JSON.stringify(first.outputs), "FINISHED after");
  await kernel.shutdown();
  const { cells } = await workspace.finalised();
  assertStringIncludes(JSON.stringify(cells[0]?.outputs), "FINISHED after");
});

Deno.test("a quiet run shows nothing at all", async () => {
  await using workspace = Workspace.make();
  const { kernel, shown } = await watched(workspace);
  await using _ = kernel;
  const replies = [
    await kernel.execute(
      `${IMPORT}\nconst run = await track("quiet", { quiet: true }); run.logMetric("a", "b");`,
    ),
    await kernel.execute(`await run.end();`),
  ];
  await kernel.shutdown();
  await workspace.finalised();
  assertEquals(shown, []);
  assertEquals(replies.map((r) => r.outputs), [[], []]);
});

Deno.test("the record of a run that nobody ended does not say that it is running", async () => {
  await using workspace = Workspace.make();
  const path = workspace.notebook("unended.ipynb", [
    `${IMPORT}\nconst run = await track("unended"); run.logMetric("a", 1);`,
  ]);
  const out = `${workspace.work}/out.ipynb`;
  await workspace.nbtrack(["run", path, "--output", out]);
  const { cells, status } = await workspace.finalised();
  assertEquals(status, "FINISHED");
  for (const text of [JSON.stringify(cells), Deno.readTextFileSync(out)]) {
    assertStringIncludes(text, "FINISHED after");
    assert(!text.includes("RUNNING"), text);
  }
});

Deno.test("the line says the destination of a run, and unasked why the run does not get there", async () => {
  await using workspace = Workspace.make();
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => Response.json({ message: "401 Unauthorized" }, { status: 401 }),
  );
  const origin = `http://127.0.0.1:${server.addr.port}`;
  const { kernel, shown } = await watched(workspace, {
    GITLAB_URL: origin,
    GITLAB_PROJECT: "group/name",
    GITLAB_TOKEN: ["gl", "pat", crypto.randomUUID()].join("-"),
    NBTRACK_OFFLINE: "",
  });
  await using _ = kernel;
  await kernel.execute(`${IMPORT}\nconst run = await track("refused"); run`);
  assertStringIncludes(shown[0]?.text ?? "", `on its way to ${origin}`);
  const card = shown.find(({ run }) => run.display_id === undefined);
  assertStringIncludes(card?.text ?? "", `on its way to ${origin}`);
  const failure = await until(
    "the failure of the delivery",
    () =>
      shown.find(({ type, text }) =>
        type === "update_display_data" && /token|401|sign/i.test(text)
      ),
  );
  assertEquals(failure.run.status, "RUNNING");
  await kernel.execute(`await run.end();`);
  await kernel.shutdown();
  await until(
    "the end of the session",
    () => workspace.journal.sessions.unended().length === 0,
  );
  // It goes on trying for a while, which is not what is tested.
  for (const { pid } of workspace.recorders) Deno.kill(pid, "SIGKILL");
});
