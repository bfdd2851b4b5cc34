/**
 * Files that the cells of a run name and that are no dataset of it: they are neither fingerprinted nor kept, and that
 * is said. A later reader of what a run did can replace this reading of what its cells say.
 *
 * @module
 */
import { type Stats, statSync } from "node:fs";
import { basename, relative, resolve, sep } from "node:path";
import { z } from "../base/zod.ts";
import { parseJson } from "../record/schema/documents.ts";
import { wasMade } from "../record/bundle/made.ts";
import type { Execution } from "../journal/executions.ts";
import type { Journal } from "../journal/journal.ts";
import type { RunRow } from "../journal/runs.ts";
import type { Session } from "../journal/sessions.ts";
import { kernelStart } from "./data_origin.ts";

/** Files that are named singly. */
const MAX_NAMED = 10;
/** Longer literals are no paths. */
const MAX_PATH = 1024;
/** A comment, or a literal without anything computed in it. */
const LITERAL =
  /\/\/.*|\/\*[\s\S]*?\*\/|"((?:[^"\\\n]|\\.)*)"|'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\$]|\\.)*)`/g;
/** Folders of programs and of the operating system. */
const SYSTEM = /^\/(?:bin|sbin|usr|lib\w*|dev|proc|sys|etc|boot|run)\//;
/** What a project holds besides data. */
const NO_DATA =
  /(?:^|\/)(?:deno\.jsonc?|deno\.lock|package(?:-lock)?\.json|\.env|[^/]*\.(?:ipynb|[cm]?[jt]sx?|wasm))$/i;

const storedSchema = z.looseObject({
  listing: z.array(z.looseObject({ path: z.string() })).catch([]).default([]),
  base: z.string().nullable().default(null),
});

const modulesSchema = z.array(z.looseObject({ path: z.string() }));

/** Names on a run the files that its cells name and that are no data of it. */
export function nameUnnamedData(
  journal: Journal,
  session: Session,
  run: RunRow,
): void {
  const executions = journal.executions.list(
    session.session_id,
    run.last_execution,
  );
  const known = knownPaths(journal, session, run);
  const found = new Map<string, string>();
  for (const execution of executions) {
    for (const text of literalsOf(execution.source ?? "")) {
      const path = resolve(session.cwd, text);
      const plain = path.replaceAll(sep, "/");
      if (known.has(path) || NO_DATA.test(plain) || SYSTEM.test(plain)) {
        continue;
      }
      if (found.has(path) || !statOf(path)?.isFile()) continue;
      if (!isInput(path, executions, session)) continue;
      found.set(path, shownPath(path, session));
    }
  }
  const names = [...found.values()];
  for (const name of names.slice(0, MAX_NAMED)) {
    journal.entries.setMissing(run.run_id, `data "${name}"`, WHY);
  }
  const more = names.length - MAX_NAMED;
  if (more > 0) {
    journal.entries.setMissing(run.run_id, `${more} more data files`, WHY);
  }
}

const WHY =
  "a cell names this file and it is no dataset of the run, so it has no fingerprint and does not travel: " +
  "name it with data: in track()";

/** The literals of a source that may be paths; those of comments are not. */
export function* literalsOf(source: string): Generator<string> {
  for (const [, double, single, template] of source.matchAll(LITERAL)) {
    const text = (double ?? single ?? template)?.replace(/\\(.)/g, "$1") ?? "";
    const path = /^[a-z][a-z0-9+.-]+:/i.test(text) ? filePath(text) : text;
    if (path === null || path.length > MAX_PATH) continue;
    if (/^[\s.\\/]*$|[\n\0]/.test(path)) continue;
    yield path;
  }
}

function filePath(text: string): string | null {
  const url = URL.parse(text);
  return url?.protocol === "file:" ? decodeURIComponent(url.pathname) : null;
}

/** Files that are data, modules or artifacts of the run already. */
export function knownPaths(
  journal: Journal,
  session: Session,
  run: RunRow,
): Set<string> {
  const known = new Set<string>();
  for (const { name, fingerprint } of journal.datasets.list(run.run_id)) {
    if (fingerprint === null) continue;
    const stored = parseJson(storedSchema, fingerprint, `dataset ${name}`);
    const paths = stored.listing.map(({ path }) => path);
    for (const path of [...paths, stored.base]) {
      if (path !== null) known.add(resolve(session.cwd, path));
    }
  }
  for (const { path } of journal.artifacts.list(run.run_id)) {
    known.add(resolve(session.cwd, path));
    known.add(resolve(session.cwd, basename(path)));
  }
  const modules = journal.entries.document(run.run_id, "modules") ?? "[]";
  for (const { path } of parseJson(modulesSchema, modules, "modules")) {
    known.add(resolve(session.cwd, path));
  }
  if (session.notebook !== null) known.add(session.notebook);
  return known;
}

/** What lies at a path; null when nothing does, or nobody may know. */
export function statOf(path: string): Stats | null {
  try {
    return statSync(path);
  } catch {
    return null; // the literal means something else
  }
}

/** Whether something lies at a path that was there before the cells that might have written it. */
export function isInput(
  path: string,
  executions: readonly Execution[],
  session: Session,
): boolean {
  const stat = statOf(path);
  if (stat === null) return false;
  const cells = executions.map(({ source, start_time, end_time }) => ({
    source: source ?? "",
    start_time,
    end_time,
    flags: start_time === null ? ["before-track" as const] : [],
  }));
  const kernel_started_ms = kernelStart(session.connection_file);
  // A folder is written to when anything in it is made or removed.
  const written = stat.isDirectory() ? [] : [stat.mtimeMs];
  const times = [stat.birthtimeMs, ...written].filter((time) => time > 0);
  return !times.some((time) =>
    wasMade({ path, born_ms: time, changed_ms: stat.mtimeMs }, {
      cells,
      kernel_started_ms,
    })
  );
}

/** A path as people name it: from the notebook's folder when it lies there. */
export function shownPath(path: string, { cwd }: Session): string {
  const inside = relative(cwd, path);
  return inside.startsWith("..") ? path : inside;
}
