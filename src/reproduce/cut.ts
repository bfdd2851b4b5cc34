/**
 * Runs that were killed or interrupted: their reproduction may go further, which is no mystery and is said.
 *
 * @module
 */
import type { Points } from "./compare/metrics.ts";
import type { Compared } from "./compare/runs.ts";
import type { Judged } from "./judged.ts";

/** Says of a run that was cut off how far it came, and what its reproduction has more of. */
export function cutSentences(
  { parts, recorded, reproduced, positions, savedCells }: Judged,
  compared: Compared,
): string[] {
  const { run } = parts.bundle.manifest;
  const killed = run.status === "KILLED" && run.end_reason !== null;
  const interrupted = parts.planned.some((cell) => cell.interrupted);
  if (!killed && !interrupted) return [];
  const why = killed ? "it was killed" : "it was interrupted";
  const said: string[] = [];
  for (const { key, same } of compared.metrics) {
    if (same) continue;
    const [then, now] = [recorded, reproduced].map((side) =>
      side?.metrics.find((metric) => metric.key === key)?.points ?? []
    ) as [Points, Points];
    if (!goesOn(then, now)) continue;
    said.push(
      `metric ${key}: it ended after ${then.length} of ${now.length} points because ${why}`,
    );
  }
  for (const [i, { index, name, cut }] of positions.entries()) {
    const output = compared.outputs.find(({ cell }) => cell === index);
    const now = parts.replayed[i];
    if (!cut || now === undefined || now.status === "skipped") continue;
    said.push(
      `cell ${name} was cut off when it was recorded because ${why}; ${
        now.status === "ok"
          ? "it ran to its end now"
          : output?.same === false
          ? "it came further, or less far, now"
          : "it did not come to its end now either, and what it would have come to is not known"
      }`,
    );
  }
  if (killed) {
    const executed = parts.planned.length;
    const of = savedCells !== null && savedCells > executed
      ? ` of ${savedCells}`
      : "";
    said.push(
      `the recorded run ended after ${executed}${of} cells because it was killed`,
    );
  }
  return said;
}

/** Whether points are the beginning of others. */
function goesOn(then: Points, now: Points): boolean {
  return now.length > then.length &&
    then.every(([step, , value], i) => {
      const other = now[i];
      return other !== undefined && other[0] === step &&
        Object.is(other[2], value);
    });
}
