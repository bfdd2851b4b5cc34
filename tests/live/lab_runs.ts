/**
 * What nbtrack says of the runs of a JupyterLab.
 *
 * @module
 */
import { z } from "../../src/base/zod.ts";
import type { Lab } from "./lab.ts";
import { until } from "../until.ts";

const MOD = new URL("../../mod.ts", import.meta.url).href;

const shownSchema = z.looseObject({
  run_id: z.string(),
  status: z.string(),
  notebook: z.string().nullable(),
  metrics: z.record(z.string(), z.unknown()),
  cells: z.array(z.looseObject({
    id: z.string().nullable(),
    source: z.string(),
    status: z.string(),
    outputs: z.array(z.unknown()),
    flags: z.array(z.string()),
  })),
  artifacts: z.array(z.looseObject({ path: z.string() })),
  missing: z.array(z.looseObject({ what: z.string(), why: z.string() })),
});
const listSchema = z.looseObject({
  runs: z.array(z.looseObject({ run_id: z.string(), experiment: z.string() })),
});
const pointsSchema = z.looseObject({ points: z.array(z.unknown()) });

/** A run as `nbtrack show` prints it. */
export type Shown = z.infer<typeof shownSchema>;

/** A cell that begins to track an experiment, and shows the card. */
export function tracking(experiment: string): string {
  return `import { track } from ${JSON.stringify(MOD)};
const run = await track(${JSON.stringify(experiment)});
run`;
}

/** The sources of a run's cell executions, in order. */
export function sourcesOf(run: Shown): string[] {
  return run.cells.map((cell) => cell.source);
}

/** Asks whether a run has these cell executions, in this order, and no others. */
export function has(sources: readonly string[]): (run: Shown) => boolean {
  return (run) => JSON.stringify(sourcesOf(run)) === JSON.stringify(sources);
}

function inShort(run: Shown | undefined): string {
  if (run === undefined) return "there is none";
  const { status, notebook, cells, missing } = run;
  return JSON.stringify({
    status,
    notebook,
    cells: cells.map(({ source, status, flags }) => [source, status, flags]),
    missing,
  });
}

/** The runs of a JupyterLab, read as a user reads them. */
export class Runs {
  readonly #lab: Lab;

  constructor(lab: Lab) {
    this.#lab = lab;
  }

  async show(run_id: string): Promise<Shown> {
    return shownSchema.parse(await this.#lab.nbtrack("show", run_id));
  }

  /** Every point of a metric. */
  async points(run_id: string, key: string): Promise<unknown[]> {
    const { points } = pointsSchema.parse(
      await this.#lab.nbtrack("show", run_id, "--metric", key),
    );
    return points;
  }

  /** The newest run of an experiment, once there is one and it is as wanted. */
  async newest(
    experiment: string,
    what: string,
    wanted: (run: Shown) => boolean,
  ): Promise<Shown> {
    let shown: Shown | undefined;
    try {
      return await until(`${what} of ${experiment}`, async () => {
        // Asked for by its name, an experiment that is not there yet is an error.
        const { runs } = listSchema.parse(await this.#lab.nbtrack("runs"));
        const last = runs.find((run) => run.experiment === experiment);
        if (last === undefined) return false;
        shown = await this.show(last.run_id);
        return wanted(shown) && shown;
      });
    } catch (error) {
      throw new Error(`the newest run of ${experiment}: ${inShort(shown)}`, {
        cause: error,
      });
    }
  }

  /** Waits until a cell that does not end has logged points that others can read; returns its run's id. */
  async beating(experiment: string): Promise<string> {
    const { run_id } = await this.newest(
      experiment,
      "the first points",
      (run) => "beat" in run.metrics,
    );
    await until(
      "points of the executing cell",
      async () => (await this.points(run_id, "beat")).length > 10,
    );
    return run_id;
  }
}
