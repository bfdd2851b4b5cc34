import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { IMPORT, Workspace } from "../recorder/support.ts";

const TRACK = `${IMPORT} const run = await track("packages", { quiet: true });`;

const LESSONS = new URL("../../src/lessons/mod.ts", import.meta.url).href;

Deno.test("a lock has every package that runs may load once the first one is open, and a lesson's once it is imported", async () => {
  await using workspace = Workspace.make();
  Deno.writeTextFileSync(`${workspace.work}/deno.json`, "{}");
  await using kernel = await workspace.kernel();
  const namesAfter = async (code: string, until: string) => {
    const reply = await kernel.execute(
      `${code}
       {
         const locked = async () => Object.keys(JSON.parse(await Deno.readTextFile("deno.lock").catch(() => "{}")).specifiers ?? {});
         while (!(await locked()).some((name) => name.startsWith("npm:${until}@"))) await new Promise((resolve) => setTimeout(resolve, 20));
         console.log(JSON.stringify(await locked()));
       }`,
    );
    assertEquals(reply.status, "ok", reply.evalue ?? "");
    return JSON.stringify(reply.outputs);
  };
  const ofRuns = await namesAfter(TRACK, "zod");
  for (const name of ["@zip.js/zip.js", "d3-shape", "ky", "zod"]) {
    assertStringIncludes(ofRuns, `npm:${name}@`);
  }
  assert(!ofRuns.includes("npm:@babel/parser@"), ofRuns);
  await namesAfter(`await import("${LESSONS}");`, "@babel/parser");
  await kernel.execute("await run.end();");
  await kernel.shutdown();
});

Deno.test("a frozen lock without nbtrack's packages is named when the run is opened, and the run is recorded", async () => {
  await using workspace = Workspace.make();
  Deno.writeTextFileSync(
    `${workspace.work}/deno.json`,
    JSON.stringify({ lock: { frozen: true } }),
  );
  Deno.writeTextFileSync(`${workspace.work}/deno.lock`, `{"version":"5"}`);
  await using kernel = await workspace.kernel();
  const reply = await kernel.execute(
    `const said = new Promise((resolve) => {
       const error = console.error;
       console.error = (text) => (error(text), String(text).includes("packages") && resolve(text));
     });
     ${IMPORT} const run = await track("packages");
     run.logMetric("a", 1);
     const text = await said;
     await run.end();
     console.log(text);`,
  );
  assertEquals(reply.status, "ok", reply.evalue ?? "");
  assertStringIncludes(
    JSON.stringify(reply.outputs),
    "deno install --frozen=false",
  );
  await kernel.shutdown();
  const record = await workspace.finalised();
  assertEquals([record.status, record.metrics], ["FINISHED", { a: 1 }]);
});

Deno.test("a cell that imports a package right after the one that tracks ends", async () => {
  await using workspace = Workspace.make();
  Deno.writeTextFileSync(`${workspace.work}/deno.json`, "{}");
  await using kernel = await workspace.kernel();
  const cells = [
    TRACK,
    'import { scaleLinear } from "npm:d3-scale@4.0.2"; console.log(scaleLinear([1, 3])(0.5));',
    "await run.end();",
  ];
  const replies = [];
  for (const cell of cells) replies.push(await kernel.execute(cell));
  assertEquals(replies.map((reply) => reply.status), ["ok", "ok", "ok"]);
  assertStringIncludes(JSON.stringify(replies[1]?.outputs), "2\\n");
  await kernel.shutdown();
});

