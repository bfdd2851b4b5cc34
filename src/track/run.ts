/**
 * The handle of a run: what a notebook sees of it, and nothing else.
 *
 * @module
 */
import {
  type KnownOption,
  SWITCH_OPTION,
  TEXT_OPTION,
  wrongOptions,
} from "../base/known_options.ts";
import { asObject } from "../base/values.ts";
import type { ActiveRun } from "./active_run.ts";
import { callbacksOf } from "./callbacks.ts";
import { attachArtifact, attachDataset, attachModel } from "./attachments.ts";
import type {
  EndStatus,
  MetricOptions,
  ModelOptions,
  ParamKey,
  ParamsInput,
  ParamsOf,
  ParamValue,
  Run,
  RunCallbacks,
  RunCallbacksOptions,
  RunChart,
  RunChartOptions,
  RunStatus,
} from "./types.ts";

const CALLBACKS_OPTIONS: Record<keyof RunCallbacksOptions, KnownOption> = {
  batches: SWITCH_OPTION,
  prefix: TEXT_OPTION,
};

/** A run in this process. Its logging functions are synchronous and never throw. */
export class RunHandle<P extends ParamsInput, M extends string>
  implements Run<P, M> {
  readonly id: string;
  readonly name: string;
  readonly experiment: string;
  readonly params: ParamsOf<P>;
  readonly seed: number | null;
  readonly #run: ActiveRun;

  constructor(run: ActiveRun) {
    this.id = run.id;
    this.name = run.name;
    this.experiment = run.experiment;
    this.params = run.params as ParamsOf<P>;
    this.seed = run.seed;
    this.#run = run;
  }

  get url(): string | null {
    return this.#run.url;
  }

  get status(): RunStatus {
    return this.#run.status;
  }

  logParam(key: ParamKey<P>, value: ParamValue): void {
    if (this.#isEntry("logParam", key, value)) {
      this.#run.logParams({ [key]: value });
    }
  }

  logParams(params: { readonly [key in ParamKey<P>]?: ParamValue }): void {
    this.#run.logParams(params);
  }

  logMetric(key: M, value: number, options?: MetricOptions | number): void {
    this.#run.logMetric(key, value, options);
  }

  logMetrics(
    metrics: { readonly [key in M]?: number },
    options?: MetricOptions | number,
  ): void {
    this.#run.logMetrics(metrics, options);
  }

  setTag(key: string, value: string): void {
    if (this.#isEntry("setTag", key, value)) {
      this.#run.setTags({ [key]: value });
    }
  }

  setTags(tags: { readonly [key: string]: string }): void {
    this.#run.setTags(tags);
  }

  logArtifact(
    name: string,
    content?: string | Uint8Array | ArrayBuffer | URL,
  ): Promise<void> {
    return attachArtifact(this.#run, name, content);
  }

  logDataset(
    name: string,
    data: unknown,
    options?: { context?: string },
  ): Promise<void> {
    return attachDataset(this.#run, name, data, options);
  }

  registerModel(name: string, options?: ModelOptions): Promise<void> {
    return attachModel(this.#run, name, options);
  }

  chart(keys: M | readonly M[], options: RunChartOptions = {}): RunChart {
    const all = Array.isArray(keys) ? keys : [keys];
    return this.#run.chart(all, options);
  }

  callbacks(options: RunCallbacksOptions = {}): RunCallbacks {
    const why = wrongOptions("run.callbacks()", options, CALLBACKS_OPTIONS);
    if (why !== null) this.#run.report(`callbacks: ${why}`, why);
    return callbacksOf(
      (key, value, step) => this.#run.logMetric(key, value, step),
      asObject(options),
    );
  }

  end(status?: EndStatus): Promise<void> {
    return this.#run.end(status);
  }

  /** Whether one name and a value were given; the kernel checks no types. */
  #isEntry(
    call: "logParam" | "setTag",
    key: unknown,
    value: unknown,
  ): boolean {
    if (typeof key !== "string") {
      this.#run.note(
        `${call}()`,
        `It takes a name and a value; ${call}s({ … }) takes several.`,
      );
      return false;
    }
    if (value === undefined) {
      this.#run.note(
        `${call}("${key}")`,
        "It was given no value, or undefined; nothing was stored.",
      );
      return false;
    }
    return true;
  }

  /** Shows the run as a cell's last value. */
  [Symbol.for("Jupyter.display")](): Promise<Record<string, unknown>> {
    return this.#run.display.bundle();
  }

  /** Shows the run in `console.log` and at a REPL: which run it is, and nothing that is another one the next time. */
  [Symbol.for("Deno.customInspect")](): string {
    return `run ${this.name} (${
      this.id.slice(0, 8)
    }) of ${this.experiment}: ${this.status}`;
  }
}
