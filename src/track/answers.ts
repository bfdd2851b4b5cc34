/**
 * Handing what `fetch` answers on to the recorder.
 *
 * @module
 */
import {
  ANSWERS,
  ANSWERS_DISPLAY,
  flushAnswers,
  hookFetch,
} from "../base/fetch_hook.ts";
import { within } from "../base/within.ts";
import { askRecorder, type State } from "./state.ts";
import { jupyter } from "./surroundings.ts";

/** How long a run's end waits for the digests of what was fetched, milliseconds. */
const DIGESTS_MS = 2000;

/** Has every answer from here on reported, unless this process does so already. */
export function watchAnswers(state: State): void {
  const kernel = jupyter();
  hookFetch((answers) =>
    kernel === null
      ? askRecorder(state, { type: "answers", answers })
      : kernel.broadcast("update_display_data", {
        // As with a marker the recorder sees which cell it is, and no front end knows such a display.
        data: { [ANSWERS]: answers },
        metadata: {},
        transient: { display_id: ANSWERS_DISPLAY },
      })
  );
}

/** Waits until what was fetched so far was reported, for a moment at most. */
export async function answersReported(): Promise<void> {
  await within(flushAnswers(), DIGESTS_MS, undefined);
}
