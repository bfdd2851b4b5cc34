/**
 * Cutting, joining and listing locks: pure functions.
 *
 * @module
 */
import {
  DEPENDENCY_KINDS,
  emptyLock,
  type Lock,
  mapDependencies,
  splitId,
} from "./lock_file.ts";
import { parseSpecifier, plainRange, versionInUrl } from "./specifiers.ts";

/** A package as a lock names it. */
export interface LockedPackage {
  /** The package's name; the URL of a module for `https`. */
  name: string;
  /** The exact version; for `https` the one in its URL, else empty. */
  version: string;
  registry: "npm" | "jsr" | "https";
  /** Integrity as the lock holds it; null for packages without, such as linked ones. */
  integrity: string | null;
}

/**
 * The part of a lock that some roots reach: their packages, those these depend on, redirects and remote
 * modules. Roots are specifiers as imported (`npm:d3-array@^3/src/x.js`, `jsr:@std/csv`) and the URLs of
 * remote modules; a root that the lock does not know is left out. `workspace` is kept as it is.
 */
export function sliceLock(lock: Lock, roots: Iterable<string>): Lock {
  const slice = emptyLock();
  if (lock.workspace !== undefined) slice.workspace = lock.workspace;
  const ids = idsByName(lock);
  const requests: string[] = [];

  const takeNpm = (id: string): void => {
    const entry = lock.npm[id];
    if (entry === undefined || slice.npm[id] !== undefined) return;
    slice.npm[id] = entry;
    for (
      const dependency of DEPENDENCY_KINDS.flatMap((kind) => entry[kind] ?? [])
    ) takeNpm(npmDependencyId(dependency, ids));
  };

  for (const root of roots) {
    if (/^(?:npm|jsr):/.test(root)) requests.push(root);
    else takeRemote(lock, slice, root);
  }
  for (let request; (request = requests.pop()) !== undefined;) {
    for (const key of specifierKeys(lock, request)) {
      const version = lock.specifiers[key];
      if (version === undefined || slice.specifiers[key] !== undefined) {
        continue;
      }
      slice.specifiers[key] = version;
      const id = `${parseSpecifier(key)?.name ?? ""}@${version}`;
      if (key.startsWith("npm:")) takeNpm(id);
      const entry = key.startsWith("jsr:") ? lock.jsr[id] : undefined;
      if (entry === undefined) continue;
      slice.jsr[id] = entry;
      requests.push(...entry.dependencies ?? []);
    }
  }
  return slice;
}

/** Every package and remote module of a lock, sorted by registry, name and version. */
export function packagesOf(lock: Lock): LockedPackage[] {
  const packages: LockedPackage[] = [];
  for (const [id, { integrity = null }] of Object.entries(lock.npm)) {
    packages.push({ ...nameAndVersion(id), registry: "npm", integrity });
  }
  for (const [id, { integrity }] of Object.entries(lock.jsr)) {
    packages.push({ ...nameAndVersion(id), registry: "jsr", integrity });
  }
  for (const [url, integrity] of Object.entries(lock.remote)) {
    packages.push({
      name: url,
      version: versionInUrl(url),
      registry: "https",
      integrity,
    });
  }
  const byKey = new Map(
    packages.map((p) => [`${p.registry} ${p.name} ${p.version}`, p]),
  );
  return [...byKey].sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0).map((
    [, p],
  ) => p);
}

/** The exact version a lock gives a specifier, without peers; null when it does not know it. */
export function lockedVersion(lock: Lock, specifier: string): string | null {
  const key = specifierKeys(lock, specifier)[0];
  return key === undefined ? null : lock.specifiers[key]?.split("_")[0] ?? null;
}

/** Whether a lock decides the version of just this specifier, not only of the same package. */
export function locks(lock: Lock, specifier: string): boolean {
  const asked = parseSpecifier(specifier);
  return asked !== null &&
    specifierKeys(lock, specifier).some((key) =>
      plainRange(parseSpecifier(key)?.range ?? "") === plainRange(asked.range)
    );
}

/** The lock's keys for a specifier: the one Deno writes for it, else all of that package. */
function specifierKeys(lock: Lock, specifier: string): string[] {
  const asked = parseSpecifier(specifier);
  if (asked === null) return [];
  const same = Object.keys(lock.specifiers).filter((key) => {
    const known = parseSpecifier(key);
    return known?.registry === asked.registry && known.name === asked.name;
  });
  const exact = same.filter((key) =>
    plainRange(parseSpecifier(key)?.range ?? "") === plainRange(asked.range)
  );
  return exact.length > 0 ? exact : same;
}

function idsByName(lock: Lock): Map<string, string> {
  return new Map(Object.keys(lock.npm).map((id) => [splitId(id)[0], id]));
}

/** The id a dependency entry means: `a` (the only version), `a@1.0.0` or `alias@npm:a@1.0.0`. */
function npmDependencyId(
  dependency: string,
  ids: ReadonlyMap<string, string>,
): string {
  const [name, version] = splitId(dependency);
  if (version === "") return ids.get(name) ?? name;
  return version.startsWith("npm:") ? version.slice("npm:".length) : dependency;
}

/** Name and version of an id; what follows `_` names the peers it was resolved with. */
function nameAndVersion(id: string): { name: string; version: string } {
  const [name, version] = splitId(id);
  return { name, version: version.split("_")[0] ?? version };
}

function takeRemote(lock: Lock, slice: Lock, url: string): void {
  const seen = new Set<string>();
  for (let at = url; !seen.has(at);) {
    seen.add(at);
    const digest = lock.remote[at];
    if (digest !== undefined) slice.remote[at] = digest;
    const next = lock.redirects[at];
    if (next === undefined) return;
    slice.redirects[at] = next;
    at = next;
  }
}

/**
 * Two locks in one: what the earlier one decided stays, the later one adds to it. A running kernel keeps the
 * versions it has loaded, while Deno, asked for more on the command line, may replace them by common ones.
 */
export function mergeLocks(earlier: Lock, later: Lock): Lock {
  const full = ({ npm }: Lock) => {
    const ids = new Map(Object.keys(npm).map((id) => [splitId(id)[0], id]));
    return mapDependencies(
      npm,
      (d) => splitId(d)[1] === "" ? ids.get(d) ?? d : d,
    );
  };
  return {
    version: "5",
    specifiers: { ...later.specifiers, ...earlier.specifiers },
    jsr: { ...later.jsr, ...earlier.jsr },
    npm: { ...full(later), ...full(earlier) },
    redirects: { ...later.redirects, ...earlier.redirects },
    remote: { ...later.remote, ...earlier.remote },
    ...later.workspace === undefined ? {} : { workspace: later.workspace },
  };
}
