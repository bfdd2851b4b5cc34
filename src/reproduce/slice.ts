/**
 * The executions that a result depends on, proved by running them.
 *
 * @module
 */
import {
  analyse,
  type Analysis,
  changersAmong,
  neededBy,
  usersOf,
} from "../analysis/analysis.ts";
import { cellName } from "../record/cell_name.ts";
import type { ReadableBundle } from "../record/bundle/read.ts";
import { attempt, type AttemptOptions, type ReplayOutcome } from "./attempt.ts";
import { findBundle, type InputOptions } from "./input.ts";
import { sliceNotebook } from "./slice_notebook.ts";
import { searchSlice } from "./slice_search.ts";
import { type Makers, makersOf, type SliceTarget } from "./slice_targets.ts";

/** How to find a slice. */
export interface SliceOptions extends
  Pick<
    AttemptOptions,
    "journal" | "cwd" | "onStep" | "data" | "grants"
  >,
  InputOptions {
  /** Whether it is run. @default {true} */
  prove?: boolean | undefined;
}

/** A slice. */
export interface Slice {
  run_id: string;
  target: SliceTarget;
  /** The executions, by their position in the recorded order. */
  cells: number[];
  /** How many the run has. */
  of: number;
  /** Whether running them gave the same result. */
  proved: boolean;
  /** Why that was not shown; null when it was. */
  why: string | null;
  /** The slice as a notebook; null when it could not be proved. */
  notebook: string | null;
  /** What each execution begins with. */
  lines: string[];
  /** What people call each execution. */
  names: string[];
  /** What people call the cell that was asked about; null where it was none. */
  asked: string | null;
}

/**
 * Finds the fewest executions that a result of a run depends on.
 *
 * @throws {BundleError} when its bundle cannot be read
 * @throws {ReproduceError} when the run has not ended
 * @throws {UnknownNameError} when it has no such metric or artifact
 */
export async function sliceOf(
  text: string,
  target: SliceTarget,
  options: SliceOptions,
): Promise<Slice> {
  const { bundle, own } = await findBundle(text, options.journal, options);
  const makers = makersOf(bundle, target, options.journal);
  const analysis = analysisOf(bundle);
  const targets = new Set(makers.executions);
  // What is logged belongs to a run.
  if (makers.opener !== null && !("cell" in target)) targets.add(makers.opener);
  const likely = neededBy(analysis, targets, "likely");
  const slice = (cells: ReadonlySet<number>, why: string | null): Slice => ({
    run_id: bundle.manifest.run.run_id,
    target,
    cells: [...cells],
    of: bundle.cells.length,
    proved: why === null,
    why,
    notebook: sliceNotebook(bundle, cells, target),
    lines: [...cells].map((index) =>
      bundle.manifest.cells[index]?.source === null
        ? "(its source is not known)"
        : bundle.cells[index]?.source.trim().split("\n")[0] ?? ""
    ),
    names: [...cells].map((index) => nameOf(bundle, index)),
    asked: "cell" in target ? nameOf(bundle, target.cell) : null,
  });
  if (options.prove === false) return slice(likely, "it was not run");
  const prover = new Prover(bundle, target, { ...options, makers, own });
  const possible = neededBy(analysis, targets, "possible");
  const found = await searchSlice({
    likely,
    possible,
    near: neededBy(
      analysis,
      [
        ...targets,
        ...usersOf(
          analysis,
          [...possible].filter((index) => index !== makers.opener),
        ),
      ],
      "possible",
    ),
    all: new Set(bundle.cells.keys()),
    fixed: targets,
    changers: (from) => changersAmong(analysis, from),
    without(from, left_out) {
      const kept = [...from].filter((index) => !left_out.has(index));
      // What the sources do not explain is kept for its own sake.
      const own = kept.filter((index) => !likely.has(index));
      return neededBy(
        analysis,
        [...targets, ...own],
        "possible",
        new Set(kept),
      );
    },
  }, (executions) => prover.holds(executions));
  return found === null
    ? { ...slice(likely, prover.why), notebook: null }
    : slice(found, null);
}

function nameOf({ cells }: ReadableBundle, index: number): string {
  return cellName({ index, execution_count: cells[index]?.execution_count });
}

function analysisOf({ manifest, cells }: ReadableBundle): Analysis {
  return analyse(
    cells.map(({ source }, i) => ({
      source: manifest.cells[i]?.flags.includes("excluded") ? "" : source,
      status: manifest.cells[i]?.status ?? "ok",
    })),
    { seeded: manifest.seed !== null || manifest.overrides.seed !== null },
  );
}

/** Runs executions and compares a result. */
class Prover {
  readonly #bundle: ReadableBundle;
  readonly #target: SliceTarget;
  readonly #options: SliceOptions & { makers: Makers; own: boolean };
  /** Why the last ones did not give the same. */
  why = "";

  constructor(
    bundle: ReadableBundle,
    target: SliceTarget,
    options: SliceOptions & { makers: Makers; own: boolean },
  ) {
    this.#bundle = bundle;
    this.#target = target;
    this.#options = options;
  }

  async holds(executions: ReadonlySet<number>): Promise<boolean> {
    const { makers, own, onStep, journal, cwd, data, grants } = this.#options;
    onStep?.(
      `Runs ${executions.size} of ${this.#bundle.cells.length} cells`,
    );
    const { manifest } = this.#bundle;
    const ordinal = makers.openers.length < manifest.run.ordinal
      ? manifest.run.ordinal
      : makers.openers.filter((index) => executions.has(index)).length;
    const outcome = await attempt({
      ...this.#bundle,
      manifest: { ...manifest, run: { ...manifest.run, ordinal } },
    }, {
      journal,
      cwd,
      data,
      grants,
      sandbox: !own,
      listed: false,
      only: executions,
    });
    const why = differenceOf(outcome, this.#target, this.#bundle);
    if (why !== null) this.why = why;
    return why === null;
  }
}

/** What keeps a replay's result from being the recorded one; null when it is. */
function differenceOf(
  { judged, ready }: ReplayOutcome,
  target: SliceTarget,
  bundle: ReadableBundle,
): string | null {
  if (judged === null) {
    return `it cannot be run: ${
      ready.failures.map(({ what }) => what).join("; ")
    }`;
  }
  const { compared, parts: { failure, elsewhere: [unread] = [] } } = judged;
  if (failure !== null) return `it cannot be run to its end: ${failure.what}`;
  if (unread !== undefined) return unread.what;
  if ("metric" in target) {
    const found = compared.metrics.find(({ key }) => key === target.metric);
    return found?.same === true
      ? null
      : `${target.metric} was ${found?.recorded ?? "logged"} and is ${
        found?.reproduced ?? "not logged"
      } when its run is repeated`;
  }
  if ("artifact" in target) {
    const found = compared.artifacts.find(({ path }) =>
      path === target.artifact
    );
    return found?.same === true
      ? null
      : `${target.artifact} is another one when its run is repeated`;
  }
  const found = compared.outputs.find(({ cell }) => cell === target.cell);
  return found === undefined || found.same
    ? null
    : `cell ${
      nameOf(bundle, target.cell)
    } shows something else when its run is repeated${
      found.diff === null ? "" : `: ${found.diff.split("\n")[0]}`
    }`;
}
