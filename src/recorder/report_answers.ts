/**
 * Asking a kernel for what `fetch` has answered, before it is shut down: it hands answers on a moment after they came.
 *
 * @module
 */
import { isNbtrackError } from "../base/errors.ts";
import { FLUSH_ANSWERS } from "../base/fetch_hook.ts";
import type { Kernel } from "../jupyter/kernel.ts";

/** How long digests of what was fetched may take, milliseconds. */
const DIGESTS_MS = 2000;

/** Has a kernel report every answer that came so far; one that cannot has reported what it could. */
export async function reportAnswers(kernel: Kernel): Promise<void> {
  try {
    await kernel.execute(FLUSH_ANSWERS, {
      silent: true,
      timeout_ms: DIGESTS_MS,
    });
  } catch (error) {
    if (!isNbtrackError(error)) throw error; // it ended in that moment: its end is seen elsewhere
  }
}
