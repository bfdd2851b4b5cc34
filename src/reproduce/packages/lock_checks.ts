/**
 * Whether a lock holds what the cells import, and what the registry has.
 *
 * @module
 */
import { ownValue } from "../../base/values.ts";
import { quote } from "../../base/quote.ts";
import { cellName } from "../../record/cell_name.ts";
import type { Lock } from "../../packages/lock_file.ts";
import { sliceLock } from "../../packages/lock.ts";
import { npmIdParts } from "../../packages/rebuild_lock.ts";
import type { ReadableBundle } from "../../record/bundle/read.ts";
import { type ReplayConfig, specifiersIn } from "../replay/replay_config.ts";
import type { PlacePackagesOptions } from "./placed_packages.ts";

/** An import of a package that the lock does not know. */
export interface UnlockedImport {
  specifier: string;
  cell: { name: string; failed: boolean };
}

/** Imports of packages that the lock does not know. */
export function unlockedImports(
  bundle: ReadableBundle,
  lock: Lock,
  { imports = {}, scopes = {} }: ReplayConfig,
): UnlockedImport[] {
  const known = new Set(
    Object.keys(lock.specifiers).map((key) => packageOf(key)),
  );
  const names = Object.assign({}, ...Object.values(scopes), imports);
  const found: UnlockedImport[] = [];
  for (const [index, cell] of bundle.cells.entries()) {
    const name = cellName({
      index,
      execution_count: cell.execution_count,
    });
    const failed = cell.outputs.some((o) => o.output_type === "error");
    for (const written of specifiersIn(cell.source)) {
      const specifier = ownValue<string>(names, written) ?? written;
      const wanted = packageOf(specifier);
      if (wanted === null || known.has(wanted)) continue;
      found.push({ specifier, cell: { name, failed } });
    }
  }
  return found;
}

/** `npm:name` or `jsr:name` of a specifier; null for anything else. */
function packageOf(specifier: string): string | null {
  const parts = /^(npm|jsr):\/?((?:@[^/]+\/)?[^/@]+)/.exec(specifier);
  return parts === null ? null : `${parts[1]}:${parts[2]}`;
}

/** Modules of the web come from hosts that the user named, or not at all. */
export function otherHosts(
  { remote, redirects }: Lock,
  { hosts = [] }: PlacePackagesOptions,
): string[] {
  const wanted = new Set(
    [...Object.keys(remote), ...Object.entries(redirects).flat()]
      .map((url) => new URL(url).host),
  );
  return [...wanted].filter((host) => !hosts.includes(host)).map((host) =>
    `the run imports modules from ${
      quote(host)
    }: a sandbox fetches them with --allow-net ${host}`
  );
}

/** The lock with the addresses that the registry gives, and what of it the registry contradicts. */
export function withRegistry(
  lock: Lock,
  known: Lock,
): { lock: Lock; contradictions: string[] } {
  const entries = new Map(
    Object.entries(known.npm).map(([id, entry]) => [exactId(id), entry]),
  );
  const contradictions: string[] = [];
  const npm = Object.fromEntries(
    Object.entries(lock.npm).map(([id, entry]) => {
      const there = entries.get(exactId(id));
      const { integrity, tarball } = there ?? {};
      if (there === undefined) {
        contradictions.push(`the registry does not have ${id}`);
      } else if (entry.integrity === undefined) {
        contradictions.push(`the lock names no integrity for ${id}`);
      } else if (integrity !== entry.integrity) {
        contradictions.push(
          `${id}: its contents do not have the integrity that the lock names`,
        );
      }
      return [id, tarball === undefined ? entry : { ...entry, tarball }];
    }),
  );
  return { lock: { ...lock, npm }, contradictions };
}

function exactId(id: string): string {
  const parts = npmIdParts(id);
  return parts === null ? id : `${parts.name}@${parts.version}`;
}

/** What Deno changed in the lock: additions for nbtrack itself are its own, all else tells that the lock does not fit. */
export function compareLocks(
  after: Lock,
  before: Lock,
): { contradictions: string[]; owned: Set<string> } {
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
  for (const id of Object.keys(after.npm)) {
    if (id in before.npm || id in own.npm) continue;
    contradictions.push(`the lock lacks ${id}, which its packages need`);
  }
  return { contradictions, owned: new Set(owned) };
}
