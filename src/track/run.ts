/**
 * The handle of a run. Its logging functions are synchronous and never throw: what they could not do is told
 * once on standard error and stands on the run's card.
 *
 * @module
 */
import { messageOf } from "../base/errors.ts";
import { nearest } from "../base/nearest.ts";
import { saysSecret } from "../capture/secret_names.ts";
import type { Journal } from "../journal/journal.ts";
import type { MetricWriter } from "../journal/metric_writer.ts";
import { putArtifact } from "./artifact.ts";
import { type Card, cardOf } from "./card.ts";
import { putDataset } from "./dataset.ts";
import { putModel } from "./model.ts";

import { paramText } from "./params.ts";
import { recorderOf, type State } from "./state.ts";
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

/** Messages a run prints; further ones are only counted. */
const MAX_MESSAGES = 20;

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
  readonly #metrics: ReadonlySet<string> | null;
  readonly #quiet: boolean;
  readonly #told = new Map<string, string>();
  #writer: MetricWriter | null = null;
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
    this.#metrics = parts.metrics === null ? null : new Set(parts.metrics);
    this.#quiet = parts.quiet;
    for (const [key, why] of state.problems) this.#tell(key, why);
  }

  get url(): string | null {
    return this.#try(
      "url",
      () => this.#journal?.deliveries.get(this.id).url ?? null,
    ) ?? null;
  }

  get status(): RunStatus {
    return this.#try(
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
    for (
      const [key, value] of Object.entries(params) as [string, ParamValue][]
    ) {
      if (value === undefined) continue;
      this.#log(`param "${key}"`, (journal) => {
        if (journal.entries.setParam(this.id, key, paramText(value))) return;
        this.#missing(
          `param "${key}" again`,
          "A param is written once; the new value was not stored. Log what changes as a metric or a tag.",
        );
      });
    }
  }

  logMetric(key: M, value: number, options?: MetricOptions): void {
    try {
      this.#touched = true;
      const writer = this.#ready(key, value, options);
      writer?.log(key, value, options?.step, options?.timestamp);
      if (writer !== null && writer.lost > 0) {
        this.#tell(
          "metrics",
          `${messageOf(writer.problem)} Some metric values were not stored.`,
        );
      }
    } catch (error) {
      this.#tell(`metric "${String(key)}"`, messageOf(error));
    }
  }

  logMetrics(
    metrics: { readonly [key in M]?: number },
    options?: MetricOptions,
  ): void {
    for (const key in metrics) {
      const value = metrics[key];
      if (value !== undefined) this.logMetric(key, value, options);
    }
  }

  setTag(key: string, value: string): void {
    this.#touched = true;
    this.#log(
      `tag "${key}"`,
      (journal) => journal.entries.setTag(this.id, key, String(value)),
    );
  }

  setTags(tags: { readonly [key: string]: string }): void {
    for (const [key, value] of Object.entries(tags)) this.setTag(key, value);
  }

  async logArtifact(
    name: string,
    content: string | Uint8Array | URL,
  ): Promise<void> {
    this.#touched = true;
    await this.#logAsync(`artifact "${name}"`, async (journal) => {
      await putArtifact(journal, this.id, name, content);
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
      const waits = await putDataset(journal, this.id, name, data, options);
      if (!waits) return;
      const link = await recorderOf(this.#state);
      await link?.request({ type: "dataset", run_id: this.id, name });
    });
  }

  async registerModel(name: string, options: ModelOptions = {}): Promise<void> {
    this.#touched = true;
    // Allowed after the end too: what a run gave is often judged once it is over.
    await this.#logAsync(`model "${name}"`, async (journal) => {
      await putModel(journal, this.id, name, options);
      this.#notify();
    }, true);
  }

  async end(status: EndStatus = "FINISHED"): Promise<void> {
    await this.endWith(status, null);
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
  async endWith(status: EndStatus, reason: string | null): Promise<void> {
    if (this.#ended !== null) return;
    this.#ended = status;
    this.#onEnd();
    this.#try("metrics", () => this.#writer?.close());
    this.#log("end", (journal) => {
      journal.runs.end(this.id, status, { reason });
    }, true);
    this.#notify();
    await Promise.resolve();
  }

  /** Calls a function when the run is ended. */
  onEnd(call: () => void): void {
    this.#onEnd = call;
  }

  /** Tells the user something once, and names it on the run. */
  note(what: string, why: string): void {
    this.#missing(what, why);
  }

  /** The run's card, as it is now. */
  card(): Card {
    return cardOf(this.#journal, this, [...this.#told.values()]);
  }

  /** Shows the run as a cell's last value. */
  [Symbol.for("Jupyter.display")](): Record<string, unknown> {
    if (this.#quiet) return {};
    const card = this.#try("card", () => this.card());
    return card === undefined
      ? { "text/plain": `run ${this.id}` }
      : { "text/html": card.html, "text/plain": card.text };
  }

  /** Shows the run in `console.log` and at a REPL. */
  [Symbol.for("Deno.customInspect")](): string {
    return this.#try("card", () => this.card().text) ?? `run ${this.id}`;
  }

  get #journal(): Journal | null {
    return this.#state.journal;
  }

  #ready(
    key: string,
    value: number,
    options?: MetricOptions,
  ): MetricWriter | null {
    if (this.#metrics !== null && !this.#metrics.has(key)) {
      const guess = nearest(key, [...this.#metrics]);
      this.#missing(
        `metric "${key}"`,
        `It is not one of the run's metrics (${
          [...this.#metrics].join(", ")
        }) and was not logged.${
          guess === null ? "" : ` Did you mean "${guess}"?`
        }`,
      );
      return null;
    }
    if (typeof value !== "number") {
      this.#missing(
        `metric "${key}"`,
        `A metric is a number; it was given ${
          value === null ? "null" : typeof value
        }.`,
      );
      return null;
    }
    const step = options?.step;
    if (step !== undefined && !Number.isSafeInteger(step)) {
      this.#missing(
        `metric "${key}"`,
        `A step is a whole number; it was given ${String(step)}.`,
      );
      return null;
    }
    if (this.#ended !== null) {
      this.#missing(
        `metric "${key}" after the end`,
        "The run has ended; start a new one.",
      );
      return null;
    }
    if (this.#writer === null) {
      if (typeof key !== "string" || key === "") return null;
      this.#writer = this.#journal?.metricWriter(this.id) ?? null;
    }
    if (this.#writer !== null && !this.#named.has(key)) {
      if (saysSecret(key)) {
        this.#missing(
          `metric "${key}"`,
          "Its name says that it is secret; it was not stored.",
        );
        return null;
      }
      this.#named.add(key);
    }
    return this.#writer;
  }

  readonly #named = new Set<string>();

  #log(what: string, work: (journal: Journal) => void, afterEnd = false): void {
    if (this.#journal === null) return;
    if (this.#ended !== null && !afterEnd) {
      this.#missing(
        `${what} after the end`,
        "The run has ended; start a new one.",
      );
      return;
    }
    this.#try(what, () => work(this.#journal as Journal));
  }

  async #logAsync(
    what: string,
    work: (journal: Journal) => Promise<void>,
    afterEnd = false,
  ): Promise<void> {
    if (this.#journal === null) return;
    if (this.#ended !== null && !afterEnd) {
      this.#missing(
        `${what} after the end`,
        "The run has ended; start a new one.",
      );
      return;
    }
    try {
      await work(this.#journal);
    } catch (error) {
      this.#missing(what, messageOf(error));
    }
  }

  #try<T>(what: string, work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      this.#tell(what, `${what} was not stored. ${messageOf(error)}`);
      return undefined;
    }
  }

  #missing(what: string, why: string): void {
    if (this.#told.has(what)) return;
    this.#tell(what, `${what}: ${why}`);
    try {
      this.#journal?.entries.setMissing(this.id, what, why);
    } catch (error) {
      this.#tell("journal", messageOf(error));
    }
  }

  #tell(what: string, text: string): void {
    if (this.#told.has(what)) return;
    this.#told.set(what, text);
    if (!this.#quiet && this.#told.size <= MAX_MESSAGES) {
      console.error(`nbtrack: ${text}`);
    }
  }

  #notify(): void {
    recorderOf(this.#state).then((link) =>
      link?.request({ type: "changed", run_id: this.id })
    )
      .catch((error) => this.#tell("recorder", messageOf(error)));
  }
}
