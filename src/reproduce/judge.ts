/**
 * Compares what was run with its record, and says what differs and why.
 *
 * @module
 */
import { clockChoices } from "../analysis/clock_choices.ts";
import { NOTHING_LOGGED } from "./compare/logged.ts";
import type { Manifest } from "../record/bundle/manifest.ts";
import type { BundleSource } from "../record/bundle/source.ts";
import { collectBundle } from "../record/collect_bundle.ts";
import { isServed, ownAddresses } from "../record/own_server.ts";
import { answersAreSame, asksEarly, otherAnswers } from "./answers.ts";
import { chanceByCell, drawingCells, readsClock } from "./chance.ts";
import type { Tolerance } from "./compare/metrics.ts";
import {
  type Compared,
  compareSides,
  type PlannedPosition,
  type RunSide,
} from "./compare/runs.ts";
import { logsResults } from "./logging_cells.ts";
import { givenNames } from "./replay/given_names.ts";
import { unreadSources, withUnkept } from "./unread_inputs.ts";
import { savedCode } from "./variants.ts";
import type { Judged, Uncompared, VerdictParts } from "./judged.ts";
import { recordedSide, reproducedSide } from "./sides.ts";
import type { Difference } from "./replay/types.ts";

/** Compares what was recorded with what was run. */
export async function judge(given: VerdictParts): Promise<Judged> {
  const { journal, bundle, bundle: { manifest }, run_id } = given;
  // What the cells put out is compared as the replay has it.
  const now = run_id === null
    ? null
    : collectBundle(journal, run_id, { outputs: false });
  const parts: VerdictParts = {
    ...given,
    left_out: [...given.left_out ?? [], ...unreadServed(manifest, now, given)],
  };
  const left_out = parts.left_out?.map(({ name }) => name) ?? [];
  const differences = [
    ...parts.differences,
    ...afterwards(manifest, now, parts),
  ].map((d) =>
    d.dimension === parts.wanted ? { ...d, contradiction: false } : d
  ).concat(parts.elsewhere ?? []);
  const sources = parts.planned.map((cell) => cell.source);
  const modulesByPath = withUnkept(
    now?.module_sources ?? {},
    manifest.modules,
  );
  const modules = Object.values(modulesByPath);
  const chance = chanceByCell(sources, modules);
  const timely = chance.some((kinds) => kinds.has("the time"));
  const choices = timely ? clockChoices(sources, modules) : [];
  const draws = drawingCells(sources, modules, {
    seeded: manifest.seed !== null,
    unread: unreadSources(
      manifest.missing,
      parts.planned,
      modulesByPath,
      manifest.datasets.flatMap(({ name, uri }) =>
        uri === null ? [] : [{ name, uri }]
      ),
    ),
  });
  // What the network may have answered otherwise is no time that a clock gives.
  const asking = {
    sources,
    fromStart: manifest.network_reach === "everything",
  };
  const { network } = manifest;
  const asked = chance.some((kinds) => kinds.has("the network")) &&
    !answersAreSame(network, now?.record.network ?? [], asking);
  const judged = {
    parts,
    recorded: recordedSide(bundle, parts.planned, {
      journal,
      home: parts.home,
      left_out,
    }),
    reproduced: now === null ? null : reproducedSide(now, {
      journal,
      cells: parts.replayed,
      span: parts.span,
      given: parts.sandbox === true ? givenNames(manifest) : null,
      left_out,
      tells: manifest.user_tags !== undefined,
      ...parts.folders === undefined ? {} : { folders: parts.folders },
    }),
    differences,
    chance,
    askedEarly: asked && network !== undefined && asksEarly(network, asking),
    savedCells: (await savedCode(bundle))?.length ?? null,
    positions: parts.planned.map((cell, i): PlannedPosition => ({
      index: cell.of ?? i,
      name: cell.name,
      cut: cell.status === "aborted" || cell.interrupted,
      skip: cell.skip,
      readsClock: !asked && (chance[i]?.has("the time") ?? false),
      clockChose: [...choices[i] ?? []].map((at) =>
        parts.planned[at]?.name ?? "of a module"
      ),
      draws: draws[i] ?? false,
      logs: logsResults(cell.source),
      overwritesItself: /\\r/.test(cell.source) && !readsClock(cell.source),
    })),
  };
  // A variable that is not what it was is an input of the cells that it reaches.
  const equalInputs = differences.every((d) =>
    d.dimension === "environment" && (d.reaches?.size ?? 0) === 0
  );
  return { ...judged, compared: await compareAgain(judged, equalInputs) };
}

