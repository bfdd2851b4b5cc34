/**
 * What stands for a chart until what draws it is loaded.
 *
 * @module
 */
import { loggedHtml, oneLine, shortened } from "../base/markup.ts";
import { RUN_VIEW } from "../base/media_types.ts";
import type { DisplayFrame } from "./live_display.ts";

/** Pixels of a picture with the line below it. */
const PICTURE_HEIGHT = 262;
/** Characters of its title. */
const MAX_TITLE = 100;

/** The first frame of a chart, as high as the others. */
export function chartToCome(chart: {
  run_id: string;
  keys: readonly string[];
  display_id: string;
}): DisplayFrame {
  const title = shortened(chart.keys.join(", "), MAX_TITLE);
  const text = `${title}: the chart is being loaded`;
  return {
    bundle: {
      [RUN_VIEW]: { kind: "chart", ...chart },
      "text/html": `<div style="min-height:${PICTURE_HEIGHT}px">${
        loggedHtml(text)
      }</div>`,
      "text/plain": oneLine(text),
    },
    state: "to come",
  };
}
