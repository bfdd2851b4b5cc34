/**
 * What is said of results that differ without a known cause: where time, random numbers and the like come into them.
 *
 * @module
 */
import { clockSentences } from "./clock_sentences.ts";
import type { Compared } from "./compare/runs.ts";
import { isDrawnUnseeded } from "./drawn.ts";
import { withoutColours } from "./compare/terminal.ts";
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
import { type ChanceKind, drawsBySeed } from "./chance.ts";
import { chanceOfItem } from "./logging_cells.ts";
import { unknownVariables } from "./other_variables.ts";
import { ownReads } from "./own_notebook.ts";
import { fromFileSentence } from "./unknown_sources.ts";

/** What no record holds, and what can be done about it. */
const OUTSIDE =
  "the clock, the network, a file that is no dataset (name it with data: in track()), this machine";

/** Why times that cells print are differences. */
const ASKED_EARLY =
  "what the network answered before track() was called was not seen, and so a time that a cell prints may come from there: call track() before, or use the kernel Deno (nbtrack)";

const WORKER = /\bnew\s+Worker\b/;

/** So many results are named in a sentence. */
const MAX_NAMED = 5;
/** An id as programs draw it: a UUID. */
const DRAWN_ID =
  /\b[\da-f]{8}-[\da-f]{4}-[1-8][\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}\b/gi;
/** So much in so much time. */
const RATES =
  /\d+(?:[.,]\d+)*(?:e[+-]?\d+)? ?(?:[kMG]? ?[a-z]+\/(?:s|sec|second|min)|s\/[a-z]+|fps|Hz)\b/gi;

/** Milliseconds since 1970, of a day in our time. */
const MOMENTS = /\b1[5-9]\d{11}\b/g;
const TIMES = [DATES, RATES, DURATIONS, MOMENTS];
/** Begins a colour, in the JSON of what a cell shows. */
const ESCAPED = "\\u001b";
/** What is named as drawn or as a clock's. */
const EXPLAINED = [...TIMES, DRAWN_ID];
/** Of more results that differ the cells are not asked for each: a stranger's record may name millions. */
const MOST_LOOKED_AT = 2000;

/** Where one of these comes into a cell, it is named as the reason. */
const TIMELY: readonly ChanceKind[] = [
  "the time",
  "random numbers",
  "the network",
];

/** Says of results that differ without a known cause which sources of chance they, or the cells before them, use. */
export function chanceSentences(judged: Judged, compared: Compared): string[] {
  const { chance, positions, parts: { planned, bundle, sandbox } } = judged;
  const { manifest } = bundle;
  const cells = driftedCells(compared);
  const kindsOf = (i: number) => chance[i] ?? new Set();
  const reads = readsOf(judged);
  const said = positions.flatMap(({ index, name }, i) => {
    if (!cells.has(index)) return [];
    if (reads[i] === "configuration") {
      return [
        `cell ${name} reads deno.json: ${
          sandbox === true ? "a sandbox" : "the replay"
        } has one with the members that decide how imports resolve, and nbtrack under its package's name`,
      ];
    }
    if (reads[i] === "notebook") {
      return [
        `cell ${name} reads the file of a notebook: the replay has this one's as it was saved last, which may be later than that cell read it`,
      ];
    }
    if (reads[i] === "runs") {
      return [
        `cell ${name} reads earlier runs: ${
          sandbox === true ? "a sandbox" : "this machine"
        } has none of those that were there then`,
      ];
    }
    if (differsOnlyIn(judged, i, [DRAWN_ID])) {
      return [`cell ${name} shows ids that are drawn anew each time`];
    }
    // Timers, folders and the machine show times as well.
    const elsewhere = !TIMELY.some((kind) => kindsOf(i).has(kind));
    if (elsewhere && differsOnlyIn(judged, i, TIMES)) {
      return [
        `cell ${name} differs only in times or rates, as a clock gives them`,
      ];
    }
    if (kindsOf(i).size > 0) {
      return [`cell ${name} depends on ${[...kindsOf(i)].join(", ")}`];
    }
    return [];
  });
  said.push(...loggedSentences(judged, compared));
  said.push(...clockSentences(judged, compared));
  const timed = positions.some(({ index }, i) =>
    cells.has(index) && kindsOf(i).has("the time")
  );
  if (judged.askedEarly && timed) said.push(ASKED_EARLY);
  const fromFile = fromFileSentence(manifest.cells);
  if (fromFile !== null) said.push(fromFile);
  const worker = positions.find(({ index }, i) =>
    cells.has(index) && WORKER.test(planned[i]?.source ?? "")
  );
  if (manifest.seed !== null && worker !== undefined) {
    said.push(
      `seed ${manifest.seed} does not reach the Worker of cell ${worker.name}: each draws by its own Math.random; give it a seed, and draw there by a generator that takes one`,
    );
  }
  if (manifest.seed === null && aSeedHelps(judged, cells)) {
    said.push(
      "no seed was recorded: track(…, { seed }) makes Math.random repeat",
    );
  }
  const unknown = fromFile === null ? unexplained(judged, compared, reads) : [];
  if (said.length > 0 && unknown.length === 0) return said;
  const of = said.length === 0 ? "" : `${named(unknown)}: `;
  return [
    ...said,
    `${of}nothing that was recorded differs: what is left is ${
      manifest.missing.length === 0
        ? ""
        : "what the record names as not recorded, "
    }${leftOver(judged)}, or chance; --twice shows whether it is chance`,
  ];
}

