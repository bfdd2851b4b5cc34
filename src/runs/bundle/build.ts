/**
 * Building a run's bundle: the files, the archive, and the artifacts the recorder keeps.
 *
 * @module
 */
import { sha256 } from "../../base/digest.ts";

import type { Journal } from "../../journal/journal.ts";
import { jsonTextDigest, type Output, outputsDigest } from "./canonical.ts";
import {
  type BundledArtifact,
  type BundledCell,
  type BundledDataset,
  type Manifest,
  SCHEMA_VERSION,
} from "./manifest.ts";
import {
  endOf,
  type NotebookExtras,
  sessionNotebook,
} from "./session_notebook.ts";
import { type BundleSource, collectBundle } from "./source.ts";
import { packZip } from "./zip_write.ts";

/** Other files travel in the logged notebook up to this size, and up to it together. */
export const MAX_NOTEBOOK_FILES_BYTES = 2 << 20;
/** Names that decide how Deno and npm work in a folder: such a module travels under another name. */
const ENCODER = new TextEncoder();

/** A bundle in memory. */
export interface BuiltBundle {
  manifest: Manifest;
  /** Contents by path. */
  files: Map<string, Uint8Array>;
  zip: Uint8Array;
}

/** Builds a bundle: the same source gives the same bytes. */
export async function buildBundle(source: BundleSource): Promise<BuiltBundle> {
  const files = contentsOf(source);
  const manifest = manifestOf(source, files);
  const extras = extrasOf(source, manifest, files);
  const session = ENCODER.encode(sessionNotebook(source.record, extras));
  files.set("session.ipynb", session);
  manifest.files["session.ipynb"] = describe(session);
  files.set("manifest.json", json(manifest));
  return { manifest, files, zip: await packZip(files) };
}

/** Builds a run's bundle and keeps it, with its readable parts, among the run's artifacts. */
export async function recordArtifacts(
  journal: Journal,
  run_id: string,
): Promise<void> {
  const source = collectBundle(journal, run_id);
  for (const dataset of source.datasets) {
    if (dataset.left_out === null) continue;
    const why = `its contents do not travel: ${dataset.left_out}`;
    journal.entries.setMissing(run_id, `data of "${dataset.name}"`, why);
    source.record.missing.push({ what: `data of "${dataset.name}"`, why });
  }
  const { files, zip } = await buildBundle(source);
  const put = (path: string, bytes: Uint8Array, content_type: string) =>
    journal.artifacts.put(run_id, path, bytes, {
      content_type,
      origin: "record",
    });
  const parts = [
    ["session.ipynb", "application/x-ipynb+json"],
    ["manifest.json", "application/json"],
    ["deno.lock", "application/json"],
  ] as const;
  for (const [path, type] of parts) {
    const bytes = files.get(path);
    if (bytes !== undefined) put(path, bytes, type);
  }
  put("bundle.zip", zip, "application/zip");
}

/** Every file but those that hold the manifest. */
function contentsOf(source: BundleSource): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  const text = (path: string, content: string | null) => {
    if (content !== null) files.set(path, ENCODER.encode(content));
  };
  text("notebook.ipynb", source.notebook_file);
  text("deno.json", source.config);
  text("deno.lock", source.lock);
  text("changes.diff", source.changes_diff);
  files.set(
    "datasets.json",
    json(
      source.datasets.map(({ name, fingerprint }) => ({ name, fingerprint })),
    ),
  );
  for (const [n, module] of source.record.modules.entries()) {
    const bytes = moduleBytes(source, module.path, module.digest);
    if (bytes !== null) files.set(modulePlace(n, module.path), bytes);
  }
  source.datasets.forEach((dataset, n) => {
    for (const file of dataset.files) {
      if (file.bytes !== null) files.set(dataPlace(n, file.path), file.bytes);
    }
  });
  source.artifacts.forEach(({ path, bytes }, n) => {
    if (bytes !== null) files.set(artifactPlace(n, path), bytes);
  });
  return files;
}

