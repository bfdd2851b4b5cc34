/**
 * A run and its reproduction side by side: everything that was shown or logged.
 *
 * @module
 */
import { isNewRunName } from "../../base/names.ts";
import type { AnyOutput } from "../../notebook/outputs.ts";
import { isDeepStrictEqual } from "node:util";
import { compareArtifacts, type ComparedArtifact } from "./artifacts.ts";
import { type RunOnCard, runOnCard } from "./cards.ts";
import type { FolderFinder } from "./folders.ts";
import {
  compareLogged,
  compareParams,
  type Logged,
  NOTHING_LOGGED,
} from "./logged.ts";
import { Masks } from "./masks.ts";
import { compareModels, type ModelOfRun } from "./models.ts";
import {
  compareMetrics,
  type LoggedMetric,
  type Tolerance,
} from "./metrics.ts";
import { collectGarbage } from "../../base/garbage.ts";
import { compareCell } from "./outputs.ts";
import type { TimeSpan } from "./times.ts";
import type {
  ArtifactVerdict,
  LoggedDifference,
  MaskUse,
  MetricVerdict,
  OutputVerdict,
  ParamVerdict,
} from "./types.ts";

/** One execution of a run. */
export interface SideCell {
  status: string;
  outputs: readonly AnyOutput[];
}

/** One of the two runs. */
export interface RunSide {
  run_id: string;
  /** The run's name, whoever gave it. */
  name: string;
  /** The executions that are compared, by their position in the plan; null where there was none. */
  cells: readonly (SideCell | null)[];
  metrics: readonly LoggedMetric[];
  artifacts: readonly ComparedArtifact[];
  /** Versions of models that it registered; null where they were not recorded. */
  models: readonly ModelOfRun[] | null;
  logged: Logged;
  folders: FolderFinder;
  span: TimeSpan;
  /** What nbtrack said of the run on standard error, by lines. */
  messages: ReadonlySet<string>;
}

/** What is known of an execution that is compared. */
export interface PlannedPosition {
  /** Position in the recorded order. */
  index: number;
  /** What people call it. */
  name: string;
  /** Whether it was cut off then: how it failed says nothing. */
  cut: boolean;
  /** Its source was kept out of the record: nothing of it is compared. */
  skip: boolean;
  readsClock: boolean;
  /** What the cells are called in which a clock's reading chose something that it has. @default {none} */
  clockChose?: readonly string[];
  /** Whether it draws numbers that are others each time: one of them can look like a time. */
  draws: boolean;
  /** Whether it logs something. */
  logs: boolean;
  /** Whether it writes carriage returns itself and reads no clock: then nothing of what it overwrites may differ. */
  overwritesItself: boolean;
}

/** How two runs are compared. */
export interface CompareOptions {
  positions: readonly PlannedPosition[];
  /** Whether nothing but chance may differ. */
  equalInputs: boolean;
  /** Whether the placeholders of secrets were made with another machine's key. @default {false} */
  otherKey?: boolean | undefined;
  toleranceOf: (key: string) => Tolerance;
  /** Whether one Deno ran both. @default {true} */
  sameDeno?: boolean | undefined;
  /** Whether the record keeps the sign of zero. @default {true} */
  keepsSigns?: boolean | undefined;
}

/** What comparing two runs found. */
export interface Compared {
  metrics: MetricVerdict[];
  outputs: OutputVerdict[];
  artifacts: ArtifactVerdict[];
  /** What differs in artifacts, by path. */
  artifactDifferences: { path: string; what: string }[];
  params: ParamVerdict[];
  logged: LoggedDifference[];
  masked: MaskUse[];
}

/** Compares two runs. */
export async function compareSides(
  recorded: RunSide,
  reproduced: RunSide | null,
  options: CompareOptions,
): Promise<Compared> {
  const now = reproduced ?? nothingOf(recorded);
  const { positions, equalInputs } = options;
  const masks = new Masks({
    identities: reproduced === null ? [] : identities(recorded, reproduced),
    folders: { recorded: recorded.folders, reproduced: now.folders },
    equalInputs,
    otherKey: options.otherKey,
    spans: { recorded: recorded.span, reproduced: now.span },
  });
  const readsClock = positions.some((position) => position.readsClock) &&
    !positions.some(({ draws, logs }) => draws && logs);
  // What was chosen may be in a file that another cell logs.
  const clock = {
    readsClock,
    clockChose: positions.some(({ clockChose = [] }) => clockChose.length > 0),
  };
  const outputs = await compareOutputs(recorded, now, options, masks);
  const elsewhere = masks.at({ cell: null, ...clock });
  const { artifacts, differences } = await compareArtifacts(
    recorded.artifacts,
    now.artifacts,
    masks,
    clock,
  );
  return {
    metrics: compareMetrics(
      recorded.metrics,
      now.metrics,
      {
        toleranceOf: options.toleranceOf,
        spans: { recorded: recorded.span, reproduced: now.span },
        onClockReading: equalInputs && readsClock
          ? (what) => elsewhere.keep("date", [what])
          : undefined,
        onLostSign: options.keepsSigns === false
          ? (what) => elsewhere.keep("sign of zero", [what])
          : undefined,
      },
    ),
    outputs,
    artifacts,
    artifactDifferences: differences,
    params: compareParams(recorded.logged.params, now.logged.params, elsewhere),
    logged: reproduced === null ? [] : [
      ...compareLogged(recorded.logged, now.logged, elsewhere),
      ...await compareModels(recorded.models, now.models, masks, clock),
    ],
    masked: masks.uses,
  };
}