/** Compares the two runs of a judgement again. @param equalInputs Whether nothing but chance may differ. */
export async function compareAgain(
  judged: Omit<Judged, "compared">,
  equalInputs: boolean,
): Promise<Compared> {
  const { parts, recorded, reproduced, positions } = judged;
  return await compareSides(
    recorded,
    reproduced ??
      (parts.replayed.length === 0 ? null : emptyRun(recorded, parts)),
    {
      positions,
      equalInputs,
      otherKey: parts.journal.runs.get(parts.bundle.manifest.run.run_id) ===
        undefined,
      toleranceOf: toleranceOf(parts),
      sameDeno: !judged.differences.some(({ dimension, reaches }) =>
        dimension === "environment" && reaches === undefined
      ),
      // Bundles of versions that wrote no digests of results kept no sign of zero either.
      keepsSigns: parts.bundle.manifest.seals?.results !== undefined,
    },
  );
}

/** A replay that opened no run has outputs all the same. */
function emptyRun(recorded: RunSide, parts: VerdictParts): RunSide {
  return {
    ...recorded,
    cells: parts.replayed.map((cell) =>
      cell.status === "skipped" ? null : cell
    ),
    metrics: [],
    artifacts: [],
    models: [],
    logged: {
      ...NOTHING_LOGGED,
      name: recorded.logged.name,
      description: recorded.logged.description,
    },
    span: parts.span,
    messages: new Set(),
  };
}

/** Datasets that the notebook serves itself, and that could not be read from its server then or now. */
function unreadServed(
  { datasets }: Manifest,
  now: BundleSource | null,
  { sandbox }: VerdictParts,
): Uncompared[] {
  return datasets.flatMap((dataset) => {
    const { name, digest } = dataset;
    if (!isServed(dataset)) return [];
    const other = now?.datasets.find((one) => one.name === name);
    const unread = digest === null || other?.digest === null;
    if (!sandbox && !unread) return [];
    const why = sandbox
      ? "a sandbox reads it once it has ended"
      : "its server had ended when it was read";
    return [{ name, why: `is served by the notebook itself, and ${why}` }];
  });
}

/** Differences that only the new run shows. */
function afterwards(
  manifest: Manifest,
  now: BundleSource | null,
  { failure, differences, planned }: VerdictParts,
): Difference[] {
  if (now === null) {
    return failure !== null ? [] : [{
      dimension: "code",
      what: "the replay opened no run",
      contradiction: true,
    }];
  }
  const own = ownAddresses({
    sources: [
      ...planned.map(({ source }) => source),
      ...Object.values(now.module_sources),
    ],
    hosts: manifest.hosts,
  });
  const found = otherAnswers(
    (manifest.network ?? []).filter(({ url }) => own?.(url) !== true),
    now.record.network,
    differences.map(({ what }) => what),
  );
  if (now.record.seed !== manifest.seed) {
    found.push({
      dimension: "seed",
      what: `seed ${manifest.seed ?? "none"} → ${now.record.seed ?? "none"}`,
      contradiction: true,
    });
  }
  return found;
}

/** The tolerance of each metric: what was asked for, else what `track()` was given. */
export function toleranceOf(
  { bundle, tolerance }: VerdictParts,
): (key: string) => Tolerance {
  return (key) => ({
    ...bundle.manifest.tolerance[key],
    ...given(tolerance),
  });
}

function given({ rtol, atol }: Tolerance): Tolerance {
  return {
    ...rtol === undefined ? {} : { rtol },
    ...atol === undefined ? {} : { atol },
  };
}
