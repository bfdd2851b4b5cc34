/**
 * Artifacts: by digest, then by kind.
 *
 * @module
 */
import type { ArtifactVerdict } from "../types.ts";
import { isPicture } from "./images.ts";
import type { Masks } from "./masks.ts";
import { compareValue } from "./values.ts";

/** An artifact, and its contents when they can be had. */
export interface ComparedArtifact {
  path: string;
  digest: string;
  content_type: string;
  read: () => Promise<Uint8Array | null>;
}

/** What a comparison of artifacts found. */
export interface ArtifactsCompared {
  artifacts: ArtifactVerdict[];
  warnings: string[];
}

/** Compares the artifacts of two runs. */
export async function compareArtifacts(
  recorded: readonly ComparedArtifact[],
  reproduced: readonly ComparedArtifact[],
  masks: Masks,
): Promise<ArtifactsCompared> {
  const now = new Map(reproduced.map((artifact) => [artifact.path, artifact]));
  const then = new Map(recorded.map((artifact) => [artifact.path, artifact]));
  const result: ArtifactsCompared = { artifacts: [], warnings: [] };
  for (const path of new Set([...then.keys(), ...now.keys()])) {
    const why = await compare(then.get(path), now.get(path), masks);
    result.artifacts.push({ path, same: why === null });
    if (why !== null) result.warnings.push(`artifact ${path}: ${why}`);
  }
  return result;
}

async function compare(
  then: ComparedArtifact | undefined,
  now: ComparedArtifact | undefined,
  masks: Masks,
): Promise<string | null> {
  if (then === undefined) return "it is new";
  if (now === undefined) return "it was not made again";
  if (then.digest === now.digest) return null;
  const [before, after] = [await then.read(), await now.read()];
  if (before === null || after === null) {
    return "its digest differs, and its contents cannot be compared: they do not travel";
  }
  const type = then.content_type;
  const text = /^text\/|svg|xml|json/.test(type);
  const values = [before, after].map((bytes) =>
    text ? new TextDecoder().decode(bytes) : bytes.toBase64()
  ) as [string, string];
  if (/\bjson\b/.test(type)) {
    try {
      return await compareValue(
        type,
        values.map((value) => JSON.parse(value)) as [unknown, unknown],
        masks,
      );
    } catch {
      return await compareValue("text/plain", values, masks); // named JSON, but it is none
    }
  }
  return text || isPicture(type)
    ? await compareValue(type, values, masks)
    : "its digest differs";
}