/** Whether everything that was compared is the same. */
export function isSame(compared: Compared): boolean {
  const lists = [
    compared.metrics,
    compared.outputs,
    compared.artifacts,
    compared.params,
  ];
  return compared.logged.length === 0 &&
    lists.every((list) => list.every(({ same }) => same));
}

/** A run that opened nothing and showed nothing. */
function nothingOf({ cells, folders, span }: RunSide): RunSide {
  return {
    run_id: "",
    name: "",
    cells: cells.map(() => null),
    metrics: [],
    artifacts: [],
    models: null,
    logged: NOTHING_LOGGED,
    folders,
    span,
    messages: new Set(),
  };
}

async function compareOutputs(
  recorded: RunSide,
  reproduced: RunSide,
  { positions, sameDeno = true }: CompareOptions,
  masks: Masks,
): Promise<OutputVerdict[]> {
  const verdicts: OutputVerdict[] = [];
  const sameCards = haveSameCards(
    [recorded, reproduced].map(({ cells }) =>
      cells.filter((_, i) => positions[i]?.skip === false)
    ) as [SideCell[], SideCell[]],
  );
  for (const [i, position] of positions.entries()) {
    const { index, name, cut, skip, overwritesItself, clockChose } = position;
    const readsClock = position.readsClock && !position.draws;
    if (skip) continue;
    const [then, now] = [
      recorded.cells[i] ?? null,
      reproduced.cells[i] ?? null,
    ];
    if (now === null) {
      const shown = then !== null &&
        (then.outputs.length > 0 || then.status !== "ok");
      if (shown && !cut) {
        verdicts.push({
          cell: index,
          name,
          same: false,
          diff: "it was not executed",
        });
      }
      continue;
    }
    // How an interrupted cell fails says nothing; that one fails by itself which was killed without an error does.
    const lenient = cut && (isFailed(then) || !isFailed(now));
    const side = (cell: SideCell | null, { messages }: RunSide) => ({
      status: lenient || cut && cell === then ? "ok" : cell?.status ?? "ok",
      outputs: (cell?.outputs ?? []).filter((output) =>
        !lenient || output.output_type !== "error"
      ),
      messages,
    });
    const verdict = await compareCell(
      {
        index,
        name,
        recorded: side(then, recorded),
        reproduced: side(now, reproduced),
      },
      masks.at({
        cell: index,
        readsClock,
        clockChose: (clockChose?.length ?? 0) > 0,
      }),
      { drawsProgress: !overwritesItself, sameDeno, sameCards },
    );
    collectGarbage();
    if (cut && now.status === "ok" && verdict?.same !== false) {
      verdicts.push({
        cell: index,
        name,
        same: false,
        diff: "it was cut off when it was recorded, and ran to its end now",
      });
    } else if (verdict !== null) verdicts.push(verdict);
  }
  return verdicts;
}

/** Whether cells show the cards of runs of the same experiments, in the same order. */
function haveSameCards(
  [then, now]: readonly [
    readonly (SideCell | null)[],
    readonly (SideCell | null)[],
  ],
): boolean {
  const shown = (cells: readonly (SideCell | null)[]) =>
    cardsOf(cells).map(({ experiment }) => experiment);
  return isDeepStrictEqual(shown(then), shown(now));
}

function cardsOf(cells: readonly (SideCell | null)[]): RunOnCard[] {
  return cells.flatMap((cell) =>
    (cell?.outputs ?? []).flatMap((output) => runOnCard(output) ?? [])
  );
}

/** Whether a cell published an error. */
function isFailed(cell: SideCell | null): boolean {
  return (cell?.outputs ?? []).some(({ output_type }) =>
    output_type === "error"
  );
}

/** Texts that name the two runs, and those whose cards they show at the same positions. */
function identities(
  recorded: RunSide,
  reproduced: RunSide,
): [string, string][] {
  const pairs: [RunOnCard, RunOnCard][] = [];
  const named = ({ run_id, name }: RunSide) => ({
    run_id,
    name,
    experiment: "",
  });
  pairs.push([named(recorded), named(reproduced)]);
  const groups = haveSameCards([recorded.cells, reproduced.cells])
    ? [[recorded.cells, reproduced.cells]]
    : recorded.cells.map((cell, i) => [
      [cell],
      [reproduced.cells[i] ?? null],
    ]);
  for (const group of groups) {
    const [then, now] = group.map(cardsOf) as [RunOnCard[], RunOnCard[]];
    if (then.length !== now.length) continue;
    for (const [n, card] of then.entries()) {
      pairs.push([card, now[n] as RunOnCard]);
    }
  }
  const texts = new Map<string, string>();
  for (const [then, now] of pairs) {
    if (texts.has(then.run_id)) continue;
    texts.set(then.run_id, now.run_id);
    texts.set(then.run_id.slice(0, 8), now.run_id.slice(0, 8));
    if (isNewRunName(then.name) && isNewRunName(now.name)) {
      texts.set(then.name, now.name);
    }
  }
  return [...texts];
}
