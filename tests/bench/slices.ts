/**
 * How small slices are: those worked out by hand, beside what the sources alone say.
 *
 * @module
 */
import { staticallyNeededBy } from "../analysis/from_sources_alone.ts";
import { analyse, neededBy } from "../../src/analysis/analysis.ts";
import { SLICES } from "../analysis/sheet.ts";
import type { Figure } from "./report.ts";

/**
 * Mean size of the slices by hand as the analysis finds them, before a run proves them. The sources alone also give
 * small slices that lack an execution (of who wrote a file, who seeded the generator): those are no peer.
 */
export function sliceSizes(): Figure[] {
  let right = 0;
  let found = 0;
  let plain = 0;
  let compared = 0;
  for (const { cells, failed = [], of, expected } of SLICES) {
    const analysis = analyse(
      cells.map((source, i) => ({
        source,
        status: failed.includes(i) ? "error" : "ok",
      })),
    );
    const target = [of ?? cells.length - 1];
    const slice = neededBy(analysis, target, "likely");
    if ([...slice].join() === expected.join()) right++;
    const alone = staticallyNeededBy(analysis, target);
    if (!expected.every((index) => alone.has(index))) continue;
    compared++;
    found += slice.size;
    plain += alone.size;
  }
  return [
    {
      what: "slices by hand that are found exactly",
      value: right / SLICES.length,
      unit: "",
      bar: { limit: 1, of: "value", side: "above" },
    },
    {
      what:
        `mean size of the ${compared} of ${SLICES.length} slices in which the sources alone leave nothing out`,
      value: found / compared,
      unit: "cells",
      peer: {
        what: "from the sources alone",
        value: plain / compared,
      },
      bar: { limit: 0.9, of: "ratio", side: "below" },
    },
  ];
}
