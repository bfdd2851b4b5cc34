/** Journals and records for the tests of this room and of the command line. */
import type { RunSummary } from "../../src/record/schema/summary.ts";
import { standardRedaction } from "../../src/redaction/standard_redaction.ts";
import type { ExecutionStatus } from "../../src/journal/execution_row.ts";
import { Journal } from "../../src/journal/journal.ts";
import {
  recordOfSummary,
  type RunRecord,
} from "../../src/record/schema/record.ts";

/** What a test wants a run to have. */
export interface Wanted {
  /** The notebook's folder. @default {"/project"} */
  cwd?: string;
  experiment?: string;
  name?: string;
  run_id?: string;
  seed?: number;
  params?: Record<string, string>;
  metrics?: Record<string, readonly number[]>;
  tags?: Record<string, string>;
  cells?: readonly (string | null)[];
  cellStatus?: ExecutionStatus;
  documents?: Record<string, unknown>;
  datasets?: Record<string, unknown>;
  artifacts?: Record<string, string>;
  /** The sweep it belongs to, or the run that it goes on from. */
  parent?: string;
  /** The run it is a reproduction of. */
  reproduces?: string;
  provenance?: "here" | "sandbox" | "elsewhere";
  /** @default {true} */
  listed?: boolean;
  end?: "FINISHED" | "FAILED" | "KILLED" | null;
}

/** A journal in a folder of its own; both are gone at the end of the scope. */
export function emptyJournal():
  & { home: string; journal: Journal }
  & Disposable {
  const home = Deno.makeTempDirSync({ prefix: "nbtrack-runs-" });
  const journal = Journal.open({ redactor: standardRedaction, home });
  return {
    home,
    journal,
    [Symbol.dispose]() {
      journal.close();
      Deno.removeSync(home, { recursive: true });
    },
  };
}

let made = 0;

/** Writes a run in a session of its own, with all that is wanted, and returns its id. */
export function addRun(journal: Journal, wanted: Wanted = {}): string {
  made++;
  const session = journal.sessions.open({
    kind: "kernel",
    pid: 1_000_000 + made,
    process_started: `start ${made}`,
    connection_file: null,
    cwd: wanted.cwd ?? "/project",
    notebook: `${wanted.cwd ?? "/project"}/lesson.ipynb`,
    main_module: null,
  });
  const { run_id } = journal.runs.create({
    session_id: session.session_id,
    experiment: wanted.experiment ?? "penguins",
    name: wanted.name ?? `run-${made}`,
    options: "{}",
    ...(wanted.run_id === undefined ? {} : { run_id: wanted.run_id }),
    ...(wanted.parent === undefined ? {} : { parent: wanted.parent }),
    ...(wanted.reproduces === undefined
      ? {}
      : { reproduces: wanted.reproduces }),
    ...(wanted.provenance === undefined
      ? {}
      : { provenance: wanted.provenance }),
    ...(wanted.listed === false ? { listed: 0 } : {}),
    ...(wanted.seed === undefined ? {} : { seed: wanted.seed }),
  });
  for (const [key, value] of Object.entries(wanted.params ?? {})) {
    journal.entries.setParam(run_id, key, value);
  }
  for (const [key, value] of Object.entries(wanted.tags ?? {})) {
    journal.entries.setTag(run_id, key, value);
  }
  for (const [name, value] of Object.entries(wanted.documents ?? {})) {
    journal.entries.setDocument(run_id, name, JSON.stringify(value));
  }
  for (const [name, value] of Object.entries(wanted.datasets ?? {})) {
    journal.datasets.put(run_id, name, {
      input: `${name}.csv`,
      ...(value === null ? {} : { fingerprint: JSON.stringify(value) }),
    });
  }
  for (const [path, text] of Object.entries(wanted.artifacts ?? {})) {
    journal.artifacts.put(run_id, path, new TextEncoder().encode(text), {
      content_type: "text/plain",
      origin: "user",
    });
  }
  if (wanted.metrics !== undefined) {
    const writer = journal.metricWriter(run_id);
    for (const [key, values] of Object.entries(wanted.metrics)) {
      values.forEach((value, step) =>
        writer.log(key, value, step, 1_700_000_000_000 + step)
      );
    }
    writer.close();
  }
  (wanted.cells ?? []).forEach((source, i) => {
    journal.executions.put({
      session_id: session.session_id,
      position: 1_000_000 + i,
      msg_id: null,
      execution_count: i + 1,
      source,
      cell_id: null,
      status: wanted.cellStatus ?? "ok",
      start_time: 1_700_000_000_000 + i,
      end_time: 1_700_000_000_001 + i,
      via: "wire",
      source_from: "wire",
      source_gap: null,
      flags: [],
    });
    journal.executions.putOutputs(session.session_id, 1_000_000 + i, [
      JSON.stringify({
        output_type: "stream",
        name: "stdout",
        text: `said ${i}\n`,
      }),
    ]);
  });
  if (wanted.end !== null) journal.runs.end(run_id, wanted.end ?? "FINISHED");
  return run_id;
}

/** A run in short, with nothing in it but what is given. */
export function summaryWith(given: Partial<RunSummary> = {}): RunSummary {
  return {
    run_id: "00000000-0000-4000-8000-000000000000",
    name: "run",
    experiment: "penguins",
    status: "FINISHED",
    start_time: 0,
    end_time: 1,
    seed: null,
    params: {},
    metrics: {},
    tags: {},
    delivery: {
      state: "local",
      target: null,
      url: null,
      error: null,
      parts: [],
      thinned: null,
    },
    provenance: "here",
    reproduces: null,
    parent: null,
    ...given,
  };
}

/** A record with nothing in it but what is given. */
export function recordWith(given: Partial<RunRecord> = {}): RunRecord {
  return { ...recordOfSummary(summaryWith()), ...given };
}

/** Cells of a record from their sources. */
export function cellsOf(...sources: string[]): RunRecord["cells"] {
  return sources.map((source, index) => ({
    index,
    id: null,
    execution_count: index + 1,
    source,
    status: "ok",
    start_time: 0,
    end_time: 1,
    outputs: [],
    source_from: "wire",
    source_gap: null,
    flags: [],
  }));
}
