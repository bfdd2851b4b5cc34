/**
 * Reads of files by paths that code computes: where the kernel keeps no log, nobody sees which files those are.
 *
 * @module
 */
import { resolve } from "node:path";
import { unreadData } from "../../record/gaps.ts";
import { fromFileUrl } from "../../base/file_urls.ts";
import type { FileRead, ReadingSource } from "../../analysis/file_reads.ts";
import { isFile } from "../../base/files.ts";
import { isInput, knownPaths } from "./known_paths.ts";
import type { ImportedModule } from "./imported_data.ts";
import { isCode } from "./may_be_data.ts";
import type { ReadingRun } from "./reading_run.ts";
import { SessionReads } from "../../journal/session_reads.ts";

/** What is shown of an expression. */
const MAX_SHOWN = 80;

/** A read, and what the code is called that it stands in. */
export type LabelledRead = FileRead & { label: string };

/** The calls of a run's cells and modules that read files. */
export async function readsOf(
  { journal, session, run_id }: ReadingRun,
  modules: readonly ImportedModule[],
): Promise<LabelledRead[]> {
  // Where the kernel logs what is read, it has been seen.
  if (session.audit !== null) return [];
  const last = journal.runs.get(run_id)?.last_execution ?? null;
  /** By their texts: a cell that was executed again reads what it read. */
  const cells = new Map<string, ReadingSource & { label: string }>();
  for (const cell of journal.executions.list(session.session_id, last)) {
    if (cell.source === null || cell.flags.includes("excluded")) continue;
    cells.set(cell.source, {
      label: `cell [${cell.execution_count ?? "?"}]`,
      source: cell.source,
      file: `${session.cwd}/cell.ts`,
    });
  }
  const sources = [...cells.values()];
  for (const { path, source, encoding } of modules) {
    if (source === null || encoding !== "utf-8" || !isCode(path)) continue;
    const file = resolve(session.cwd, path);
    sources.push({ label: `module ${path}`, source, file });
  }
  // A parser is loaded for it.
  const { fileReads } = await import("../../analysis/file_reads.ts");
  return fileReads(sources, session.cwd).map((read) => ({
    ...read,
    label: sources[read.by]?.label ?? "a cell",
  }));
}

/** The files that calls read by paths which are known after all, but for those that the session wrote. */
export function knownReads(
  { journal, session }: ReadingRun,
  reads: readonly LabelledRead[],
): string[] {
  const executions = journal.executions.list(session.session_id);
  return reads.flatMap(({ parts: [path, ...more] }) => {
    if (typeof path !== "string" || more.length > 0) return [];
    const whole = wholePath(path, session.cwd);
    return whole !== null && isFile(whole) &&
        isInput(whole, executions, session)
      ? [whole]
      : [];
  });
}

/** Names on a run the reads of which nothing was found. */
export function nameUnknownReads(
  { journal, session, run_id }: ReadingRun,
  reads: readonly LabelledRead[],
): void {
  const run = journal.runs.get(run_id);
  const unknown = reads.filter(({ parts }) => parts.includes(null));
  if (run === undefined || unknown.length === 0) return;
  const known = knownPaths(journal, session, run);
  for (
    const { kind, name, written } of new SessionReads(journal).list(
      run.session_id,
    )
  ) {
    if (kind === "file" && written) known.add(name);
  }
  const found = ({ parts }: FileRead) => {
    const pattern = patternOf(parts, session.cwd);
    return pattern !== null &&
      [...known].some((path) => pattern.test(path.replaceAll("\\", "/")));
  };
  for (const [label, of] of Map.groupBy(unknown, (read) => read.label)) {
    const [first] = of.filter((read) => !found(read));
    if (first === undefined) continue;
    const text = first.text.replace(/\s+/g, " ");
    const shown = text.length > MAX_SHOWN
      ? `${text.slice(0, MAX_SHOWN)}…`
      : text;
    journal.entries.setMissing(
      run_id,
      unreadData(label),
      `its path is computed (${shown}), so that which files it reads is not known: name them with data: in track(), ` +
        'or run the notebook in the kernel "Deno (nbtrack)", which sees them',
    );
  }
}

/** What the paths of a read look like; null where nothing of them is known, or a few characters. */
function patternOf(parts: FileRead["parts"], cwd: string): RegExp | null {
  const [first, ...more] = parts;
  const open = typeof first !== "string";
  const rest = open ? parts : more;
  if (open && !rest.some((part) => /[^./\\]{2}/.test(part ?? ""))) return null;
  const start = open ? "" : wholePath(first, cwd);
  if (start === null) return null;
  const slash = !open && /[\\/]$/.test(first) ? "/" : "";
  const text = rest.map((part) =>
    part === null ? ".*" : RegExp.escape(part.replace(/^(?:\.\/)+/, ""))
  );
  const begin = RegExp.escape(`${start.replaceAll("\\", "/")}${slash}`);
  return new RegExp(`^${begin}${text.join("")}$`);
}

/** Where a path leads; null when it is an address of something else. */
function wholePath(path: string, cwd: string): string | null {
  if (!/^[a-z][a-z0-9+.-]+:/i.test(path)) return resolve(cwd, path);
  try {
    return fromFileUrl(path);
  } catch {
    return null; // of another machine, or no file at all
  }
}
