import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { isAlive } from "../../src/base/process_identity.ts";
import { IMPORT, Workspace } from "../recorder/support.ts";
import { until } from "../until.ts";
import { FrontEnd } from "./front_end.ts";

function session(space: Workspace) {
  const [row] = space.journal.sessions.unended();
  assert(row !== undefined, "no session is open");
  return row;
}

Deno.test("a front end that stops at idle gets every output of cells that it sends all at once", async () => {
  await using space = Workspace.make();
  await using front = await FrontEnd.start(space);
  const cells = Array.from(
    { length: 60 },
    (_, i) =>
      front.execute(
        `for (let n = 0; n < 20; n++) console.log("cell ${i} line", n);\n` +
          `console.error("to stderr ${i}");\n${i} * 2`,
      ),
  );
  for (const [i, shown] of (await Promise.all(cells)).entries()) {
    assertEquals(shown.status, "ok");
    assertEquals(shown.value, String(i * 2));
    assertEquals(shown.stderr, `to stderr ${i}\n`);
    assertEquals(shown.stdout.split("\n").length, 21, shown.stdout);
    assertStringIncludes(shown.stdout, `cell ${i} line 19`);
    assertEquals(shown.types.filter((t) => t === "busy").length, 1);
    assertEquals(shown.types.filter((t) => t === "idle").length, 1);
    assertEquals(shown.types.at(-1), "idle");
  }
});

Deno.test("every cell is recorded as it was executed, from the first, with its id in the notebook", async () => {
  await using space = Workspace.make();
  await using front = await FrontEnd.start(space);
  const { session_id, kernel } = session(space);
  assertEquals(kernel, "nbtrack");
  await front.execute("const a = 1;", { cellId: "one" });
  await front.execute("a + 1", { cellId: "two" });
  const cells = await until("two cells", () => {
    const all = space.journal.executions.list(session_id);
    return all.length === 2 && all.every((c) => c.end_time !== null) && all;
  });
  assertEquals(
    cells.map((c) => [c.source, c.execution_count, c.status, c.cell_id]),
    [["const a = 1;", 1, "ok", "one"], ["a + 1", 2, "ok", "two"]],
  );
  assertEquals(cells.map((c) => c.source_from), ["wire", "wire"]);
});

Deno.test("what Deno's kernel keeps silent about is shown and recorded: a syntax error, a package that does not exist", async () => {
  await using space = Workspace.make();
  await using front = await FrontEnd.start(space);
  const { session_id } = session(space);
  const syntax = await front.execute("const = 1;");
  assertEquals([syntax.status, syntax.error?.ename], ["error", "SyntaxError"]);
  const missing = await front.execute(
    `import x from "npm:@nbtrack-none/does-not-exist@9.9.9";`,
  );
  assertEquals(missing.status, "error");
  assertStringIncludes(missing.error?.evalue ?? "", "does-not-exist@9.9.9");
  const thrown = await front.execute(
    `console.log("before"); throw new TypeError("as written");`,
  );
  assertEquals(thrown.error?.evalue, "as written");
  assertEquals(thrown.types.slice(-2), ["error", "idle"]);
  assertEquals((await front.execute("2 + 2")).value, "4");
  const statuses = await until("four cells", () => {
    const all = space.journal.executions.list(session_id);
    return all.length === 4 && all.every((c) => c.end_time !== null) &&
      all.map((c) => c.status);
  });
  assertEquals(statuses, ["error", "error", "error", "ok"]);
});

Deno.test("an interrupt ends a computing cell, the record says so, and the next cell runs", async () => {
  await using space = Workspace.make();
  await using front = await FrontEnd.start(space);
  const { session_id } = session(space);
  const started = Promise.withResolvers<void>();
  const endless = front.execute(`console.log("in it"); for (;;);`, {
    onMessage: (m) => m.header.msg_type === "stream" && started.resolve(),
  });
  await started.promise;
  await front.control("interrupt_request");
  const shown = await endless;
  assertEquals([shown.status, shown.error?.ename], ["error", "InterruptError"]);
  assertEquals((await front.execute("1 + 1")).value, "2");
  const [cell] = await until("two cells", () => {
    const all = space.journal.executions.list(session_id);
    return all.length === 2 && all[1]?.end_time !== null && all;
  });
  assertEquals([cell?.status, cell?.interrupted], ["error", true]);
  const position = cell?.position ?? -1;
  await until(
    "the error as an output",
    () =>
      space.journal.executions.outputs(session_id, position).join()
        .includes("InterruptError"),
  );
});

