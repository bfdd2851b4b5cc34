/**
 * A chart of a run's metrics in a cell: it grows while the run goes on.
 *
 * @module
 */
import { messageOf, NbtrackError } from "../base/errors.ts";
import { lazyImport } from "../base/lazy.ts";
import { didYouMean } from "../base/nearest.ts";
import { clockText } from "../base/clock_text.ts";
import type { RunJournal } from "../journal/run_journal.ts";
import { Buckets } from "../view/chart/buckets.ts";
import { readBuckets } from "../view/chart/read_buckets.ts";
import type { ChartSeries } from "../view/chart/chart_series.ts";
import {
  type KnownOption,
  refuseWrong,
  SWITCH_OPTION,
} from "../base/known_options.ts";
import { isObject } from "../base/values.ts";
import { chartToCome } from "./chart_to_come.ts";
import { type DisplayFrame, LiveDisplay } from "./live_display.ts";
import type { LiveMetrics } from "./live_metrics.ts";
import type { Messages } from "./messages.ts";
import type { RunStatus } from "./types.ts";
import type { RunChart, RunChartOptions } from "./view_types.ts";

/** Buckets of a line: half of a picture's pixels. */
const LINE_BUCKETS = 320;
/** Metrics in one chart: more cannot be distinguished. */
const MAX_KEYS = 24;
const OPTIONS: Record<keyof RunChartOptions, KnownOption> = {
  log: SWITCH_OPTION,
  against: {
    takes: "a run, or its id",
    fits: (value) => typeof value === "string" || isObject(value),
  },
  smooth: {
    takes: "a number from 0 to below 1",
    fits: (value) => typeof value === "number" && value >= 0 && value < 1,
  },
};

type Drawing = typeof import("../view/chart_view.ts");

let loading: Promise<Drawing> | null = null;
let loaded: Drawing | null = null;

/** What draws charts, loaded once: with the first chart, or with a `track()` that is to show one. */
export function chartDrawing(): Promise<Drawing> {
  loading ??= lazyImport<Drawing>("../view/chart_view.ts", import.meta.url)
    .then((drawing) => loaded = drawing, (error) => {
      loading = null; // tried again by the next
      throw error;
    });
  return loading;
}

/** The run that a chart is of. */
export interface ChartedRun {
  readonly id: string;
  readonly status: RunStatus;
}

/** What a chart is made from. */
export interface ChartParts {
  run: ChartedRun;
  journal: () => RunJournal | null;
  messages: Messages;
  metrics: LiveMetrics;
  /** The metrics that the run declared; null for any. */
  names: ReadonlySet<string> | null;
  keys: readonly string[];
  options: RunChartOptions;
}

let charts = 0;

/** A chart in a cell. */
export class LiveChart implements RunChart {
  readonly #parts: ChartParts;
  readonly #display_id: string;
  readonly #display: LiveDisplay;
  readonly #lines: Map<string, Buckets>;
  #others: ChartSeries[] = [];
  readonly #opened: Promise<void>;

