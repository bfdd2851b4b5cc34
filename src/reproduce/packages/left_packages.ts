/**
 * What a replay leaves of its configuration and lock, for people and for the verdict.
 *
 * @module
 */
import { isPresent } from "../../base/files.ts";
import { messageOf } from "../../base/errors.ts";
import { VERSION } from "../../base/version.ts";
import type { Lock } from "../../packages/lock_file.ts";
import { lessonsBeside, OWN_MODULE } from "../replay/own_module.ts";
import type { SandboxSurroundings } from "../replay/types.ts";
import type { Workspace } from "../replay/workspace.ts";
import { parseConfig } from "../replay/replay_config.ts";
import { readLock } from "./fetch_packages.ts";
import { keptConfig } from "./kept_config.ts";
import type { PlacedPackages } from "./placed_packages.ts";

/** The lock as the replay left it: what it has that the recorded one has not, nbtrack's own packages aside. */
export async function unlockedAfter(
  { lock: before, owned, lockPath }: PlacedPackages,
): Promise<string[]> {
  if (lockPath === null) return [];
  let after: Lock;
  try {
    after = await readLock(lockPath);
  } catch (error) {
    return [`deno.lock of the replay cannot be read: ${messageOf(error)}`];
  }
  return Object.keys(after.specifiers)
    .filter((key) => !(key in before.specifiers) && !owned.has(key))
    .map((key) => `${key} is not in the recorded lock`);
}

/** How a shown configuration names nbtrack while cells run: Deno takes the package of a path into the lock. */
const OWN_PACKAGE = `jsr:@nbtrack/nbtrack@^${VERSION}`;

/**
 * Writes the recorded configuration and the sandbox's lock beside the notebook while cells run, where only cells read
 * them: as many files as the notebook's folder had.
 *
 * @param recorded `deno.json` of the bundle; null when it has none
 */
export function showRecordedConfig(
  cwd: string,
  box: SandboxSurroundings,
  { names, recorded }: { names: readonly string[]; recorded: string | null },
): void {
  for (const name of names) {
    const isLock = name === "deno.lock";
    const text = !isLock && recorded !== null
      ? recorded
      : shownText(isLock ? name : "deno.json", box, {
        module: OWN_PACKAGE,
        lessons: `${OWN_PACKAGE}/lessons`,
      });
    Deno.writeTextFileSync(`${cwd}/${name}`, text);
  }
}

/**
 * Writes configuration and lock of a sandbox beside the notebook before its folder becomes the user's, for people who use
 * it afterwards.
 */
export function showConfig(
  workspace: Workspace,
  box: SandboxSurroundings,
  hosts: readonly string[],
): void {
  const { cwd } = workspace;
  const names = { module: OWN_MODULE, lessons: lessonsBeside(OWN_MODULE) };
  const config = parseConfig(shownText("deno.json", box, names));
  Deno.writeTextFileSync(
    `${cwd}/deno.json`,
    `${JSON.stringify(keptConfig(config, workspace, hosts), null, 2)}\n`,
  );
  Deno.writeTextFileSync(
    `${cwd}/deno.lock`,
    shownText("deno.lock", box, names),
  );
}

/** A file of the sandbox as it may lie elsewhere: with other names for nbtrack's own modules, the lock beside it. */
function shownText(
  name: string,
  { config, module }: SandboxSurroundings,
  names: { module: string; lessons: string },
): string {
  return Deno.readTextFileSync(`${config}/${name}`)
    .replaceAll(lessonsBeside(module), names.lessons)
    .replaceAll(module, names.module)
    .replaceAll(`${config}/deno.lock`, "./deno.lock");
}

/** Moves the lock of a plain replay that has ended to beside the notebook, so that the folder can be used by hand. */
export function leaveLock(
  { cwd }: Workspace,
  { lockPath }: PlacedPackages,
): void {
  const beside = `${cwd}/deno.lock`;
  const config = `${cwd}/deno.json`;
  if (lockPath === null || lockPath === beside || !isPresent(config)) return;
  if (isPresent(lockPath)) Deno.copyFileSync(lockPath, beside);
  const text = Deno.readTextFileSync(config);
  Deno.writeTextFileSync(config, text.replaceAll(lockPath, "./deno.lock"));
}
