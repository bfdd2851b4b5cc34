/**
 * The row of a new run in the journal.
 *
 * @module
 */
import { ENV, readEnv } from "../base/env.ts";
import { messageOf } from "../base/errors.ts";
import { newRunName } from "../base/names.ts";
import type { RunJournal } from "../journal/run_journal.ts";
import type { RunToOpen } from "../journal/run_row.ts";
import { noteOverrides } from "./params.ts";
import type { CallPosition } from "../recorder/call_position.ts";
import type { State } from "./state.ts";
import type { TrackOptions } from "./types.ts";

/** Opens a run in the journal; when that cannot be, the run goes on and stores nothing. */
export function createRun(
  state: State,
  options: TrackOptions,
  run: {
    experiment: string;
    given: string;
    seed: number | null;
    call: CallPosition | null;
    trial?: { parent: string; trial: number } | undefined;
  },
): { id: string; name: string } {
  const name = options.name ?? newRunName();
  const { journal, session } = state;
  try {
    if (journal !== null && session !== null) {
      const { session_id } = session;
      if (options.notebook !== undefined) {
        journal.sessions.setNotebook(session_id, absolute(options.notebook));
      }
      const row = journal.runs.create({
        session_id,
        experiment: run.experiment,
        name,
        options: run.given,
        parent: typeof options.from === "string"
          ? options.from
          : options.from?.id ?? null,
        seed: run.seed,
        description: options.description ?? null,
        ...reproduction(journal, session_id),
        ...run.trial === undefined
          ? trialOfNotebook()
          : { parent: run.trial.parent, trial: run.trial.trial },
      });
      noteOverrides(journal, row.run_id);
      if (run.call !== null) {
        const json = JSON.stringify(run.call);
        journal.entries.setDocument(row.run_id, "call", json);
      }
      return { id: row.run_id, name };
    }
  } catch (error) {
    state.problems.set(
      "journal",
      `Nothing of this run is stored. ${messageOf(error)}`,
    );
  }
  return { id: crypto.randomUUID(), name };
}

/** What a replay said the run is: of several that its notebook opens only the reproduced one is listed. */
function reproduction(
  journal: RunJournal,
  session_id: string,
): Pick<RunToOpen, "reproduces" | "listed"> {
  const [run_id, ordinal] = readEnv(ENV.reproduces)?.split("#") ?? [];
  if (run_id === undefined) return {};
  const opened = journal.runs.list({ session_id }).length;
  const listed = ordinal === undefined || opened === Number(ordinal);
  return { reproduces: run_id, listed: listed ? 1 : 0 };
}

/** What a sweep that runs the whole notebook said the run is. */
function trialOfNotebook(): Pick<RunToOpen, "parent" | "trial"> {
  const [parent, n] = readEnv(ENV.sweep)?.split("#") ?? [];
  return parent === undefined ? {} : { parent, trial: Number(n) };
}

function absolute(path: string): string {
  return /^([/\\]|[A-Za-z]:)/.test(path) ? path : `${Deno.cwd()}/${path}`;
}
