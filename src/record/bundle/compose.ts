/**
 * The manifest of a bundle, put together from what its run left behind.
 *
 * @module
 */
import { sha256 } from "../../base/digest.ts";
import { jsonTextDigest, outputsDigest } from "./canonical.ts";
import type { AnyOutput } from "../../notebook/outputs.ts";
import { nameFolders } from "./folders.ts";
import {
  type BundledArtifact,
  type BundledCell,
  type BundledDataset,
  type Manifest,
  MANIFEST_VERSION,
} from "./manifest.ts";
import { secondDigestsOf } from "./second_digests.ts";
import { endOf } from "./session_notebook.ts";
import type { BundleSource } from "./source.ts";

/** The manifest of a bundle of these files. */
export function manifestOf(
  source: BundleSource,
  files: ReadonlyMap<string, Uint8Array>,
): Manifest {
  const manifest = withoutSecondDigests(source, files);
  return { ...manifest, seals: secondDigestsOf(manifest) };
}

function withoutSecondDigests(
  source: BundleSource,
  files: ReadonlyMap<string, Uint8Array>,
): Manifest {
  const { record } = source;
  const present = (path: string) => files.has(path) ? path : null;
  return {
    schema_version: MANIFEST_VERSION,
    nbtrack: source.nbtrack,
    run: {
      run_id: record.run_id,
      name: record.name,
      experiment: record.experiment,
      status: record.status,
      start_time: record.start_time,
      end_time: record.end_time,
      end_reason: record.end_reason,
      parent: record.parent,
      reproduces: record.reproduces,
      provenance: record.provenance,
      description: record.description,
      ordinal: source.ordinal,
      opened_by_runner: source.opened_by_runner,
      attempt: source.attempt,
    },
    params: record.params,
    tags: record.tags,
    user_tags: source.user_tags,
    metrics: source.metrics,
    tolerance: source.tolerance,
    seed: record.seed,
    seed_reach: source.seed_reach,
    network_reach: source.network_reach,
    overrides: source.overrides,
    environment: record.environment,
    env_names: source.env_names,
    hosts: source.hosts,
    network: record.network,
    written: record.written,
    git: record.git,
    folder: source.folder,
    project_files: source.project_files,
    folders: nameFolders(source.folders, record.run_id),
    notebook: notebookOf(source),
    cells: record.cells.map((cell): BundledCell => ({
      index: cell.index,
      id: cell.id,
      execution_count: cell.execution_count,
      status: endOf(cell),
      start_time: cell.start_time,
      end_time: cell.end_time,
      flags: cell.flags,
      ...cell.interrupted === true ? { interrupted: true } : {},
      source_from: cell.source_from,
      source: source.unseen.has(cell.index) ? null : sha256(cell.source),
      outputs: outputsDigest(cell.outputs as AnyOutput[]),
    })),
    datasets: source.datasets.map(
      ({ fingerprint: _, left_out: __, ...dataset }, n): BundledDataset => ({
        ...dataset,
        files: dataset.files.map(({ bytes: _, secret: __, ...file }) => ({
          ...file,
          file: present(dataPath(n, file.path)),
        })),
      }),
    ),
    packages: record.packages,
    lock: source.lock === null ? null : jsonTextDigest(source.lock),
    config: source.config === null ? null : jsonTextDigest(source.config),
    modules: record.modules.map((module, n) => ({
      ...module,
      file: present(modulePath(n, module.path)),
    })),
    artifacts: source.artifacts.map(
      ({ bytes: _, ...artifact }, n): BundledArtifact => ({
        ...artifact,
        file: present(bundledArtifactPath(n, artifact.path)),
      }),
    ),
    models: source.models,
    changed: record.changed,
    hidden_state: record.hidden_state,
    redactions: record.redactions,
    missing: record.missing,
    files: Object.fromEntries(
      [...files].sort(([a], [b]) => a < b ? -1 : 1)
        .map(([path, bytes]) => [path, describe(bytes)]),
    ),
  };
}

function notebookOf(
  { record, notebook_file }: BundleSource,
): Manifest["notebook"] {
  if (record.notebook === null) return null;
  return {
    name: record.notebook.split(/[/\\]/).pop() ?? record.notebook,
    digest: notebook_file === null ? null : sha256(notebook_file),
  };
}

/** The path of a dataset's file in a bundle: with a number, as two paths outside of the notebook's folder could become one. */
export function dataPath(n: number, path: string): string {
  return `data/${n}/${insidePath(path)}`;
}

/** The path of a local module in a bundle. */
export function modulePath(n: number, path: string): string {
  return path.startsWith("../") || path.includes(":")
    ? `local/_outside/${n}/${insidePath(path)}`
    : `local/${path}`;
}

/** The path of an artifact in a bundle. */
export function bundledArtifactPath(n: number, path: string): string {
  return `artifacts/${n}/${insidePath(path)}`;
}

/** A path that stays inside a folder, whatever it was. */
function insidePath(path: string): string {
  return path.split("/").filter((part) => part !== "" && part !== ".").map(
    (part) => part === ".." ? "_up" : part.replaceAll(/[\\:\0]/g, "_"),
  ).join("/");
}

/** A file as the manifest vouches for it. */
export function describe(bytes: Uint8Array): { digest: string; size: number } {
  return { digest: sha256(bytes), size: bytes.length };
}
