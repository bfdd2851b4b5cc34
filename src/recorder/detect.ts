/**
 * Finding what a session's code reads without naming it, from Deno's log of permission checks: data files become
 * datasets of the runs that are open, hosts and variables are named on the runs.
 *
 * @module
 */
import { basename, dirname, isAbsolute, relative, resolve } from "node:path";
import { ENV } from "../base/env.ts";
import { ownFolders } from "../base/own_folders.ts";
import { fromFileUrl } from "../base/file_urls.ts";
import type { Journal } from "../journal/journal.ts";
import type { Session } from "../journal/sessions.ts";
import type { SessionRead } from "../journal/session_reads.ts";
import { AuditLog } from "./audit.ts";

/** nbtrack's own folder: what it reads itself is not the user's. */
const OWN_ROOT = fromFileUrl(new URL("../../", import.meta.url));
/** More files read in one folder are one dataset, the folder. */
const MAX_FILES = 50;

/** Files that say how code runs, and are kept with the packages. */
const CONFIG = new Set(
  "deno.json deno.jsonc deno.lock package.json package-lock.json .npmrc tsconfig.json jsconfig.json .env .netrc"
    .split(" "),
);
/** Modules are kept as such. */
const MODULE = /\.(?:[cm]?[jt]sx?|wasm|node|map)$/i;
/** Folders of the system, which are no data. */
const SYSTEM = /^\/(?:proc|sys|dev|etc|usr|lib(?:32|64)?|run|var\/run)(?:\/|$)/;
/** Variables that programs read about their terminal, and those that Deno and node.js read for themselves. */
const USUAL =
  /^(?:DENO_|NODE_|NPM_CONFIG_|npm_|NBTRACK_|XDG_|LC_|JPY_|JUPYTER_)|^(?:NO_COLOR|FORCE_COLOR|COLORTERM|TERM|TERM_PROGRAM|LANG|HOME|USERPROFILE|APPDATA|LOCALAPPDATA|PATH|PWD|TMPDIR|TEMP|TMP|USER|LOGNAME|SHELL|CI|DEBUG|TZ)$/;
const OWN_VARIABLES = new Set<string>(Object.values(ENV));

/** Notes what a session reads, and lets the open runs know. */
export class Detector {
  readonly #journal: Journal;
  readonly #session: Session;
  readonly #log: AuditLog;
  /** Deno's own folder: packages are no data. */
  readonly #cache: string | undefined;
  readonly #ports = new Set<string>();

  /** @param audit The log of permission checks. */
  constructor(journal: Journal, session: Session, audit: string) {
    this.#journal = journal;
    this.#session = session;
    this.#log = new AuditLog(audit);
    this.#cache = ownFolders(session.cwd).find((f) => f.kind === "cache")?.path;
  }

