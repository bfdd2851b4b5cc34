/**
 * The execution that is going on, as the recorder sees it.
 *
 * @module
 */
import type { RecorderLink } from "../recorder/line.ts";
import { newMark } from "../recorder/protocol.ts";
import { type Place, recorderOf, type State } from "./state.ts";
import { jupyter } from "./surroundings.ts";

/** How long a run's end waits for the recorder, milliseconds. */
const CATCH_UP_MS = 2000;

/** The execution that is going on. It publishes a mark, by which the recorder knows which one that is. */
export async function placeOf(
  link: RecorderLink | null,
): Promise<Place | null> {
  if (link === null) return null;
  try {
    const mark = jupyter() === null ? undefined : newMark();
    const asked = link.request({ type: "running", mark });
    if (mark !== undefined) {
      await jupyter()?.broadcast("update_display_data", {
        data: {},
        metadata: {},
        transient: { display_id: mark },
      });
    }
    const { running = null, position = null } = await asked;
    return position === null ? null : { digest: running, position };
  } catch {
    return null; // its recorder went away: a run is then told apart by its options alone
  }
}

/** Waits until the recorder has seen what is being executed, and with it all before; for a moment at most. */
export async function caughtUp(state: State): Promise<void> {
  if (jupyter() === null) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, CATCH_UP_MS);
  const seen = recorderOf(state).then(placeOf).then(() => {});
  await Promise.race([seen, promise]);
  clearTimeout(timer);
}