Deno.test("a cell that imports a package ends also behind a track() that nobody awaits, and once it is awaited its run is seeded", async () => {
  await using workspace = Workspace.make();
  Deno.writeTextFileSync(`${workspace.work}/deno.json`, "{}");
  await using kernel = await workspace.kernel();
  const replies = await Promise.all([
    `${IMPORT} const opening = track("forgotten", { quiet: true, seed: 3 });`,
    'import { scaleLinear } from "npm:d3-scale@4.0.2"; console.log(scaleLinear([1, 3])(0.5));',
    'const run = await opening; run.logMetric("drawn", Math.random());',
    `const again = await track("seeded", { quiet: true, seed: 3 });
     again.logMetric("drawn", Math.random()); await again.end(); await run.end();`,
  ].map((cell) => kernel.execute(cell)));
  assertEquals(
    replies.map((reply) => reply.evalue ?? reply.status),
    ["ok", "ok", "ok", "ok"],
  );
  assertStringIncludes(JSON.stringify(replies[1]?.outputs), "2\\n");
  await kernel.shutdown();
  await workspace.finished();
  const [forgotten, seeded] = await Promise.all(
    workspace.runs().map((run) => workspace.record(run.run_id)),
  );
  assertEquals(forgotten?.metrics, seeded?.metrics);
  assertEquals(typeof seeded?.metrics?.["drawn"], "number");
  assert(!JSON.stringify(forgotten?.missing).includes("seed"));
});

Deno.test("a run that nobody awaits says that its seed was left out, and awaiting it late takes no seed from another one", async () => {
  await using workspace = Workspace.make();
  await using kernel = await workspace.kernel();
  const replies = [];
  for (
    const cell of [
      `${IMPORT} track("never", { quiet: true, seed: 5 });`,
      `const late = track("late", { quiet: true, seed: 1 });`,
      `const run = await track("drawn", { quiet: true, seed: 2 }); run.logMetric("r", Math.random(), { step: 0 });`,
      'await late; run.logMetric("r", Math.random(), { step: 1 }); await run.end();',
      `const twice = await track("twice", { quiet: true, seed: 2 });
       for (const step of [0, 1]) twice.logMetric("r", Math.random(), { step }); await twice.end();`,
    ]
  ) replies.push(await kernel.execute(cell));
  assertEquals(replies.map((r) => r.evalue ?? r.status), Array(5).fill("ok"));
  assert(!JSON.stringify(replies).includes("not seeded: track"));
  await kernel.shutdown();
  await workspace.finished();
  const records = await Promise.all(
    workspace.runs().map((run) => workspace.record(run.run_id)),
  );
  const of = (name: string) =>
    records.find(({ experiment }) => experiment === name);
  const seedGap = (name: string) =>
    of(name)?.missing.find(({ what }) => what === "seed")?.why ?? "";
  assertStringIncludes(seedGap("never"), "track() was not awaited");
  assertStringIncludes(seedGap("late"), "a later run had done so");
  assertEquals(seedGap("drawn"), "");
  assertEquals(of("drawn")?.metrics, of("twice")?.metrics);
});

Deno.test("what a kernel keeps to itself is said: the options of a track() that nobody awaits are wrong", async () => {
  await using workspace = Workspace.make();
  await using kernel = await workspace.kernel();
  const reply = await kernel.execute(
    `${IMPORT} track("wrong", { sead: 3 });
     console.log(track("shown", { quiet: true }));
     await new Promise((resolve) => {
       const error = console.error;
       console.error = (text) => (error(text), resolve(text));
     });`,
  );
  assertEquals(reply.status, "ok", reply.evalue ?? "");
  const shown = JSON.stringify(reply.outputs);
  assertStringIncludes(shown, 'Did you mean \\"seed\\"');
  assertStringIncludes(shown, "Promise { <pending> }");
  assert(!shown.includes("AskedPromise"), shown);
  await kernel.shutdown();
});

Deno.test("the charts of a callback's run are shown also where it is awaited later", async () => {
  await using workspace = Workspace.make();
  await using kernel = await workspace.kernel();
  const reply = await kernel.execute(
    `${IMPORT}
     let opened; const isOpen = new Promise((resolve) => opened = resolve);
     let go; const goOn = new Promise((resolve) => go = resolve);
     const running = track("charts", { live: ["loss"] }, async (run) => { opened(); run.logMetric("loss", 1); await goOn; });
     await isOpen; const ended = running.then(() => {}); go(); await ended;`,
  );
  assertEquals(reply.status, "ok", reply.evalue ?? "");
  assertStringIncludes(JSON.stringify(reply.outputs), "loss over step");
  await kernel.shutdown();
});
