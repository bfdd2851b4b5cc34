/** Pairs of runs, as they were recorded and as they came out, for the sheet of right verdicts. */
import { assert } from "@std/assert";
import { sha256 } from "../../src/base/digest.ts";
import { RUN_CARD } from "../../src/base/media_types.ts";
import { isNewRunName, newRunName } from "../../src/base/names.ts";
import type { OwnFolder } from "../../src/base/own_folders.ts";
import type { JsonNumber } from "../../src/base/numbers.ts";
import { fromJsonNumber } from "../../src/base/numbers.ts";
import type { Journal } from "../../src/journal/journal.ts";
import type { AnyOutput } from "../../src/notebook/outputs.ts";
import { buildBundle } from "../../src/record/bundle/pack.ts";
import {
  type ReadableBundle,
  readBundle,
} from "../../src/record/bundle/read.ts";
import { collectBundle } from "../../src/record/collect_bundle.ts";
import { checkBundle } from "../../src/reproduce/checks.ts";
import type { MaskKind } from "../../src/reproduce/compare/types.ts";
import { planCells } from "../../src/reproduce/replay/plan.ts";
import type {
  Difference,
  ReproduceDimension,
} from "../../src/reproduce/replay/types.ts";
import { judge } from "../../src/reproduce/judge.ts";
import { conclude, type VerdictCore } from "../../src/reproduce/verdict.ts";

/** What one of the two runs showed and logged. */
export interface Side {
  /** Standard output of its cell. */
  out?: string;
  /** Standard error of its cell. */
  err?: string;
  /** Further outputs of its cell. */
  outputs?: AnyOutput[];
  status?: "ok" | "error" | "aborted";
  metrics?: Record<string, readonly JsonNumber[]>;
  /** The step of the first point of each metric. */
  step?: number;
  params?: Record<string, string>;
  tags?: Record<string, string>;
  /** Tags that the cell set by names of nbtrack's own. */
  ownTags?: Record<string, string>;
  artifacts?: Record<string, string | Uint8Array>;
  /** Digests of datasets that were made in memory, by name. */
  derived?: Record<string, string>;
  end?: "FINISHED" | "FAILED" | "KILLED";
  /** Why it ended so, when the notebook did not end it. */
  reason?: string;
  /** The run's name; one that nbtrack makes when left out. */
  name?: string;
  /** What is missing, which nbtrack says on standard error. */
  missing?: [what: string, why: string][];
}

/** A pair and its right verdict. */
export interface Pair {
  /** What it is about. */
  about: string;
  /** The source of the cell. @default {"show(1)"} */
  source?: string;
  /** Where its source was read. @default {"wire"} */
  source_from?: "wire" | "file";
  then: Side | string;
  now: Side | string;
  verdict: "REPRODUCED" | "DRIFTED" | "FAILED";
  /** What was not as it was recorded. */
  differences?: Difference[];
  /** Dimensions of the right causes. @default {none} */
  causes?: ReproduceDimension[];
  /** What must be masked for it, and nothing else. @default {nothing} */
  masked?: MaskKind[];
  /** A part of one of the sentences that must be said. */
  says?: string;
  /** What keeps the replay from its end. */
  failure?: { dimension: ReproduceDimension; what: string };
  tolerance?: { rtol?: number; atol?: number };
  /** What somebody changed in the bundle before it was reproduced. @default {nothing} */
  edit?: (bundle: ReadableBundle) => ReadableBundle;
}

/** A bundle with another file, and the digest of that file among those of all files. */
export function edited(
  bundle: ReadableBundle,
  path: string,
  text: string,
): ReadableBundle {
  const bytes = new TextEncoder().encode(text);
  assert(path in bundle.manifest.files);
  const file = { digest: sha256(bytes), size: bytes.length };
  return {
    ...bundle,
    manifest: {
      ...bundle.manifest,
      files: { ...bundle.manifest.files, [path]: file },
    },
    file: async (name) => name === path ? bytes : await bundle.file(name),
  };
}

/** A bundle whose manifest says something else. */
export function withManifest(
  bundle: ReadableBundle,
  change: Partial<ReadableBundle["manifest"]>,
): ReadableBundle {
  return { ...bundle, manifest: { ...bundle.manifest, ...change } };
}

