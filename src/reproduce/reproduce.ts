/**
 * From a logged run to an honest verdict.
 *
 * @module
 */
import { withMinusZero } from "../base/numbers.ts";
import { quote } from "../base/quote.ts";
import type { Journal } from "../journal/journal.ts";
import { isLockError, parseLock } from "../packages/lock_file.ts";
import { rebuildLock } from "../packages/rebuild_lock.ts";
import { saysSecret } from "../redaction/secret_names.ts";
import type { ReadableBundle } from "../record/bundle/read.ts";
import { sync } from "../recorder/sync.ts";
import { attempt, type AttemptOptions, type ReplayOutcome } from "./attempt.ts";
import { UntrustedError } from "./replay/errors.ts";
import { type BundleInput, findBundle } from "./input.ts";
import { limitedWarnings } from "./limited_warnings.ts";
import { keptAsRecorded } from "./replay/replay_env.ts";
import type { PreparedReplay } from "./prepare.ts";
import { prove } from "./prove.ts";
import { askForRedacted } from "./redacted_values.ts";
import { isHost, isName } from "./sandbox/permissions.ts";
import { type Again, type TrialChanges, Trials } from "./trials.ts";
import type { SandboxGrants, Verdict } from "./replay/types.ts";
import type { Proof } from "./judged.ts";
import { conclude, type VerdictCore } from "./verdict.ts";

/** How to reproduce. */
export interface ReproduceOptions extends Omit<AttemptOptions, "listed"> {
  /** The experiment in which a run's name is meant. */
  experiment?: string | undefined;
  /** Makes a path absolute. */
  resolve?: ((path: string) => string) | undefined;
  /** Runs a stranger's bundle without asking. @default {false} */
  trust?: boolean | undefined;
  /** Asks whether a stranger's bundle may run; refused when left out. */
  confirm?: ((question: string) => Promise<boolean>) | undefined;
  /** Asks for a value that was redacted; null leaves its placeholder, as when this is left out. */
  askValue?: ((question: string) => Promise<string | null>) | undefined;
}

