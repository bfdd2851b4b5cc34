/**
 * Building a bundle: its files and the archive.
 *
 * @module
 */
import { sha256 } from "../../base/digest.ts";
import {
  bundledArtifactPath,
  dataPath,
  describe,
  manifestOf,
  modulePath,
} from "./compose.ts";
import { indentedJson } from "./json_text.ts";
import type { Manifest } from "./manifest.ts";
import { type NotebookExtras, sessionNotebook } from "./session_notebook.ts";
import type { BundleSource } from "./source.ts";
import { packZip } from "./zip_write.ts";

/** Other files travel in the logged notebook up to this size, and up to it together. */
export const MAX_NOTEBOOK_FILES_BYTES = 2 << 20;
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
  const { start_time, end_time } = source.record;
  return { manifest, files, zip: await packZip(files, end_time ?? start_time) };
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
    if (bytes !== null) files.set(modulePath(n, module.path), bytes);
  }
  source.datasets.forEach((dataset, n) => {
    for (const file of dataset.files) {
      if (file.bytes !== null) files.set(dataPath(n, file.path), file.bytes);
    }
  });
  source.artifacts.forEach(({ path, bytes }, n) => {
    if (bytes !== null) files.set(bundledArtifactPath(n, path), bytes);
  });
  return files;
}

/** What the logged notebook carries: as much as fits; its manifest names what does not. */
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

function json(value: unknown): Uint8Array {
  return ENCODER.encode(indentedJson(value));
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
