/**
 * From a logged run to an honest verdict.
 *
 * @module
 */
import type { Journal } from "../journal/journal.ts";
import { sync } from "../recorder/sync.ts";
import type { ReadableBundle } from "../record/bundle/read.ts";
import { changedPackages } from "../record/changed.ts";
import { UntrustedError } from "./errors.ts";
import { findBundle, type Input } from "./input.ts";
import { unlockedAfter } from "./packages.ts";
import { prepare, type Prepared, type PrepareOptions } from "./prepare.ts";
import { type Replay, replay } from "./replay.ts";
import type { SandboxGrants } from "./sandbox/permissions.ts";
import type { Difference, Verdict } from "./types.ts";
import { judge, type VerdictCore } from "./verdict.ts";

/** How to reproduce. */
export interface ReproduceOptions
  extends Omit<PrepareOptions, "home" | "notebook"> {
  journal: Journal;
  /** The experiment in which a run's name is meant. */
  experiment?: string | undefined;
  /** Makes a path absolute. */
  resolve?: ((path: string) => string) | undefined;
  /** Relative tolerance of every metric. @default {what track() was given, else 0} */
  rtol?: number | undefined;
  /** Absolute tolerance of every metric. @default {what track() was given, else 0} */
  atol?: number | undefined;
  /** Runs a stranger's bundle without asking. @default {false} */
  trust?: boolean | undefined;
  /** Asks whether a stranger's bundle may run; refused when left out. */
  confirm?: ((question: string) => Promise<boolean>) | undefined;
  /** Told before each cell. */
  onCell?: ((index: number, total: number) => void) | undefined;
  /** Told what is being done. */
  onStep?: ((text: string) => void) | undefined;
  signal?: AbortSignal | undefined;
}

/** A reproduction that was carried out. */
export interface Reproduction {
  verdict: Verdict;
  /** The cells as they went. */
  replay: Replay | null;
  cells: Prepared["cells"];
}

/**
 * Reproduces the run that a text means: a run's id, a bundle, a logged notebook, or the address of one.
 *
 * @throws {BundleError} when a bundle cannot be read
 * @throws {ReproduceError} when it cannot be tried
 * @throws {UntrustedError} when a stranger's bundle was not allowed to run
 */
export async function reproduce(
  text: string,
  options: ReproduceOptions,
): Promise<Verdict> {
  const bundle = await trustedBundle(text, options);
  const grants = await askForGrants(bundle, options);
  return (await reproduceBundle(bundle, { ...options, grants })).verdict;
}

/**
 * The bundle that a text means, when it may be run.
 *
 * @throws {BundleError} when it cannot be read
 * @throws {UntrustedError} when a stranger's bundle was not allowed to run
 */
export async function trustedBundle(
  text: string,
  options: ReproduceOptions,
): Promise<ReadableBundle> {
  const input = await findBundle(text, options.journal, options);
  await askForTrust(input, options);
  return input.bundle;
}

/** Reproduces the run of a bundle that may be run. */
export async function reproduceBundle(
  bundle: ReadableBundle,
  options: ReproduceOptions,
): Promise<Reproduction> {
  const began = performance.now();
  const { journal } = options;
  const run = journal.runs.get(bundle.manifest.run.run_id);
  const session = run === undefined
    ? undefined
    : journal.sessions.get(run.session_id);
  options.onStep?.("Puts data and packages in place");
  const ready = await prepare(bundle, {
    ...options,
    home: session?.cwd ?? null,
    notebook: session?.notebook ?? null,
  });
  try {
    const result = await execute(bundle, ready, options);
    const core = await verdictOf(bundle, ready, result, options);
    const verdict: Verdict = {
      ...core,
      dir: options.dir === undefined ? null : ready.workspace.root,
      deno: ready.deno.version,
      seconds: (performance.now() - began) / 1000,
    };
    if (core.run_id !== null) await note(journal, verdict, core.run_id);
    return { verdict, replay: result, cells: ready.cells };
  } finally {
    ready.data[Symbol.dispose]();
    if (options.dir === undefined) {
      await Deno.remove(ready.workspace.root, { recursive: true });
    }
  }
}