  /** @throws {NbtrackError} when keys or options cannot be used */
  constructor(parts: ChartParts) {
    const { run, keys, options, metrics } = parts;
    refuse(keys, options);
    this.#parts = parts;
    this.#display_id = `nbtrack-chart-${run.id}-${++charts}`;
    this.#display = new LiveDisplay(
      this.#display_id,
      () => this.#frame(),
      parts.messages,
    );
    this.#lines = new Map(
      keys.map((key) => [key, new Buckets(LINE_BUCKETS)]),
    );
    this.#readEarlier();
    this.#nameUnknown();
    metrics.watch({
      add: (key, step, value) => {
        const line = this.#lines.get(key);
        if (line === undefined) return;
        line.add(step, value);
        this.#display.touch();
      },
    });
    this.#opened = this.#open();
  }

  /** Shows the chart as it is now. */
  async update(): Promise<void> {
    await this.#opened;
    await this.#display.update();
  }

  /** `await run.chart(…)` waits until it is shown. */
  then<A = void, B = never>(
    shown?: ((value: void) => A | PromiseLike<A>) | null,
    failed?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#opened.then(shown, failed);
  }

  /** It is shown already: as a cell's last value it shows nothing again. */
  [Symbol.for("Jupyter.display")](): Record<string, unknown> {
    return {};
  }

  async #open(): Promise<void> {
    // Shown at once: a loop that never yields may follow, and what comes later would stand below the next cell.
    await this.#display.open();
    try {
      if (loaded === null) {
        await chartDrawing();
        await this.#display.update();
      }
      if (this.#parts.options.against === undefined) return;
      this.#others = await this.#otherLines();
      await this.#display.update();
    } catch (error) {
      this.#parts.messages.failed("chart", error);
    }
  }

  /** What was logged before the chart was asked for. */
  #readEarlier(): void {
    const { run, journal, messages, keys } = this.#parts;
    messages.try("chart", () => {
      const db = journal();
      if (db === null) return;
      const earlier = readBuckets(db, run.id, keys, { most: LINE_BUCKETS });
      for (const [key, line] of earlier) this.#lines.set(key, line);
    });
  }

  /** Says which metrics will stay empty: those that cannot come, and those that look mistyped. */
  #nameUnknown(): void {
    const { run, messages, metrics, names } = this.#parts;
    const known = [...names ?? metrics.courses.keys()];
    for (const [key, { count }] of this.#lines) {
      if (count > 0 || known.includes(key)) continue;
      const guess = didYouMean(key, known);
      const open = names === null && run.status === "RUNNING";
      if (open && guess === "") continue; // it may come
      messages.report(
        `chart of "${key}"`,
        `run.chart("${key}"): this run has no metric of that name${
          open ? " yet" : ""
        }.${guess}`,
      );
    }
  }

  /** The lines of the run to compare with. */
  async #otherLines(): Promise<ChartSeries[]> {
    const { run, journal, options, keys } = this.#parts;
    const { against } = options;
    const db = journal();
    if (against === undefined || db === null) return [];
    const { otherLines } = await lazyImport<
      typeof import("../view/other_lines.ts")
    >("../view/other_lines.ts", import.meta.url);
    return await otherLines(db, { run_id: run.id, keys, against });
  }

  #frame(): DisplayFrame | null {
    const { run, keys, options } = this.#parts;
    if (loaded === null) {
      return chartToCome({
        run_id: run.id,
        keys,
        display_id: this.#display_id,
      });
    }
    const { log = false, smooth = 0 } = options;
    const { status } = run;
    const bundle = loaded.chartBundle({
      run_id: run.id,
      keys,
      series: [
        ...[...this.#lines].map(([name, buckets]) => ({ name, buckets })),
        ...this.#others,
      ],
      options: { log, smooth },
      caption: status === "RUNNING"
        ? `RUNNING as of ${clockText(Date.now())}`
        : status,
      display_id: this.#display_id,
    });
    const counts = [...this.#lines.values()].map(({ count }) => count);
    const others = this.#others.length;
    return { bundle, state: JSON.stringify([status, counts, others]) };
  }
}

function refuse(keys: readonly unknown[], options: unknown): void {
  if (keys.length === 0 || keys.some((key) => typeof key !== "string")) {
    throw new NbtrackError(
      'run.chart() takes a metric\'s name, or a list of names: run.chart("loss").',
    );
  }
  if (keys.length > MAX_KEYS) {
    throw new NbtrackError(
      `run.chart() shows at most ${MAX_KEYS} metrics in one chart; it was given ${keys.length}.`,
    );
  }
  refuseWrong("run.chart()", options, OPTIONS);
}

/** Makes a chart; what cannot be drawn is said, and never thrown into the cell. */
export function chartOf(parts: ChartParts): RunChart {
  try {
    return new LiveChart(parts);
  } catch (error) {
    const why = messageOf(error);
    parts.messages.report(`chart: ${why}`, why);
    return NO_CHART;
  }
}

/** What stands for a chart where nothing is shown. */
class NoChart implements RunChart {
  then<A = void, B = never>(
    shown?: ((value: void) => A | PromiseLike<A>) | null,
    failed?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return Promise.resolve().then(shown, failed);
  }

  [Symbol.for("Jupyter.display")](): Record<string, unknown> {
    return {};
  }
}

/** A chart of a run that shows nothing. */
export const NO_CHART: RunChart = new NoChart();
