/**
 * What reproducing a run takes beyond running its notebook.
 *
 * @module
 */
import { type Figure, median } from "./report.ts";

const MAIN = new URL("../../src/cli/main.ts", import.meta.url).href;
const LESSON = new URL("../../notebooks/01-first-run.ipynb", import.meta.url);
const ROUNDS = 5;

/** Lesson 1, run and reproduced in turns with a warm package cache: how much longer the second takes. */
export async function reproduction(home: string): Promise<Figure> {
  const nbtrack = async (...args: string[]): Promise<number> => {
    const began = performance.now();
    const { success } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", MAIN, ...args, "--json"],
      env: { NBTRACK_HOME: home, NBTRACK_OFFLINE: "1" },
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).output();
    if (!success) throw new Error(`nbtrack ${args.join(" ")} failed`);
    return performance.now() - began;
  };
  const ran: number[] = [];
  const reproduced: number[] = [];
  for (let round = 0; round < ROUNDS + 1; round++) {
    const own = await nbtrack("run", LESSON.pathname);
    const again = await nbtrack("reproduce", "last");
    if (round === 0) continue; // fills the caches
    ran.push(own);
    reproduced.push(again);
  }
  return {
    what:
      `reproducing lesson 1 beyond its own time (medians of ${ROUNDS} processes)`,
    value: (median(reproduced) - median(ran)) / 1000,
    unit: "s",
    peer: { what: "nbtrack run of it", value: median(ran) / 1000 },
    bar: { limit: 1, of: "value", side: "below" },
  };
}
