/**
 * The handle of a run. Its logging functions are synchronous and never throw: what they could not do is said
 * once on standard error and stands on the run's card.
 *
 * @module
 */
import { messageOf } from "../base/errors.ts";
import { lazyImport } from "../base/lazy.ts";
import type { Journal } from "../journal/journal.ts";
import { RUN_CARD } from "../base/media_types.ts";
import { type Card, cardOf } from "./card.ts";
import { putDataset } from "./dataset.ts";
import { Messages } from "./messages.ts";
import { MetricLog } from "./metric_log.ts";
import { paramText } from "./params.ts";
import { caughtUp } from "./run_location.ts";
import { askRecorder, type State } from "./state.ts";
import type {
  EndStatus,
  MetricOptions,
  ModelOptions,
  ParamKey,
  ParamsInput,
  ParamsOf,
  ParamValue,
  Run,
  RunStatus,
} from "./types.ts";

const END_STATUSES: readonly EndStatus[] = ["FINISHED", "FAILED", "KILLED"];

/** What a handle is made from. */
export interface RunParts {
  id: string;
  name: string;
  experiment: string;
  params: Record<string, ParamValue>;
  seed: number | null;
  metrics: readonly string[] | null;
  quiet: boolean;
}

/** A run in this process. */
export class RunHandle<P extends ParamsInput, M extends string>
  implements Run<P, M> {
  readonly id: string;
  readonly name: string;
  readonly experiment: string;
  readonly params: ParamsOf<P>;
  readonly seed: number | null;
  readonly #state: State;
  readonly #quiet: boolean;
  readonly #messages: Messages;
  readonly #metrics: MetricLog;
  #touched = false;
  #ended: RunStatus | null = null;
  #onEnd: () => void = () => {};

  constructor(state: State, parts: RunParts) {
    this.#state = state;
    this.id = parts.id;
    this.name = parts.name;
    this.experiment = parts.experiment;
    this.params = parts.params as ParamsOf<P>;
    this.seed = parts.seed;
    this.#quiet = parts.quiet;
    this.#messages = new Messages(parts.id, {
      journal: () => this.#journal,
      quiet: parts.quiet,
    });
    this.#metrics = new MetricLog({
      names: parts.metrics,
      messages: this.#messages,
      writer: () => this.#journal?.metricWriter(this.id) ?? null,
    });
    for (const [what, why] of state.problems) this.note(what, why);
  }

  get url(): string | null {
    return this.#messages.try(
      "url",
      () => this.#journal?.deliveries.get(this.id).url ?? null,
    ) ?? null;
  }

  get status(): RunStatus {
    return this.#messages.try(
      "status",
      () => this.#journal?.runs.get(this.id)?.status,
    ) ??
      this.#ended ?? "RUNNING";
  }

  /** Whether nothing was logged since the run was opened. */
  get untouched(): boolean {
    return !this.#touched;
  }

  logParam(key: ParamKey<P>, value: ParamValue): void {
    this.logParams({ [key]: value } as { [K in ParamKey<P>]?: ParamValue });
  }

  logParams(params: { readonly [key in ParamKey<P>]?: ParamValue }): void {
    this.#touched = true;
    for (const [key, value] of this.#entries<ParamValue>("params", params)) {
      if (value === undefined) continue;
      this.#log(`param "${key}"`, (journal) => {
        if (journal.entries.setParam(this.id, key, paramText(value))) return;
        this.note(
          `param "${key}" again`,
          "A param is written once; the new value was not stored. Log what changes as a metric or a tag.",
        );
      });
    }
  }

  logMetric(key: M, value: number, options?: MetricOptions): void {
    this.#touched = true;
    this.#metrics.log(key, value, options);
  }

  logMetrics(
    metrics: { readonly [key in M]?: number },
    options?: MetricOptions,
  ): void {
    for (const [key, value] of this.#entries<number>("metrics", metrics)) {
      if (value !== undefined) this.logMetric(key as M, value, options);
    }
  }

  setTag(key: string, value: string): void {
    this.setTags({ [key]: value });
  }

  setTags(tags: { readonly [key: string]: string }): void {
    this.#touched = true;
    for (const [key, value] of this.#entries<string>("tags", tags)) {
      this.#log(
        `tag "${key}"`,
        (journal) => journal.entries.setTag(this.id, key, String(value)),
      );
    }
  }

  async logArtifact(
    name: string,
    content?: string | Uint8Array | ArrayBuffer | URL,
  ): Promise<void> {
    this.#touched = true;
    const what = `artifact "${name}"`;
    await this.#logAsync(what, async (journal) => {
      const { putArtifact } = await lazyImport<typeof import("./artifact.ts")>(
        "./artifact.ts",
        import.meta.url,
      );
      const warning = await putArtifact(journal, this.id, name, content);
      if (warning !== null) this.note(what, warning);
      this.#notify();
    });
  }

  async logDataset(
    name: string,
    data: unknown,
    options: { context?: string } = {},
  ): Promise<void> {
    this.#touched = true;
    await this.#logAsync(`dataset "${name}"`, async (journal) => {
      if (!await putDataset(journal, this.id, name, data, options)) return;
      await askRecorder(this.#state, {
        type: "dataset",
        run_id: this.id,
        name,
      }, { hold: true });
    });
  }

  async registerModel(name: string, options: ModelOptions = {}): Promise<void> {
    this.#touched = true;
    // Allowed after the end too: what a run gave is often judged once it is over.
    await this.#logAsync(`model "${name}"`, async (journal) => {
      const { putModel } = await lazyImport<typeof import("./model.ts")>(
        "./model.ts",
        import.meta.url,
      );
      await putModel(journal, this.id, name, options);
      this.#notify();
    }, true);
  }

  async end(status: EndStatus = "FINISHED"): Promise<void> {
    const known = END_STATUSES.includes(status);
    if (!known) {
      this.note(
        "end",
        `A run ends as ${END_STATUSES.join(", ")}; it was given ${status}.`,
      );
    }
    this.endWith(known ? status : "FINISHED", null);
    await caughtUp(this.#state); // the card says from here on what was captured
  }

  /** Names a dataset without waiting for its fingerprint, as `track()` does. */
  async nameDataset(name: string, data: unknown): Promise<void> {
    await this.#logAsync(`dataset "${name}"`, async (journal) => {
      await putDataset(journal, this.id, name, data);
    });
  }

  /** Says that the run stands: what is logged from here on is the user's. */
  opened(): void {
    this.#touched = false;
  }

  /** Ends the run with a reason. */
  endWith(status: EndStatus, reason: string | null): void {
    if (this.#ended !== null) return;
    this.#ended = status;
    this.#onEnd();
    this.#messages.try("metrics", () => this.#metrics.end());
    this.#log("end", (journal) => {
      journal.runs.end(this.id, status, { reason });
    }, true);
    this.#notify();
  }

  /** Calls a function when the run is ended. */
  onEnd(call: () => void): void {
    this.#onEnd = call;
  }

  /** Reports something once, and names it on the run. */
  note(what: string, why: string): void {
    this.#messages.missing(what, why);
  }

  /** The run's card, as it is now. */
  card(): Card {
    return cardOf(this.#journal, this, this.#messages.all);
  }

  /** Shows the run as a cell's last value. */
  [Symbol.for("Jupyter.display")](): Record<string, unknown> {
    if (this.#quiet) return {};
    const card = this.#messages.try("card", () => this.card());
    return card === undefined ? { "text/plain": `run ${this.id}` } : {
      [RUN_CARD]: card.run,
      "text/html": card.html,
      "text/plain": card.text,
    };
  }

  /** Shows the run in `console.log` and at a REPL. */
  [Symbol.for("Deno.customInspect")](): string {
    return this.#messages.try("card", () => this.card().text) ??
      `run ${this.id}`;
  }

  get #journal(): Journal | null {
    return this.#state.journal;
  }

  /** What was given as an object; the kernel checks no types. */
  #entries<T>(what: string, given: unknown): [string, T][] {
    if (typeof given !== "object" || given === null) {
      this.note(what, `They are given as an object; it was given ${given}.`);
      return [];
    }
    if (Object.hasOwn(given, "")) {
      this.note(`${what} ""`, "A name is a text that is not empty.");
    }
    return Object.entries(given).filter(([key]) => key !== "");
  }

  #log(what: string, work: (journal: Journal) => void, afterEnd = false): void {
    if (this.#journal === null || this.#isOver(what, afterEnd)) return;
    this.#messages.try(what, () => work(this.#journal as Journal));
  }

  #isOver(what: string, afterEnd: boolean): boolean {
    if (this.#ended === null || afterEnd) return false;
    this.note(`${what} after the end`, "The run has ended; start a new one.");
    return true;
  }

  async #logAsync(
    what: string,
    work: (journal: Journal) => Promise<void>,
    afterEnd = false,
  ): Promise<void> {
    if (this.#journal === null || this.#isOver(what, afterEnd)) return;
    try {
      await work(this.#journal);
    } catch (error) {
      this.#messages.failed(what, error);
    }
  }

  #notify(): void {
    askRecorder(this.#state, { type: "changed", run_id: this.id })
      .catch((error) => this.note("recorder", messageOf(error)));
  }
}
