/**
 * The values of what cells share besides variables, found by every name that may mean them.
 *
 * @module
 */
import { SHARED } from "./operations.ts";
import { sharedMatches } from "./shared_names.ts";
import type { Version } from "./version.ts";

/** A name and its value now. */
interface Entry {
  name: string;
  version: Version;
  /** When the name was seen first. */
  n: number;
}

/** Files, variables of the environment and the rest, by name. */
export class SharedTable {
  readonly #entries = new Map<string, Entry>();
  /** Names of files by the folders above them and the ends of their paths. */
  readonly #parts = new Map<string, Set<Entry>>();
  /** All names of files, and all of variables. */
  readonly #all = new Map<string, Set<Entry>>([
    [SHARED.file, new Set()],
    [SHARED.env, new Set()],
  ]);

  /** The value of a name now. */
  get(name: string): Version | undefined {
    return this.#entries.get(name)?.version;
  }

  /** Gives a name a value. */
  set(name: string, version: Version): void {
    const known = this.#entries.get(name);
    if (known !== undefined) {
      known.version = version;
      return;
    }
    const entry = { name, version, n: this.#entries.size };
    this.#entries.set(name, entry);
    const prefix = prefixOf(name);
    if (prefix === null) return;
    this.#all.get(prefix)?.add(entry);
    if (prefix !== SHARED.file) return;
    for (const part of partsOf(name.slice(prefix.length))) {
      const same = this.#parts.get(part) ?? new Set();
      this.#parts.set(part, same.add(entry));
    }
  }

  /** The values that a name may mean, those whose names were seen first in front. */
  matching(asked: string): Version[] {
    return [...this.candidates(asked)]
      .filter(({ name }) => sharedMatches(asked, name))
      .sort((a, b) => a.n - b.n)
      .map(({ version }) => version);
  }

  /** The names that are compared with one: few of many. */
  candidates(
    asked: string,
  ): ReadonlySet<{ name: string; version: Version; n: number }> {
    const found = new Set<Entry>();
    const add = (name: string) => {
      const entry = this.#entries.get(name);
      if (entry !== undefined) found.add(entry);
    };
    add(asked);
    const prefix = prefixOf(asked);
    if (prefix === null) return found;
    const path = asked.slice(prefix.length);
    if (path === "") return this.#all.get(prefix) ?? found;
    add(prefix);
    if (prefix !== SHARED.file) return found;
    if (path === ".") return this.#all.get(prefix) ?? found;
    for (const part of [".", ...partsOf(path)]) {
      add(`${prefix}${part}`);
      add(`${prefix}${part}/`);
    }
    for (const part of new Set([path, path.replace(/\/$/, "")])) {
      for (const entry of this.#parts.get(part) ?? []) found.add(entry);
    }
    return found;
  }
}

function prefixOf(name: string): string | null {
  return [SHARED.file, SHARED.env].find((prefix) => name.startsWith(prefix)) ??
    null;
}

/** The folders above a path, and the ends of it behind each slash. */
function partsOf(path: string): string[] {
  const parts: string[] = [];
  for (let at = path.indexOf("/"); at >= 0; at = path.indexOf("/", at + 1)) {
    parts.push(path.slice(0, at), path.slice(at + 1));
  }
  return parts;
}
