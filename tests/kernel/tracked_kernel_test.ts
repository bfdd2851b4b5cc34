import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import type { RunRecord } from "../../src/record/schema/record.ts";
import { isAlive } from "../../src/base/process_identity.ts";
import { stopWhole } from "../recorder/stopped.ts";
import { IMPORT, Workspace } from "../recorder/support.ts";
import { TRACKED_PROGRAM } from "../test_kernel.ts";
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

Deno.test("what a front end executes silently or without history is recorded with its own outputs, and what it logged", async () => {
  await using space = Workspace.make();
  await using front = await FrontEnd.start(space);
  await front.execute(`${IMPORT}\nconst run = await track("uncounted");`);
  await front.execute(
    `console.log("silent one"); run.logMetric("silent", 1);`,
    {
      asks: { silent: true },
    },
  );
  await front.execute(
    `console.log("forgotten"); throw new Error("not kept");`,
    {
      asks: { store_history: false },
    },
  );
  await front.execute("", { asks: { silent: true } });
  await front.execute(`console.log("counted"); await run.end();`);
  await front.shutdown();
  const { cells, missing } = await space.finalised();
  assertEquals(
    cells.map(({ execution_count, status }) => [execution_count, status]),
    [[1, "ok"], [null, "ok"], [null, "error"], [2, "ok"]],
  );
  const shown = cells.map(({ outputs }) => JSON.stringify(outputs));
  assertStringIncludes(shown[1] ?? "", "silent one");
  assertStringIncludes(shown[2] ?? "", "not kept");
  assertEquals(shown.filter((text) => text.includes("silent one")).length, 1);
  assertEquals(shown.filter((text) => text.includes("forgotten")).length, 1);
  assertEquals(missing, []);
});

for (
  const [kernel, program] of [
    ["the tracked kernel", TRACKED_PROGRAM],
    ["Deno's own", null],
  ] as const
) {
  Deno.test(`what is answered to a prompt for a password is known before the cell shows it, in ${kernel}`, async () => {
    await using space = Workspace.make();
    await using front = await FrontEnd.start(space, {}, program);
    const password = "Hq7-zumBeispiel-41";
    await front.answer((asked) => asked.includes("name") ? "ada77" : password);
    const asks = { allow_stdin: true };
    await front.execute(`${IMPORT}\nconst run = await track("asked");`);
    const shown = await front.execute(
      `const given = prompt("Password for db:");
      console.log(given, prompt("Your name?"));
      run.logParam("given", given);
      await run.logArtifact("given.txt", "as " + given);
      given`,
      { asks },
    );
    assertStringIncludes(shown.stdout, `${password} ada77`);
    await front.execute(`await run.end();`);
    await front.shutdown();
    const record = await space.finalised();
    assert(!JSON.stringify(record).includes(password));
    assertStringIncludes(JSON.stringify(record.cells[1]?.outputs), "ada77");
    await space.finished();
    for (const file of Deno.readDirSync(space.home)) {
      if (!file.isFile) continue;
      const bytes = Deno.readFileSync(`${space.home}/${file.name}`);
      const text = new TextDecoder("latin1").decode(bytes);
      assert(!text.includes(password), file.name);
    }
  });
}

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
  let said = "";
  // An interrupt that comes before the cell waits ends the cell.
  for (let attempt = 0; attempt < 10 && said === ""; attempt++) {
    const waits = Promise.withResolvers<void>();
    const warned = Promise.withResolvers<string>();
    const ended = front.execute(
      `setTimeout(() => console.log("waits")); await new Promise(() => {});`,
      {
        onMessage: ({ header, content }) => {
          if (header.msg_type !== "stream") return;
          const text = String(content["text"]);
          if (text.startsWith("waits")) waits.resolve();
          else warned.resolve(text);
        },
      },
    ).then(() => "", () => "");
    await waits.promise;
    await front.control("interrupt_request");
    said = await Promise.race([warned.promise, ended]);
  }
  assertStringIncludes(said, "restart the kernel");
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

/** Opens a run and stops its recorder. @returns what lets it go on */
async function stopRecorder(
  space: Workspace,
  front: FrontEnd,
): Promise<() => void> {
  await front.execute(
    `${IMPORT}\nconst run = await track("e", { quiet: true });`,
  );
  const recorder = session(space).recorder_pid ?? 0;
  await stopWhole(recorder, space);
  return () => Deno.kill(recorder, "SIGCONT");
}

function assertLateNamed({ missing }: RunRecord): void {
  const gap = missing.find((m) => m.what === "data that was read");
  assertStringIncludes(gap?.why ?? "", "did not answer");
}

