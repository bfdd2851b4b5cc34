/**
 * Reading a student's record from the journal.
 *
 * @module
 */
import { byKeys } from "../../base/values.ts";
import { errorLineOf } from "../../record/error_line.ts";
import { ifThereAsync } from "../../base/files.ts";
import { TRACKING_STATE } from "../../base/names.ts";
import { messageOf } from "../../base/errors.ts";
import { lazyImport } from "../../base/lazy.ts";
import { Journal } from "../../journal/journal.ts";
import type { RunRow } from "../../journal/run_row.ts";
import type { Session } from "../../journal/sessions.ts";
import { codeCellsOf, readSavedNotebook } from "../../notebook/saved_cells.ts";
import { fingerprintSchema } from "../../record/schema/documents.ts";
import { SWEEP_DOCUMENT } from "../../record/is_sweep.ts";
import { standardRedaction } from "../../redaction/standard_redaction.ts";
import { caughtUp, sessionCaughtUp } from "../../track/run_location.ts";
import { recorderOf, type State } from "../../track/state.ts";
import { surroundings } from "../../track/surroundings.ts";
import { commandOn } from "./commands.ts";
import { readReproductions } from "./reproductions.ts";
import { arrived, BEHIND, fingerprinted, RECORDED_MS } from "./waiting.ts";
import type {
  StudentCell,
  StudentDataset,
  StudentMetric,
  StudentRecord,
  StudentRun,
} from "./types.ts";

/** Reads the record of the notebook that is executed; whatever cannot be read becomes its gap. */
export async function readRecord(): Promise<StudentRecord> {
  const state = (globalThis as { [TRACKING_STATE]?: State })[TRACKING_STATE] ??
    null;
  try {
    if (state?.journal) {
      const recorded = await caughtUp(() => recorderOf(state), RECORDED_MS);
      const behind = recorded ? null : state.problems.get("recorder") ?? BEHIND;
      return await ofSession(Journal.of(state.journal), state.session, behind);
    }
    using journal = Journal.open({ redactor: standardRedaction });
    const { pid, process_started } = surroundings();
    const session = journal.sessions.ofProcess(pid, process_started) ?? null;
    const behind = session === null ? null : await behindOf(journal, session);
    return await ofSession(journal, session, behind);
  } catch (error) {
    return nothing(`The journal could not be read. ${messageOf(error)}`);
  }
}

/** Why the record of a session that no run has begun is behind; null when it is not. */
async function behindOf(
  journal: Journal,
  session: Session,
): Promise<string | null> {
  try {
    return await sessionCaughtUp(journal, session, RECORDED_MS) ? null : BEHIND;
  } catch (error) {
    return `${BEHIND} ${messageOf(error)}`;
  }
}

function nothing(gap: string | null): StudentRecord {
  return { cells: [], runs: [], reproductions: [], page: null, gap };
}

async function ofSession(
  journal: Journal,
  session: Session | null,
  behind: string | null,
): Promise<StudentRecord> {
  if (session === null) {
    return nothing(
      "Nothing of this kernel is recorded yet: the recording begins with track(), or with the first cell in the kernel Deno (nbtrack).",
    );
  }
  await fingerprinted(journal, session.session_id);
  await arrived(journal, session.session_id);
  // What is known of a session grows: the recorder finds the notebook's file.
  const known = journal.sessions.get(session.session_id) ?? session;
  const sessions = sessionsOf(journal, known);
  const cells: StudentCell[] = [];
  for (const one of sessions) {
    cells.push(...await flagged(cellsOf(journal, one)));
  }
  const unseen = cells.filter(({ source }) => source === null).length;
  return {
    cells,
    runs: sessions.flatMap((one) =>
      journal.runs.list({ session_id: one.session_id, reproductions: false })
        .filter((row) => row.listed === 1).reverse()
        .map((row) => runOf(journal, row))
    ),
    reproductions: readReproductions(journal, sessions[0]?.start_time ?? 0),
    page: await pageOf(known),
    gap: behind ?? unseenGap(unseen),
  };
}

function unseenGap(unseen: number): string | null {
  return unseen === 0
    ? null
    : `${
      unseen === 1 ? "A cell" : `${unseen} cells`
    } ran before the recording began: save the notebook, and its file tells what they were.`;
}

