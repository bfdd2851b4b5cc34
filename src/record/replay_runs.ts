/**
 * Which runs a notebook finds while it is reproduced: those of then, and its own in the place of what was recorded.
 *
 * @module
 */
import { ENV, readEnv } from "../base/env.ts";
import type { Journal } from "../journal/journal.ts";
import type { RunRow } from "../journal/run_row.ts";

/** The id of the run that this process reproduces; null where it reproduces none. */
export function reproducedHere(): string | null {
  return readEnv(ENV.reproduces)?.split("#")[0] ?? null;
}

/**
 * The runs that a replay finds, newest first: its own, listed or not, and those that were there when the recorded session
 * opened its first. What that session recorded, and what came later, is not among them.
 *
 * @param reproduced The id of the run that is reproduced.
 * @param since When the replay began, milliseconds since 1970.
 */
export function runsOfReplay(
  journal: Journal,
  reproduced: string,
  options: { experiment?: string | undefined; since?: number },
): RunRow[] {
  const { experiment, since = performance.timeOrigin } = options;
  const original = journal.runs.get(reproduced);
  const { session_id } = original ?? {};
  const first = session_id === undefined
    ? -Infinity // it was recorded elsewhere: nothing of this journal was there
    : Math.min(
      ...journal.runs.list({ session_id }).map((row) => row.start_time),
    );
  return journal.runs.list(experiment === undefined ? {} : { experiment })
    .filter((row) =>
      row.reproduces === reproduced && row.start_time >= since ||
      row.listed === 1 && row.start_time < first
    );
}

/** The run that `last` means while another one is reproduced: of other reproductions it means none. */
export function lastOfReplay(
  journal: Journal,
  reproduced: string,
  experiment: string | undefined,
  since?: number,
): RunRow | undefined {
  return runsOfReplay(journal, reproduced, {
    experiment,
    ...since === undefined ? {} : { since },
  }).find(({ reproduces }) => reproduces === null || reproduces === reproduced);
}
