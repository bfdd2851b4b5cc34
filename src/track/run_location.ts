/**
 * The execution that is going on, as the recorder sees it.
 *
 * @module
 */
import type { RecorderLink } from "../recorder/line.ts";
import { newMarker } from "../recorder/cells/marker_ids.ts";
import { recorderOf, type RunningCell, type State } from "./state.ts";
import { jupyter } from "./surroundings.ts";

/** How long a run's end waits for the recorder, milliseconds. */
const CATCH_UP_MS = 2000;

/** The execution that is going on. It publishes a marker, by which the recorder knows which one that is. */
export async function runningCell(
  link: RecorderLink | null,
): Promise<RunningCell | null> {
  if (link === null) return null;
  try {
    const marker = jupyter() === null ? undefined : newMarker();
    const asked = link.request({ type: "running", marker });
    if (marker !== undefined) {
      await jupyter()?.broadcast("update_display_data", {
        data: {},
        metadata: {},
        transient: { display_id: marker },
      });
    }
    const { running = null, position = null } = await asked;
    return position === null ? null : { digest: running, position };
  } catch {
    return null; // its recorder went away: runs are then distinguished by their options alone
  }
}

/** Waits until the recorder has seen what is being executed, and with it all before; for a moment at most. */
export async function caughtUp(state: State): Promise<void> {
  if (jupyter() === null) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, CATCH_UP_MS);
  const seen = recorderOf(state).then(runningCell).then(() => {});
  await Promise.race([seen, promise]);
  clearTimeout(timer);
}
