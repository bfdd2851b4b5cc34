/**
 * Showing that what a sandbox withholds is a cause: by runs in which it is something else.
 *
 * @module
 */
import type { ReplayOutcome } from "./attempt.ts";
import { MADE_UP } from "../record/variables.ts";
import { type ItemKey, plannedCellOf } from "./items.ts";
import type { Judged } from "./judged.ts";
import type { Cause } from "./replay/types.ts";
import { refusal } from "./sandbox/permissions.ts";
import { driftBetween, driftOf, type Trials } from "./trials.ts";

/** So many variables are tried one by one; more of them together. */
const MAX_SINGLE = 4;

/** What a sandbox withheld, and what chance decides beside it. */
export interface WithheldCauses {
  causes: Cause[];
  /** Results that differ between two equal replays, too. */
  unsteady: ReadonlySet<ItemKey>;
}

/** Of a replay to which nothing was withheld. */
export const NOTHING_WITHHELD: WithheldCauses = {
  causes: [],
  unsteady: new Set(),
};

/** What a sandbox withheld and was shown to change a result, or to make the replay fail. */
export async function withheldCauses(
  first: ReplayOutcome,
  judged: Judged,
  trials: Trials,
): Promise<WithheldCauses> {
  const { withheld } = judged.parts;
  if (withheld === undefined) return NOTHING_WITHHELD;
  let unsteady: ReadonlySet<ItemKey> = new Set();
  const causes = byCell(refusedCells(first, judged));
  const { variables, explainFailure } = await guiltyVariables(
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
  const offered = causes.flatMap(({ what }) => optionsIn(what));
  const unnamed = withheld.hosts.filter((host) =>
    !offered.includes(`--allow-net ${host}`)
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
  const { failure } = judged.parts;
  const explained = failure === null || causes.length > 0 &&
      (variables.length === 0 || explainFailure);
  if (!explained || failure === null) {
    const known = causes.map(({ what }) => what);
    const options = known.flatMap(optionsIn);
    const quiet = await quietRefusals(first, judged, trials);
    unsteady = quiet.unsteady;
    const refused = quiet.refused.filter(({ why }) =>
      !optionsIn(why).some((option) => options.includes(option)) &&
      !known.some((what) => what.endsWith(why))
    );
    causes.push(...byCell(refused));
    // Neither a variable nor what was refused ended the replay.
    if (failure !== null && known.length > 0 && refused.length === 0) {
      causes.unshift(failure);
    }
  }
  // What ended the replay stays a cause beside what else was withheld.
  if (
    causes.length > 0 && failure?.dimension === "environment" &&
    !causes.includes(failure)
  ) causes.unshift(failure);
  return { causes, unsteady };
}

/**
 * Cells that may fail, and in which the sandbox refused something by now: the error says so itself. Where such a cell
 * ends the replay, its failure names it.
 */
function refusedCells(
  first: ReplayOutcome,
  { reproduced, positions, parts }: Judged,
): Refused[] {
  if (parts.failure !== null) return [];
  return [...driftOf(first)].flatMap((item) => {
    const i = plannedCellOf(item, positions);
    if (i === null) return [];
    return (reproduced?.cells[i]?.outputs ?? []).flatMap(
      ({ output_type, evalue }) => {
        if (output_type !== "error") return [];
        const message = String(evalue ?? "");
        const why = refusal(message, parts.bundle.lock);
        return why === message ? [] : [{ cell: nameOf(positions, i), why }];
      },
    );
  });
}

/** What was refused to a cell, in a sentence. */
interface Refused {
  cell: string;
  why: string;
}

function nameOf(positions: Judged["positions"], i: number): string {
  return positions[i]?.name ?? "";
}

/** Causes with the cells that each speaks of. */
function byCell(refused: readonly Refused[]): Cause[] {
  return [...Map.groupBy(refused, ({ why }) => why)].map(([why, all]) => {
    const cells = [...new Set(all.map(({ cell }) => cell))];
    return {
      dimension: "environment",
      what: `${cells.length === 1 ? "cell" : "cells"} ${
        cells.join(", ")
      }: ${why}`,
    };
  });
}

/** The options that a sentence names. */
function optionsIn(what: string): string[] {
  return what.match(/--allow-(?:net|env) [^\s,]+/g) ?? [];
}

/** Code that starts programs: Deno does not note that it asks for the right. */
const STARTS_PROGRAMS = /\bDeno\s*\.\s*Command\b|\bchild_process\b/;

/** Code that asks which rights it has: it is refused nothing. */
const ASKS_RIGHTS = /\bDeno\s*\.\s*permissions\b/;

/**
 * What was refused to a cell that did not say so: a package says that it cannot be loaded, code goes another way. Seen in
 * one more replay, in cells that differ in both alike.
 */
async function quietRefusals(
  first: ReplayOutcome,
  judged: Judged,
  trials: Trials,
): Promise<{ refused: Refused[]; unsteady: ReadonlySet<ItemKey> }> {
  const none = { refused: [], unsteady: new Set<ItemKey>() };
  const { parts: { failure, planned }, positions } = judged;
  if (failure !== null && failure.dimension !== "code") return none;
  const drift = [...driftOf(first)];
  if (drift.length === 0) return none;
  const noted = await trials.again({ notesRefusals: true });
  if (noted.judged?.parts.failure?.what !== failure?.what) return none;
  const between = await driftBetween(first, noted);
  const unsteady = new Set(drift.filter((item) => between.has(item)));
  const refused = drift.flatMap((item) => {
    const i = unsteady.has(item) ? null : plannedCellOf(item, positions);
    const said = i === null ? undefined : noted.replay?.refused?.get(i);
    if (i === null || said === undefined) return []; // it was not executed
    const why = [...said];
    if (STARTS_PROGRAMS.test(planned[i]?.source ?? "")) {
      why.push("the sandbox gives no run access, and no option does");
    }
    if (why.length === 0 && ASKS_RIGHTS.test(planned[i]?.source ?? "")) {
      why.push(
        "it asks which rights it has: the sandbox gives less than the kernel, and no option gives all",
      );
    }
    return why.map((why) => ({ cell: nameOf(positions, i), why }));
  });
  return { refused, unsteady };
}

function optionFor(option: string, names: readonly string[]): string {
  return `add ${names.map((name) => `${option} ${name}`).join(" ")} to give ${
    names.length === 1 ? "it" : "them"
  }`;
}

/** Variables that change a result, or why the replay fails, when they have a value. */
async function guiltyVariables(
  names: readonly string[],
  first: ReplayOutcome,
  judged: Judged,
  trials: Trials,
): Promise<{ variables: string[]; explainFailure: boolean }> {
  let explainFailure = false;
  const changes = async (chosen: readonly string[]): Promise<boolean> => {
    const variables = Object.fromEntries(
      chosen.map((name) => [name, MADE_UP]),
    );
    const other = await trials.again({ variables });
    const { failure } = judged.parts;
    const now = other.judged?.parts.failure ?? null;
    if (failure?.what !== now?.what) return explainFailure = true;
    const moved = await driftBetween(first, other);
    if (moved.size === 0) return false;
    const unsteady = await driftBetween(first, await trials.control());
    const drift = driftOf(first);
    return [...moved].some((item) => drift.has(item) && !unsteady.has(item));
  };
  const guilty: string[] = [];
  if (names.length === 0 || !await changes(names)) {
    return { variables: guilty, explainFailure };
  }
  if (names.length > 1 && names.length <= MAX_SINGLE) {
    for (const name of names) if (await changes([name])) guilty.push(name);
  }
  return { variables: guilty.length > 0 ? guilty : [...names], explainFailure };
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
