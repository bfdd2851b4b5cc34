/**
 * What is measured inside a kernel: the first `track()`, and logging.
 *
 * @module
 */
import { type Kernel, startKernel } from "../../src/jupyter/kernel.ts";
import { prepareDenoJson } from "../../src/setup/deno_json.ts";
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

/** Where a notebook imports nbtrack. */
interface ImportedFrom {
  what: string;
  /** Made for it. */
  cwd: string;
  specifier: string;
  /** In starts of a bare process. */
  limit: number;
}

/**
 * Import and first `track()`, in a new kernel each time, beside the start of a bare process in the same cell: in a
 * folder that `nbtrack init` made, and where there is no `deno.json` and no lock.
 */
export async function firstTracks(
  home: string,
  folder: string,
): Promise<Figure[]> {
  const inited = `${folder}/inited`;
  const bare = `${folder}/bare`;
  for (const cwd of [inited, bare]) await Deno.mkdir(cwd);
  await prepareDenoJson(inited, { created: [], changed: [], notes: [] });
  const places: ImportedFrom[] = [
    {
      what: "in a folder of nbtrack init",
      cwd: inited,
      specifier: "@nbtrack/nbtrack",
      limit: 5,
    },
    { what: "in a folder without a lock", cwd: bare, specifier: MOD, limit: 6 },
  ];
  const times = places.map(() => ({ track: [], bare: [] } as FirstTrack));
  for (let i = 0; i < TRACKS + 1; i++) {
    for (const [at, { cwd, specifier }] of places.entries()) {
      const [track = NaN, bare = NaN] = await firstTrack(home, cwd, specifier);
      if (i === 0) continue; // the first one fills the caches
      times[at]?.track.push(track);
      times[at]?.bare.push(bare);
    }
  }
  return places.map(({ what, limit }, at) => ({
    what: `import and first track() in a kernel, ${what} (median of ${TRACKS})`,
    value: median(times[at]?.track ?? []),
    unit: "ms",
    peer: {
      what: "start of a bare deno process there",
      value: median(times[at]?.bare ?? []),
    },
    bar: { limit, of: "ratio", side: "below" },
  }));
}

/** What was measured in one place, milliseconds. */
interface FirstTrack {
  track: number[];
  bare: number[];
}

/** Import and first `track()` in a new kernel, and the start of a bare process there, milliseconds. */
async function firstTrack(
  home: string,
  cwd: string,
  specifier: string,
): Promise<number[]> {
  await using kernel = await startKernel({ cwd, env: { NBTRACK_HOME: home } });
  await kernel.execute("1");
  const track = await printed(
    kernel,
    `const began = performance.now();
     const { track } = await import(${JSON.stringify(specifier)});
     const run = await track("bench", { params: { k: 5 }, quiet: true });
     console.log(JSON.stringify([performance.now() - began]));`,
  );
  const bare = await printed(
    kernel,
    `const t = performance.now();
     const child = new Deno.Command(Deno.execPath(), { args: ["eval", "console.log(1)"], stdout: "piped" }).spawn();
     await child.stdout.getReader().read();
     console.log(JSON.stringify([performance.now() - t]));`,
  );
  await kernel.execute("await run.end()");
  await kernel.shutdown();
  await allEnded(home);
  return [...track, ...bare];
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
