/**
 * The run's packages: its lock beside the replay, everything fetched and checked before the first cell.
 *
 * @module
 */
import { runProcess } from "../base/process.ts";
import { messageOf } from "../base/errors.ts";
import { sliceLock } from "../packages/lock.ts";
import { emptyLock, type Lock, parseLock } from "../packages/lock_file.ts";
import type { ReadableBundle } from "../record/bundle/read.ts";
import { preload } from "./preload.ts";
import type { Cause } from "./types.ts";
import {
  type ReplayConfig,
  specifiersIn,
  type Workspace,
} from "./workspace.ts";

/** How long fetching may take, milliseconds. */
const FETCH_TIMEOUT_MS = 300_000;

/** What is needed to put packages in place. */
export interface PlacePackagesOptions {
  /** The Deno that fetches. */
  denoPath: string;
  /** The configuration of the replay. */
  config: ReplayConfig;
  /** The text of the lock; null when there is none. */
  lock: string | null;
  /** Takes the newest packages that the imports allow in place of the recorded ones. */
  newest: boolean;
  /** The environment of the fetching process; default: this one's. */
  env?: Record<string, string>;
}

/** What became of the packages. */
export interface PlacedPackages {
  /** Why the replay cannot be run. */
  failures: Cause[];
  /** What the lock had before anything was added. */
  lock: Lock;
  /** Whether imports that the lock does not know are refused. */
  frozen: boolean;
  /** What nbtrack itself added to the lock. */
  owned: ReadonlySet<string>;
}

/** Writes `deno.json` and `deno.lock` of the replay, fetches every package of the lock and checks its integrity. */
export async function placePackages(
  bundle: ReadableBundle,
  { cwd, own }: Workspace,
  options: PlacePackagesOptions,
): Promise<PlacedPackages> {
  const failures: Cause[] = [];
  const fail = (what: string) => failures.push({ dimension: "packages", what });
  let lock = emptyLock();
  if (!options.newest && options.lock !== null) {
    try {
      lock = parseLock(options.lock);
    } catch (error) {
      fail(messageOf(error));
      return { failures, lock, frozen: true, owned: new Set() };
    }
  }
  const unlocked = options.newest
    ? []
    : unlockedImports(bundle, lock, options.config);
  for (const { specifier, cell } of unlocked) {
    if (cell.failed) continue;
    fail(`the lock has no ${specifier}, which cell ${cell.index} imports`);
  }
  if (failures.length > 0) {
    return { failures, lock, frozen: true, owned: new Set() };
  }
  const frozen = !options.newest && unlocked.length === 0;
  // Deno notes in the lock what the configuration beside it asks for: it writes that part itself.
  const { workspace: _, ...rest } = lock;
  await Deno.writeTextFile(
    `${cwd}/deno.lock`,
    `${JSON.stringify(rest, null, 2)}\n`,
  );
  await writeConfig(cwd, options.config, false);
  await Deno.writeTextFile(
    `${own}/preload.ts`,
    preload(bundle, lock, options.newest),
  );
  const { success, stderr } = await runProcess(options.denoPath, {
    args: ["cache", "--quiet", "--node-modules-dir=none", `${own}/preload.ts`],
    cwd,
    env: { NO_COLOR: "1", ...options.env },
    clearEnv: options.env !== undefined,
    signal: AbortSignal.timeout(FETCH_TIMEOUT_MS),
  });
  let owned = new Set<string>();
  if (!success) fail(whyOf(stderr));
  else if (!options.newest) {
    const compared = await compareLocks(cwd, lock);
    owned = compared.owned;
    for (const what of compared.contradictions) fail(what);
  }
  await writeConfig(cwd, options.config, frozen);
  return { failures, lock, frozen, owned };
}

/** The lock as the replay left it: what it has that the recorded one has not, nbtrack's own packages aside. */
export async function unlockedAfter(
  cwd: string,
  { lock: before, owned }: PlacedPackages,
): Promise<string[]> {
  let after: Lock;
  try {
    after = parseLock(await Deno.readTextFile(`${cwd}/deno.lock`));
  } catch (error) {
    return [`deno.lock of the replay cannot be read: ${messageOf(error)}`];
  }
  return Object.keys(after.specifiers)
    .filter((key) => !(key in before.specifiers) && !owned.has(key))
    .map((key) => `${key} is not in the recorded lock`);
}

async function writeConfig(
  cwd: string,
  config: ReplayConfig,
  frozen: boolean,
): Promise<void> {
  await Deno.writeTextFile(
    `${cwd}/deno.json`,
    `${
      JSON.stringify(
        {
          ...config,
          nodeModulesDir: "none",
          lock: { path: "./deno.lock", frozen },
        },
        null,
        2,
      )
    }\n`,
  );
}

interface Unlocked {
  specifier: string;
  cell: { index: number; failed: boolean };
}

/** Imports of packages that the lock does not know. */
function unlockedImports(
  bundle: ReadableBundle,
  lock: Lock,
  { imports = {} }: ReplayConfig,
): Unlocked[] {
  const known = new Set(
    Object.keys(lock.specifiers).map((key) => packageOf(key)),
  );
  const found: Unlocked[] = [];
  for (const [index, cell] of bundle.cells.entries()) {
    const failed = cell.outputs.some((o) => o.output_type === "error");
    for (const written of specifiersIn(cell.source)) {
      const specifier = imports[written] ?? written;
      const name = packageOf(specifier);
      if (
        name === null || known.has(name) || written in imports && name === null
      ) continue;
      found.push({ specifier, cell: { index, failed } });
    }
  }
  return found;
}

/** `npm:name` or `jsr:name` of a specifier; null for anything else. */
function packageOf(specifier: string): string | null {
  const parts = /^(npm|jsr):\/?((?:@[^/]+\/)?[^/@]+)/.exec(specifier);
  return parts === null ? null : `${parts[1]}:${parts[2]}`;
}

/** What Deno changed in the lock: additions for nbtrack itself are its own, all else tells that the lock does not fit. */
async function compareLocks(
  cwd: string,
  before: Lock,
): Promise<{ contradictions: string[]; owned: Set<string> }> {
  const after = parseLock(await Deno.readTextFile(`${cwd}/deno.lock`));
  const owned = Object.keys(after.specifiers).filter((key) =>
    !(key in before.specifiers)
  );
  const own = sliceLock(after, owned);
  const contradictions = Object.entries(before.specifiers)
    .filter(([key, version]) => after.specifiers[key] !== version)
    .map(([key, version]) =>
      `the lock names ${key} ${version}, Deno takes ${
        after.specifiers[key] ?? "nothing"
      }`
    );
  for (const [id, { integrity }] of Object.entries(before.npm)) {
    const known = after.npm[id]?.integrity;
    if (integrity === undefined || known === undefined) continue;
    // Deno puts right what it resolves anew: the lock was not that of these contents.
    if (known === integrity) continue;
    contradictions.push(
      `${id}: its contents do not have the integrity that the lock names`,
    );
  }
  for (const id of Object.keys(after.npm)) {
    if (id in before.npm || id in own.npm) continue;
    contradictions.push(`the lock lacks ${id}, which its packages need`);
  }
  return { contradictions, owned: new Set(owned) };
}

/** What Deno said, in one line. */
function whyOf(stderr: string): string {
  const lines = stderr.split("\n")
    .map((line) => line.trim()).filter((line) =>
      line !== "" && !/^(?:Warning|Stack backtrace|at |\d+:)/.test(line)
    );
  return (lines.join(" ") || "the packages cannot be fetched").replace(
    /^error: /,
    "",
  )
    .slice(0, 500);
}
