/**
 * The recorded run and the new one, as they are compared.
 *
 * @module
 */
import { ifThere } from "../base/files.ts";
import type { Digest } from "../base/digest.ts";
import { isNewRunName } from "../base/names.ts";
import { type OwnFolder, ownFolders } from "../base/own_folders.ts";
import { TAG } from "../gitlab/fields.ts";
import type { Journal } from "../journal/journal.ts";
import type { BundledDataset, Manifest } from "../record/bundle/manifest.ts";
import type { ReadableBundle } from "../record/bundle/read.ts";
import type { BundleSource } from "../record/bundle/source.ts";
import { isOwnTag } from "../record/own_tags.ts";
import type { ComparedArtifact } from "./compare/artifacts.ts";
import { finderOfDigests, finderOfPaths } from "./compare/folders.ts";
import type { DerivedDataset } from "./compare/logged.ts";
import type { RunSide } from "./compare/runs.ts";
import type { TimeSpan } from "./compare/times.ts";
import type { PlannedCell } from "./replay/plan.ts";
import type { ReplayedCell } from "./replay/types.ts";

/** The recorded run. @param known The notebook's folder, where this machine recorded it, and which datasets are not compared. */
export function recordedSide(
  bundle: ReadableBundle,
  planned: readonly PlannedCell[],
  { journal, home, left_out }: {
    journal: Journal;
    home: string | null;
    left_out: readonly string[];
  },
): RunSide {
  const { manifest } = bundle;
  const { run } = manifest;
  return {
    run_id: run.run_id,
    name: run.name,
    cells: planned.map(({ of, status, outputs }) =>
      of === null && outputs.length === 0
        ? null
        : { status: status ?? "ok", outputs }
    ),
    metrics: manifest.metrics,
    artifacts: recordedArtifacts(bundle, journal),
    models: recordedModels(bundle, journal),
    logged: {
      params: manifest.params,
      tags: userTags(manifest.tags, manifest.user_tags, run.description),
      derived: derivedOf(manifest.datasets, { given: null, left_out }),
      status: endedAs(run),
      experiment: run.experiment,
      name: isNewRunName(run.name) ? null : run.name,
      description: run.description,
    },
    folders: manifest.folders === undefined
      ? finderOfPaths(home === null ? [] : ownFolders(home))
      : finderOfDigests(manifest.folders, run.run_id),
    span: spanOf(manifest),
    messages: messagesOf(manifest.missing),
  };
}

/** What is known of a reproduction besides its record. */
export interface ReplayedParts {
  journal: Journal;
  cells: readonly ReplayedCell[];
  /** Its own folders; those that its recorder noted when left out. */
  folders?: readonly OwnFolder[];
  span: TimeSpan;
  /** Names of the datasets that it did not make; null where its record says it of each. */
  given: readonly string[] | null;
  /** Names of the datasets that are not compared. */
  left_out: readonly string[];
  /** Whether the recorded run tells which tags of nbtrack's own names the notebook set. */
  tells: boolean;
}

/** The new run. */
export function reproducedSide(
  now: BundleSource,
  { journal, cells, folders, span, given, left_out, tells }: ReplayedParts,
): RunSide {
  const { record } = now;
  return {
    run_id: record.run_id,
    name: record.name,
    cells: cells.map((cell) => cell.status === "skipped" ? null : cell),
    metrics: now.metrics,
    artifacts: now.artifacts.map((artifact) => ({
      ...artifact,
      read: () => Promise.resolve(stored(journal, artifact.digest as Digest)),
    })),
    models: now.models.map((model) => ({
      ...model,
      files: model.files.map((file) => ({
        ...file,
        read: () => Promise.resolve(stored(journal, file.digest as Digest)),
      })),
    })),
    logged: {
      params: record.params,
      tags: userTags(
        record.tags,
        tells ? now.user_tags : {},
        record.description,
      ),
      derived: derivedOf(now.datasets, { given, left_out }),
      status: endedAs(record),
      experiment: record.experiment,
      name: isNewRunName(record.name) ? null : record.name,
      description: record.description,
    },
    folders: finderOfPaths(folders ?? now.folders),
    span,
    messages: messagesOf(record.missing),
  };
}

/** The artifacts of the recorded run, with their contents where these travel or lie in the journal. */
function recordedArtifacts(
  { manifest, file }: ReadableBundle,
  journal: Journal,
): ComparedArtifact[] {
  return manifest.artifacts.map((artifact) => ({
    ...artifact,
    read: async () =>
      (artifact.file === null ? null : await file(artifact.file)) ??
        stored(journal, artifact.digest as Digest),
  }));
}

/** The models that the recorded run registered: contents of their files travel as those of artifacts do. */
function recordedModels(
  bundle: ReadableBundle,
  journal: Journal,
): RunSide["models"] {
  const artifacts = recordedArtifacts(bundle, journal);
  return bundle.manifest.models?.map((model) => ({
    ...model,
    files: model.files.map((file) => ({
      ...file,
      read: () =>
        artifacts.find(({ digest }) => digest === file.digest)?.read() ??
          Promise.resolve(stored(journal, file.digest as Digest)),
    })),
  })) ?? null;
}

/** An artifact's contents from the journal's own files. */
function stored(journal: Journal, digest: Digest): Uint8Array | null {
  return ifThere(() => Deno.readFileSync(journal.artifacts.file(digest)));
}

/** Datasets that the notebook made; the others are what it was given. */
function derivedOf(
  datasets: readonly Pick<
    BundledDataset,
    "name" | "context" | "digest" | "rows" | "kind" | "made"
  >[],
  { given, left_out }: Pick<ReplayedParts, "given" | "left_out">,
): DerivedDataset[] {
  return datasets.filter(({ name, kind, made }) =>
    !left_out.includes(name) &&
    (kind === "memory" || (given === null ? made : !given.includes(name)))
  )
    .map(({ name, context, digest, rows }) => ({
      name,
      context,
      digest,
      rows,
    }));
}

/** The tags that a notebook set; those of nbtrack's own names as it set them. */
function userTags(
  tags: Readonly<Record<string, string>>,
  own: Readonly<Record<string, string>> = {},
  description: string | null,
): Record<string, string> {
  return {
    ...Object.fromEntries(
      Object.entries(tags).filter(([key, value]) =>
        !isOwnTag(key) && !(key === TAG.note && value === description)
      ),
    ),
    ...own,
  };
}

/** How a run ended, unless it was killed: that is no result. */
function endedAs(
  { status, end_reason }: { status: string; end_reason: string | null },
): string | null {
  return status === "KILLED" && end_reason !== null ? null : status;
}

/** From the first cell that is known of to the end. */
function spanOf({ run, cells }: Manifest): TimeSpan {
  const times = cells.flatMap(({ start_time, end_time }) =>
    [start_time, end_time].filter((time) => time !== null)
  );
  const end = run.end_time ?? run.start_time;
  return {
    start: Math.min(run.start_time, ...times),
    end: Math.max(end, ...times),
  };
}

/** The lines that nbtrack prints of what is missing. */
function messagesOf(
  missing: readonly { what: string; why: string }[],
): ReadonlySet<string> {
  return new Set(
    missing.flatMap(({ what, why }) =>
      `nbtrack: ${what}: ${why}`.split("\n").flatMap((line) =>
        line.trim() === "" ? [] : [line.trimEnd()]
      )
    ),
  );
}
