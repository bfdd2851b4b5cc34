import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { RUN_VIEW } from "../../src/base/media_types.ts";
import type { Message } from "../../src/jupyter/wire.ts";
import { CHECKOUT_IMPORT, Workspace } from "./support.ts";
import { startTestKernel } from "../test_kernel.ts";
import { until } from "../until.ts";

/** What was displayed of a kind, in order. */
interface ShownView {
  type: string;
  html: string;
  text: string;
  view: Record<string, unknown>;
}

/** A kernel, and the charts and progress displays that it shows. */
async function watched(workspace: Workspace, env: Record<string, string> = {}) {
  const shown: ShownView[] = [];
  const onMessage = ({ header, content }: Message) => {
    const data = content["data"] as Record<string, unknown> | undefined;
    const view = data?.[RUN_VIEW] as Record<string, unknown> | undefined;
    if (view === undefined) return;
    shown.push({
      type: header.msg_type,
      html: String(data?.["text/html"]),
      text: String(data?.["text/plain"]),
      view,
    });
  };
  const kernel = await startTestKernel({
    cwd: workspace.work,
    env: { ...workspace.env, ...env },
    onMessage,
  });
  return { kernel, shown };
}

/** Logs for a while without ever yielding. */
const BUSY = (key: string) =>
  `{ const end = Date.now() + 1500; for (let i = 0; Date.now() < end; i++) run.logMetric("${key}", i, i); }`;

Deno.test("charts grow in a loop with and without await, against the run before, and show the last state", async () => {
  await using workspace = Workspace.make();
  const { kernel, shown } = await watched(workspace);
  await using _ = kernel;
  const ok = async (code: string) => {
    const reply = await kernel.execute(code);
    assertEquals(reply.status, "ok", JSON.stringify(reply.outputs));
    return reply;
  };
  /** How many charts stand below a cell. */
  const charts = async (code: string) =>
    (await ok(code)).outputs.filter((output) =>
      output.output_type === "display_data" && RUN_VIEW in output.data
    ).length;
  // Not awaited, it stands below its own cell: also where what draws it must be loaded first.
  assertEquals(
    await charts(`${CHECKOUT_IMPORT}
const zero = await track("zero", { name: "before" });
zero.chart("early");`),
    1,
  );
  await ok(
    `await track("live", { name: "before" }, (run) => { for (let i = 0; i < 9; i++) run.logMetric("loss", 9 - i); });
const run = await track("live", { live: ["busy"] });`,
  );
  const busy = () => shown.filter((s) => String(s.view["keys"]) === "busy");
  assertEquals(busy().map(({ type }) => type), ["display_data"]);
  assertStringIncludes(busy()[0]?.text ?? "", "no values yet");

  await ok(BUSY("busy"));
  await until("two pictures of the blocking loop", () => busy()[2]);
  assert(busy().slice(1).every((s) => s.type === "update_display_data"));

  assertEquals(await charts('run.chart("later", { against: "last" });'), 1);

  const reply = await ok(
    `const chart = run.chart("loss", { against: "last", log: true });
for (let i = 0; i < 30; i++) { run.logMetric("loss", 30 - i); await new Promise((done) => setTimeout(done, 20)); }
chart`,
  );
  const loss = () => shown.filter((s) => String(s.view["keys"]) === "loss");
  await until(
    "the last value of the loop",
    () => loss().find((s) => s.text.includes("1 to 30, last 1, 2 series")),
  );
  assertEquals(loss()[0]?.type, "display_data");
  assertEquals(
    loss().filter((s) => s.type === "display_data").length,
    1,
    JSON.stringify(reply.outputs),
  );
  assertStringIncludes(loss()[0]?.html ?? "", "data:image/svg+xml;base64,");

  await ok(`run.chart("loss", { agianst: "last" });
run.callbacks().onEpochEnd(0, { val_loss: 0.5, ignored: "text" });
await run.end();`);
  await until(
    "the end on both charts",
    () =>
      busy().at(-1)?.text.includes("(FINISHED)") &&
        loss().at(-1)?.text.includes("(FINISHED)") || undefined,
  );
  const { journal } = workspace;
  const run = journal.runs.list({}).find(({ name }) => name !== "before");
  const metrics = journal.metrics(run?.run_id ?? "");
  assertEquals(metrics.map(({ key }) => key), ["busy", "loss", "val_loss"]);
  assertEquals(metrics.at(-1)?.last?.value, 0.5);
});