/** A bundle as versions wrote it that kept no digests of results, no sign of zero and no names of tags' authors. */
export function ofEarlierVersion(bundle: ReadableBundle): ReadableBundle {
  const { user_tags: _, seals, ...manifest } = bundle.manifest;
  if (seals === undefined) return { ...bundle, manifest };
  const { results: __, ...others } = seals;
  return { ...bundle, manifest: { ...manifest, seals: others } };
}

/** A difference of a dimension. */
export function differs(
  dimension: ReproduceDimension,
  contradiction = false,
): Difference {
  return { dimension, what: `${dimension} differs`, contradiction };
}

/** A value that a cell shows, by its media type. */
export function shows(type: string, value: unknown): Side {
  return {
    outputs: [{
      output_type: "display_data",
      data: { [type]: value },
      metadata: {},
    }],
  };
}

/** A failure of a cell. @param places Lines and columns of the cell in which it was thrown */
export function throws(
  ename: string,
  evalue: string,
  ...places: readonly string[]
): Side {
  const traceback = places.map((place) => `    at <anonymous>:${place}`);
  return {
    status: "error",
    outputs: [{ output_type: "error", ename, evalue, traceback }],
  };
}

/** A card of a run of an experiment. */
export function card(experiment: string, text: string): AnyOutput {
  const name = newRunName();
  return {
    output_type: "display_data",
    data: {
      [RUN_CARD]: { run_id: crypto.randomUUID(), name, experiment },
      "text/plain": `${name} ${text}`,
    },
    metadata: {},
  };
}

const FOLDERS: Record<"then" | "now", OwnFolder[]> = {
  then: [
    { kind: "work folder", path: "/home/ann/study" },
    { kind: "home", path: "/home/ann" },
    { kind: "temporary folder", path: "/tmp" },
    { kind: "cache", path: "/home/ann/.cache/deno" },
  ],
  now: [
    { kind: "work folder", path: "/scratch/nbtrack-reproduce-1/study" },
    { kind: "home", path: "/home/bob" },
    { kind: "temporary folder", path: "/scratch" },
    { kind: "cache", path: "/home/bob/.cache/deno" },
  ],
};

/** Writes both runs and judges the second by the first one's bundle. */
export async function judgePair(
  journal: Journal,
  pair: Pair,
): Promise<VerdictCore> {
  const then = sideOf(pair.then);
  const now = sideOf(pair.now);
  const source = pair.source ?? "show(1)";
  const recorded = write(journal, then, source, "then", pair.source_from);
  const reproduced = write(journal, now, source, "now");
  const { zip } = await buildBundle(collectBundle(journal, recorded.run_id));
  const read = await readBundle(zip);
  const bundle = pair.edit?.(read) ?? read;
  const checked = await checkBundle(bundle);
  return conclude(
    await judge({
      journal,
      bundle,
      home: null,
      planned: planCells(bundle.cells, checked.recorded),
      replayed: [{
        index: 0,
        status: now.status ?? "ok",
        outputs: reproduced.outputs,
      }],
      run_id: reproduced.run_id,
      span: { start: reproduced.start, end: Date.now() },
      failure: pair.failure ?? null,
      differences: [...checked.differences, ...pair.differences ?? []],
      wanted: null,
      warnings: [],
      tolerance: pair.tolerance ?? {},
    }),
    null,
  );
}

function sideOf(side: Side | string): Side {
  return typeof side === "string" ? { out: side } : side;
}

let made = 0;

