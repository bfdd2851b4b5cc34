/**
 * A lock that anyone may have written, made again from what is valid in it: names, versions and integrity, never an
 * address or a path.
 *
 * @module
 */
import { quote } from "../base/quote.ts";
import {
  DEPENDENCY_KINDS,
  emptyLock,
  type Lock,
  splitId,
} from "./lock_file.ts";

/** A lock made again, and why something of it was refused. */
export interface RebuiltLock {
  lock: Lock;
  /** One sentence for each entry that is not in it. */
  refused: string[];
}

const NPM_NAME = /^(?:@[a-z0-9~-][\w.~-]*\/)?[a-z0-9~-][\w.~-]*$/i;
const NPM_NAME_CHARS = 214;
const JSR_NAME = /^@[a-z0-9-]{1,100}\/[a-z0-9-]{1,100}$/;
const VERSION =
  /^\d{1,16}\.\d{1,16}\.\d{1,16}(?:-[0-9A-Za-z.-]{1,100})?(?:\+[0-9A-Za-z.-]{1,100})?$/;
/** What follows a version: the peers it was resolved with, their `/` written as `+`. */
const PEERS = /^[\w@.~+-]{0,4000}$/;
const RANGE = /^[\w.~^<>=|*+ -]{1,200}$/;
const NPM_INTEGRITY = /^sha(?:1|256|384|512)-[A-Za-z0-9+/]{27,88}={0,2}$/;
const SHA256 = /^[0-9a-f]{64}$/;
const PLATFORM = /^!?[\w-]{1,40}$/;
/** Members of an npm entry that say yes or no. */
const SWITCHES = ["bin", "scripts", "deprecated"] as const;

/** Whether a text is the name of an npm package. */
function isNpmName(name: string): boolean {
  return name.length <= NPM_NAME_CHARS && NPM_NAME.test(name) &&
    name !== "node_modules" && !name.includes("..");
}

/** Whether a text is an exact version. */
function isExactVersion(version: string): boolean {
  return VERSION.test(version);
}

/** Name and version of an npm id without its peers; null when it is none: `a@1.0.0_react@18.2.0` is `a`, `1.0.0`. */
export function npmIdParts(
  id: string,
): { name: string; version: string } | null {
  const [name, suffixed] = splitId(id);
  const end = suffixed.indexOf("_");
  const version = end < 0 ? suffixed : suffixed.slice(0, end);
  return isNpmName(name) && isExactVersion(version) &&
      PEERS.test(end < 0 ? "" : suffixed.slice(end))
    ? { name, version }
    : null;
}

/** Makes a lock again from its valid entries. The part that Deno writes for a configuration is left out. */
export function rebuildLock(lock: Lock): RebuiltLock {
  const refused: string[] = [];
  const keep = <T>(
    from: Record<string, T>,
    what: string,
    valid: (key: string, value: T) => T | null,
  ): Record<string, T> =>
    Object.fromEntries(
      Object.entries(from).flatMap(([key, value]) => {
        const kept = valid(key, value);
        if (kept !== null) return [[key, kept]];
        refused.push(`the lock has an entry that ${what}: ${quote(key)}`);
        return [];
      }),
    );
  const rebuilt: Lock = {
    ...emptyLock(),
    specifiers: keep(
      lock.specifiers,
      "asks for no package by name and version",
      (key, version) => isSpecifier(key, version) ? version : null,
    ),
    jsr: keep(
      lock.jsr,
      "is no JSR package with its integrity",
      (id, entry) => jsrEntry(id, entry),
    ),
    npm: keep(
      lock.npm,
      "is no npm package with valid dependencies and integrity",
      (id, entry) => npmEntry(id, entry),
    ),
    redirects: keep(
      lock.redirects,
      "redirects to no web address",
      (from, to) => isWebAddress(from) && isWebAddress(to) ? to : null,
    ),
    remote: keep(
      lock.remote,
      "is no module of the web with its digest",
      (url, digest) => isWebAddress(url) && SHA256.test(digest) ? digest : null,
    ),
  };
  return { lock: rebuilt, refused };
}

function isSpecifier(key: string, version: string): boolean {
  const parts = /^(npm|jsr):((?:@[^/@]+\/)?[^/@]+)(?:@([^/]*))?$/.exec(key);
  if (parts === null) return false;
  const [, registry, name = "", range] = parts;
  if (range !== undefined && !RANGE.test(range)) return false;
  return registry === "npm"
    ? npmIdParts(`${name}@${version}`) !== null
    : JSR_NAME.test(name) && isExactVersion(version);
}

function jsrEntry(
  id: string,
  { integrity, dependencies }: Lock["jsr"][string],
): Lock["jsr"][string] | null {
  const [name, version] = splitId(id);
  const valid = JSR_NAME.test(name) && isExactVersion(version) &&
    SHA256.test(integrity) &&
    (dependencies ?? []).every((d) =>
      /^(?:npm|jsr):(?:@[\w.~-]+\/)?[\w.~-]+(?:@[\w.~^<>=|*+ -]{1,200})?$/.test(
        d,
      ) && !d.includes("..")
    );
  return valid
    ? { integrity, ...dependencies === undefined ? {} : { dependencies } }
    : null;
}

function npmEntry(
  id: string,
  entry: Lock["npm"][string],
): Lock["npm"][string] | null {
  const { integrity } = entry;
  if (npmIdParts(id) === null) return null;
  if (integrity !== undefined && !NPM_INTEGRITY.test(integrity)) return null;
  const kept: Record<string, unknown> = {
    ...integrity === undefined ? {} : { integrity },
  };
  for (const kind of DEPENDENCY_KINDS) {
    const list = entry[kind];
    if (list === undefined) continue;
    if (!list.every(isDependency)) return null;
    kept[kind] = list;
  }
  for (const kind of ["os", "cpu"]) {
    const list = entry[kind];
    if (
      Array.isArray(list) &&
      list.every((item) => typeof item === "string" && PLATFORM.test(item))
    ) kept[kind] = list;
  }
  for (const name of SWITCHES) if (entry[name] === true) kept[name] = true;
  return kept;
}

/** `a`, `a@1.0.0` or `alias@npm:a@1.0.0`. */
function isDependency(dependency: string): boolean {
  const [name, version] = splitId(dependency);
  if (version === "") return isNpmName(name);
  const id = version.startsWith("npm:") ? version.slice(4) : dependency;
  return isNpmName(name) && npmIdParts(id) !== null;
}

function isWebAddress(text: string): boolean {
  return /^https?:\/\/[^\s\\]+$/.test(text) && URL.canParse(text);
}
