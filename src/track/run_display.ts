/**
 * What a run shows in its notebook: a line where `track()` was called, which becomes the card when the run ends. It is
 * one display that is updated, from whatever cell.
 *
 * @module
 */
import { RUN_CARD } from "../base/media_types.ts";
import { type Card, runCard, runLine } from "../view/run_card.ts";
import type { Messages } from "./messages.ts";
import { askRecorder, type State } from "./state.ts";
import { jupyter } from "./surroundings.ts";
import type { RunStatus } from "./types.ts";

/** What is shown. */
export interface RunDisplayParts {
  run: { id: string; name: string; experiment: string; status: RunStatus };
  /** Whether nothing is shown. */
  quiet: boolean;
  /** The server that options or variables name; null when they name none. */
  server: string | null;
  messages: Messages;
}

/** The display of one run. */
export class RunDisplay {
  readonly #state: State;
  readonly #parts: RunDisplayParts;
  readonly #display_id: string;
  /** The text that is shown. */
  #shown: string | null = null;
  /** Whether the recorder has found out where the run goes. */
  #decided = false;
  #following = false;

  constructor(state: State, parts: RunDisplayParts) {
    this.#state = state;
    this.#parts = parts;
    this.#display_id = `nbtrack-run-${parts.run.id}`;
  }

  /** Shows the run where it is opened; outside a kernel, and for a quiet run, nothing. */
  async open(): Promise<void> {
    await this.#publish("display_data");
    if (this.#shown !== null) this.#follow();
  }

  /** Shows the run as it is now, if it is shown at all. */
  async update(): Promise<void> {
    if (this.#shown !== null) await this.#publish("update_display_data");
  }

  /** The run's card as a MIME bundle; empty when it is quiet. */
  bundle(): Record<string, unknown> {
    if (this.#parts.quiet) return {};
    const card = this.#card();
    return card === null
      ? { "text/plain": `run ${this.#parts.run.id}` }
      : bundleOf(card);
  }

  #card(): Card | null {
    const { run, server, messages } = this.#parts;
    const options = { problems: messages.all, server };
    return messages.try(
      "card",
      () => runCard(this.#state.journal, run, options),
    ) ?? null;
  }

  async #publish(type: "display_data" | "update_display_data"): Promise<void> {
    const { run, server, messages, quiet } = this.#parts;
    const api = quiet ? null : jupyter();
    if (api === null) return;
    const options = {
      problems: messages.all,
      server,
      decided: this.#decided,
    };
    try {
      const line = runLine(this.#state.journal, run, options);
      if (type === "update_display_data" && line.text === this.#shown) return;
      this.#shown = line.text;
      await api.broadcast(type, {
        data: bundleOf(line, this.#display_id),
        metadata: {},
        transient: { display_id: this.#display_id },
      });
    } catch (error) {
      messages.failed("display", error);
    }
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

function bundleOf(card: Card, display_id?: string): Record<string, unknown> {
  return {
    [RUN_CARD]: display_id === undefined
      ? card.run
      : { ...card.run, display_id },
    "text/html": card.html,
    "text/plain": card.text,
  };
}
