/**
 * Proving causes: which of the things that were not as recorded changed a result.
 *
 * @module
 */
import { nativeImports } from "./native_random.ts";
import { blame } from "./blame.ts";
import { cellName } from "../record/cell_name.ts";
import type { ReplayOutcome } from "./attempt.ts";
import { unsteadySentences } from "./chance_sentences.ts";
import { itemKey, itemName } from "./items.ts";
import {
  driftBetween,
  driftOf,
  type TrialChanges,
  type Trials,
} from "./trials.ts";
import type { Cause, Difference } from "./replay/types.ts";
import type { Judged, Proof } from "./judged.ts";
import { failingVariables } from "./prove_failure.ts";
import { proveStanding } from "./prove_standing.ts";
import { isReached } from "./reached.ts";
import { asksForChange } from "./units.ts";
import { NOTHING_WITHHELD, withheldCauses } from "./prove_withheld.ts";

/**
 * Proves what changed the results of a replay that drifted. Null where there is nothing to prove.
 *
 * @param changes What the replay was asked to change.
 */
export async function prove(
  first: ReplayOutcome,
  changes: TrialChanges,
  trials: Trials,
): Promise<Proof | null> {
  const { judged } = first;
  if (judged === null) return null;
  const failed = judged.parts.failure !== null;
  if (driftOf(first).size === 0 && !failed) return null;
  const tried = judged.differences.filter((d) => !d.contradiction);
  const proof = tried.length > 0
    ? failed
      ? await proveFailure(first, judged, changes, trials)
      : await proveDifferences(first, judged, changes, trials)
    : failed
    ? null
    : await proveSeed(first, judged, trials);
  const found = proof !== null &&
    (proof.causes.length > 0 || [...proof.changes.values()].includes(true));
  const { causes, unsteady } = found
    ? NOTHING_WITHHELD
    : await withheldCauses(first, judged, trials);
  return causes.length === 0 ? proof : {
    changes: new Map(),
    compared: judged.compared,
    warnings: unsteadySentences(unsteady, judged),
    ...proof,
    causes,
  };
}

/** Proves of each thing that was not as recorded whether it changed a result. */
async function proveDifferences(
  first: ReplayOutcome,
  judged: Judged,
  changes: TrialChanges,
  trials: Trials,
): Promise<Proof> {
  const tried = judged.differences.filter((d) => !d.contradiction);
  const control = await trials.control();
  const runs = control.judged !== null && control.judged.parts.failure === null;
  if (!runs) return await proveBySteadiness(first, judged, changes, trials);
  const effect = await trials.effectOf(changes, first);
  const { changes: shown, warnings } = await blame(changes, effect, trials);
  const proof: Proof = {
    changes: shown,
    compared: effect.compared ?? judged.compared,
    causes: [],
    warnings,
  };
  const standing = await proveStanding(
    tried.filter((d) => !effect.differences.includes(d)),
    effect.chance,
    { judged, trials, equal: asksForChange(changes) ? null : first },
  );
  for (const [difference, shown] of standing.changes) {
    proof.changes.set(difference, shown);
  }
  proof.warnings.push(...standing.warnings);
  return proof;
}

/** What made a replay fail: what was changed, where the run as recorded does not fail; else nothing that was. */
async function proveFailure(
  first: ReplayOutcome,
  judged: Judged,
  changes: TrialChanges,
  trials: Trials,
): Promise<Proof | null> {
  if (!asksForChange(changes)) {
    return await failingVariables(judged, trials);
  }
  if ((await trials.control()).judged === null) return null;
  const effect = await trials.effectOf(changes, first);
  const guilty = effect.changed.has(itemKey("failure"));
  const shown = await blame(changes, effect, trials);
  return {
    changes: shown.changes,
    besides: new Set(
      guilty
        ? []
        : effect.differences.filter((one) => shown.changes.get(one) === true),
    ),
    compared: judged.compared,
    causes: [],
    warnings: shown.warnings,
  };
}

/** Where the run cannot be repeated as recorded: what differs between two equal replays is chance, the rest is not. */
async function proveBySteadiness(
  first: ReplayOutcome,
  judged: Judged,
  changes: TrialChanges,
  trials: Trials,
): Promise<Proof> {
  const unsteady = await driftBetween(first, await trials.again(changes));
  const drift = driftOf(first);
  const steady = [...drift].filter((item) => !unsteady.has(item));
  const changesOne = (difference: Difference) =>
    difference.reaches === undefined
      ? steady.length > 0
      : steady.some((item) => isReached(item, difference, judged));
  return {
    changes: new Map(
      judged.differences.filter((d) => !d.contradiction)
        .map((
          difference,
        ) => [difference, changesOne(difference) ? true : null]),
    ),
    compared: judged.compared,
    causes: [],
    warnings: unsteadySentences(
      new Set([...drift].filter((item) => unsteady.has(item))),
      judged,
    ),
  };
}

/**
 * A seed that did not reach what was imported before `track()`: results come out alike where those draws are seeded,
 * and not where they are left alone.
 */
async function proveSeed(
  first: ReplayOutcome,
  judged: Judged,
  trials: Trials,
): Promise<Proof | null> {
  const { manifest, cells } = judged.parts.bundle;
  const imports = nativeImports(cells.map(({ source }) => source));
  if (manifest.seed === null || imports.length === 0) return null;
  if (manifest.seed_reach === "everything") return null;
  const names = imports.map(({ specifier, cell }) => {
    const execution_count = cells[cell]?.execution_count;
    return `${specifier} (cell ${cellName({ index: cell, execution_count })})`;
  }).join(", ");
  const [one, two, free, other] = [
    await trials.again({ prepared: true }),
    await trials.again({ prepared: true }),
    await trials.again({}),
    first,
  ];
  const runs = [one, two, free, other].map((outcome) => outcome.judged);
  if (runs.some((run) => run === null || run.parts.failure !== null)) {
    return null;
  }
  const unsteady = await driftBetween(one, two);
  const moved = await driftBetween(free, other);
  const reached = [...driftOf(first)].filter((item) =>
    moved.has(item) && !unsteady.has(item)
  );
  if (reached.length === 0) return null;
  const cause: Cause = {
    dimension: "seed",
    what:
      `seed ${manifest.seed} did not reach ${names}, imported before track() (${
        reached.map((item) => itemName(item, judged.positions)).join(", ")
      }): import it after track(), or use the kernel "Deno (nbtrack)"`,
  };
  return {
    changes: new Map(),
    compared: judged.compared,
    causes: [cause],
    warnings: [],
  };
}
