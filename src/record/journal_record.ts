/**
 * A run's record put together from the journal.
 *
 * @module
 */
import { byKeys } from "../base/values.ts";
import { messageOf } from "../base/errors.ts";
import { toJsonNumber } from "../base/numbers.ts";
import type { Journal } from "../journal/journal.ts";
import type { RunRow } from "../journal/run_row.ts";
import type { Session } from "../journal/sessions.ts";
import { changedSince } from "./changed.ts";
import {
  type Document,
  type DocumentName,
  DOCUMENTS,
  fingerprintSchema,
  parseJson,
} from "./schema/documents.ts";
import {
  type RecordedDataset,
  type RunRecord,
  UNKNOWN_ENVIRONMENT,
  usersFirst,
} from "./schema/record.ts";
import { isSweep } from "./is_sweep.ts";
import { cellName } from "./cell_name.ts";
import { failedCells } from "./failed_cells.ts";
import { Gaps } from "./gaps.ts";
import { wantsSystem } from "./wants_system.ts";
import { cellsOf } from "./journal_cells.ts";
import { flagged } from "./flagged.ts";
import { deliveryPartsSchema, type RunSummary } from "./schema/summary.ts";
import { SessionAnswers } from "../journal/session_answers.ts";
import { SessionSystem } from "../journal/session_system.ts";

/** The summary of a row of `runs`. */
export function summaryOfRow(journal: Journal, row: RunRow): RunSummary {
  const { run_id } = row;
  const delivery = journal.deliveries.get(run_id);
  return {
    run_id,
    name: row.name,
    experiment: row.experiment,
    status: row.status,
    start_time: row.start_time,
    end_time: row.end_time,
    params: byKeys(journal.entries.params(run_id)),
    metrics: Object.fromEntries(
      journal.metrics(run_id).flatMap(({ key, last }) =>
        last === null ? [] : [[key, toJsonNumber(last.value)]]
      ),
    ),
    tags: byKeys(journal.entries.tags(run_id)),
    delivery: {
      state: delivery.state,
      target: delivery.target,
      url: delivery.url,
      error: delivery.error,
      parts: parseJson(
        deliveryPartsSchema,
        delivery.parts,
        `the delivery of run ${run_id.slice(0, 8)}`,
      ),
      thinned: delivery.thinned,
    },
    provenance: row.provenance,
    reproduces: row.reproduces,
    parent: row.parent,
    seed: row.seed,
    ...failedCell(journal, row),
  };
}

/** The last cell of a failed run that failed. */
function failedCell(
  journal: Journal,
  { status, session_id, start_time, last_execution }: RunRow,
): Pick<RunSummary, "failed_cell"> {
  if (status !== "FAILED") return {};
  const failed = journal.executions.failed(session_id, last_execution);
  const last = failed[failedCells(failed, { start_time }).at(-1) ?? -1];
  return last === undefined ? {} : { failed_cell: cellName(last) };
}

/** The record of a row of `runs`, with what changed since the run before it in its experiment. */
export function recordOf(
  journal: Journal,
  row: RunRow,
  options: { outputs?: boolean } = {},
): RunRecord {
  const gaps = new Gaps(journal.entries.missing(row.run_id));
  const stored = readDocument(journal, row.run_id, "changed", gaps);
  const current = recordAlone(journal, row, gaps, options);
  if (stored !== undefined) {
    return { ...current, changed: stored, missing: gaps.all() };
  }
  const before = journal.runs.before(row);
  const previous = before === undefined
    ? null
    : recordAlone(journal, before, new Gaps([]), options);
  return {
    ...current,
    changed: changedSince(previous, current),
    missing: gaps.all(),
  };
}