function manifestOf(
  source: BundleSource,
  files: ReadonlyMap<string, Uint8Array>,
): Manifest {
  const { record } = source;
  const present = (path: string) => files.has(path) ? path : null;
  return {
    schema_version: SCHEMA_VERSION,
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
      description: record.description,
      ordinal: source.ordinal,
      opened_by_runner: source.opened_by_runner,
      attempt: source.attempt,
    },
    params: record.params,
    tags: record.tags,
    metrics: source.metrics,
    tolerance: source.tolerance,
    seed: record.seed,
    overrides: source.overrides,
    environment: record.environment,
    env_names: source.env_names,
    hosts: source.hosts,
    git: record.git,
    notebook: notebookOf(source),
    cells: record.cells.map((cell): BundledCell => ({
      index: cell.index,
      id: cell.id,
      execution_count: cell.execution_count,
      status: endOf(cell),
      start_time: cell.start_time,
      end_time: cell.end_time,
      flags: cell.flags,
      source: source.unseen.has(cell.index) ? null : sha256(cell.source),
      outputs: outputsDigest(cell.outputs as Output[]),
    })),
    datasets: source.datasets.map(
      ({ fingerprint: _, left_out: __, ...dataset }, n): BundledDataset => ({
        ...dataset,
        files: dataset.files.map(({ bytes: _, ...file }) => ({
          ...file,
          file: present(dataPlace(n, file.path)),
        })),
      }),
    ),
    packages: record.packages,
    lock: source.lock === null ? null : jsonTextDigest(source.lock),
    config: source.config === null ? null : jsonTextDigest(source.config),
    modules: record.modules.map((module, n) => ({
      ...module,
      file: present(modulePlace(n, module.path)),
    })),
    artifacts: source.artifacts.map(
      ({ bytes: _, ...artifact }, n): BundledArtifact => ({
        ...artifact,
        file: present(artifactPlace(n, artifact.path)),
      }),
    ),
    changed: record.changed,
    redactions: record.redactions,
    missing: record.missing,
    files: Object.fromEntries(
      [...files].sort(([a], [b]) => a < b ? -1 : 1)
        .map(([path, bytes]) => [path, describe(bytes)]),
    ),
  };
}

/** What the logged notebook carries: as much as fits, the rest is named in its manifest. */
function extrasOf(
  source: BundleSource,
  manifest: Manifest,
  files: ReadonlyMap<string, Uint8Array>,
): NotebookExtras {
  let room = MAX_NOTEBOOK_FILES_BYTES;
  const extras: NotebookExtras["files"] = {};
  const named = (path: string | null) => {
    const bytes = path === null ? undefined : files.get(path);
    if (path === null || bytes === undefined || bytes.length > room) return;
    room -= bytes.length;
    extras[path] = textOrBase64(bytes);
  };
  for (const module of manifest.modules) named(module.file);
  for (const { files } of manifest.datasets) {
    for (const { file } of files) named(file);
  }
  for (const artifact of manifest.artifacts) named(artifact.file);
  return {
    manifest,
    config: parsedOrNull(source.config),
    lock: parsedOrNull(source.lock),
    files: extras,
  };
}

function moduleBytes(
  source: BundleSource,
  path: string,
  digest: string,
): Uint8Array | null {
  const text = source.module_sources[path];
  if (text === undefined) return null;
  const bytes = ENCODER.encode(text);
  if (sha256(bytes) === digest) return bytes;
  try {
    const decoded = Uint8Array.fromBase64(text);
    return sha256(decoded) === digest ? decoded : null;
  } catch {
    return null; // neither the text nor its base64 is what was imported
  }
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

/** Number and file name keep paths apart that lead out of the notebook's folder. */
const dataPlace = (n: number, path: string) => `data/${n}/${insidePath(path)}`;
const modulePlace = (n: number, path: string) =>
  path.startsWith("../") || path.includes(":")
    ? `local/${n}/${insidePath(path)}`
    : `local/${path}`;
const artifactPlace = (n: number, path: string) =>
  `artifacts/${n}/${insidePath(path)}`;

/** A path that stays inside a folder, whatever it was. */
function insidePath(path: string): string {
  return path.split("/").filter((part) => part !== "" && part !== ".").map(
    (part) => part === ".." ? "_up" : part.replaceAll(/[\\:\0]/g, "_"),
  ).join("/");
}

function describe(bytes: Uint8Array): { digest: string; size: number } {
  return { digest: sha256(bytes), size: bytes.length };
}

function json(value: unknown): Uint8Array {
  return ENCODER.encode(`${JSON.stringify(value, null, 1)}\n`);
}

function textOrBase64(
  bytes: Uint8Array,
): { text: string } | { base64: string } {
  try {
    return {
      text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
        .decode(bytes),
    };
  } catch {
    return { base64: bytes.toBase64() }; // no text
  }
}

function parsedOrNull(text: string | null): unknown {
  if (text === null) return null;
  try {
    return JSON.parse(text);
  } catch {
    return text; // kept as it is, whatever it is
  }
}
