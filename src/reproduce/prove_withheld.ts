/**
 * Showing that what a sandbox withholds is a cause: by runs in which it is something else.
 *
 * @module
 */
import type { ReplayOutcome } from "./attempt.ts";
import { type ItemKey, plannedCellOf } from "./items.ts";
import type { Judged } from "./judged.ts";
import type { Cause } from "./replay/types.ts";
import { refusal } from "./sandbox/permissions.ts";
import { driftBetween, driftOf, type Trials } from "./trials.ts";

/** A value that is a text, a number and true, and unlike none at all. */
const MADE_UP = "7";
/** So many variables are tried one by one; more of them together. */
const MAX_SINGLE = 4;

/** What a sandbox withheld and was shown to change a result, or to make the replay fail. */
export async function withheldCauses(
  first: ReplayOutcome,
  judged: Judged,
  trials: Trials,
): Promise<Cause[]> {
  const { withheld } = judged.parts;
  if (withheld === undefined) return [];
  const causes = refusedCells(first, judged);
  const variables = await guiltyVariables(
    withheld.variables,
    first,
    judged,
    trials,
  );
  if (variables.length > 0) {
    causes.push({
      dimension: "environment",
      what: `the sandbox withholds the ${
        variables.length === 1 ? "variable" : "variables"
      } ${variables.join(", ")}, which the run read: ${
        optionFor("--allow-env", variables)
      }`,
    });
  }
  const unnamed = withheld.hosts.filter((host) =>
    !causes.some(({ what }) => what.includes(`--allow-net ${host}`))
  );
  if (unnamed.length > 0 && await isNetwork(first, judged, trials)) {
    causes.push({
      dimension: "environment",
      what: `the sandbox withholds the ${
        unnamed.length === 1 ? "host" : "hosts"
      } ${unnamed.join(", ")}, which the run reached: ${
        optionFor("--allow-net", unnamed)
      }`,
    });
  }
  // What ended the replay stays a cause beside what else was withheld.
  if (causes.length > 0 && judged.parts.failure?.dimension === "environment") {
    causes.unshift(judged.parts.failure);
  }
  return causes;
}

/**
 * Cells that may fail, and in which the sandbox refused something by now: the error says so itself. Where such a cell
 * ends the replay, its failure names it.
 */
function refusedCells(
  first: ReplayOutcome,
  { reproduced, positions, parts }: Judged,
): Cause[] {
  if (parts.failure !== null) return [];
  return [...driftOf(first)].flatMap((item) => {
    const i = plannedCellOf(item, positions);
    if (i === null) return [];
    return (reproduced?.cells[i]?.outputs ?? []).flatMap(
      ({ output_type, evalue }) => {
        if (output_type !== "error") return [];
        const message = String(evalue ?? "");
        const why = refusal(message, parts.bundle.lock);
        return why === message ? [] : [{
          dimension: "environment" as const,
          what: `cell ${positions[i]?.name}: ${why}`,
        }];
      },
    );
  });
}

function optionFor(option: string, names: readonly string[]): string {
  return `add ${names.map((name) => `${option} ${name}`).join(" ")} to give ${
    names.length === 1 ? "it" : "them"
  }`;
}

/** Variables that change a result when they have a value. */
async function guiltyVariables(
  names: readonly string[],
  first: ReplayOutcome,
  judged: Judged,
  trials: Trials,
): Promise<string[]> {
  if (names.length === 0) return [];
  const changes = async (chosen: readonly string[]): Promise<boolean> => {
    const variables = Object.fromEntries(
      chosen.map((name) => [name, MADE_UP]),
    );
    const other = await trials.again({ variables });
    const { failure } = judged.parts;
    const now = other.judged?.parts.failure ?? null;
    if (failure?.what !== now?.what) return true;
    const moved = await driftBetween(first, other);
    if (moved.size === 0) return false;
    const unsteady = await driftBetween(first, await trials.control());
    const drift = driftOf(first);
    return [...moved].some((item) => drift.has(item) && !unsteady.has(item));
  };
  if (!await changes(names)) return [];
  if (names.length === 1) return [...names];
  const guilty: string[] = [];
  if (names.length <= MAX_SINGLE) {
    for (const name of names) if (await changes([name])) guilty.push(name);
  }
  return guilty.length > 0 ? guilty : [...names];
}

/** Whether results that use the network differ, and do so alike each time. */
async function isNetwork(
  first: ReplayOutcome,
  { parts, chance, positions }: Judged,
  trials: Trials,
): Promise<boolean> {
  if (parts.failure !== null) return false; // the failure says what was refused
  const usesNetwork = (item: ItemKey) => {
    const i = plannedCellOf(item, positions);
    return i === null
      ? chance.some((kinds) => kinds.has("the network"))
      : chance[i]?.has("the network") ?? false;
  };
  const drift = [...driftOf(first)].filter(usesNetwork);
  if (drift.length === 0) return false;
  const unsteady = await driftBetween(first, await trials.control());
  return drift.some((item) => !unsteady.has(item));
}
