/**
 * What is measured inside a kernel: the first `track()`, and logging.
 *
 * @module
 */
import { type Kernel, startKernel } from "../../src/jupyter/kernel.ts";
import { type Figure, median } from "./report.ts";
import { allEnded } from "./wait_for_end.ts";

const MOD = new URL("../../mod.ts", import.meta.url).href;
const TRACKS = 20;
const POINTS = 100_000;

/** The number that a cell prints. */
async function printed(kernel: Kernel, code: string): Promise<number[]> {
  const reply = await kernel.execute(code);
  if (reply.status !== "ok") throw new Error(`${reply.ename}: ${reply.evalue}`);
  const text = reply.outputs.map((o) =>
    o.output_type === "stream" && o.name === "stdout" ? String(o.text) : ""
  ).join("");
  return JSON.parse(text.trim().split("\n").at(-1) ?? "null");
}

/** Import and first `track()`, in a new kernel each time, beside the start of a bare process in the same cell. */
export async function firstTrack(home: string, cwd: string): Promise<Figure> {
  const times: number[] = [];
  const floors: number[] = [];
  for (let i = 0; i < TRACKS + 1; i++) {
    await using kernel = await startKernel({
      cwd,
      env: { NBTRACK_HOME: home },
    });
    await kernel.execute("1");
    const [time = NaN] = await printed(
      kernel,
      `const began = performance.now();
       const { track } = await import(${JSON.stringify(MOD)});
       const run = await track("bench", { params: { k: 5 }, quiet: true });
       console.log(JSON.stringify([performance.now() - began]));`,
    );
    const [floor = NaN] = await printed(
      kernel,
      `const t = performance.now();
       const child = new Deno.Command(Deno.execPath(), { args: ["eval", "console.log(1)"], stdout: "piped" }).spawn();
       await child.stdout.getReader().read();
       console.log(JSON.stringify([performance.now() - t]));`,
    );
    await kernel.execute("await run.end()");
    await kernel.shutdown();
    await allEnded(home);
    if (i > 0) { // the first one fills the caches
      times.push(time);
      floors.push(floor);
    }
  }
  return {
    what: `import and first track() in a kernel (median of ${TRACKS})`,
    value: median(times),
    unit: "ms",
    peer: { what: "start of a bare deno process there", value: median(floors) },
    bar: { limit: 100, of: "value", side: "below" },
  };
}

/** \`logMetric\` in a loop without await, durable at the end, beside bare rows in one SQLite transaction. */
export async function logging(home: string, cwd: string): Promise<Figure> {
  await using kernel = await startKernel({ cwd, env: { NBTRACK_HOME: home } });
  const values: number[] = [];
  const floors: number[] = [];
  await kernel.execute(
    `const { track } = await import(${JSON.stringify(MOD)});`,
  );
  for (let i = 0; i < 5; i++) {
    const [time = NaN] = await printed(
      kernel,
      `const run = await track("bench", { params: { i: ${i} }, quiet: true });
       const began = performance.now();
       for (let i = 0; i < ${POINTS}; i++) run.logMetric("loss", 1 / (i + 1), { step: i });
       const looped = performance.now();
       await run.end();
       console.log(JSON.stringify([(performance.now() - began) * 1000 / ${POINTS}, (looped - began) * 1000 / ${POINTS}]));`,
    );
    const [floor = NaN] = await printed(
      kernel,
      `const { DatabaseSync } = await import("node:sqlite");
       const db = new DatabaseSync(${
        JSON.stringify(`${home}/floor.db`)
      }, { timeout: 5000 });
       db.exec("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; DROP TABLE IF EXISTS m; CREATE TABLE m (k TEXT, step INTEGER, time INTEGER, value REAL) STRICT");
       const insert = db.prepare("INSERT INTO m VALUES (?, ?, ?, ?)");
       const t = performance.now();
       db.exec("BEGIN");
       for (let i = 0; i < ${POINTS}; i++) insert.run("loss", i, Date.now(), 1 / (i + 1));
       db.exec("COMMIT");
       const us = (performance.now() - t) * 1000 / ${POINTS};
       db.close();
       console.log(JSON.stringify([us]));`,
    );
    values.push(time);
    floors.push(floor);
  }
  return {
    what: `logMetric in a loop of ${POINTS}, durable at the end (median of 5)`,
    value: median(values),
    unit: "µs",
    peer: {
      what: "a bare row in one SQLite transaction",
      value: median(floors),
    },
    bar: { limit: 3, of: "value", side: "below" },
  };
}
