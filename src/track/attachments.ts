/**
 * What is attached to a run besides params, metrics and tags: artifacts, datasets, versions of models.
 *
 * @module
 */
import { lazyImport } from "../base/lazy.ts";
import type { ActiveRun } from "./active_run.ts";
import { putDataset } from "./dataset.ts";
import { refuseUnknown } from "../base/known_options.ts";
import type { ModelOptions } from "./types.ts";

/** Stores an artifact. */
export async function attachArtifact(
  run: ActiveRun,
  name: string,
  content?: string | Uint8Array | ArrayBuffer | URL,
): Promise<void> {
  // The kernel checks no types.
  if (typeof name !== "string") {
    return run.note(
      "artifact",
      'It has a name: logArtifact("scores.csv", text), or logArtifact("scores.csv") for a file.',
    );
  }
  const what = `artifact "${name}"`;
  await run.attach(what, async (journal) => {
    const { putArtifact } = await lazyImport<typeof import("./artifact.ts")>(
      "./artifact.ts",
      import.meta.url,
    );
    const warning = await putArtifact(journal, run.id, name, content);
    if (warning !== null) run.note(what, warning);
    run.notify();
  });
}

/** Notes a dataset, and waits for its fingerprint unless `track()` itself names it. */
export async function attachDataset(
  run: ActiveRun,
  name: string,
  data: unknown,
  options: { context?: string } = {},
  wait = true,
): Promise<void> {
  const what = `dataset "${name}"`;
  await run.attach(what, async (journal) => {
    refuseUnknown("logDataset", options, ["context"]);
    const put = await putDataset(journal, run.id, name, data, {
      ...options,
      once: wait,
    });
    if (put === null) {
      return run.note(
        `${what} again`,
        "A dataset is written once; the new data was not stored. Log it by another name.",
      );
    }
    const { waiting, untold, absent } = put;
    if (untold.length > 0) {
      run.note(what, `its digest says nothing of this: ${untold.join("; ")}`);
    }
    if (absent !== undefined) {
      run.report(`${what} is not there`, `${what}: ${absent}`);
    }
    if (waiting && wait) {
      await run.ask({ type: "dataset", run_id: run.id, name });
    }
  });
}

/** Registers a version of a model. Allowed after the end too: what a run gave is often judged once it is over. */
export async function attachModel(
  run: ActiveRun,
  name: string,
  options: ModelOptions = {},
): Promise<void> {
  await run.attach(`model "${name}"`, async (journal) => {
    refuseUnknown("registerModel", options, [
      "files",
      "description",
      "version",
    ]);
    const { putModel } = await lazyImport<typeof import("./model.ts")>(
      "./model.ts",
      import.meta.url,
    );
    await putModel(journal, run.id, name, options);
    if (run.status !== "RUNNING") {
      run.note(
        `model "${name}" after the end`,
        "It is registered, but the run's record was made when it ended: a reproduction does not compare what a later " +
          "cell registers. Register it before end() to have it compared.",
      );
    }
    run.notify();
  }, { afterEnd: true });
}
