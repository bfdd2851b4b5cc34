/**
 * What a run on the server says of a student's work: where it belongs, what it varied, how it ended.
 *
 * @module
 */
import { z } from "../../base/zod.ts";
import { LESSON_CHECK } from "../../base/media_types.ts";
import { CHECK_FILE } from "../../base/record_files.ts";
import { percentEncoded } from "../requests/package_access.ts";
import type { StoredRun } from "../store/runs.ts";
import type { Store } from "../store/store.ts";

/** A logged notebook is read up to this size, bytes. */
const LONGEST = 5_000_000;

/** What `check()` found in a lesson. */
export interface LessonCheck {
  /** Points that hold. */
  holds: number;
  /** All of its points. */
  of: number;
}

/** A run of a student. */
export interface ClassRun {
  run_id: string;
  name: string;
  experiment: string;
  /** The notebook's name without its ending, or the experiment's. */
  lesson: string;
  status: string;
  /** Milliseconds since 1970. */
  start_time: number;
  end_time: number | null;
  params: Record<string, string>;
  /** The last value of each metric. */
  metrics: Record<string, number | null>;
  /** The digests of its data, as text; empty where none is known. */
  data: string;
  /** The id of the run that it reproduces, where it was logged; null for another run. */
  reproduces: string | null;
  verdict: string | null;
  /** The last cell that failed, such as `TypeError: x is not a function`; null when none did. */
  error: string | null;
  /** How often that failure is in the logged notebook. */
  times: number;
  check: LessonCheck | null;
}

const notebookSchema = z.looseObject({
  cells: z.array(z.looseObject({
    outputs: z.array(z.looseObject({
      output_type: z.string(),
      ename: z.string().optional(),
      evalue: z.string().optional(),
      data: z.record(z.string(), z.unknown()).optional(),
    })).default([]),
  })),
});

const checkSchema = z.looseObject({
  points: z.array(z.looseObject({ state: z.string() })),
});

type Outcome = Pick<ClassRun, "error" | "times" | "check">;

const NOTHING: Outcome = { error: null, times: 0, check: null };

/** Reads runs; logged notebooks once each. */
export class RunFacts {
  readonly #store: Store;
  readonly #outcomes = new Map<string, Outcome>();
  readonly #checks = new Map<string, LessonCheck | null>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** What is known of a run. */
  of(run: StoredRun): ClassRun {
    const { params, runTags, metrics } = this.#store;
    const tags = new Map(
      runTags.of(run.id).map(({ key, value }) => [key, value]),
    );
    const source = tags.get("mlflow.source.name")?.split(/[\\/]/).at(-1);
    return {
      run_id: run.eid,
      name: run.name,
      experiment: run.experiment_name,
      lesson: source?.endsWith(".ipynb")
        ? source.slice(0, -".ipynb".length)
        : run.experiment_name,
      status: run.status,
      start_time: Number(run.start_time),
      end_time: run.end_time === null ? null : Number(run.end_time),
      params: Object.fromEntries(
        params.of(run.id).map(({ key, value }) => [key, value]),
      ),
      metrics: Object.fromEntries(
        metrics.latest(run.id).map(({ key, value }) => [key, value]),
      ),
      data: tags.get("nbtrack.datasets") ?? "",
      reproduces: tags.get("nbtrack.reproduces") ?? null,
      verdict: tags.get("nbtrack.verdict") ?? null,
      ...this.#outcome(run),
      ...this.#check(run),
    };
  }

  /** What a check found that was kept with a run: it may come after the run's end, when the notebook is logged already. */
  #check(run: StoredRun): { check?: LessonCheck } {
    const { packages, blobs } = this.#store;
    if (run.package === null) return {};
    const file = packages.newestFile(
      run.package,
      percentEncoded(CHECK_FILE),
    );
    if (file === undefined || file.size > LONGEST) return {};
    let check = this.#checks.get(file.sha256);
    if (check === undefined) {
      check = keptCheck(blobs.text(file.sha256));
      this.#checks.set(file.sha256, check);
    }
    return check === null ? {} : { check };
  }

  /** What the logged notebook of a run shows. */
  #outcome(run: StoredRun): Outcome {
    const { packages, blobs } = this.#store;
    if (run.package === null) return NOTHING;
    const file = packages.newestFile(run.package, "session.ipynb");
    if (file === undefined || file.size > LONGEST) return NOTHING;
    let outcome = this.#outcomes.get(file.sha256);
    if (outcome === undefined) {
      outcome = notebookOutcome(blobs.text(file.sha256));
      this.#outcomes.set(file.sha256, outcome);
    }
    return outcome;
  }
}

/** The last failure and the last check of a notebook; of what is no notebook neither. */
export function notebookOutcome(text: string): Outcome {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return NOTHING;
  }
  const { data } = notebookSchema.safeParse(json);
  const outputs = data?.cells.flatMap((cell) => cell.outputs) ?? [];
  const errors = outputs.filter((o) => o.output_type === "error").map((o) =>
    `${o.ename ?? "Error"}: ${o.evalue ?? ""}`.slice(0, 300)
  );
  const error = errors.at(-1) ?? null;
  const found = outputs.flatMap((o) => {
    const parsed = checkSchema.safeParse(o.data?.[LESSON_CHECK]);
    return parsed.success ? [parsed.data] : [];
  }).at(-1);
  return {
    error,
    times: errors.filter((text) => text === error).length,
    check: found === undefined ? null : countOf(found),
  };
}

/** A check as it is kept with a run; null for a text that is none. */
function keptCheck(text: string): LessonCheck | null {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return null; // a student may send any file of that name
  }
  const { data } = checkSchema.safeParse(json);
  return data === undefined ? null : countOf(data);
}

function countOf({ points }: z.infer<typeof checkSchema>): LessonCheck {
  return {
    holds: points.filter(({ state }) => state === "holds").length,
    of: points.length,
  };
}