/** The code cells of a session's notebook as they are saved. */
async function pageOf({ notebook }: Session): Promise<string[] | null> {
  if (notebook === null) return null;
  const text = await ifThereAsync(() => Deno.readTextFile(notebook));
  const saved = text === null ? null : readSavedNotebook(text);
  return saved === null ? null : codeCellsOf(saved).map(({ source }) => source);
}

/** The sessions of the same notebook, the oldest first; the one alone while its notebook is not known. */
function sessionsOf(journal: Journal, session: Session): Session[] {
  if (session.notebook === null) return [session];
  return journal.sessions.list()
    .filter(({ notebook }) => notebook === session.notebook).reverse();
}

function cellsOf(journal: Journal, { session_id }: Session): StudentCell[] {
  return journal.executions.list(session_id).flatMap((execution) => {
    const { position, cell_id, source, status, flags } = execution;
    if (status === "running") return [];
    const error = status === "error" ? errorLineOf(journal, execution) : null;
    return [{
      session: session_id,
      position,
      id: cell_id,
      source,
      status,
      error,
      commands: journal.executions.outputs(session_id, position)
        .flatMap((json) => commandOn(json) ?? []),
      flags,
    }];
  });
}

/** A session's cells with what can be seen by now of state that the page does not show. */
async function flagged(cells: StudentCell[]): Promise<StudentCell[]> {
  const { hiddenState } = await lazyImport<
    typeof import("../../analysis/hidden_state.ts")
  >("../../analysis/hidden_state.ts", import.meta.url);
  const found = hiddenState(
    cells.map(({ source, status, id, flags }) => ({
      source: flags.includes("excluded") ? "" : source ?? "",
      status,
      id,
    })),
    null,
  );
  return cells.map((cell, index) => {
    const own = found.filter((state) => state.cell === index);
    return own.length === 0 ? cell : {
      ...cell,
      flags: [...new Set([...cell.flags, ...own.map(({ flag }) => flag)])],
    };
  });
}

function runOf(journal: Journal, row: RunRow): StudentRun {
  const { run_id } = row;
  return {
    run_id,
    name: row.name,
    experiment: row.experiment,
    status: row.status,
    params: byKeys(journal.entries.params(run_id)),
    tags: byKeys(journal.entries.tags(run_id)),
    metrics: Object.fromEntries(
      journal.metrics(run_id).flatMap(({ key, last, count }) =>
        last === null
          ? []
          : [[key, { last: last.value, count } satisfies StudentMetric]]
      ),
    ),
    seed: row.seed,
    parent: row.parent,
    sweep: journal.entries.document(run_id, SWEEP_DOCUMENT) !== undefined,
    datasets: datasetsOf(journal, run_id),
    artifacts: journal.artifacts.list(run_id)
      .filter(({ origin }) => origin === "user").map(({ path }) => path),
    models: journal.models.list(run_id).map(({ name, description }) => ({
      name,
      description,
      files: journal.models.files({ run_id, name }).length,
    })),
    delivery: journal.deliveries.get(run_id).state,
    session: row.session_id,
    first: openerOf(journal, row),
    last: row.last_execution,
  };
}

/** The position of the execution that was going on when a run was opened. */
function openerOf(journal: Journal, { session_id, start_time }: RunRow) {
  return journal.executions.list(session_id).findLast((execution) =>
    execution.start_time !== null && execution.start_time <= start_time
  )?.position ?? 0;
}

function datasetsOf(journal: Journal, run_id: string): StudentDataset[] {
  // What was found afterwards comes when the record is completed: it would be there now and then.
  const named = journal.datasets.list(run_id)
    .filter(({ found }) => found === "named");
  return named.map(({ name, fingerprint, error }) => {
    const none = { name, digest: null, rows: null };
    if (fingerprint === null) {
      return { ...none, why: error ?? "its fingerprint is not known yet" };
    }
    const { data } = fingerprintSchema.safeParse(JSON.parse(fingerprint));
    return data === undefined
      ? { ...none, why: "its fingerprint cannot be read" }
      : { name, digest: data.digest, rows: data.rows, why: null };
  });
}
