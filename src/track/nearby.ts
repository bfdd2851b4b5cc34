/**
 * What lies near a path that leads nowhere. Loaded only when one does.
 *
 * @module
 */
import { basename, dirname, resolve } from "node:path";
import { nearest } from "../base/nearest.ts";

/** Entries of a folder that are looked at. */
const MAX_ENTRIES = 10_000;

/** A sentence on a path that leads nowhere, with the nearest name of its folder. */
export function nearbyNames(path: string): string {
  const folder = dirname(resolve(path));
  const names: string[] = [];
  try {
    for (const { name } of Deno.readDirSync(folder)) {
      if (names.push(name) >= MAX_ENTRIES) break;
    }
  } catch {
    return `there is no folder ${folder}`;
  }
  const guess = nearest(basename(path), names);
  return `there is no "${basename(path)}" in ${folder}${
    guess === null ? "" : `; did you mean "${guess}"?`
  }`;
}
