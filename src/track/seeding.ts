/**
 * The seed of a run: where it is from, and when `Math.random` begins from it.
 *
 * @module
 */
import { ENV, readEnv } from "../base/env.ts";
import { messageOf } from "../base/errors.ts";
import { lazyImport } from "../base/lazy.ts";
import { UNSEEDED } from "../journal/entries.ts";
import type { Awaited } from "./forgotten_await.ts";
import type { OpenRun, State } from "./state.ts";
import type { TrackOptions } from "./types.ts";

/** How many runs were opened with a seed. */
let seeds = 0;

/** Seeds where the run is awaited: a package is loaded for it. A callback is called with the random numbers of its run. */
export async function seedOnceAwaited(
  state: State,
  run: Pick<OpenRun, "run_id" | "note">,
  seed: number | null,
  { awaited, scoped }: { awaited: Awaited; scoped: boolean },
): Promise<void> {
  if (seed === null) return;
  const turn = ++seeds;
  if (awaited.done || scoped) return await seedRandom(state, run, seed);
  const setUnseeded = (is: boolean) =>
    state.journal?.entries.setDocument(run.run_id, UNSEEDED, String(is));
  setUnseeded(true);
  await awaited.once(async () => {
    setUnseeded(false);
    if (turn === seeds) return await seedRandom(state, run, seed);
    run.note(
      "seed",
      "Math.random was not seeded: when track() was awaited a later run had done so.",
    );
  });
}

async function seedRandom(
  state: State,
  run: Pick<OpenRun, "run_id" | "note">,
  seed: number,
): Promise<void> {
  try {
    const { seedMathRandom } = await seeding();
    if (!seedMathRandom(seed)) return;
    state.journal?.entries.setDocument(
      run.run_id,
      "seed_reach",
      JSON.stringify("everything"),
    );
  } catch (error) {
    run.note("seed", `Math.random was not seeded. ${messageOf(error)}`);
  }
}

/** What seeds, loaded once. */
export function seeding(): Promise<typeof import("./seed.ts")> {
  return lazyImport<typeof import("./seed.ts")>("./seed.ts", import.meta.url);
}

/** The seed that a run is given, by its options or from outside. */
export function seedOf(options: TrackOptions): number | null {
  const given = readEnv(ENV.seed);
  return given === undefined ? options.seed ?? null : Number(given);
}
