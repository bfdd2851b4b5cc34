/**
 * A run that was opened in this process: what it logs goes to the journal. Nothing here throws into a cell: what could
 * not be done is said once on standard error and stands on the run's card.
 *
 * @module
 */
import { messageOf } from "../base/errors.ts";
import type { RunJournal } from "../journal/run_journal.ts";
import { isOwnTag, USER_TAGS } from "../record/own_tags.ts";
import type { LineRequest } from "../recorder/protocol.ts";
import { answersReported } from "./answers.ts";
import { Messages } from "./messages.ts";
import { LiveMetrics } from "./live_metrics.ts";
import { MetricLog } from "./metric_log.ts";
import { paramText } from "./params.ts";
import { RunDisplay } from "./run_display.ts";
import { chartOf, LiveChart, NO_CHART } from "./run_chart.ts";
import { caughtUp } from "./run_location.ts";
import { askRecorder, recorderOf, type State } from "./state.ts";
import { jupyter } from "./surroundings.ts";
import type {
  EndStatus,
  MetricOptions,
  ParamValue,
  RunChart,
  RunChartOptions,
  RunStatus,
} from "./types.ts";

const END_STATUSES: readonly EndStatus[] = ["FINISHED", "FAILED", "KILLED"];

/** What a run is made from. */
export interface RunParts {
  id: string;
  name: string;
  experiment: string;
  params: Record<string, ParamValue>;
  seed: number | null;
  metrics: readonly string[] | null;
  quiet: boolean;
  /** The server that options or variables name; null when they name none. */
  server: string | null;
}

/** A run in this process. */
export class ActiveRun {
  readonly id: string;
  readonly name: string;
  readonly experiment: string;
  readonly params: Record<string, ParamValue>;
  readonly seed: number | null;
  readonly #state: State;
  readonly #messages: Messages;
  readonly #metrics: MetricLog;
  /** What is shown of its metrics; null when nothing is. */
  readonly #watched: LiveMetrics | null;
  readonly #charts: LiveChart[] = [];
  /** What is shown of it. */
  readonly display: RunDisplay;
  /** Tags by nbtrack's own names that the notebook set. */
  readonly #ownTags: Record<string, string> = {};
  #touched = false;
  #ended: RunStatus | null = null;
  #onEnd: () => void = () => {};

