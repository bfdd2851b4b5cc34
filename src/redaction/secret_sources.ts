/**
 * Where values of secrets are known from: variables of the environment, `.env` and its like beside the notebook and
 * above it, and what `nbtrack login` stored. They are read again now and then, as a cell may set them.
 *
 * Loaded inside cells: nothing here may load a library.
 *
 * @module
 */
import { asObject } from "../base/values.ts";
import { ENV } from "../base/env.ts";
import { allowedDigests, allowedPath } from "./allowed.ts";
import { EnvFiles, fileVariables } from "./env_files.ts";
import type { KnownSecrets } from "./known_secrets.ts";
import { secretsOfVariable } from "./variable_secrets.ts";

/** How often they are read again, milliseconds. */
const REFRESH_MS = 250;
/** Variables that hold passwords of several places. */
const SEVERAL = "DENO_AUTH_TOKENS";
/** Variables that hold nbtrack's own token. */
const OWN_TOKENS = [
  ENV.trackingToken,
  ENV.trackingPassword,
  ENV.gitlabToken,
  ENV.ciJobToken,
];
/** Secrets that a process hands on to those that it starts, a JSON object. */
export const HANDED_ON = "NBTRACK_KNOWN_SECRETS";

/** The sources of one process. */
export class SecretSources {
  readonly #home: string;
  readonly #known: KnownSecrets;
  readonly #seen = new Map<string, string>();
  readonly #folders = new Set(["."]);
  readonly #envFiles = new EnvFiles();
  readonly #named = new Set<string>();
  #files = "";
  #allowed: ReadonlySet<string> = new Set();
  #next = 0;

  constructor(home: string, known: KnownSecrets) {
    this.#home = home;
    this.#known = known;
  }

  /** Reads the `.env` of a folder too. */
  addFolder(folder: string): void {
    this.#folders.add(folder);
    this.#next = 0;
  }

  /** Reads a file of variables too. */
  addFile(path: string): void {
    this.#named.add(path);
    this.#next = 0;
  }

  /** Whether the user of this machine allowed a value to be stored, by its placeholder. */
  allows(digest: string | null): boolean {
    return digest !== null && this.#allowed.has(digest);
  }

  /** Reads them again when it is time. */
  refresh(): void {
    const now = performance.now();
    if (now < this.#next) return;
    this.#next = now + REFRESH_MS;
    for (const [name, value] of Object.entries(environment())) {
      if (this.#seen.get(name) === value) continue;
      this.#seen.set(name, value);
      this.#variable(name, value);
    }
    this.#readFiles();
  }

  #variable(name: string, value: string): void {
    if (name === HANDED_ON) {
      for (
        const [inner, secret] of Object.entries(asObject(JSON.parse(value)))
      ) {
        if (typeof secret === "string") {
          this.#known.add(inner.replace(/ \d+$/, ""), secret);
        }
      }
      return;
    }
    if (name === SEVERAL) {
      for (const part of value.split(";")) {
        const secret = part.slice(0, part.lastIndexOf("@"));
        this.#known.add(name, secret.slice(secret.indexOf(":") + 1));
      }
      return;
    }
    for (const secret of secretsOfVariable(name, value)) {
      this.#known.add(name, secret);
    }
  }

  #readFiles(): void {
    const paths = [
      `${this.#home}/credentials.json`,
      allowedPath(this.#home),
      ...new Set([
        ...[...this.#folders].flatMap((folder) => this.#envFiles.of(folder)),
        ...this.#named,
      ]),
    ];
    const state = paths.map(stateOf).join(" ");
    if (state === this.#files) return;
    this.#files = state;
    const [credentials = "", , ...dotenv] = paths.map(textOf);
    for (
      const { 1: token = "" } of credentials.matchAll(
        /"token"\s*:\s*"((?:[^"\\]|\\.)*)"/g,
      )
    ) {
      this.#known.add("GITLAB_TOKEN", String(JSON.parse(`"${token}"`)));
    }
    this.#allowed = new Set(allowedDigests(this.#home));
    for (const text of dotenv) {
      for (const [name, value] of fileVariables(text)) {
        this.#variable(name, value);
      }
    }
  }
}

/** The variables of the environment, as far as they may be read. */
export function environment(): Record<string, string> {
  try {
    return Deno.env.toObject();
  } catch {
    return Object.fromEntries(OWN_TOKENS.flatMap((name) => one(name)));
  }
}

/** A program may be allowed to read single variables only. */
function one(name: string): [string, string][] {
  try {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value]];
  } catch {
    return []; // not this one
  }
}

function stateOf(path: string): string {
  try {
    const { mtime, size, ino } = Deno.statSync(path);
    return `${mtime?.getTime()}:${size}:${ino}`;
  } catch {
    return "-"; // there is none, or it may not be read
  }
}

function textOf(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return ""; // as above
  }
}