Deno.test("a recorder that answers no more holds up no cell but the first, and the run says so", async () => {
  await using space = Workspace.make();
  await using front = await FrontEnd.start(space);
  const goOn = await stopRecorder(space, front);
  try {
    assertEquals((await front.execute("1 + 1")).value, "2");
    assertEquals((await front.execute("2 + 2")).value, "4");
  } finally {
    goOn();
  }
  assertEquals((await front.execute("3 + 3")).value, "6");
  await front.shutdown();
  const record = await space.finalised();
  assertEquals(record.cells.slice(1).map((c) => [c.source, c.status]), [
    ["1 + 1", "ok"],
    ["2 + 2", "ok"],
    ["3 + 3", "ok"],
  ]);
  assertLateNamed(record);
});

Deno.test("a cell that ran while its recorder was killed is recorded, and outputs that nobody saw are named", async () => {
  await using space = Workspace.make();
  await using front = await FrontEnd.start(space);
  await front.execute(
    `${IMPORT}\nconst run = await track("e", { quiet: true });`,
  );
  const before = {
    pid: session(space).recorder_pid ?? 0,
    started: session(space).recorder_started ?? "",
  };
  Deno.kill(before.pid, "SIGKILL");
  await until("the end of the recorder", () => !isAlive(before));
  await front.execute(`console.log("nobody saw")`);
  await front.execute(`await run.end();`);
  await front.shutdown();
  const { cells, missing } = await space.finalised();
  assertEquals(
    cells.slice(1).map((c) => [c.execution_count, c.source, c.status]),
    [[2, `console.log("nobody saw")`, "ok"], [3, "await run.end();", "ok"]],
  );
  const named = missing.map(({ what }) => what);
  // On a busy machine the next recorder may listen before the cell is executed.
  const seen = JSON.stringify(cells[1]?.outputs).includes("nobody saw\\n");
  assert(seen || named.includes("outputs of cell [2]"), named.join());
});

Deno.test("a run that ended before its kernel and its recorder died is completed by who reads of it, with the cells that were not seen", async () => {
  await using space = Workspace.make();
  await using front = await FrontEnd.start(space);
  await stopRecorder(space, front);
  const { recorder_pid, recorder_started } = session(space);
  const recorder = { pid: recorder_pid ?? 0, started: recorder_started ?? "" };
  await front.execute(`console.log("nobody saw")`);
  await front.execute(`await run.end();`);
  // It gets no answer: the kernel is ended after a while.
  await Promise.race([front.shutdown(), front.child.status]);
  Deno.kill(recorder.pid, "SIGKILL");
  await until("the end of the recorder", () => !isAlive(recorder));
  const shown = await space.nbtrack(["show", "last", "--json"]);
  const { cells, missing } = JSON.parse(shown.stdout) as RunRecord;
  assertEquals(cells.slice(1).map((c) => c.source), [
    `console.log("nobody saw")`,
    "await run.end();",
  ]);
  const named = missing.map(({ what }) => what);
  assert(named.includes("outputs of cells [2], [3]"), named.join());
});

Deno.test("a recorder that answers no more while it writes is named on the run when it has gone on", async () => {
  await using space = Workspace.make();
  await using front = await FrontEnd.start(space);
  const goOn = await stopRecorder(space, front);
  const writing = new DatabaseSync(`${space.home}/journal.db`);
  writing.exec("BEGIN IMMEDIATE"); // as a recorder does that was stopped in the middle of it
  try {
    assertEquals((await front.execute("1 + 1")).value, "2");
  } finally {
    writing.exec("ROLLBACK");
    writing.close();
    goOn();
  }
  assertEquals((await front.execute("3 + 3")).value, "6");
  await front.shutdown();
  const record = await space.finalised();
  assertLateNamed(record);
});

Deno.test("where somebody else took a port of Deno's kernel meanwhile, it is started again", async () => {
  await using space = Workspace.make();
  const program = new URL("./children/port_taken.ts", import.meta.url);
  await using front = await FrontEnd.start(space, {}, fileURLToPath(program));
  await front.execute(
    `${IMPORT}\nconst run = await track("e", { quiet: true });`,
  );
  assertEquals((await front.execute("1 + 1")).value, "2");
  await front.shutdown();
  const record = await space.finalised();
  assertEquals(record.cells.at(-1)?.source, "1 + 1");
});

Deno.test("without a journal that can be written the kernel works as Deno's own", async () => {
  await using space = Workspace.make();
  const file = `${space.folder}/not-a-folder`;
  await Deno.writeTextFile(file, "");
  await using front = await FrontEnd.start(space, { NBTRACK_HOME: file });
  assertEquals((await front.execute("1 + 1")).value, "2");
  await front.shutdown(); // nobody but the program ends the kernel here
});
