import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { notebookJson } from "../notebook_file.ts";
import {
  isAlive,
  type ProcessIdentity,
} from "../../src/base/process_identity.ts";
import { placesOf, random } from "../redaction/support.ts";
import { IMPORT, MOD, Workspace } from "./support.ts";
import { until } from "../until.ts";

/** The recorder that has the only session. */
function recorder(workspace: Workspace): Promise<ProcessIdentity> {
  return until("a recorder", () => workspace.recorders[0]);
}

/** What each execution of the only session has shown so far. */
function outputsOf(workspace: Workspace): string[][] {
  const [session] = workspace.journal.sessions.unended();
  if (session === undefined) return [];
  const { executions } = workspace.journal;
  return executions.list(session.session_id).map((e) =>
    executions.outputs(e.session_id, e.position)
  );
}

/** Waits until so many executions have one output each in the journal. */
async function untilShown(workspace: Workspace, cells: number): Promise<void> {
  await until(`the outputs of ${cells} cells`, () => {
    const all = outputsOf(workspace);
    return all.length === cells && all.every((one) => one.length === 1);
  });
}

/** Kills the recorder and waits until another one has subscribed. */
async function replaceRecorder(workspace: Workspace): Promise<void> {
  const before = await recorder(workspace);
  Deno.kill(before.pid, "SIGKILL");
  await until("the end of the recorder", () => !isAlive(before));
  await until("another recorder", () => {
    const [session] = workspace.journal.sessions.unended();
    return session !== undefined && session.recorder_pid !== before.pid &&
      session.subscribed_time !== null;
  });
}

Deno.test(
  "a recorder killed between two cells is replaced, and the record goes on",
  async () => {
    await using workspace = Workspace.make();
    await using kernel = await workspace.kernel();
    await kernel.execute(`${IMPORT}\nconst run = await track("replaced");`);
    await kernel.execute(`console.log("one")`);
    await untilShown(workspace, 2);
    await replaceRecorder(workspace);
    await kernel.execute(`console.log("two")`);
    await kernel.execute(`run.logMetric("a", 1); await run.end();`);
    await kernel.shutdown();
    const record = await workspace.finalised();
    assertEquals(record.status, "FINISHED");
    assertEquals(record.metrics, { a: 1 });
    assertEquals(record.cells.map((c) => c.execution_count), [1, 2, 3, 4]);
    assertEquals(record.cells.slice(1).map((c) => c.status), [
      "ok",
      "ok",
      "ok",
    ]);
    assertEquals(record.cells.map((c) => c.outputs.length), [1, 1, 1, 0]);
    const gap = record.missing.find((m) => m.what === "cell executions");
    assertStringIncludes(gap?.why ?? "", "replaced");
  },
);

Deno.test(
  "a recorder killed while a cell computes is replaced when the thread is free, and cells it missed are listed",
  async () => {
    await using workspace = Workspace.make();
    await using kernel = await workspace.kernel();
    await kernel.execute(`${IMPORT}\nconst run = await track("blocked");`);
    await kernel.execute(`console.log("one")`);
    const redactor = `${workspace.folder}/redactor`;
    const blocked = kernel.execute(
      `run.setTag("in", "yes"); for (;;) { try { Deno.statSync(${
        JSON.stringify(redactor)
      }); break } catch { /* not yet */ } } console.log("two")`,
    );
    await until("the blocking cell", () => {
      const [run] = workspace.runs();
      return run !== undefined &&
        workspace.journal.entries.tags(run.run_id).some((t) => t.key === "in");
    });
    const before = await recorder(workspace);
    Deno.kill(before.pid, "SIGKILL");
    await until("the end of the recorder", () => !isAlive(before));
    Deno.writeTextFileSync(redactor, "");
    await blocked;
    await until("another recorder", () => {
      const [session] = workspace.journal.sessions.unended();
      return session !== undefined && session.recorder_pid !== before.pid &&
        session.subscribed_time !== null;
    });
    await kernel.execute(`await run.end(); "over"`);
    await kernel.shutdown();
    const record = await workspace.finalised();
    const counts = record.cells.map((c) => c.execution_count);
    assertEquals(counts.at(-1), 4);
    assertEquals([...counts].sort(), counts, "in the order of execution");
    assertEquals(record.cells.at(-1)?.outputs.length, 1);
    assert(record.missing.some((m) => m.what === "cell executions"));
  },
);