/** A reproduction that was carried out. */
export interface Reproduction {
  verdict: Verdict;
  outcome: ReplayOutcome;
  /** Further runs of the same bundle, which are not listed. */
  trials: Trials;
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
  const answered = await withAnswers(bundle, { ...options, grants });
  return (await reproduceBundle(bundle, answered)).verdict;
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

/** The options with the values that the user typed instead of what was redacted. */
export async function withAnswers(
  bundle: ReadableBundle,
  options: ReproduceOptions,
): Promise<ReproduceOptions> {
  const { journal: { redactor }, sandbox = false, grants, askValue } = options;
  const answers = await askForRedacted(bundle, {
    redactor,
    sandbox,
    grants,
    askValue,
  });
  return { ...options, answers };
}

/** Reproduces the run of a bundle that may be run. What drifts is proved by further runs, which are not listed. */
export async function reproduceBundle(
  bundle: ReadableBundle,
  options: ReproduceOptions,
): Promise<Reproduction> {
  const began = performance.now();
  const outcome = await attempt(bundle, options);
  const trials = new Trials(againBy(bundle, options));
  const proof = outcome.judged === null
    ? null
    : await prove(outcome, changesOf(options), trials);
  const core = concludeOutcome(bundle, outcome, proof);
  const verdict: Verdict = {
    ...core,
    as_recorded: keptAsRecorded(bundle.manifest, options),
    dir: outcome.ready.workspace.kept?.dir ?? null,
    deno: outcome.ready.deno.version,
    seconds: (performance.now() - began) / 1000,
  };
  if (core.run_id !== null) {
    await note(options.journal, verdict, core.run_id);
  }
  return { verdict, outcome, trials };
}

/** What the caller wants changed. */
export function changesOf(
  { data, vary, topToBottom, deno, lock }: ReproduceOptions,
): TrialChanges {
  return {
    ...data === undefined ? {} : { data },
    ...vary === undefined ? {} : { vary },
    ...topToBottom === undefined ? {} : { topToBottom },
    ...deno === undefined ? {} : { deno },
    ...lock === undefined ? {} : { lock },
  };
}

/** Runs a bundle as recorded but for what is changed, in a temporary folder. */
function againBy(bundle: ReadableBundle, options: ReproduceOptions): Again {
  const { journal, cwd, sandbox, grants, answers, limits } = options;
  const { timeout_ms, rtol, atol } = options;
  return (changes) => {
    options.onStep?.("Runs it again to see what changes a result");
    return attempt(bundle, {
      journal,
      cwd,
      sandbox,
      grants,
      answers,
      limits,
      timeout_ms,
      rtol,
      atol,
      ...changes,
      listed: false,
    });
  };
}

function concludeOutcome(
  bundle: ReadableBundle,
  { judged, ready }: ReplayOutcome,
  proof: Proof | null,
): VerdictCore {
  return judged === null
    ? failedBefore(bundle, ready)
    : conclude(judged, proof);
}

/** Lets only this machine's own bundles run unasked. */
async function askForTrust(
  { bundle, own, from }: BundleInput,
  { trust, sandbox, confirm }: ReproduceOptions,
): Promise<void> {
  if (own || trust === true || sandbox === true) return;
  const { run, cells } = bundle.manifest;
  const question =
    `This was recorded on another machine or in a sandbox. Run its ${cells.length} cells with all your rights? It calls itself ${
      quote(`${run.name} of ${run.experiment}`)
    }.`;
  if (confirm !== undefined && await confirm(question)) return;
  throw new UntrustedError(
    `${from} was recorded on another machine or in a sandbox, and was not run.`,
    {
      hint:
        "Add --sandbox to run it with next to no rights, or --trust to run it with yours.",
    },
  );
}

/** Offers what the record shows to a sandbox, one by one; nothing where nobody can be asked. */
async function askForGrants(
  { manifest, lock }: ReadableBundle,
  { sandbox, confirm, grants = NO_GRANTS }: ReproduceOptions,
): Promise<SandboxGrants> {
  if (sandbox !== true || confirm === undefined) return grants;
  const net = [...grants.net];
  const env = [...grants.env];
  for (const host of new Set([...manifest.hosts, ...moduleHosts(lock)])) {
    if (net.includes(host) || !isHost(host)) continue;
    if (await confirm(`May the sandbox reach the host ${quote(host)}?`)) {
      net.push(host);
    }
  }
  for (const name of new Set(manifest.env_names)) {
    if (env.includes(name) || !isName(name)) continue;
    const warning = saysSecret(name)
      ? " Its name says that it is secret: a stranger's code could pass it on."
      : "";
    if (
      await confirm(
        `May the sandbox read this variable of yours?${warning} ${quote(name)}`,
      )
    ) {
      env.push(name);
    }
  }
  return { net, env };
}

/** The hosts that modules of the web come from. */
function moduleHosts(lock: string | null): string[] {
  if (lock === null) return [];
  try {
    return Object.keys(rebuildLock(parseLock(lock)).lock.remote)
      .map((url) => new URL(url).host);
  } catch (error) {
    if (isLockError(error)) return []; // reported when packages are put in place
    throw error;
  }
}

const NO_GRANTS: SandboxGrants = { net: [], env: [] };

/** Nothing was executed: the causes are why. */
function failedBefore(
  bundle: ReadableBundle,
  ready: PreparedReplay,
): VerdictCore {
  return {
    verdict: "FAILED",
    of: bundle.manifest.run.run_id,
    run_id: null,
    metrics: [],
    outputs: [],
    artifacts: [],
    params: [],
    logged: [],
    causes: [
      ...ready.failures,
      ...ready.differences.filter((d) => d.contradiction).map((
        { dimension, what },
      ) => ({ dimension, what })),
    ],
    warnings: limitedWarnings(["nothing was executed", ...ready.warnings]),
    differences: ready.differences.map((
      { dimension, what, contradiction },
    ) => ({
      dimension,
      what,
      changes: contradiction ? true : null,
    })),
    masked: [],
  };
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
    new TextEncoder().encode(`${JSON.stringify(verdict, withMinusZero, 2)}\n`),
    { content_type: "application/json", origin: "record" },
  );
  if (journal.deliveries.get(run_id).state !== "local") {
    await sync(journal, { run_ids: [run_id] });
  }
}
