/**
 * Reading and cutting lock files (`deno.lock`, version 5): pure functions over parsed text.
 *
 * @module
 */
import { isNbtrackError, NbtrackError } from "../base/errors.ts";
import { z } from "../base/zod.ts";
import { parseSpecifier, plainRange, versionInUrl } from "./specifiers.ts";

const npmEntry = z.looseObject({
  integrity: z.string().optional(),
  dependencies: z.array(z.string()).optional(),
  optionalDependencies: z.array(z.string()).optional(),
  optionalPeers: z.array(z.string()).optional(),
});

const jsrEntry = z.looseObject({
  integrity: z.string(),
  dependencies: z.array(z.string()).optional(),
});

const lockSchema = z.object({
  version: z.literal("5"),
  /** What was asked for (`npm:d3-array@3`) and the version it got. */
  specifiers: z.record(z.string(), z.string()).default({}),
  jsr: z.record(z.string(), jsrEntry).default({}),
  npm: z.record(z.string(), npmEntry).default({}),
  redirects: z.record(z.string(), z.string()).default({}),
  /** Modules by URL with the SHA-256 of their text. */
  remote: z.record(z.string(), z.string()).default({}),
  workspace: z.looseObject({}).optional(),
});

/** A `deno.lock` of version 5. */
export type Lock = z.infer<typeof lockSchema>;

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

/** A lock file that cannot be read. */
export class LockError extends NbtrackError {
  override name = "LockError";
}

/** Whether a value is a {@linkcode LockError}, whichever copy of the module made it. */
export function isLockError(value: unknown): value is LockError {
  return isNbtrackError(value) && value.name === "LockError";
}

/**
 * Parses a lock.
 *
 * @throws {LockError} when the text is not JSON or not a lock of version 5
 */
export function parseLock(text: string): Lock {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new LockError("Cannot read the lock: it is not JSON", { cause });
  }
  const parsed = lockSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const version = z.object({ version: z.string() }).safeParse(json).data
    ?.version;
  throw version === undefined || version === "5"
    ? new LockError(
      `Cannot read the lock: ${parsed.error.issues[0]?.message ?? "no lock"}`,
      { cause: parsed.error },
    )
    : new LockError(`Cannot read the lock: its version is ${version}, not 5`, {
      hint: "Let Deno 2.3 or newer write it again: deno install",
    });
}

/** A lock without entries. */
export function emptyLock(): Lock {
  return {
    version: "5",
    specifiers: {},
    jsr: {},
    npm: {},
    redirects: {},
    remote: {},
  };
}

/** A lock's text in Deno's order and layout: equal locks give equal texts. */
export function formatLock(lock: Lock): string {
  const sections: Record<string, unknown> = { version: lock.version };
  for (const name of SECTIONS) {
    const entries = Object.entries(lock[name]).sort(([a], [b]) =>
      a < b ? -1 : a > b ? 1 : 0
    );
    if (entries.length > 0) sections[name] = Object.fromEntries(entries);
  }
  if (lock.workspace !== undefined) sections.workspace = lock.workspace;
  const text = JSON.stringify(sections, null, 2);
  return text.replace(
    /("(?:os|cpu)": )\[([^\]]*)\]/g,
    (_, key: string, items: string) =>
      `${key}[${items.trim().replace(/\s*\n\s*/g, " ")}]`,
  ) + "\n";
}

const SECTIONS = ["specifiers", "jsr", "npm", "redirects", "remote"] as const;

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
      const dependency of [
        ...entry.dependencies ?? [],
        ...entry.optionalDependencies ?? [],
        ...entry.optionalPeers ?? [],
      ]
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

function splitId(id: string): [name: string, version: string] {
  const at = id.indexOf("@", 1);
  return at < 0 ? [id, ""] : [id.slice(0, at), id.slice(at + 1)];
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
