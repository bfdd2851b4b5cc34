/**
 * A lock with some packages at their newer version: what tells which of them makes a difference.
 *
 * @module
 */
import type { Lock } from "./lock_file.ts";

/** The names of npm packages whose version is not the same in two locks, each with one version in both. */
export function namesThatDiffer(older: Lock, newer: Lock): string[] {
  const [old, now] = [versionsOf(older), versionsOf(newer)];
  return [...old].flatMap(([name, versions]) => {
    const others = now.get(name);
    return versions.length === 1 && others?.length === 1 &&
        versions[0] !== others[0]
      ? [name]
      : [];
  }).sort();
}

/** The older lock with the chosen packages as the newer one has them. */
export function mixLocks(
  older: Lock,
  newer: Lock,
  chosen: ReadonlySet<string>,
): Lock {
  const [old, now] = [versionsOf(older), versionsOf(newer)];
  const mixed: Lock = {
    ...older,
    specifiers: { ...older.specifiers },
    npm: { ...older.npm },
  };
  for (const name of chosen) {
    const [was, is] = [old.get(name)?.[0], now.get(name)?.[0]];
    if (was === undefined || is === undefined) continue;
    const entry = newer.npm[`${name}@${is}`];
    if (entry === undefined) continue;
    delete mixed.npm[`${name}@${was}`];
    mixed.npm[`${name}@${is}`] = entry;
    for (const [key, version] of Object.entries(mixed.specifiers)) {
      if (version === was && nameOf(key.replace(/^npm:/, "")) === name) {
        mixed.specifiers[key] = is;
      }
    }
  }
  // A newer version may need packages that the older lock has not.
  for (const [id, entry] of Object.entries(newer.npm)) {
    if (!old.has(nameOf(id))) mixed.npm[id] ??= entry;
  }
  return mixed;
}

function versionsOf(lock: Lock): Map<string, string[]> {
  const versions = new Map<string, string[]>();
  for (const id of Object.keys(lock.npm)) {
    const name = nameOf(id);
    versions.set(name, [
      ...versions.get(name) ?? [],
      id.slice(name.length + 1),
    ]);
  }
  return versions;
}

/** The name in `name@version`, scope included. */
function nameOf(id: string): string {
  const at = id.indexOf("@", 1);
  return at < 0 ? id : id.slice(0, at);
}