Deno.test("a cell that waits and cannot be interrupted is said so in the notebook", async () => {
  await using space = Workspace.make();
  await using front = await FrontEnd.start(space);
  const running = Promise.withResolvers<void>();
  const warned = Promise.withResolvers<string>();
  front.execute(`await new Promise(() => {});`, {
    onMessage: ({ header, content }) => {
      if (header.msg_type === "execute_input") running.resolve();
      if (header.msg_type === "stream") warned.resolve(String(content["text"]));
    },
  }).catch(() => {}); // it never ends
  await running.promise;
  await front.control("interrupt_request");
  assertStringIncludes(await warned.promise, "restart the kernel");
});

Deno.test("a library that took Math.random before track() draws from the seed of track()", async () => {
  await using space = Workspace.make();
  await using front = await FrontEnd.start(space);
  await front.execute("const taken = Math.random; const unseeded = taken();");
  const draw = async () => {
    await front.execute(
      `${IMPORT}\nconst run = await track("s", { seed: 7, quiet: true });`,
    );
    return (await front.execute("[taken(), Math.random()].join()")).value;
  };
  const first = await draw();
  assertEquals(await draw(), first);
});

Deno.test("shutting down between cells finishes the open run, and nothing is left over", async () => {
  await using space = Workspace.make();
  await using front = await FrontEnd.start(space);
  const { pid, process_started } = session(space);
  await front.execute(
    `${IMPORT}\nconst run = await track("e", { quiet: true });`,
  );
  const { code } = await front.shutdown();
  assertEquals(code, 0);
  assertEquals(isAlive({ pid, started: process_started }), false);
  const [run] = await until("a finished run", () => {
    const runs = space.journal.runs.list();
    return runs[0]?.end_time !== null && runs;
  });
  assertEquals(run?.status, "FINISHED");
});

Deno.test("a shutdown while a cell is executed leaves the run KILLED", async () => {
  await using space = Workspace.make();
  await using front = await FrontEnd.start(space);
  await front.execute(
    `${IMPORT}\nconst run = await track("e", { quiet: true });`,
  );
  const running = Promise.withResolvers<void>();
  front.execute(`await new Promise((r) => setTimeout(r, 600_000));`, {
    onMessage: ({ header }) =>
      header.msg_type === "execute_input" && running.resolve(),
  }).catch(() => {}); // it never ends
  await running.promise;
  await front.shutdown();
  const [run] = await until("a run that ended", () => {
    const runs = space.journal.runs.list();
    return runs[0]?.end_time !== null && runs;
  });
  assertEquals(run?.status, "KILLED");
});

for (const victim of ["Deno's kernel", "the tracked kernel's program"]) {
  Deno.test(`kill -9 of ${victim} ends the other one too and closes the run`, async () => {
    await using space = Workspace.make();
    await using front = await FrontEnd.start(space);
    const { pid, process_started } = session(space);
    await front.execute(
      `${IMPORT}\nconst run = await track("e", { quiet: true });`,
    );
    if (victim === "Deno's kernel") Deno.kill(pid, "SIGKILL");
    else front.child.kill("SIGKILL");
    await front.child.status;
    await until(
      "the end of Deno's kernel",
      () => !isAlive({ pid, started: process_started }),
    );
    await until(
      "a run that ended",
      () => space.journal.runs.list()[0]?.end_time !== null,
    );
  });
}

Deno.test("without a journal that can be written the kernel works as Deno's own", async () => {
  await using space = Workspace.make();
  const file = `${space.folder}/not-a-folder`;
  await Deno.writeTextFile(file, "");
  await using front = await FrontEnd.start(space, { NBTRACK_HOME: file });
  assertEquals((await front.execute("1 + 1")).value, "2");
});
