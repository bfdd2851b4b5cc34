/**
 * Which of the files that cells name are not data of a run: those it has already, and those it made itself.
 *
 * @module
 */
import { basename, relative, resolve } from "node:path";
import { statOf } from "../../base/files.ts";
import { z } from "../../base/zod.ts";
import { parseJson } from "../../record/schema/documents.ts";
import { wasMade } from "../../record/bundle/made.ts";
import type { Execution } from "../../journal/execution_row.ts";
import type { Journal } from "../../journal/journal.ts";
import type { RunRow } from "../../journal/run_row.ts";
import type { Session } from "../../journal/sessions.ts";
import { kernelStart } from "./data_origin.ts";

const storedSchema = z.looseObject({
  listing: z.array(z.looseObject({ path: z.string() })).catch([]).default([]),
  base: z.string().nullable().default(null),
});

const modulesSchema = z.array(z.looseObject({ path: z.string() }));

/** Files that are data, modules or artifacts of the run already. */
export function knownPaths(
  journal: Journal,
  session: Session,
  run: RunRow,
): Set<string> {
  const known = datasetPaths(journal, session, run);
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

/** Files and folders that are data of the run. */
export function datasetPaths(
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
  return known;
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
  const changed_ms = stat.mtime?.getTime() ?? 0;
  const born = stat.birthtime?.getTime() ?? 0;
  const times = stat.isDirectory ? [born] : [born, changed_ms];
  return !times.some((time) =>
    time > 0 && wasMade({ path, born_ms: time, changed_ms }, {
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
