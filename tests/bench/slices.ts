/**
 * How small slices are: those worked out by hand, beside what the sources alone say.
 *
 * @module
 */
import { staticallyNeededBy } from "../analysis/from_sources_alone.ts";
import { analyse, neededBy } from "../../src/analysis/analysis.ts";
import { SLICES } from "../analysis/sheet.ts";
import type { Figure } from "./report.ts";

/** Mean size of the slices by hand as the analysis finds them, before a run proves them. */
export function sliceSizes(): Figure[] {
  let right = 0;
  let found = 0;
  let plain = 0;
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
    found += slice.size;
    plain += staticallyNeededBy(analysis, target).size;
  }
  return [
    {
      what: "slices by hand that are found exactly",
      value: right / SLICES.length,
      unit: "",
      bar: { limit: 1, of: "value", side: "above" },
    },
    {
      what: `mean size of ${SLICES.length} slices`,
      value: found / SLICES.length,
      unit: "cells",
      peer: {
        what: "from the sources alone",
        value: plain / SLICES.length,
      },
      bar: { limit: 0.95, of: "ratio", side: "below" },
    },
  ];
}
