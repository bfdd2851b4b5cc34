/**
 * What is said of results that differ without a known cause: where time, random numbers and the like come into them.
 *
 * @module
 */
import type { Compared } from "./compare/runs.ts";
import { DATES, DURATIONS } from "./compare/times.ts";
import {
  cellText,
  driftedCells,
  driftedItems,
  type ItemKey,
  itemName,
  plannedCellOf,
} from "./items.ts";
import type { Judged } from "./judged.ts";
import { chanceOfItem } from "./logging_cells.ts";
import { unknownVariables } from "./other_variables.ts";
import { readsNotebook } from "./own_notebook.ts";
import { fromFileSentence } from "./unknown_sources.ts";

/** What no record holds, and what can be done about it. */
const OUTSIDE =
  "the clock, the network, a file that is no dataset (name it with data: in track()), this machine";

/** So many results are named in a sentence. */
const MAX_NAMED = 5;
/** An id as programs draw it: a UUID. */
const DRAWN_ID =
  /\b[\da-f]{8}-[\da-f]{4}-[1-8][\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}\b/gi;
/** So much in so much time. */
const RATES =
  /\d+(?:[.,]\d+)*(?:e[+-]?\d+)? ?(?:[kMG]? ?[a-z]+\/(?:s|sec|second|min)|s\/[a-z]+|fps|Hz)\b/gi;

/** Says of results that differ without a known cause which sources of chance they, or the cells before them, use. */
export function chanceSentences(judged: Judged, compared: Compared): string[] {
  const { chance, positions, parts: { planned, bundle } } = judged;
  const { manifest } = bundle;
  const cells = driftedCells(compared);
  const kindsOf = (i: number) => chance[i] ?? new Set();
  const reads = readsNotebook(planned.map(({ source }) => source));
  const said = positions.flatMap(({ index, name }, i) => {
    if (!cells.has(index)) return [];
    if (reads[i]) {
      return [
        `cell ${name} reads the file of a notebook: the replay has this one's as it was saved last, which may be later than that cell read it`,
      ];
    }
    if (differsOnlyIn(judged, i, [DRAWN_ID])) {
      return [`cell ${name} shows ids that are drawn anew each time`];
    }
    if (kindsOf(i).size > 0) {
      return [`cell ${name} depends on ${[...kindsOf(i)].join(", ")}`];
    }
    return differsOnlyIn(judged, i, [DATES, RATES, DURATIONS])
      ? [`cell ${name} differs only in times or rates, as a clock gives them`]
      : [];
  });
  said.push(...loggedSentences(judged, compared));
  const fromFile = fromFileSentence(manifest.cells);
  if (fromFile !== null) said.push(fromFile);
  const drawn = positions.some(({ index }, i) =>
    (cells.size === 0 || cells.has(index)) &&
    kindsOf(i).has("random numbers")
  );
  if (manifest.seed === null && drawn) {
    said.push(
      "no seed was recorded: track(…, { seed }) makes Math.random repeat",
    );
  }
  return said.length > 0 ? said : [
    `nothing that was recorded differs: what is left is ${
      manifest.missing.length === 0
        ? ""
        : "what the record names as not recorded, "
    }${leftOver(judged)}, or chance; --twice shows whether it is chance`,
  ];
}

/** Says of results that differ without any change what chance they depend on. */
export function unsteadySentences(
  items: ReadonlySet<ItemKey>,
  judged: Judged,
): string[] {
  return [...items].map((item) => {
    const { kinds, sure } = chanceOfItem(item, judged);
    const name = itemName(item, judged.positions);
    return kinds.size === 0 || !sure
      ? `${name} differs without any change, too: chance decides it, or something that was not recorded`
      : `${name} depends on ${
        [...kinds].join(", ")
      }: it differs without any change, too`;
  });
}

/** Says of results that come out alike each time and not as recorded what can be behind it. */
export function steadySentences(
  items: ReadonlySet<ItemKey>,
  judged: Judged,
): string[] {
  if (items.size === 0) return [];
  const names = [...items].map((item) => itemName(item, judged.positions));
  return [
    `${
      names.join(", ")
    } came out alike each time and not as recorded: chance does not decide it. What is left is ${
      leftOver(judged)
    }`,
  ];
}

/** What can be behind a difference that nothing recorded is behind. */
function leftOver({ parts }: Judged): string {
  const variables = unknownVariables(parts).map((name) =>
    `the variable ${name}`
  );
  return [...variables, OUTSIDE].join(", ");
}

/** What was logged, by the sources of chance of the cells that name it; else of all cells that log something. */
function loggedSentences(judged: Judged, compared: Compared): string[] {
  const { positions } = judged;
  const byKinds = new Map<string, string[]>();
  for (const item of driftedItems(compared)) {
    if (plannedCellOf(item, positions) !== null) continue;
    const { kinds, sure } = chanceOfItem(item, judged);
    if (kinds.size === 0) continue;
    const what = `${sure ? "depends" : "may depend"} on ${
      [...kinds].join(", ")
    }`;
    byKinds.set(what, [
      ...byKinds.get(what) ?? [],
      itemName(item, positions),
    ]);
  }
  return [...byKinds].map(([what, names]) => {
    const more = names.length - MAX_NAMED;
    const named = names.slice(0, MAX_NAMED).join(", ");
    const all = more > 0 ? `${named} and ${more} more` : named;
    return `${all} ${
      names.length > 1 ? what.replace("depends", "depend") : what
    }`;
  });
}

/** Whether a cell's outputs differ in nothing but what some patterns find. @param i Its place in the plan */
function differsOnlyIn(
  { recorded, reproduced }: Judged,
  i: number,
  patterns: readonly RegExp[],
): boolean {
  if (reproduced === null) return false;
  const [then, now] = [cellText(recorded, i), cellText(reproduced, i)];
  if (then === null || now === null || then === now) return false;
  const without = (text: string) =>
    patterns.reduce((left, pattern) => left.replace(pattern, "…"), text);
  return without(then) === without(now);
}
