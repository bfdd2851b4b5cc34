/**
 * How fast pages are answered over a large journal, by `nbtrack ui` in a process of its own.
 *
 * @module
 */
import { largeJournal, longTable, RUNS } from "./pages_journal.ts";
import { type Figure, median } from "./report.ts";

const MAIN = new URL("../../src/cli/main.ts", import.meta.url).href;
const ROUNDS = 5;
/** How long answering takes less than a page takes in a browser: laying out is not measured here, milliseconds. */
const POINTS = 1_000_000;

/** Runs of the long table. */
const LONG = 100_000;

type Asked = readonly [what: string, path: string, limit: number];

/** The figures of pages, each the median of some requests after a first one. */
export async function pages(folder: string): Promise<Figure[]> {
  const home = `${folder}/pages`;
  const { usual, fifty, long, wide } = largeJournal(home);
  const starts: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const began = performance.now();
    const started = await start(home);
    starts.push(performance.now() - began);
    await started.end();
  }
  const ui = await start(home);
  const compared = `/compare?runs=${fifty.join(",")}`;
  try {
    const asked: Asked[] = [
      [`table of ${RUNS} runs, whole`, "/experiments/many", 100],
      ["all experiments", "/", 300],
      [
        "the table sorted by a metric",
        "/experiments/many?sort=metrics.loss",
        150,
      ],
      ["the table sorted by a param", "/experiments/many?sort=-params.lr", 150],
      [
        "the table filtered",
        "/experiments/many?filter=metrics.loss%20%3C%200.4%20and%20params.k%20%3D%20'5'",
        150,
      ],
      [
        "the table sorted by best values",
        "/experiments/many?values=best&sort=metrics.loss&columns=metrics.loss",
        150,
      ],
      [
        "the last page of the table",
        `/experiments/many?page=${RUNS / 50}`,
        150,
      ],
      ["the table in groups", "/experiments/many?group=params.k", 300],
      ["a run", `/runs/${usual}`, 200],
      [
        `a chart of ${POINTS} points`,
        `/runs/${long}/metric?key=loss&figure=1`,
        100,
      ],
      ["50 runs of 2,000 points side by side", compared, 300],
      ["a run with 1,500 metrics", `/runs/${wide}`, 500],
      // What is drawn already is stretched in the next frame; this is the finer drawing that follows.
      [
        "a chart of 2,000 points, zoomed",
        `/runs/${fifty[0]}/metric?key=loss&drawing=1&from=500&to=900`,
        50,
      ],
      [
        `a chart of ${POINTS} points, zoomed`,
        `/runs/${long}/metric?key=loss&drawing=1&from=500000&to=600000`,
        100,
      ],
    ];
    const figures: Figure[] = [{
      what: "nbtrack ui ready after its start",
      value: median(starts),
      unit: "ms",
      bar: { limit: 300, of: "value", side: "below" },
    }];
    for (const one of asked) figures.push(await figureOf(ui, one));
    return [...figures, ...await longTables(`${folder}/long`)];
  } finally {
    await ui.end();
  }
}

/** The table of 100,000 runs, page by page. */
async function longTables(home: string): Promise<Figure[]> {
  Deno.mkdirSync(home);
  longTable(home, LONG);
  const ui = await start(home);
  const path = "/experiments/many";
  const figures: Figure[] = [];
  try {
    for (
      const one of [
        ["whole", path, 100],
        ["page 1000", `${path}?page=1000`, 150],
        ["the last page", `${path}?page=${LONG / 50}`, 150],
        ["sorted by a metric", `${path}?sort=metrics.loss`, 1500],
        [
          "sorted by a metric, the last page",
          `${path}?sort=metrics.loss&page=${LONG / 50}`,
          1500,
        ],
        ["filtered", `${path}?filter=metrics.loss%20%3C%200.4`, 1500],
        ["in groups", `${path}?group=params.k`, 3000],
      ] as const
    ) {
      const [what, address, limit] = one;
      figures.push(
        await figureOf(ui, [`table of ${LONG} runs, ${what}`, address, limit]),
      );
    }
    return figures;
  } finally {
    await ui.end();
  }
}

/** How long a page takes. */
async function figureOf(
  ui: Awaited<ReturnType<typeof start>>,
  [what, path, limit]: Asked,
): Promise<Figure> {
  const first = await ui.time(path);
  const times: number[] = [];
  const before = ui.processor();
  for (let i = 0; i < ROUNDS; i++) times.push(await ui.time(path));
  const used = (ui.processor() - before) / ROUNDS;
  return {
    what: `${what} (median of ${ROUNDS}; the first ${first.toFixed(0)} ms; ${
      used.toFixed(0)
    } ms of processor)`,
    value: median(times),
    unit: "ms",
    bar: { limit, of: "value", side: "below" },
  };
}

async function start(home: string) {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", MAIN, "ui", "--json"],
    env: { NBTRACK_HOME: home },
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const { value = "" } = await reader.read();
  const { url } = JSON.parse(value) as { url: string };
  let cookie = "";
  return {
    async time(path: string): Promise<number> {
      if (cookie === "") {
        const opened = await fetch(url);
        await opened.text();
        cookie = opened.headers.get("set-cookie")?.split(";")[0] ?? "";
      }
      const began = performance.now();
      const answer = await fetch(new URL(path, url), { headers: { cookie } });
      const text = await answer.text();
      const took = performance.now() - began;
      if (!answer.ok) throw new Error(`${path}: ${text.slice(0, 500)}`);
      return took;
    },
    /** Processor time that it has used, milliseconds: what a request takes on a machine that does nothing else. */
    processor(): number {
      if (Deno.build.os !== "linux") return NaN;
      const tasks = `/proc/${child.pid}/task`;
      let nanoseconds = 0;
      for (const { name } of Deno.readDirSync(tasks)) {
        const [used] = Deno.readTextFileSync(`${tasks}/${name}/schedstat`)
          .split(" ");
        nanoseconds += Number(used);
      }
      return nanoseconds / 1e6;
    },
    async end() {
      child.kill("SIGTERM");
      await child.status;
      await reader.cancel();
    },
  };
}