function recordAlone(
  journal: Journal,
  row: RunRow,
  gaps: Gaps,
  { outputs }: { outputs?: boolean },
): RunRecord {
  const { run_id } = row;
  const session = journal.sessions.get(row.session_id);
  const document = <N extends DocumentName>(name: N) =>
    readDocument(journal, run_id, name, gaps);
  const packages = document("packages");
  if (
    packages === undefined && row.end_time !== null &&
    !isSweep(journal, run_id) && !gaps.name("packages")
  ) {
    gaps.add(
      "packages",
      row.finalised_time === null
        ? "the recorder has not written them yet"
        : "the recorder did not write them",
    );
  }
  const hidden_state = document("hidden_state") ?? null;
  return {
    ...summaryOfRow(journal, row),
    notebook: session === undefined
      ? null
      : journal.sessions.shownNotebook(session),
    description: row.description,
    end_reason: row.end_reason,
    cells: flagged(
      cellsOf(journal, row, { session, gaps, outputs }),
      hidden_state,
    ),
    datasets: journal.datasets.list(run_id).map((dataset) =>
      datasetOf(dataset, gaps)
    ),
    packages: packages ?? [],
    modules: document("modules") ?? [],
    artifacts: usersFirst(
      journal.artifacts.list(run_id).map(({ path, origin, size, digest }) => ({
        path,
        origin,
        size,
        digest,
      })),
    ),
    environment: document("environment") ?? UNKNOWN_ENVIRONMENT,
    git: gitOf(journal, document("git") ?? null, session),
    redactions: journal.entries.redactions(run_id),
    missing: gaps.all(),
    changed: [],
    hosts: document("hosts") ?? [],
    env_names: document("env_names") ?? [],
    hidden_state,
    network: new SessionAnswers(journal).list(
      row.session_id,
      row.last_execution,
    ).map((
      { method, url, status, digest, size, count },
    ) => ({ method, url, status, digest, size, kept: false, count })),
    written: document("written") ?? [],
    system: wantsSystem(row)
      ? new SessionSystem(journal).list(
        row.session_id,
        row.start_time,
        row.end_time ?? Date.now(),
      )
      : [],
  };
}

/** The state of git, with the notebook's path in the repository. */
function gitOf(
  journal: Journal,
  git: RunRecord["git"],
  session: Session | undefined,
): RunRecord["git"] {
  const { notebook = null, cwd = "" } = session ?? {};
  const folder = git?.["path"];
  if (git === null || notebook === null || typeof folder !== "string") {
    return git;
  }
  const inside = notebook.startsWith(`${cwd}/`)
    ? notebook.slice(cwd.length + 1)
    : null;
  if (inside === null) return git;
  const path = folder === "" ? inside : `${folder}/${inside}`;
  return { ...git, notebook: journal.sessions.withoutSecrets(path) };
}

function datasetOf(
  row: ReturnType<Journal["datasets"]["list"]>[number],
  gaps: Gaps,
): RecordedDataset {
  const { name, context, found } = row;
  const empty = {
    uri: row.input,
    digest: null,
    size: null,
    rows: null,
    columns: null,
  };
  const failed = (why: string): RecordedDataset => {
    if (!gaps.name(`dataset "${name}"`)) gaps.add(`dataset "${name}"`, why);
    return { name, context, found, ...empty, message: why };
  };
  if (row.error !== null) return failed(row.error);
  if (row.fingerprint === null) {
    return failed("its fingerprint is not known yet");
  }
  try {
    const { uri, digest, size, rows, columns, profile, message } = parseJson(
      fingerprintSchema,
      row.fingerprint,
      `the fingerprint of dataset "${name}"`,
    );
    return {
      name,
      context,
      found,
      uri,
      digest,
      size,
      rows,
      columns,
      profile,
      message,
      ...row.changed === null ? {} : { changed: row.changed },
    };
  } catch (error) {
    return failed(messageOf(error));
  }
}

function readDocument<N extends DocumentName>(
  journal: Journal,
  run_id: string,
  name: N,
  gaps: Gaps,
): Document<N> | undefined {
  const json = journal.entries.document(run_id, name);
  if (json === undefined) return undefined;
  try {
    return parseJson<unknown>(
      DOCUMENTS[name],
      json,
      `the run's ${name}`,
    ) as Document<N>;
  } catch (error) {
    gaps.add(name, messageOf(error));
    return undefined;
  }
}
