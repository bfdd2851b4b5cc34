/** Kernels of JupyterLab that are interrupted, restarted and killed. */
import { assert, assertEquals } from "@std/assert";
import { type Lab, LAB_KERNELS, startLab } from "./lab.ts";
import { executed, menu, runCell, save } from "./lab_page.ts";
import { has, Runs, sourcesOf, tracking } from "./lab_runs.ts";
import { until } from "../until.ts";

/** Logs a point every 10 ms and never gives the thread back. */
const BLOCKING = `for (let beat = 0;; beat++) {
  run.logMetric("beat", beat, { step: beat });
  for (const end = performance.now() + 10; performance.now() < end;);
}`;

let lab: Lab;
let runs: Runs;
Deno.test.beforeAll(async () => {
  lab = await startLab();
  runs = new Runs(lab);
});
Deno.test.afterAll(() => lab.close());

for (const kernel of LAB_KERNELS) {
  const kind = kernel === "deno" ? "Deno's own kernel" : "the tracked kernel";

  Deno.test(`the points of a cell that does not end are shown meanwhile; interrupting it keeps ${kind}, run and record`, async () => {
    const name = `interrupted-${kernel}`;
    const cells = [
      `const kept = 7;\n${tracking(name)}`,
      BLOCKING,
      `run.logMetric("after", kept);`,
    ];
    await lab.write(`${name}.ipynb`, cells, kernel);
    const page = await lab.open(`${name}.ipynb`);
    await runCell(page, 0);
    await executed(page, 1);
    await runCell(page, 1);
    const run_id = await runs.beating(name);
    // A point every 10 ms: so long that it is likely to be interrupted, not to have succeeded in silence.
    await until(
      "a cell that took long",
      async () => (await runs.points(run_id, "beat")).length > 600,
    );
    await menu(page, "Kernel", "Interrupt Kernel");
    await executed(page, 2);
    await runCell(page, 2);
    await executed(page, 3);
    await save(page);
    const run = await runs.newest(name, "the record", has(cells));
    assertEquals(
      [run.run_id, run.status, run.metrics["after"]],
      [run_id, "RUNNING", 7],
    );
    const status = run.cells[1]?.status;
    if (kernel === "nbtrack") assertEquals(status, "error");
    else {
      assert(
        run.missing.some((m) => m.what === "interruptions") || status !== "ok",
        "an interrupted cell passes for one that succeeded",
      );
    }
    assertEquals(lab.sessions(`${name}.ipynb`).length, 1);
    await menu(page, "Kernel", "Shut Down Kernel");
    await runs.newest(
      name,
      "the end",
      (run) => run.status !== "RUNNING",
    );
    await page.close();
  });

  Deno.test(`${kind} that is restarted is a session of its own, and the run of the old one is closed`, async () => {
    const name = `restarted-${kernel}`;
    const cells = [tracking(name), `run.logMetric("n", 1);`];
    await lab.write(`${name}.ipynb`, cells, kernel);
    const page = await lab.open(`${name}.ipynb`);
    await menu(page, "Run", "Run All Cells");
    await executed(page, 2);
    await save(page);
    const first = await runs.newest(name, "the record", has(cells));
    await menu(page, "Kernel", "Restart Kernel…");
    await page.click(".jp-Dialog .jp-mod-accept");
    await until(
      "the end of the first run",
      async () => (await runs.show(first.run_id)).status === "FINISHED",
    );
    await page.waitForSelector(
      '.jp-Notebook-ExecutionIndicator[data-status="idle"]',
    );
    await runCell(page, 0);
    const second = await runs.newest(
      name,
      "the second run",
      (run) => run.run_id !== first.run_id && run.cells.length === 1,
    );
    // The prompt may still be the one of before: whoever saves too early saves again.
    await until("the second record", async () => {
      await save(page);
      return has(cells.slice(0, 1))(await runs.show(second.run_id));
    });
    assertEquals(second.status, "RUNNING");
    assertEquals(sourcesOf(await runs.show(first.run_id)), cells);
    const [old, present, ...more] = lab.sessions(`${name}.ipynb`);
    assertEquals(more, []);
    // The tracked kernel starts Deno's own one on ports of its own each time.
    assertEquals(
      old?.connection_file === present?.connection_file,
      kernel === "deno",
    );
    assert(old?.pid !== present?.pid, "the kernel is the same process");
    await menu(page, "Kernel", "Shut Down Kernel");
    await runs.newest(name, "the end", (run) => run.status !== "RUNNING");
    await page.close();
  });

  Deno.test(`${kind} that is killed in the middle of a cell leaves a KILLED run, and the server's new kernel is a session of its own`, async () => {
    const name = `killed-${kernel}`;
    const cells = [tracking(name), BLOCKING];
    await lab.write(`${name}.ipynb`, cells, kernel);
    const page = await lab.open(`${name}.ipynb`);
    await menu(page, "Run", "Run All Cells");
    const run_id = await runs.beating(name);
    await save(page);
    await runs.newest(name, "the record", has(cells));
    const [session] = lab.sessions(`${name}.ipynb`);
    assert(session !== undefined, "no session in the journal");
    Deno.kill(session.pid, "SIGKILL");
    const killed = await runs.newest(
      name,
      "the end",
      (run) => run.status !== "RUNNING",
    );
    assertEquals([killed.run_id, killed.status], [run_id, "KILLED"]);
    assertEquals(sourcesOf(killed), cells);
    const points = await runs.points(run_id, "beat");
    assert(points.length > 10, `${points.length} points are left`);
    await page.click(".jp-Dialog .jp-mod-accept"); // it says that the kernel died
    await runCell(page, 0);
    const next = await runs.newest(
      name,
      "the run of the new kernel",
      (run) => run.run_id !== run_id,
    );
    assertEquals(next.status, "RUNNING");
    const [old, present, ...more] = lab.sessions(`${name}.ipynb`);
    assertEquals(more, []);
    // The tracked kernel starts Deno's own one on ports of its own each time.
    assertEquals(
      old?.connection_file === present?.connection_file,
      kernel === "deno",
    );
    assert(old?.pid !== present?.pid, "the kernel is the same process");
    await menu(page, "Kernel", "Shut Down Kernel");
    await runs.newest(name, "the end", (run) => run.status !== "RUNNING");
    await page.close();
  });
}
