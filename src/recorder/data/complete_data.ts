/**
 * What is known of a run's data once it has ended: what it reached, what was changed while it was open, what it wrote.
 *
 * @module
 */
import { basename, isAbsolute, relative, resolve } from "node:path";
import { messageOf } from "../../base/errors.ts";
import { contentTypeOf } from "../../base/content_types.ts";
import { isRecordFile } from "../../base/record_files.ts";
import { fingerprint } from "../../datasets/dataset.ts";
import type { DatasetRow } from "../../journal/datasets.ts";
import type { RunRow } from "../../journal/run_row.ts";
import { executionAt } from "../cells/timeline.ts";
import { journalCache } from "./digest_cache.ts";
import type { ReadingRun } from "./reading_run.ts";
import { SessionAnswers } from "../../journal/session_answers.ts";
import { SessionReads } from "../../journal/session_reads.ts";

/** Files that are listed as written; more are counted. */
const MAX_WRITTEN = 200;
/** A larger file is not logged as an artifact by itself, bytes. */
const MAX_AUTO_BYTES = 100 << 20;

/** A file that a run wrote. */
interface WrittenFile {
  /** From the notebook's folder; absolute outside of it. */
  path: string;
  size: number;
  digest: string;
}

/** Completes what is known of the data of a run that has ended. */
export async function completeData(
  run: ReadingRun & { row: RunRow },
): Promise<void> {
  nameReads(run);
  for (const dataset of run.journal.datasets.list(run.run_id)) {
    await flagChanged(run, dataset);
  }
  const written = await writtenFiles(run);
  run.journal.entries.setDocument(
    run.run_id,
    "written",
    JSON.stringify(written),
  );
  if (asksForArtifacts(run.row)) logWritten(run, written);
}

/** Names on a run the hosts and variables that its session had to do with. */
function nameReads(
  { journal, run_id, row }: ReadingRun & { row: RunRow },
): void {
  const { session_id, last_execution } = row;
  const all = new SessionReads(journal).list(session_id, last_execution);
  const names = (kind: "host" | "env") =>
    all.filter((read) => read.kind === kind).map((read) => read.name);
  const answered = new SessionAnswers(journal).list(session_id, last_execution)
    .flatMap(({ url }) => URL.parse(url)?.host ?? []);
  const hosts = [...new Set([...names("host"), ...answered])];
  journal.entries.setDocument(run_id, "hosts", JSON.stringify(hosts));
  journal.entries.setDocument(
    run_id,
    "env_names",
    JSON.stringify(names("env")),
  );
}

/** Compares a dataset's files with what they were when they were read first. */
async function flagChanged(
  { journal, session, run_id }: ReadingRun,
  { name, input, cwd, fingerprint: stored }: DatasetRow,
): Promise<void> {
  if (stored === null || input === null) return;
  const before: {
    kind?: string;
    digest?: string;
    listing?: { path: string; size: number; changed_ms: number }[];
  } = JSON.parse(stored);
  const isHere = ["file", "folder", "glob"].includes(before.kind ?? "");
  if (!isHere || before.digest === undefined) return;
  // Only a folder or a glob can have got files that are not listed.
  const sameFiles = before.kind === "file" &&
    before.listing?.every(({ path, size, changed_ms }) => {
      const info = infoOf(resolve(session.cwd, path));
      return info?.size === size &&
        info.mtime?.getTime() === Math.floor(changed_ms);
    });
  if (sameFiles === true) return;
  try {
    const now = await fingerprint(input, {
      cwd: cwd ?? session.cwd,
      folder: session.cwd,
      cache: journalCache(journal.datasets),
      profile: false,
    });
    if (now.digest !== before.digest) {
      journal.datasets.setChanged(run_id, name, now.digest);
    }
  } catch (error) {
    journal.entries.setMissing(
      run_id,
      `dataset "${name}"`,
      `it was read, and cannot be read again now that the run has ended: ${
        messageOf(error)
      }`,
    );
  }
}

/** The files that a run's own executions wrote and that are still there. */
async function writtenFiles(
  { journal, session, row }: ReadingRun & { row: RunRow },
): Promise<WrittenFile[]> {
  const { session_id, last_execution, start_time } = row;
  const first = executionAt(journal, session_id, start_time)?.position ?? 0;
  const paths = new SessionReads(journal).list(session_id, last_execution)
    .filter((r) => r.kind === "file" && r.written && r.position >= first)
    .map((read) => read.name);
  const found: WrittenFile[] = [];
  for (const path of paths.slice(0, MAX_WRITTEN)) {
    const info = infoOf(path);
    if (info?.isFile !== true) continue;
    const changed = info.mtime?.getTime() ?? null;
    // What it holds now an execution wrote that is kept out of the record.
    if (
      changed !== null && journal.executions.wasExcluded(session_id, changed)
    ) continue;
    const { digest, size } = await fingerprint(path, {
      cache: journalCache(journal.datasets),
      profile: false,
    });
    const inside = relative(session.cwd, path).replaceAll("\\", "/");
    const outside = isAbsolute(inside) || inside.startsWith("../");
    found.push({ path: outside ? path : inside, size, digest });
  }
  return found;
}

function asksForArtifacts({ options }: RunRow): boolean {
  const given: { artifacts?: unknown } = JSON.parse(options);
  return given.artifacts === "auto";
}

/** Logs the files that a run wrote as its artifacts, unless it has logged them itself. */
function logWritten(
  { journal, session, run_id }: ReadingRun,
  written: readonly WrittenFile[],
): void {
  const logged = journal.artifacts.list(run_id);
  for (const { path, digest, size } of written) {
    const name = isAbsolute(path) ? basename(path) : path;
    if (logged.some((a) => a.digest === digest || a.path === name)) continue;
    if (size > MAX_AUTO_BYTES) {
      journal.entries.setMissing(
        run_id,
        `artifact "${name}"`,
        `it has ${size} bytes; up to ${MAX_AUTO_BYTES} are logged by themselves: log it with run.logArtifact()`,
      );
      continue;
    }
    journal.artifacts.put(
      run_id,
      isRecordFile(name) ? `files/${name}` : name,
      { file: resolve(session.cwd, path) },
      { content_type: contentTypeOf(name), origin: "user" },
    );
  }
}

function infoOf(path: string): Deno.FileInfo | null {
  try {
    return Deno.statSync(path);
  } catch {
    return null; // gone since
  }
}