  /** Takes in what was read since the last call, by the execution at a position. */
  take(position: number): void {
    const { session_id } = this.#session;
    const { reads } = this.#journal;
    const files: string[] = [];
    for (const { permission, value } of this.#log.read()) {
      const found = permission === "read"
        ? this.#file(value)
        : permission === "env"
        ? this.#variable(value)
        : this.#host(value);
      if (found === null) continue;
      const read = { session_id, position, written: false, ...found };
      if (reads.note(read) && read.kind === "file" && !read.written) {
        files.push(read.name);
      }
    }
    if (files.length === 0) return;
    for (const { run_id } of this.#journal.runs.open(session_id)) {
      for (const path of files) {
        addDataset(this.#journal, this.#session, run_id, path);
      }
      foldFolders(this.#journal, this.#session, run_id);
    }
  }

  /** A run was opened: what was read before belongs to it too. */
  opened(run_id: string): void {
    addReads(this.#journal, this.#session, run_id);
  }

  #file(value: string): Pick<SessionRead, "kind" | "name" | "written"> | null {
    // A module that is imported; what a cell opens itself comes as it names it.
    if (value.startsWith("file:")) return null;
    const path = resolve(this.#session.cwd, value);
    if (!this.#mayBeData(path)) return null;
    let info: Deno.FileInfo;
    try {
      info = Deno.statSync(path);
    } catch {
      return null; // it was asked for and is not there, or went again
    }
    if (!info.isFile) return null;
    const changed = Math.max(
      info.mtime?.getTime() ?? 0,
      info.birthtime?.getTime() ?? 0,
    );
    return {
      kind: "file",
      name: path,
      written: changed >= this.#session.start_time,
    };
  }

  #mayBeData(path: string): boolean {
    return !CONFIG.has(basename(path)) && !MODULE.test(path) &&
      !SYSTEM.test(path.replaceAll("\\", "/")) &&
      !/[\\/]node_modules[\\/]/.test(path) &&
      !path.endsWith(".ipynb") &&
      ![OWN_ROOT, this.#journal.home, this.#cache].some((folder) =>
        folder !== undefined && isWithin(folder, path)
      );
  }

  #variable(name: string): Pick<SessionRead, "kind" | "name"> | null {
    return OWN_VARIABLES.has(name) || USUAL.test(name)
      ? null
      : { kind: "env", name };
  }

  #host(value: string): Pick<SessionRead, "kind" | "name"> | null {
    const host = hostOf(value);
    return this.#isOwnPort(host) ? null : { kind: "host", name: host };
  }

  /** Ports of this machine that the kernel and the recorder listen on. */
  #isOwnPort(value: string): boolean {
    const [, port = ""] = /^(?:127\.0\.0\.1|localhost|\[::1\]):(\d+)$/.exec(
      value,
    ) ?? [];
    if (port === "") return false;
    if (this.#ports.size === 0) this.#learnPorts();
    return this.#ports.has(port);
  }

  #learnPorts(): void {
    const { connection_file, session_id } = this.#session;
    this.#ports.add(
      String(this.#journal.sessions.get(session_id)?.recorder_port ?? ""),
    );
    try {
      const text = Deno.readTextFileSync(connection_file ?? "");
      for (const [, port = ""] of text.matchAll(/_port"\s*:\s*(\d+)/g)) {
        this.#ports.add(port);
      }
    } catch {
      return; // the kernel has ended: nothing more is read
    }
  }
}

/**
 * Adds the data that a session has read to one of its runs.
 *
 * @param last The last execution that belongs to the run; what was read so far when it is null.
 */
export function addReads(
  journal: Journal,
  session: Session,
  run_id: string,
  last: number | null = null,
): void {
  const reads = journal.reads.list(session.session_id, last);
  for (const { kind, name, written } of reads) {
    if (kind === "file" && !written) {
      addDataset(journal, session, run_id, name);
    }
  }
  foldFolders(journal, session, run_id);
}

/** Names on a run that has ended the hosts and variables that its session read. */
export function nameReads(
  journal: Journal,
  run: { run_id: string; session_id: string; last_execution: number | null },
): void {
  const all = journal.reads.list(run.session_id, run.last_execution);
  const names = (kind: SessionRead["kind"]) =>
    JSON.stringify(all.filter((r) => r.kind === kind).map((r) => r.name));
  journal.entries.setDocument(run.run_id, "hosts", names("host"));
  journal.entries.setDocument(run.run_id, "env_names", names("env"));
}

/** Makes one dataset of the files of a folder, where they are many. */
function foldFolders(
  journal: Journal,
  session: Session,
  run_id: string,
): void {
  const detected = journal.datasets.list(run_id)
    .filter((d) => d.found === "detected" && d.input !== null);
  const folders = Map.groupBy(
    detected,
    (d) => dirname(resolve(session.cwd, d.input ?? "")),
  );
  for (const [folder, files] of folders) {
    if (files.length <= MAX_FILES) continue;
    for (const { name } of files) journal.datasets.remove(run_id, name);
    addDataset(journal, session, run_id, folder);
  }
}

/** Adds a dataset that nobody named, unless one that was named is or holds it. */
function addDataset(
  journal: Journal,
  session: Session,
  run_id: string,
  path: string,
): void {
  const known = journal.datasets.list(run_id).some(({ input, fingerprint }) =>
    input !== null && isWithin(resolve(session.cwd, input), path) ||
    listedIn(fingerprint).some((file) => resolve(session.cwd, file) === path)
  );
  if (known) return;
  const inside = relative(session.cwd, path).replaceAll("\\", "/");
  const name = isAbsolute(inside) || inside.startsWith("../") ? path : inside;
  journal.datasets.put(run_id, name === "" ? "." : name, {
    found: "detected",
    input: name === "" ? "." : name,
    cwd: session.cwd,
  });
}

/** The host of what was asked for, a URL or `host:port`; without the port that its protocol implies. */
function hostOf(value: string): string {
  return URL.canParse(value) && /^[a-z]+:\/\//i.test(value)
    ? new URL(value).host
    : value;
}

/** The files of a dataset whose fingerprint is known. */
function listedIn(fingerprint: string | null): string[] {
  if (fingerprint === null) return [];
  const { listing }: { listing?: { path: string }[] } = JSON.parse(fingerprint);
  return (listing ?? []).map((file) => file.path);
}

function isWithin(folder: string, path: string): boolean {
  const inside = relative(folder, path);
  return inside === "" || (!inside.startsWith("..") && !isAbsolute(inside));
}