function write(
  journal: Journal,
  side: Side,
  source: string,
  which: "then" | "now",
  source_from: "wire" | "file" = "wire",
): { run_id: string; start: number; outputs: AnyOutput[] } {
  made++;
  const { session_id } = journal.sessions.open({
    kind: "kernel",
    pid: 2_000_000 + made,
    process_started: `pair ${made}`,
    connection_file: null,
    cwd: FOLDERS[which][0]?.path ?? "",
    notebook: null,
    main_module: null,
  });
  const run = journal.runs.create({
    session_id,
    experiment: "study",
    name: side.name ?? newRunName(),
    options: JSON.stringify({ name: side.name ?? null }),
  });
  const { run_id, start_time: start } = run;
  const filled = (text: string) => fill(text, run, which);
  const outputs = outputsOf(side, filled);
  journal.executions.put({
    session_id,
    position: 0,
    msg_id: `m${made}`,
    execution_count: 1,
    source,
    cell_id: "c1",
    status: side.status ?? "ok",
    start_time: start,
    end_time: start + 1000,
    via: "runner",
    source_from,
    source_gap: null,
    flags: [],
  });
  journal.executions.putOutputs(
    session_id,
    0,
    outputs.map((output) => JSON.stringify(output)),
  );
  log(journal, run_id, side, filled);
  journal.entries.setDocument(
    run_id,
    "folders",
    JSON.stringify(FOLDERS[which]),
  );
  journal.runs.end(run_id, side.end ?? "FINISHED", {
    reason: side.reason ?? null,
  });
  journal.runs.setLastExecution(run_id, 0);
  journal.runs.setFinalised(run_id, Date.now());
  journal.sessions.end(session_id, "shutdown", Date.now());
  return { run_id, start, outputs };
}

function log(
  journal: Journal,
  run_id: string,
  side: Side,
  filled: (text: string) => string,
): void {
  for (const [key, value] of Object.entries(side.params ?? {})) {
    journal.entries.setParam(run_id, key, filled(value));
  }
  for (const [key, value] of Object.entries(side.tags ?? {})) {
    journal.entries.setTag(run_id, key, filled(value));
  }
  for (const [key, value] of Object.entries(side.ownTags ?? {})) {
    journal.entries.setTag(run_id, key, value);
  }
  journal.entries.setDocument(
    run_id,
    "user_tags",
    JSON.stringify(side.ownTags ?? {}),
  );
  for (const [what, why] of side.missing ?? []) {
    journal.entries.setMissing(run_id, what, why);
  }
  const writer = journal.metricWriter(run_id);
  for (const [key, values] of Object.entries(side.metrics ?? {})) {
    values.forEach((value, i) =>
      writer.log(key, fromJsonNumber(value), (side.step ?? 0) + i)
    );
  }
  writer.close();
  for (const [path, content] of Object.entries(side.artifacts ?? {})) {
    const bytes = typeof content === "string"
      ? new TextEncoder().encode(filled(content))
      : content;
    journal.artifacts.put(run_id, path, bytes, {
      content_type: typeOf(path),
      origin: "user",
    });
  }
  for (const [name, digit] of Object.entries(side.derived ?? {})) {
    journal.datasets.put(run_id, name, {
      fingerprint: JSON.stringify({
        uri: "memory:rows",
        kind: "memory",
        digest: `sha256:${digit.repeat(64)}`,
        digest_algorithm: "table",
        size: 10,
        rows: 2,
        columns: null,
      }),
    });
  }
}

function outputsOf(
  { out, err, outputs = [] }: Side,
  filled: (text: string) => string,
): AnyOutput[] {
  const stream = (name: string, text: string | undefined): AnyOutput[] =>
    text === undefined
      ? []
      : [{ output_type: "stream", name, text: filled(text) }];
  return [
    ...stream("stdout", out),
    ...stream("stderr", err),
    ...outputs.map((output) => JSON.parse(filled(JSON.stringify(output)))),
  ];
}

/** Puts a run's own texts instead of `{id}`, `{short}`, `{name}`, `{cwd}`, `{home}`, `{tmp}`, `{now}`, `{day}`. */
function fill(
  text: string,
  run: { run_id: string; name: string; start_time: number },
  which: "then" | "now",
): string {
  const path = (n: number) => FOLDERS[which][n]?.path ?? "";
  const moment = new Date(run.start_time + (which === "then" ? 3 : 11));
  const texts: Record<string, string> = {
    id: run.run_id,
    short: run.run_id.slice(0, 8),
    name: isNewRunName(run.name) ? run.name : "",
    cwd: path(0),
    home: path(1),
    tmp: path(2),
    cache: path(3),
    now: moment.toISOString(),
    date: String(moment),
  };
  return text.replace(/\{(\w+)\}/g, (all, key) => texts[key] ?? all);
}

function typeOf(path: string): string {
  const types: Record<string, string> = {
    json: "application/json",
    svg: "image/svg+xml",
    html: "text/html",
    csv: "text/csv",
    txt: "text/plain",
    png: "image/png",
  };
  return types[path.split(".").pop() ?? ""] ?? "application/octet-stream";
}
