/**
 * What a run shows in its notebook: its card where `track()` was called. It is one display that is updated, from
 * whatever cell.
 *
 * @module
 */
import { lazyImport } from "../base/lazy.ts";
import type { LiveMetrics } from "./live_metrics.ts";
import { type DisplayFrame, LiveDisplay } from "./live_display.ts";
import type { Messages } from "./messages.ts";
import { askRecorder, type State } from "./state.ts";
import type { RunStatus } from "./types.ts";

/** What is shown. */
export interface RunDisplayParts {
  run: { id: string; name: string; experiment: string; status: RunStatus };
  /** Whether nothing is shown. */
  quiet: boolean;
  /** The server that options or variables name; null when they name none. */
  server: string | null;
  messages: Messages;
  /** The metrics that this process logs; null when nobody watches them. */
  metrics: LiveMetrics | null;
}

type Cards = typeof import("../view/run_card.ts");

let loading: Promise<Cards> | null = null;

/** What draws cards, loaded once: while the recorder starts, so that nothing waits for it. */
export function cardDrawing(): Promise<Cards> {
  loading ??= lazyImport<Cards>("../view/run_card.ts", import.meta.url).catch(
    (error) => {
      loading = null; // tried again by the next
      throw error;
    },
  );
  return loading;
}

/** The display of one run. */
export class RunDisplay {
  readonly #state: State;
  readonly #parts: RunDisplayParts;
  readonly #display_id: string;
  readonly #display: LiveDisplay;
  #cards: Cards | null = null;
  /** Whether the recorder has found out where the run goes. */
  #decided = false;
  /** The cell that failed, as the recorder found. */
  #failed: string | null = null;
  #following = false;

  constructor(state: State, parts: RunDisplayParts) {
    this.#state = state;
    this.#parts = parts;
    this.#display_id = `nbtrack-run-${parts.run.id}`;
    this.#display = new LiveDisplay(
      this.#display_id,
      () => this.#picture(),
      parts.messages,
    );
    parts.metrics?.watch({ add: () => this.#display.touch() });
  }

  /** Shows the run where it is opened; outside a kernel, and for a quiet run, nothing. */
  async open(): Promise<void> {
    if (this.#parts.quiet) return;
    await this.#load();
    await this.#display.open();
    if (this.#display.shown) this.#follow();
  }

  /** Shows the run as it is now, if it is shown at all. */
  async update(): Promise<void> {
    await this.#display.update();
  }

  /** The run's card as a MIME bundle; empty when it is quiet. */
  async bundle(): Promise<Record<string, unknown>> {
    const { quiet, run } = this.#parts;
    if (quiet) return {};
    await this.#load();
    return this.#picture(false)?.bundle ??
      { "text/plain": `run ${run.id}` };
  }

  async #load(): Promise<void> {
    try {
      this.#cards = await cardDrawing();
    } catch (error) {
      this.#parts.messages.failed("card", error);
    }
  }

  #picture(displayed = true): DisplayFrame | null {
    const { run, server, messages, metrics } = this.#parts;
    const cards = this.#cards;
    if (cards === null) return null;
    const open = run.status === "RUNNING";
    return messages.try("card", () => {
      const card = cards.runCard(this.#state.journal, run, {
        problems: messages.all,
        server,
        decided: displayed ? this.#decided : true,
        series: metrics?.courses ?? null,
        live: open && displayed,
        failed: this.#failed,
      });
      return {
        bundle: displayed
          ? cards.cardBundle(card, this.#display_id)
          : cards.cardBundle(card),
        state: card.state,
      };
    }) ?? null;
  }

  /** Shows what the recorder finds out, until there is nothing more to come. */
  async #follow(): Promise<void> {
    if (this.#following) return;
    this.#following = true;
    try {
      for (let seen = "";;) {
        const { id: run_id } = this.#parts.run;
        const answer = await askRecorder(this.#state, {
          type: "follow",
          run_id,
          seen,
        });
        if (answer?.followed === undefined) return;
        seen = answer.followed.state;
        this.#decided = true;
        this.#failed = answer.followed.failed;
        for (const text of answer.followed.sentences) {
          this.#parts.messages.report(text, text);
        }
        await this.update();
        if (answer.followed.last) return;
      }
    } catch (error) {
      this.#parts.messages.failed("display", error);
    } finally {
      this.#following = false;
    }
  }
}