/** Whether one of these cells, or of all where none is named, draws by what a seed makes repeat. */
function aSeedHelps(
  { chance, positions, parts: { planned } }: Judged,
  cells: ReadonlySet<number>,
): boolean {
  const draws = drawsBySeed(planned.map(({ source }) => source));
  return positions.some(({ index }, i) =>
    (cells.size === 0 || cells.has(index)) &&
    chance[i]?.has("random numbers") === true && draws[i] === true
  );
}

/** The results that differ, as far as their cells are asked for. */
function lookedAt(compared: Compared): ItemKey[] {
  return [...driftedItems(compared)].slice(0, MOST_LOOKED_AT);
}

/** Results that differ and that no sentence says anything of. */
function unexplained(
  judged: Judged,
  compared: Compared,
  reads: ReturnType<typeof ownReads>,
): string[] {
  const { positions } = judged;
  return lookedAt(compared).filter((item) => {
    const i = plannedCellOf(item, positions);
    return chanceOfItem(item, judged).kinds.size === 0 &&
      (i === null ||
        !(reads[i] !== null || differsOnlyIn(judged, i, EXPLAINED)));
  }).map((item) => itemName(item, positions));
}

function readsOf({ parts }: Judged): ReturnType<typeof ownReads> {
  const { planned, bundle: { manifest }, sandbox, journal } = parts;
  const here = journal.runs.get(manifest.run.run_id) !== undefined;
  return ownReads(
    planned.map(({ source }) => source),
    sandbox === true || !here,
  );
}

/** The first of some names, and how many more there are. */
function named(names: readonly string[]): string {
  const more = names.length - MAX_NAMED;
  const first = names.slice(0, MAX_NAMED).join(", ");
  return more > 0 ? `${first} and ${more} more` : first;
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
  const [drawn, others] = [true, false].map((is) =>
    [...items].filter((item) => isDrawnUnseeded(item, judged) === is)
      .map((item) => itemName(item, judged.positions)).join(", ")
  );
  return [
    ...drawn
      ? [
        `${drawn} came out alike each time and not as recorded, and what is drawn there without a seed may come out alike by chance: track() with a seed tells`,
      ]
      : [],
    ...others
      ? [
        `${others} came out alike each time and not as recorded: chance does not decide it. What is left is ${
          leftOver(judged)
        }`,
      ]
      : [],
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
  for (const item of lookedAt(compared)) {
    if (plannedCellOf(item, positions) !== null) continue;
    const { kinds, sure } = chanceOfItem(item, judged);
    if (kinds.size === 0) continue;
    const what = `${sure ? "depends" : "may depend"} on ${
      [...kinds].join(", ")
    }`;
    const name = itemName(item, positions);
    const names = byKinds.get(what);
    if (names === undefined) byKinds.set(what, [name]);
    else names.push(name);
  }
  return [...byKinds].map(([what, names]) => {
    return `${named(names)} ${
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
  const [then, now] = [recorded, reproduced].map((side) =>
    withoutColours((cellText(side, i) ?? "").replaceAll(ESCAPED, "\u001b"))
  ) as [string, string];
  if (then === "" || now === "" || then === now) return false;
  const without = (text: string) =>
    patterns.reduce((left, pattern) => left.replace(pattern, "…"), text);
  return without(then) === without(now);
}