/** Lets only this machine's own bundles run unasked. */
async function askForTrust(
  { bundle, own, from }: Input,
  { trust, sandbox, confirm }: ReproduceOptions,
): Promise<void> {
  if (own || trust === true || sandbox === true) return;
  const { run, cells } = bundle.manifest;
  const question =
    `${from} was not recorded on this machine. Run its ${cells.length} cells ` +
    `(run ${run.name} of ${run.experiment}) with all your rights?`;
  if (confirm !== undefined && await confirm(question)) return;
  throw new UntrustedError(
    `${from} was not recorded on this machine and was not run.`,
    {
      hint:
        "Add --sandbox to run it with next to no rights, or --trust to run it with yours.",
    },
  );
}

/** Offers what the record shows to a sandbox, one by one; nothing where nobody can be asked. */
async function askForGrants(
  { manifest }: ReadableBundle,
  { sandbox, confirm, grants = NO_GRANTS }: ReproduceOptions,
): Promise<SandboxGrants> {
  if (sandbox !== true || confirm === undefined) return grants;
  const net = [...grants.net];
  const env = [...grants.env];
  for (const host of manifest.hosts) {
    if (net.includes(host)) continue;
    if (await confirm(`The run reached ${host}. Let the sandbox reach it?`)) {
      net.push(host);
    }
  }
  for (const name of manifest.env_names) {
    if (env.includes(name)) continue;
    if (
      await confirm(
        `The run read the variable ${name}. Let the sandbox read it?`,
      )
    ) {
      env.push(name);
    }
  }
  return { net, env };
}

const NO_GRANTS: SandboxGrants = { net: [], env: [] };

async function execute(
  bundle: ReadableBundle,
  ready: Prepared,
  options: ReproduceOptions,
): Promise<Replay | null> {
  if (ready.failures.length > 0) return null;
  options.onStep?.(
    `Runs ${ready.cells.length} cells with Deno ${ready.deno.version}`,
  );
  const common = {
    journal: options.journal,
    manifest: bundle.manifest,
    cells: ready.cells,
    denoPath: ready.deno.path,
    env: ready.env,
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

async function verdictOf(
  bundle: ReadableBundle,
  ready: Prepared,
  result: Replay | null,
  options: ReproduceOptions,
): Promise<VerdictCore> {
  const differences = [...ready.differences];
  if (result === null) {
    return failedBefore(bundle, ready);
  }
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
    planned: ready.cells,
    replayed: result.cells,
    run_id: result.run_id,
    failure: result.failure,
    differences,
    wanted: options.vary ?? null,
    warnings: ready.warnings,
    tolerance: { rtol: options.rtol, atol: options.atol },
  });
}

/** Nothing was executed: the causes are why. */
function failedBefore(bundle: ReadableBundle, ready: Prepared): VerdictCore {
  return {
    verdict: "FAILED",
    of: bundle.manifest.run.run_id,
    run_id: null,
    metrics: [],
    outputs: [],
    artifacts: [],
    causes: [
      ...ready.failures,
      ...ready.differences.filter((d) => d.contradiction).map((
        { dimension, what },
      ) => ({ dimension, what })),
    ],
    warnings: ["nothing was executed", ...ready.warnings],
    masked: {},
  };
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

/** Writes the verdict on the new run, and delivers it like any other. */
async function note(
  journal: Journal,
  verdict: Verdict,
  run_id: string,
): Promise<void> {
  journal.entries.setTag(run_id, "nbtrack.reproduces", verdict.of);
  journal.entries.setTag(run_id, "nbtrack.verdict", verdict.verdict);
  journal.artifacts.put(
    run_id,
    "verdict.json",
    new TextEncoder().encode(`${JSON.stringify(verdict, null, 2)}\n`),
    { content_type: "application/json", origin: "record" },
  );
  if (journal.deliveries.get(run_id).state !== "local") {
    await sync(journal, { run_ids: [run_id] });
  }
}
