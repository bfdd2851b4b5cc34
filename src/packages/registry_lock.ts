/**
 * What the machine's configured registries say of packages, asked through Deno, which knows them. Nothing is unpacked.
 *
 * @module
 */
import { NbtrackError } from "../base/errors.ts";
import { runProcess } from "../base/process.ts";
import { emptyLock, type Lock, parseLock } from "./lock_file.ts";
import { npmIdParts } from "./rebuild_lock.ts";

/** How long the registries may take, milliseconds. */
const TIMEOUT_MS = 300_000;

/** How to ask. */
export interface RegistryOptions {
  /** An empty folder of ours: its `deno.json` and lock are written there. */
  folder: string;
  /** The environment of the asking process; default: this one's. */
  env?: Record<string, string> | undefined;
}

/** A registry that did not name a package. */
export class RegistryError extends NbtrackError {}

/**
 * The lock of exact packages as the configured registry has them: integrity, and where it keeps them.
 *
 * @param ids npm ids of a lock that {@linkcode rebuildLock} made
 * @throws {RegistryError} when the registry does not answer or does not have one
 */
export async function registryLock(
  ids: Iterable<string>,
  options: RegistryOptions,
): Promise<Lock> {
  const wanted = new Set<string>();
  for (const id of ids) {
    const parts = npmIdParts(id);
    if (parts !== null) wanted.add(`npm:${parts.name}@${parts.version}`);
  }
  return wanted.size === 0
    ? emptyLock()
    : await resolvedLock([...wanted], options);
}

/**
 * The lock that Deno would write today for npm and JSR specifiers.
 *
 * @throws {RegistryError} when a registry does not answer or has no such package
 */
export async function resolvedLock(
  specifiers: readonly string[],
  { folder, env }: RegistryOptions,
): Promise<Lock> {
  await Deno.mkdir(folder, { recursive: true });
  const imports = Object.fromEntries(specifiers.map((s, i) => [`p${i}`, s]));
  await Deno.writeTextFile(
    `${folder}/deno.json`,
    JSON.stringify({ nodeModulesDir: "none", lock: "deno.lock", imports }),
  );
  const { success, stderr } = await runProcess(Deno.execPath(), {
    args: ["install", "--quiet", "--lockfile-only"],
    cwd: folder,
    env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1", ...env },
    clearEnv: env !== undefined,
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!success) throw new RegistryError(denoSays(stderr));
  return parseLock(await Deno.readTextFile(`${folder}/deno.lock`));
}

/** What Deno said on standard error, in one line. */
export function denoSays(stderr: string): string {
  const lines = stderr.split("\n")
    .map((line) => line.trim()).filter((line) =>
      line !== "" && !/^(?:Warning|Stack backtrace|at |\d+:)/.test(line)
    );
  return (lines.join(" ") || "the packages cannot be fetched")
    .replace(/^error: /, "").slice(0, 500);
}
