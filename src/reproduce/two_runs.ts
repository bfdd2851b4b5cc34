/**
 * The recorded run and the new one, side by side.
 *
 * @module
 */
import type { Digest } from "../base/digest.ts";
import type { Journal } from "../journal/journal.ts";
import type { Manifest } from "../record/bundle/manifest.ts";
import type { ReadableBundle } from "../record/bundle/read.ts";
import type { BundleSource } from "../record/bundle/source.ts";
import type { ComparedArtifact } from "./compare/artifacts.ts";

/** Texts that name the two runs themselves. */
export function identities(
  manifest: Manifest,
  now: BundleSource | null,
): [string, string][] {
  if (now === null) return [];
  const { run } = manifest;
  return [
    [run.run_id, now.record.run_id],
    [run.run_id.slice(0, 8), now.record.run_id.slice(0, 8)],
    [run.name, now.record.name],
  ];
}

/** The artifacts of the recorded run, with their contents where these travel or lie in the journal. */
export function recordedArtifacts(
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

/** The artifacts of the new run. */
export function newArtifacts(
  now: BundleSource,
  journal: Journal,
): ComparedArtifact[] {
  return now.artifacts.map((artifact) => ({
    ...artifact,
    read: () => Promise.resolve(stored(journal, artifact.digest as Digest)),
  }));
}

/** An artifact's contents from the journal's own files. */
function stored(journal: Journal, digest: Digest): Uint8Array | null {
  try {
    return Deno.readFileSync(journal.artifacts.file(digest));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** Params that are not the same, in words. */
export function changedParams(
  manifest: Manifest,
  now: BundleSource | null,
): string[] {
  if (now === null) return [];
  const keys = new Set([
    ...Object.keys(manifest.params),
    ...Object.keys(now.record.params),
  ]);
  return [...keys].flatMap((key) => {
    const [then, is] = [manifest.params[key], now.record.params[key]];
    return then === is
      ? []
      : [`param ${key} ${then ?? "none"} → ${is ?? "none"}`];
  });
}