Deno.test("progress() shows one display for a loop: it moves, says n of N at the end, and where it was stopped", async () => {
  await using workspace = Workspace.make();
  const { kernel, shown } = await watched(workspace);
  await using _ = kernel;
  const code = `${CHECKOUT_IMPORT.replace("track", "progress")}
let sum = 0;
for (const i of progress(3, { name: "<b>epochs</b>" })) { sum += i; const end = Date.now() + 300; while (Date.now() < end); }
for await (const i of progress((async function* () { yield* [1, 2]; })())) sum += i;
for (const i of progress([1, 2, 3, 4])) { if (i === 3) break; }
sum`;
  const reply = await kernel.execute(code);
  assertEquals(reply.status, "ok", JSON.stringify(reply.outputs));
  assertStringIncludes(JSON.stringify(reply.outputs.at(-1)), '"6"');
  const stopped = await until(
    "the end of the last loop",
    () => shown.find(({ text }) => text.includes("stopped")),
  );
  assertStringIncludes(stopped.text, "2 of 4 (50 %)");
  const first = shown.filter((s) => s.view["name"] !== "");
  assert(first.length >= 3, `${first.length} pictures`);
  assertEquals(first.filter((s) => s.type === "display_data").length, 1);
  assertStringIncludes(first.at(-1)?.text ?? "", "3 of 3 (100 %)");
  assertEquals(first.at(-1)?.view["done"], 3);
  for (const { html } of shown) assert(!html.includes("<b>"), html);
});

Deno.test("where nothing is to be shown, charts and progress show nothing and the loop runs", async () => {
  await using workspace = Workspace.make();
  const { kernel, shown } = await watched(workspace, { NBTRACK_QUIET: "1" });
  await using _ = kernel;
  const reply = await kernel.execute(
    `${CHECKOUT_IMPORT.replace("track", "progress, track")}
const run = await track("quiet", { live: ["loss"] });
await run.chart("loss");
for (const i of progress(5)) run.logMetric("loss", i);
await run.end();`,
  );
  assertEquals([reply.status, reply.outputs], ["ok", []]);
  assertEquals(shown, []);
  await kernel.shutdown();
  assertEquals((await workspace.finalised()).metrics["loss"], 4);
});

Deno.test("charts and progress that a restarted kernel has left behind say as of when they are, and the new kernel draws its own", async () => {
  await using workspace = Workspace.make();
  const { kernel, shown } = await watched(workspace);
  await kernel.execute(`${CHECKOUT_IMPORT.replace("track", "track, progress")}
const run = await track("left", { live: ["loss"] });`);
  // The front end restarts the kernel in the middle of a cell: it ends it by force.
  const cut = kernel.execute(
    `for (const i of progress(1e9)) run.logMetric("loss", i % 7, i);`,
  ).catch(() => null);
  const chart = () => shown.filter((s) => s.view["kind"] === "chart").at(-1);
  const bar = () => shown.filter((s) => s.view["kind"] === "progress").at(-1);
  await until(
    "the chart and the progress of the loop",
    () =>
      chart()?.text.includes("loss over step") &&
        bar()?.text.includes(" left") || undefined,
  );
  await kernel[Symbol.asyncDispose]();
  await cut;
  for (const left of [chart(), bar()]) {
    assertMatch(left?.text ?? "", /as of \d\d:\d\d:\d\d/);
    assertMatch(left?.html ?? "", /as of \d\d:\d\d:\d\d/);
  }
  const before = shown.length;
  const { kernel: next, shown: anew } = await watched(workspace);
  await using _ = next;
  const reply = await next.execute(`${CHECKOUT_IMPORT}
await track("left", { live: ["loss"] }, (run) => { run.logMetrics({ loss: 1 }); run.logMetrics({ loss: 2 }); });`);
  assertEquals(reply.status, "ok", JSON.stringify(reply.outputs));
  await until(
    "the chart of the new kernel",
    () => anew.find((s) => s.text.includes("(FINISHED)")),
  );
  assertEquals(shown.length, before, "what was left is touched by nobody");
  const runs = workspace.journal.runs.list({});
  assertEquals(runs.map(({ status }) => status).toSorted(), [
    "FINISHED",
    "KILLED",
  ]);
});
