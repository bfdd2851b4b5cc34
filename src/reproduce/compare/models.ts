/**
 * Versions of models that two runs registered.
 *
 * @module
 */
import { compareArtifacts, type ComparedArtifact } from "./artifacts.ts";
import type { ClockUse, Masks } from "./masks.ts";
import type { LoggedDifference } from "./types.ts";

/** A version of a model. */
export interface ModelOfRun {
  name: string;
  /** The version that was asked for; null for the next one. */
  version: string | null;
  description: string | null;
  files: readonly ComparedArtifact[];
}

/**
 * Compares what two runs registered, each of it.
 *
 * @param recorded Null where it was not recorded: then nothing is compared
 * @param clock What code of the run does with a clock
 */
export async function compareModels(
  recorded: readonly ModelOfRun[] | null,
  reproduced: readonly ModelOfRun[] | null,
  masks: Masks,
  clock: ClockUse,
): Promise<LoggedDifference[]> {
  if (recorded === null || reproduced === null) return [];
  const mask = masks.at({ cell: null, ...clock });
  const then = new Map(recorded.map((model) => [model.name, model]));
  const now = new Map(reproduced.map((model) => [model.name, model]));
  const found: LoggedDifference[] = [];
  const add = (key: string, before: string | null, after: string | null) =>
    found.push({ kind: "model", key, recorded: before, reproduced: after });
  for (const name of new Set([...then.keys(), ...now.keys()])) {
    const [before, after] = [then.get(name), now.get(name)];
    if (before === undefined || after === undefined) {
      add(
        name,
        before === undefined ? null : "registered",
        after === undefined ? null : "registered",
      );
      continue;
    }
    if (before.version !== after.version) {
      add(`${name} version`, before.version, after.version);
    }
    const [a, b] = [before.description, after.description];
    if (a === null || b === null ? a !== b : !mask.same(a, b)) {
      add(`${name} description`, a, b);
    }
    const { artifacts } = await compareArtifacts(
      before.files,
      after.files,
      masks,
      clock,
    );
    for (const { path, same } of artifacts) {
      if (same) continue;
      const digest = (files: readonly ComparedArtifact[]) =>
        files.find((file) => file.path === path)?.digest
          .slice(0, "sha256:".length + 12) ?? null;
      add(`${name}/${path}`, digest(before.files), digest(after.files));
    }
  }
  return found;
}
