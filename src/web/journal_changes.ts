/**
 * What changed in the journal since the last time somebody asked.
 *
 * @module
 */
import type { Journal } from "../journal/journal.ts";
import { type RunState, runStates } from "../journal/run_states.ts";
import type { RunNews } from "./parts/source.ts";

const PARTS = ["status", "metrics", "cells", "artifacts", "delivery"] as const;

/** Compares runs with how they were. */
export class JournalChanges {
  readonly #journal: Journal;
  readonly #since = Date.now();
  #before = new Map<string, RunState>();

  constructor(journal: Journal) {
    this.#journal = journal;
    for (const state of this.#read()) this.#before.set(state.run_id, state);
  }

  /** The runs that are not as they were the last time; those that have come since with all that they have. */
  poll(): RunNews[] {
    const states = this.#read();
    const changes = states.flatMap((state): RunNews[] => {
      const before = this.#before.get(state.run_id);
      const changed = PARTS.filter((part) => before?.[part] !== state[part]);
      return changed.length === 0 ? [] : [{ run_id: state.run_id, changed }];
    });
    this.#before = new Map(states.map((state) => [state.run_id, state]));
    return changes;
  }

  /** Runs that may change, and those that might have when they were last seen. */
  #read(): RunState[] {
    const open = [...this.#before.values()].filter(({ done }) => !done);
    return runStates(
      this.#journal,
      open.map(({ run_id }) => run_id),
      this.#since,
    );
  }
}
