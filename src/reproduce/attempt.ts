/**
 * One replay of a bundle, from an empty folder to what comparing it found.
 *
 * @module
 */
import type { OwnFolder } from "../base/own_folders.ts";
import type { Journal } from "../journal/journal.ts";
import type { ReadableBundle } from "../record/bundle/read.ts";
import { newPackages } from "./new_packages.ts";
import { leaveWorkspace } from "./leave_workspace.ts";
import { showRecordedConfig, unlockedAfter } from "./packages/left_packages.ts";
import { showOwnConfig } from "./packages/shown_config.ts";
import {
  prepare,
  type PreparedReplay,
  type PrepareOptions,
} from "./prepare.ts";
import { type Replay, replay } from "./replay/replay.ts";
import type { Box } from "./sandbox/box.ts";
import { outsideFolder, OutsidePaths } from "./sandbox/outside_paths.ts";
import type { SandboxLimits } from "./sandbox/usage.ts";
import type { SandboxGrants } from "./replay/types.ts";
import type { Judged } from "./judged.ts";
import { judge } from "./judge.ts";
import { otherVariables } from "./other_variables.ts";
import { ElsewhereReads, leftBehind } from "./read_elsewhere.ts";
import { withheldFrom } from "./withheld.ts";

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
  /** What a sandbox may take of the machine at most. @default {a share of it} */
  limits?: SandboxLimits | undefined;
  /** Whether a sandbox notes what it refuses to each cell. @default {false} */
  notesRefusals?: boolean | undefined;
  /** Called before each cell. */
  onCell?: ((index: number, total: number) => void) | undefined;
  /** Called with what is being done. */
  onStep?: ((text: string) => void) | undefined;
}

/** A replay that was carried out. */
export interface ReplayOutcome {
  /** Null when nothing could be executed. */
  judged: Judged | null;
  replay: Replay | null;
  ready: PreparedReplay;
}

/** What is known and watched of a replay on this machine. */
interface Watching {
  home: string | null;
  reads: ElsewhereReads | null;
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
  using box = options.sandbox === true ? await newBox() : null;
  const ready = await prepare(bundle, {
    ...options,
    home,
    notebook: session?.notebook ?? null,
    surroundings: box ?? undefined,
  });
  let run_id: string | null = null;
  try {
    if (ready.failures.length > 0) return { judged: null, replay: null, ready };
    const { workspace, put } = ready;
    const reads = box === null
      ? await ElsewhereReads.of(put, leftBehind(bundle, home), {
        workspace,
        home,
      })
      : null;
    const start = Date.now();
    const given = { ...options, home, reads };
    const result = await execute(bundle, ready, box, given);
    run_id = result.run_id;
    const judged = await judgeReplay(bundle, ready, result, {
      ...given,
      start,
      box,
    });
    return { judged, replay: result, ready };
  } finally {
    ready.data[Symbol.dispose]();
    ready.warnings.push(
      ...await leaveWorkspace(bundle, ready, box, { ...options, run_id }),
    );
  }
}

async function newBox(): Promise<Box> {
  const { makeBox } = await import("./sandbox/box.ts");
  return await makeBox();
}

async function execute(
  bundle: ReadableBundle,
  ready: PreparedReplay,
  box: Box | null,
  options: AttemptOptions & Watching,
): Promise<Replay> {
  options.onStep?.(
    `Runs ${ready.cells.length} cells with Deno ${ready.deno.version}`,
  );
  const common = {
    // As it was: in a prepared kernel what a library draws takes from the seeded numbers.
    prepared: options.prepared ?? bundle.manifest.seed_reach === "everything",
    journal: options.journal,
    manifest: bundle.manifest,
    cells: ready.cells,
    denoPath: ready.deno.path,
    env: ready.env,
    listed: options.listed ?? true,
    onCell: options.onCell,
  };
  if (box !== null) {
    showRecordedConfig(ready.workspace.cwd, box, {
      names: bundle.manifest.project_files ?? [],
      recorded: bundle.config,
    });
    const { replayInSandbox } = await import("./sandbox/replay.ts");
    return await replayInSandbox({
      ...common,
      bundle,
      workspace: ready.workspace,
      box,
      grants: options.grants ?? NO_GRANTS,
      limits: options.limits,
      notesRefusals: options.notesRefusals ?? false,
      outside: new OutsidePaths(
        outsideFolder(ready.workspace),
        ready.data.outside,
      ),
    });
  }
  return await replay({
    ...common,
    cwd: ready.workspace.cwd,
    notebook: ready.notebook.path,
    audit: options.reads?.audit,
    onCell: (index, total) => {
      options.reads?.poll();
      options.onCell?.(index, total);
    },
    forCells: () =>
      showOwnConfig(ready.workspace.cwd, {
        home: options.home,
        began: bundle.manifest.run.start_time,
      }),
  });
}

async function judgeReplay(
  bundle: ReadableBundle,
  ready: PreparedReplay,
  result: Replay,
  options: AttemptOptions & Watching & {
    start: number;
    box: Box | null;
  },
): Promise<Judged> {
  const differences = [...ready.differences];
  if (options.vary === "packages") {
    differences.push(...newPackages(bundle, ready, result.run_id, options));
  } else {
    for (
      const what of await unlockedAfter(ready.packages)
    ) {
      differences.push({ dimension: "packages", what, contradiction: true });
    }
  }
  if (options.variables === undefined) {
    const sources = ready.cells.map(({ source }) => source);
    const others = await otherVariables(bundle, sources, options.journal, {
      guesses: options.box === null,
    });
    differences.push(
      // A sandbox has those alone that it was given.
      ...others.filter(({ variable }) =>
        options.box === null || variable === undefined ||
        options.grants?.env.includes(variable.name)
      ),
    );
  }
  return await judge({
    journal: options.journal,
    bundle,
    home: options.home,
    planned: ready.cells,
    replayed: result.cells,
    run_id: result.run_id,
    span: { start: options.start, end: Date.now() },
    ...options.box === null ? {} : {
      folders: sandboxFolders(ready, options.box),
      sandbox: true,
      left_out: (result.written_later ?? []).map((name) => ({
        name,
        why:
          "was written again after it was logged, and a sandbox reads it once it has ended",
      })),
      withheld: withheldFrom(
        bundle.manifest,
        ready.cells.map(({ source }) => source),
        options.grants ?? NO_GRANTS,
      ),
    },
    failure: result.failure,
    differences,
    elsewhere: await options.reads?.differences() ?? [],
    wanted: options.vary ?? null,
    warnings: ready.warnings,
    tolerance: { rtol: options.rtol, atol: options.atol },
  });
}

/** A sandbox has no recorder that would note them. */
function sandboxFolders(
  { workspace: { cwd, own } }: PreparedReplay,
  { cache }: Box,
): OwnFolder[] {
  return [
    { kind: "work folder", path: cwd },
    { kind: "home", path: own },
    { kind: "temporary folder", path: `${own}/tmp` },
    { kind: "cache", path: cache },
  ];
}
