/**
 * One replay of a bundle, from an empty folder to what comparing it found.
 *
 * @module
 */
import { type OwnFolder, ownFolders } from "../base/own_folders.ts";
import type { Journal } from "../journal/journal.ts";
import type { ReadableBundle } from "../record/bundle/read.ts";
import { changedPackages } from "../record/changed.ts";
import { unlockedAfter } from "./packages.ts";
import { prepare, type Prepared, type PrepareOptions } from "./prepare.ts";
import { type Replay, replay } from "./replay.ts";
import type { SandboxGrants } from "./sandbox/permissions.ts";
import type { Difference } from "./types.ts";
import type { Judged } from "./judged.ts";
import { judge } from "./verdict.ts";

/** How to carry out a replay. */
export interface AttemptOptions
  extends Omit<PrepareOptions, "home" | "notebook"> {
  journal: Journal;
  /** Relative tolerance of every metric. @default {what track() was given, else 0} */
  rtol?: number | undefined;
  /** Absolute tolerance of every metric. @default {what track() was given, else 0} */
  atol?: number | undefined;
  /** What a sandbox may reach. */
  grants?: SandboxGrants | undefined;
  /** Told before each cell. */
  onCell?: ((index: number, total: number) => void) | undefined;
  /** Told what is being done. */
  onStep?: ((text: string) => void) | undefined;
  signal?: AbortSignal | undefined;
}

/** A replay that was carried out. */
export interface ReplayOutcome {
  /** Null when nothing could be executed. */
  judged: Judged | null;
  replay: Replay | null;
  ready: Prepared;
}

const NO_GRANTS: SandboxGrants = { net: [], env: [] };

/** Carries out one replay. */
export async function attempt(
  bundle: ReadableBundle,
  options: AttemptOptions,
): Promise<ReplayOutcome> {
  const { journal } = options;
  const run = journal.runs.get(bundle.manifest.run.run_id);
  const session = run === undefined
    ? undefined
    : journal.sessions.get(run.session_id);
  const home = session?.cwd ?? null;
  options.onStep?.("Puts data and packages in place");
  const ready = await prepare(bundle, {
    ...options,
    home,
    notebook: session?.notebook ?? null,
  });
  try {
    if (ready.failures.length > 0) return { judged: null, replay: null, ready };
    const start = Date.now();
    const result = await execute(bundle, ready, options);
    const judged = await judgeReplay(bundle, ready, result, {
      ...options,
      home,
      start,
    });
    return { judged, replay: result, ready };
  } finally {
    ready.data[Symbol.dispose]();
    if (options.dir === undefined) {
      await Deno.remove(ready.workspace.root, { recursive: true });
    }
  }
}

async function execute(
  bundle: ReadableBundle,
  ready: Prepared,
  options: AttemptOptions,
): Promise<Replay> {
  options.onStep?.(
    `Runs ${ready.cells.length} cells with Deno ${ready.deno.version}`,
  );
  const common = {
    journal: options.journal,
    manifest: bundle.manifest,
    cells: ready.cells,
    denoPath: ready.deno.path,
    env: ready.env,
    listed: options.listed ?? true,
    onCell: options.onCell,
    signal: options.signal,
  };
  if (options.sandbox === true) {
    const { replayInSandbox } = await import("./sandbox/replay.ts");
    return await replayInSandbox({
      ...common,
      bundle,
      workspace: ready.workspace,
      grants: options.grants ?? NO_GRANTS,
    });
  }
  return await replay({
    ...common,
    cwd: ready.workspace.cwd,
    notebook: ready.notebook,
  });
}

async function judgeReplay(
  bundle: ReadableBundle,
  ready: Prepared,
  result: Replay,
  options: AttemptOptions & { home: string | null; start: number },
): Promise<Judged> {
  const differences = [...ready.differences];
  if (options.vary === "packages") {
    differences.push(...newPackages(bundle, options.journal, result.run_id));
  } else {
    for (
      const what of await unlockedAfter(ready.workspace.cwd, ready.packages)
    ) {
      differences.push({ dimension: "packages", what, contradiction: true });
    }
  }
  return await judge({
    journal: options.journal,
    bundle,
    home: options.home,
    planned: ready.cells,
    replayed: result.cells,
    run_id: result.run_id,
    span: { start: options.start, end: Date.now() },
    ...options.sandbox === true ? { folders: sandboxFolders(ready) } : {},
    failure: result.failure,
    differences,
    wanted: options.vary ?? null,
    warnings: ready.warnings,
    tolerance: { rtol: options.rtol, atol: options.atol },
  });
}

/** A sandbox has no recorder that would note them. */
function sandboxFolders({ workspace }: Prepared): OwnFolder[] {
  return ownFolders(workspace.cwd);
}

function newPackages(
  bundle: ReadableBundle,
  journal: Journal,
  run_id: string | null,
): Difference[] {
  const json = run_id === null
    ? undefined
    : journal.entries.document(run_id, "packages");
  if (json === undefined) return [];
  return [...changedPackages(bundle.manifest, { packages: JSON.parse(json) })]
    .map((what) => ({
      dimension: "packages",
      what,
      contradiction: false,
    }));
}