Deno.test(
  "executions missed between two recorders are filled in from the saved notebook in order",
  async () => {
    await using workspace = Workspace.make();
    const path = `${workspace.work}/gap.ipynb`;
    await using kernel = await workspace.kernel({ JPY_SESSION_NAME: path });
    const sources = [
      `${IMPORT}\nconst run = await track("gap");`,
      `console.log("one")`,
      `console.log("missed")`,
      `await run.end();`,
    ];
    const outputs: unknown[][] = [];
    const execute = async (i: number) => {
      outputs[i] = (await kernel.execute(sources[i] ?? "")).outputs;
    };
    await execute(0);
    await execute(1);
    await untilShown(workspace, 2);
    const before = await recorder(workspace);
    // Stopped it reads nothing more; the next cell is over before it is killed and replaced.
    Deno.kill(before.pid, "SIGSTOP");
    await execute(2);
    await replaceRecorder(workspace);
    await execute(3);
    Deno.writeTextFileSync(
      path,
      notebookJson(sources.map((source, i) => ({
        source,
        execution_count: i + 1,
        outputs: outputs[i] ?? [],
      }))),
    );
    await kernel.shutdown();
    await workspace.finished();
    const record = await workspace.finalised();
    assertEquals(record.cells.map((c) => c.execution_count), [1, 2, 3, 4]);
    assertEquals(record.cells.map((c) => c.source), sources);
    assertEquals(
      record.cells.map((c) => c.outputs.length),
      [1, 1, 1, 0],
      JSON.stringify(record.cells),
    );
    assertEquals(
      record.missing.filter(({ what }) => what.startsWith("outputs of")),
      [],
    );
  },
);

Deno.test("a second track() finds the recorder that lives", async () => {
  await using workspace = Workspace.make();
  await using kernel = await workspace.kernel();
  await kernel.execute(`${IMPORT}\nconst a = await track("one");`);
  const first = await recorder(workspace);
  await kernel.execute(`const b = await track("two");`);
  assertEquals(await recorder(workspace), first);
  assertEquals(workspace.runs().length, 2);
  assertEquals(new Set(workspace.runs().map((r) => r.session_id)).size, 1);
  await kernel.shutdown();
});

Deno.test("two copies of the module in one kernel share its session and its recorder", async () => {
  await using workspace = Workspace.make();
  const root = new URL("../../", import.meta.url);
  await copy(new URL("src/", root), `${workspace.folder}/copy/src`);
  await Deno.copyFile(
    new URL("mod.ts", root),
    `${workspace.folder}/copy/mod.ts`,
  );
  const other = `file://${workspace.folder}/copy/mod.ts`;
  await using kernel = await workspace.kernel();
  await kernel.execute(
    `const one = await import(${JSON.stringify(MOD)});
     const two = await import(${JSON.stringify(other)});
     const a = await one.track("shared", { params: { k: 1 } });`,
  );
  const reply = await kernel.execute(
    `const b = await two.track("shared", { params: { k: 2 } });
     b.logMetric("m", 1); [one.track === two.track, a.status, b.status].join()`,
  );
  assertStringIncludes(JSON.stringify(reply.outputs), "false,FINISHED,RUNNING");
  await kernel.shutdown();
  await workspace.finished();
  assertEquals(workspace.runs().map((r) => r.status), ["FINISHED", "FINISHED"]);
  assertEquals(new Set(workspace.runs().map((r) => r.session_id)).size, 1);
  assertEquals(workspace.recorders.length, 1);
});

async function copy(from: URL, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const entry of Deno.readDir(from)) {
    const source = new URL(
      `${entry.name}${entry.isDirectory ? "/" : ""}`,
      from,
    );
    if (entry.isDirectory) await copy(source, `${to}/${entry.name}`);
    else await Deno.copyFile(source, `${to}/${entry.name}`);
  }
}

/** The code that makes a text which is not in it. */
const made = (text: string) =>
  `String.fromCharCode(...${
    JSON.stringify([...text].map((c) => c.charCodeAt(0) + 1))
  }.map((c) => c - 1))`;

Deno.test("a recorder that replaces a killed one knows the secrets that cells taught that one", async () => {
  await using workspace = Workspace.make();
  const secrets = {
    param: `z${random(9)}7`,
    variable: random(24),
    literal: random(24),
    option: random(24),
  };
  await using kernel = await workspace.kernel();
  await kernel.execute(
    `${IMPORT}
     const param = ${made(secrets.param)}, variable = ${made(secrets.variable)};
     const first = await track("first", { params: { password: param }, quiet: true,
       token: ${made(secrets.option)}, trackingUri: "http://127.0.0.1:9" });
     await first.end();
     Deno.env.set("SHOP_SECRET", variable); Deno.env.delete("SHOP_SECRET");
     const run = await track("second", { quiet: true });`,
  );
  await kernel.execute(`const apiKey = "${secrets.literal}"; "set"`);
  await until("its output", () => outputsOf(workspace).at(-1)?.length === 1);
  // What a recorder has learnt from a cell it passes on before it takes in the next.
  await kernel.execute(`"next"`);
  await until("its output", () => outputsOf(workspace).at(-1)?.length === 1);
  await replaceRecorder(workspace);
  await kernel.execute(
    `for (const text of [param, variable, apiKey.slice(0), ${
      made(secrets.option)
    }]) console.log("it is", text);
     "printed"`,
  );
  await kernel.execute(`await run.end();`);
  await kernel.shutdown();
  await until(
    "the ends of the runs",
    () => workspace.runs().every((run) => run.finalised_time !== null),
  );
  const { session_id } = workspace.runs()[0] ?? { session_id: "" };
  const shown = workspace.journal.executions.list(session_id).map((e) =>
    workspace.journal.executions.outputs(session_id, e.position).join()
  );
  assertEquals(shown.at(-2)?.match(/it is \[redacted /g)?.length, 4);
  assertEquals(await placesOf(secrets, [workspace.home]), []);
});