  constructor(state: State, parts: RunParts) {
    const { id, name, experiment, params, seed, quiet } = parts;
    this.id = id;
    this.name = name;
    this.experiment = experiment;
    this.params = params;
    this.seed = seed;
    this.#state = state;
    const journal = () => this.#journal;
    this.#messages = new Messages(id, { journal, quiet });
    const watched = quiet || jupyter() === null ? null : new LiveMetrics();
    this.#watched = watched;
    this.#metrics = new MetricLog({
      names: parts.metrics,
      messages: this.#messages,
      writer: () => this.#journal?.metricWriter(id) ?? null,
      onPoint: watched === null
        ? null
        : (key, step, value) => watched.add(key, step, value),
    });
    this.display = new RunDisplay(state, {
      run: this,
      quiet,
      server: parts.server,
      messages: this.#messages,
      metrics: watched,
    });
    for (const [what, why] of state.problems) this.note(what, why);
  }

  /** The run's page on its server; null until it was delivered there. */
  get url(): string | null {
    return this.#messages.try(
      "url",
      () => this.#journal?.url(this.id) ?? null,
    ) ?? null;
  }

  /** The run's state. */
  get status(): RunStatus {
    return this.#messages.try(
      "status",
      () => this.#journal?.runs.get(this.id)?.status,
    ) ?? this.#ended ?? "RUNNING";
  }

  /** Whether nothing was logged since the run was opened. */
  get untouched(): boolean {
    return !this.#touched;
  }

  /** Logs params, each once. */
  logParams(params: unknown): void {
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

  /** Logs one value of a metric. */
  logMetric(
    key: string,
    value: number,
    options?: MetricOptions | number,
  ): void {
    this.#touched = true;
    this.#metrics.log(key, value, options);
  }

  /** Logs several metrics at one step. */
  logMetrics(metrics: unknown, options?: MetricOptions | number): void {
    for (const [key, value] of this.#entries<number>("metrics", metrics)) {
      if (value !== undefined) this.logMetric(key, value, options);
    }
  }

  /** Sets tags. */
  setTags(tags: unknown): void {
    this.#touched = true;
    for (const [key, given] of this.#entries<ParamValue>("tags", tags)) {
      if (given === undefined) continue;
      const value = paramText(given);
      this.#log(
        `tag "${key}"`,
        (journal) => {
          journal.entries.setTag(this.id, key, value);
          if (!isOwnTag(key)) return;
          this.#ownTags[key] = value;
          const json = JSON.stringify(this.#ownTags);
          journal.entries.setDocument(this.id, USER_TAGS, json);
        },
      );
    }
  }

  /** Does something of a run that takes a while; a failure is named on the run. */
  async attach(
    what: string,
    work: (journal: RunJournal) => Promise<void>,
    options: { afterEnd?: boolean } = {},
  ): Promise<void> {
    const { afterEnd = false } = options;
    this.#touched = true;
    if (this.#journal === null || this.#isOver(what, afterEnd)) return;
    try {
      await work(this.#journal);
    } catch (error) {
      this.#messages.failed(what, error);
    }
  }

  /** Asks the recorder for something of this run. */
  async ask(request: LineRequest): Promise<void> {
    await askRecorder(this.#state, request, { hold: true });
  }

  /** Says to the recorder that the run has something new. */
  notify(): void {
    askRecorder(this.#state, { type: "changed", run_id: this.id })
      .catch((error) => this.note("recorder", messageOf(error)));
  }

  /** Shows a chart of metrics in the cell that is being executed. */
  chart(keys: readonly string[], options: RunChartOptions): RunChart {
    if (this.#watched === null) return NO_CHART;
    const chart = chartOf({
      run: this,
      journal: () => this.#journal,
      messages: this.#messages,
      metrics: this.#watched,
      names: this.#metrics.names,
      keys,
      options,
    });
    if (chart instanceof LiveChart) this.#charts.push(chart);
    return chart;
  }

  /** Shows the run and its charts as they are now. */
  async showNow(): Promise<void> {
    await this.display.update();
    for (const chart of this.#charts) await chart.update();
  }

  /** Ends the run, and waits until the recorder has seen all of it. */
  async end(status: EndStatus = "FINISHED"): Promise<void> {
    const known = END_STATUSES.includes(status);
    if (!known) {
      this.note(
        "end",
        `A run ends as ${END_STATUSES.join(", ")}; it was given ${status}.`,
      );
    }
    await answersReported();
    this.endWith(known ? status : "FINISHED", null);
    await caughtUp(() => recorderOf(this.#state)); // the card says from here on what was captured
    await this.showNow();
  }

  /** Says that the run is open, and shows it: what is logged from here on is the user's. */
  async opened(): Promise<void> {
    this.#touched = false;
    await this.display.open();
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
    this.notify();
  }

  /** Calls a function when the run is ended. */
  onEnd(call: () => void): void {
    this.#onEnd = call;
  }

  /** Says something that is no gap of the record. */
  say(text: string): void {
    this.#messages.say(text);
  }

  /** Reports something once. */
  report(what: string, text: string): void {
    this.#messages.report(what, text);
  }

  /** Reports what is missing, once, and names it on the run. */
  note(what: string, why: string): void {
    this.#messages.missing(what, why);
  }

  get #journal(): RunJournal | null {
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

  #log(
    what: string,
    work: (journal: RunJournal) => void,
    afterEnd = false,
  ): void {
    if (this.#journal === null || this.#isOver(what, afterEnd)) return;
    this.#messages.try(what, () => work(this.#journal as RunJournal));
  }

  #isOver(what: string, afterEnd: boolean): boolean {
    if (this.#ended === null || afterEnd) return false;
    this.note(`${what} after the end`, "The run has ended; start a new one.");
    return true;
  }
}
