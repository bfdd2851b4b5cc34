/**
 * Proving that a variable made a replay fail: by runs in which it has another value.
 *
 * @module
 */
import type { Judged, Proof } from "./judged.ts";
import type { Difference } from "./replay/types.ts";
import type { Trials } from "./trials.ts";

/** Which variables made a replay fail: with another value it does not, or fails otherwise. Null where there is none. */
export async function failingVariables(
  judged: Judged,
  trials: Trials,
): Promise<Proof | null> {
  const tried = judged.differences.filter((d) => !d.contradiction);
  const failing = judged.parts.replayed.findLastIndex(({ status }) =>
    status === "error"
  );
  const changes = new Map<Difference, boolean | null>();
  for (const difference of tried) {
    const { variable, reaches } = difference;
    if (variable === undefined) continue;
    const reached = failing < 0 || reaches === undefined ||
      reaches.has(failing);
    changes.set(
      difference,
      reached && await changesFailure(variable, judged, trials) || null,
    );
  }
  if (changes.size === 0) return null;
  const shown = [...changes.values()].includes(true);
  for (const difference of tried) {
    if (!changes.has(difference)) changes.set(difference, shown ? null : true);
  }
  return { changes, compared: judged.compared, causes: [], warnings: [] };
}

async function changesFailure(
  { name, values }: NonNullable<Difference["variable"]>,
  { parts: { failure } }: Judged,
  trials: Trials,
): Promise<boolean> {
  for (const value of values) {
    const { judged } = await trials.again({ variables: { [name]: value } });
    if (judged !== null && judged.parts.failure?.what !== failure?.what) {
      return true;
    }
  }
  return false;
}
