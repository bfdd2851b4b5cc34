/**
 * An earlier run, read from the journal or a server.
 *
 * @module
 */
import { ifThereAsync } from "../base/files.ts";
import { sha256 } from "../base/digest.ts";
import { NbtrackError } from "../base/errors.ts";
import { nearest } from "../base/nearest.ts";
import { fromJsonNumber } from "../base/numbers.ts";
import { Journal } from "../journal/journal.ts";
import type { BundledDataFile } from "./bundle/manifest.ts";
import { joinPath } from "./bundle/paths.ts";
import { type ReadableBundle, readBundle } from "./bundle/read.ts";
import { OWN_TEXT_LIMITS, TEXT_LIMITS } from "./bundle/text_limits.ts";
import { isUnknownNameError } from "./errors.ts";
import { findRun } from "./find.ts";
import type {
  LoadedArtifact,
  LoadedDataset,
  LoadedRun,
  LoadOptions,
} from "./loaded_types.ts";
import { JournalReader } from "./journal_reader.ts";
import { idOf } from "./listed_runs.ts";
import type { RunToCompare } from "./listed_types.ts";
import type { RunReader } from "./reader.ts";
import { NO_REDACTION } from "../redaction/no_redaction.ts";
import type { RecordedDataset } from "./schema/record.ts";

/** Loads a run; see `load.ts`. */
export async function loadRun(
  text: string,
  options: LoadOptions & { home?: string },
): Promise<LoadedRun> {
  // Kept open: points, data and artifacts are read when they are asked for.
  const journal = Journal.open({
    redactor: NO_REDACTION,
    ...options.home === undefined ? {} : { home: options.home },
  });
  const { experiment } = options;
  const { run_id, reader } = await findRun(text, journal, { experiment });
  const record = await reader.get(run_id);
  const bundle = bundleOnce(reader, run_id);
  const local = journal.runs.get(run_id);
  const folder = local === undefined
    ? null
    : journal.sessions.get(local.session_id)?.cwd ?? null;
  const datasets = record.datasets.map((dataset) =>
    datasetOf(dataset, folder, bundle)
  );
  const artifacts = record.artifacts.map(({ path, size }) =>
    artifactOf(reader, run_id, { path, size })
  );
  return {
    id: run_id,
    name: record.name,
    experiment: record.experiment,
    status: record.status,
    params: record.params,
    tags: record.tags,
    metrics: Object.fromEntries(
      Object.entries(record.metrics).map(([key, value]) => [
        key,
        fromJsonNumber(value),
      ]),
    ),
    datasets,
    artifacts,
    cells: record.cells.map(({ index, source, status, outputs }) => ({
      index,
      source,
      status,
      outputs,
    })),
    points: async (metric) =>
      (await reader.points(run_id, metric)).map((point) => ({
        step: point.step,
        timestamp: point.timestamp,
        value: point.value === null ? NaN : fromJsonNumber(point.value),
      })),
    dataset: (name) => byName("dataset", name, datasets, (d) => d.name),
    artifact: (path) => byName("artifact", path, artifacts, (a) => a.path),
  };
}

/** Loads several runs; see `load.ts`. */
export async function loadRuns(
  runs: readonly RunToCompare[],
  options: LoadOptions & { home?: string },
): Promise<LoadedRun[]> {
  const loaded: LoadedRun[] = [];
  for (const run of runs) loaded.push(await loadRun(idOf(run), options));
  return loaded;
}

type Bundle = () => Promise<ReadableBundle | null>;

/** The run's bundle, read when it is needed first; null when it has none. */
function bundleOnce(reader: RunReader, run_id: string): Bundle {
  let known: Promise<ReadableBundle | null> | undefined;
  const read = async () => {
    try {
      const bytes = await allOf(await reader.artifact(run_id, "bundle.zip"));
      return await readBundle(
        bytes,
        reader instanceof JournalReader ? OWN_TEXT_LIMITS : TEXT_LIMITS,
      );
    } catch (error) {
      if (isUnknownNameError(error)) return null;
      throw error;
    }
  };
  return () => known ??= read();
}

function datasetOf(
  { name, digest, rows, columns, uri }: RecordedDataset,
  folder: string | null,
  bundle: Bundle,
): LoadedDataset {
  const bytes = async (): Promise<Uint8Array> => {
    const opened = await bundle();
    const files = opened?.manifest.datasets.find((d) => d.name === name)
      ?.files ?? [];
    const [file] = files;
    if (opened === null || file === undefined || files.length > 1) {
      throw new NbtrackError(
        `Dataset "${name}" is no single file that was recorded with its contents.`,
        { hint: uri === null ? "" : `It came from ${uri}.` },
      );
    }
    const found = await contentOf(opened, file, folder);
    if (found !== null) return found;
    throw new NbtrackError(
      `The contents of dataset "${name}" cannot be had as they were: ${file.path} is gone or was changed.`,
      { hint: `Its digest is ${file.digest}.` },
    );
  };
  return {
    name,
    digest,
    rows,
    columns,
    uri,
    bytes,
    read: async () => textOf(`dataset "${name}"`, await bytes()),
  };
}

/** A file with the recorded digest: from the bundle, else from where it was. */
async function contentOf(
  bundle: ReadableBundle,
  file: BundledDataFile,
  folder: string | null,
): Promise<Uint8Array | null> {
  const packed = file.file === null ? null : await bundle.file(file.file);
  if (packed !== null && sha256(packed) === file.digest) return packed;
  if (folder === null) return null;
  const path = joinPath(folder, file.path);
  const bytes = await ifThereAsync(() => Deno.readFile(path));
  return bytes !== null && sha256(bytes) === file.digest ? bytes : null;
}

function artifactOf(
  reader: RunReader,
  run_id: string,
  { path, size }: Pick<LoadedArtifact, "path" | "size">,
): LoadedArtifact {
  const bytes = async () => allOf(await reader.artifact(run_id, path));
  return {
    path,
    size,
    bytes,
    read: async () => textOf(`artifact "${path}"`, await bytes()),
  };
}

function byName<T>(
  kind: string,
  name: string,
  all: readonly T[],
  nameOf: (item: T) => string,
): T {
  const found = all.find((item) => nameOf(item) === name);
  if (found !== undefined) return found;
  const names = all.map(nameOf);
  const near = nearest(name, names);
  throw new NbtrackError(`The run has no ${kind} "${name}".`, {
    hint: near !== null
      ? `Did you mean "${near}"?`
      : names.length === 0
      ? "It has none."
      : `It has ${names.join(", ")}.`,
  });
}

function textOf(what: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new NbtrackError(`The contents of ${what} are no text.`, {
      cause,
      hint: "Read them by bytes().",
    });
  }
}

async function allOf(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  return new Uint8Array(
    await new Response(stream as ReadableStream<Uint8Array<ArrayBuffer>>)
      .arrayBuffer(),
  );
}
