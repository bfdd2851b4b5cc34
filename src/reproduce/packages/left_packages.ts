/**
 * What a replay leaves of its configuration and lock, for people and for the verdict.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { messageOf } from "../../base/errors.ts";
import { VERSION } from "../../base/version.ts";
import type { Lock } from "../../packages/lock_file.ts";
import { lessonsBeside, OWN_MODULE } from "../replay/own_module.ts";
import type { SandboxSurroundings } from "../replay/types.ts";
import type { Workspace } from "../replay/workspace.ts";
import { readLock } from "./fetch_packages.ts";
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
 * Copies configuration and lock of a sandbox to beside the notebook, where only people and cells read them.
 *
 * @param names what the notebook's folder had, while cells run; default: what people use afterwards
 */
export function showConfig(
  cwd: string,
  { config, module }: SandboxSurroundings,
  names?: readonly string[],
): void {
  for (const name of names ?? ["deno.json", "deno.lock"]) {
    const own = name === "deno.lock" ? "deno.lock" : "deno.json";
    const text = Deno.readTextFileSync(`${config}/${own}`)
      .replaceAll(
        lessonsBeside(module),
        names === undefined
          ? lessonsBeside(OWN_MODULE)
          : `${OWN_PACKAGE}/lessons`,
      )
      .replaceAll(module, names === undefined ? OWN_MODULE : OWN_PACKAGE)
      .replaceAll(`${config}/deno.lock`, "./deno.lock");
    Deno.writeTextFileSync(`${cwd}/${name}`, text);
  }
}

/** Moves the lock of a plain replay that has ended to beside the notebook, so that the folder can be used by hand. */
export function leaveLock(
  { cwd }: Workspace,
  { lockPath }: PlacedPackages,
): void {
  const beside = `${cwd}/deno.lock`;
  const config = `${cwd}/deno.json`;
  if (lockPath === null || lockPath === beside || !existsSync(config)) return;
  if (existsSync(lockPath)) Deno.copyFileSync(lockPath, beside);
  const text = Deno.readTextFileSync(config);
  Deno.writeTextFileSync(config, text.replaceAll(lockPath, "./deno.lock"));
}
