/**
 * A run's record put together from the journal.
 *
 * @module
 */
import { messageOf } from "../base/errors.ts";
import { toJsonNumber } from "../base/numbers.ts";
import type { Journal } from "../journal/journal.ts";
import type { RunRow } from "../journal/runs.ts";
import type { Session } from "../journal/sessions.ts";
import { changedSince } from "./changed.ts";
import {
  type Document,
  type DocumentName,
  DOCUMENTS,
  fingerprintSchema,
  outputSchema,
  parseJson,
} from "./documents.ts";
import {
  type RecordedCell,
  type RecordedDataset,
  type RunRecord,
  UNKNOWN_ENVIRONMENT,
} from "./record.ts";
import { Gaps } from "./gaps.ts";
import { byNewest } from "./sort.ts";
import type { RunSummary } from "./summary.ts";

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
    params: record(journal.entries.params(run_id)),
    metrics: Object.fromEntries(
      journal.metrics(run_id).flatMap(({ key, last }) =>
        last === null ? [] : [[key, toJsonNumber(last.value)]]
      ),
    ),
    tags: record(journal.entries.tags(run_id)),
    delivery: {
      state: delivery.state,
      target: delivery.target,
      url: delivery.url,
      error: delivery.error,
    },
  };
}

/** The record of a row of `runs`, with what changed since the run before it in its experiment. */
export function recordOf(journal: Journal, row: RunRow): RunRecord {
  const gaps = new Gaps(journal.entries.missing(row.run_id));
  const stored = readDocument(journal, row.run_id, "changed", gaps);
  const current = recordAlone(journal, row, gaps);
  if (stored !== undefined) {
    return { ...current, changed: stored, missing: gaps.all() };
  }
  const before = previousRun(journal, row);
  const previous = before === undefined
    ? null
    : recordAlone(journal, before, new Gaps([]));
  return {
    ...current,
    changed: changedSince(previous, current),
    missing: gaps.all(),
  };
}

function recordAlone(journal: Journal, row: RunRow, gaps: Gaps): RunRecord {
  const { run_id } = row;
  const session = journal.sessions.get(row.session_id);
  const document = <N extends DocumentName>(name: N) =>
    readDocument(journal, run_id, name, gaps);
  const packages = document("packages");
  if (packages === undefined && !gaps.name("packages")) {
    gaps.add(
      "packages",
      row.sealed_time === null
        ? "the recorder has not written them yet"
        : "the recorder did not write them",
    );
  }
  return {
    ...summaryOfRow(journal, row),
    notebook: session?.notebook ?? null,
    parent: row.parent,
    reproduces: row.reproduces,
    seed: row.seed,
    description: row.description,
    end_reason: row.end_reason,
    cells: cellsOf(journal, row, { session, gaps }),
    datasets: journal.datasets.list(run_id).map((dataset) =>
      datasetOf(dataset, gaps)
    ),
    packages: packages ?? [],
    modules: document("modules") ?? [],
    artifacts: journal.artifacts.list(run_id).map(({ path, size, digest }) => ({
      path,
      size,
      digest,
    })),
    environment: document("environment") ?? UNKNOWN_ENVIRONMENT,
    git: document("git") ?? null,
    redactions: journal.entries.redactions(run_id),
    missing: gaps.all(),
    changed: [],
  };
}

/** The run before a run in its experiment. */
function previousRun(journal: Journal, row: RunRow): RunRow | undefined {
  const rows = journal.runs.list({ experiment: row.experiment });
  return rows.find((other) => byNewest(other, row) > 0);
}

function cellsOf(
  journal: Journal,
  row: RunRow,
  context: { session: Session | undefined; gaps: Gaps },
): RecordedCell[] {
  const { gaps, session } = context;
  const lost: string[] = [];
  const cells = journal.executions.list(row.session_id, row.last_execution).map(
    (execution, index): RecordedCell => {
      if (execution.source === null) {
        lost.push(`[${execution.execution_count ?? "?"}]`);
      }
      const over = session !== undefined && session.end_time !== null;
      return {
        index,
        id: execution.cell_id,
        execution_count: execution.execution_count,
        source: execution.source ?? "",
        status: execution.status === "running" && over
          ? "aborted"
          : execution.status,
        start_time: execution.start_time,
        end_time: execution.end_time,
        outputs: journal.executions.outputs(row.session_id, execution.position)
          .flatMap((json, n) => {
            try {
              return [
                parseJson(outputSchema, json, `output ${n} of cell ${index}`),
              ];
            } catch (error) {
              gaps.add(`output ${n} of cell ${index}`, messageOf(error));
              return [];
            }
          }),
        flags: execution.flags,
      };
    },
  );
  if (lost.length > 0 && !gaps.name("cell")) {
    gaps.add(
      "cell sources",
      `${lost.join(", ")} ran before the recording began`,
    );
  }
  return cells;
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
    const { uri, digest, size, rows, columns, message } = parseJson(
      fingerprintSchema,
      row.fingerprint,
      `the fingerprint of dataset "${name}"`,
    );
    return { name, context, found, uri, digest, size, rows, columns, message };
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

function record(
  entries: readonly { key: string; value: string }[],
): Record<string, string> {
  return Object.fromEntries(entries.map(({ key, value }) => [key, value]));
}
