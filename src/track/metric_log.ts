/**
 * Logging a run's metrics: what can be stored goes straight to the journal's writer, what cannot is reported.
 *
 * @module
 */
import { messageOf } from "../base/errors.ts";
import { didYouMean } from "../base/nearest.ts";
import { isSecretNumber, mayHoldNumber } from "../redaction/harmless_values.ts";
import type { MetricWriter } from "../journal/metric_writer.ts";
import { unknownOptions } from "../base/known_options.ts";
import type { Messages } from "./messages.ts";
import type { MetricOptions } from "./types.ts";

const OPTIONS = ["step", "timestamp"] as const;

/** What metrics are logged with. */
export interface MetricLogOptions {
  /** The names the run declared; null for any. */
  names: readonly string[] | null;
  messages: Messages;
  /** Makes the writer when the first metric comes; null when nothing can be stored. */
  writer: () => MetricWriter | null;
  /** Is called with each point that was logged; null when nobody watches. @default {null} */
  onPoint?: OnPoint | null;
}

/** Takes a point. */
export type OnPoint = (key: string, step: number, value: number) => void;

/** The metrics of one run. */
export class MetricLog {
  readonly #names: ReadonlySet<string> | null;
  readonly #messages: Messages;
  readonly #newWriter: () => MetricWriter | null;
  readonly #onPoint: OnPoint | null;
  /** Names that were checked, and are fine with any number. */
  readonly #checked = new Set<string>();
  #writer: MetricWriter | null = null;
  #ended = false;

  constructor(options: MetricLogOptions) {
    this.#names = options.names === null ? null : new Set(options.names);
    this.#messages = options.messages;
    this.#newWriter = options.writer;
    this.#onPoint = options.onPoint ?? null;
  }

  /** The names the run declared; null for any. */
  get names(): ReadonlySet<string> | null {
    return this.#names;
  }

  /** Logs one value; never throws. */
  log(key: string, value: number, options?: MetricOptions | number): void {
    // As in MLflow, a number is the step.
    const given = typeof options === "number" ? { step: options } : options;
    const writer = this.#writer;
    if (
      writer === null || typeof value !== "number" ||
      !this.#checked.has(key) || (given !== undefined && !isPlain(given))
    ) return this.#check(key, value, given);
    this.#write(writer, key, value, given);
  }

  #write(
    writer: MetricWriter,
    key: string,
    value: number,
    options: MetricOptions | undefined,
  ): void {
    const step = writer.log(key, value, options?.step, options?.timestamp);
    this.#onPoint?.(key, step, value);
    if (writer.lost > 0) this.#reportLost(writer);
  }

  /** Ends the metrics: what is logged later is reported as missing. */
  end(): void {
    this.#ended = true;
    const writer = this.#writer;
    this.#writer = null;
    if (writer === null) return;
    writer.close();
    if (writer.lost > 0) this.#reportLost(writer);
  }

  #check(key: unknown, value: unknown, options: MetricOptions = {}): void {
    const why = this.#refusal(key, value, options);
    if (why !== null) {
      const what = typeof key === "string" ? `metric "${key}"` : "metric";
      this.#messages.missing(this.#ended ? `${what} after the end` : what, why);
      return;
    }
    try {
      this.#writer ??= this.#newWriter();
      if (this.#writer === null) return;
      const [name, number] = [key as string, value as number];
      if (!mayHoldNumber(name)) this.#checked.add(name);
      this.#write(this.#writer, name, number, options);
    } catch (error) {
      this.#messages.report(`metric "${key}"`, messageOf(error));
    }
  }

  /** Why a value cannot be logged; null when it can. */
  #refusal(
    key: unknown,
    value: unknown,
    options: MetricOptions,
  ): string | null {
    if (this.#ended) return "The run has ended; start a new one.";
    if (typeof key === "object" && key !== null) {
      return "logMetric() takes a name and a number; logMetrics({ … }) takes several.";
    }
    if (typeof key !== "string" || key === "") {
      return "A metric's name is a text that is not empty.";
    }
    if (this.#names !== null && !this.#names.has(key)) {
      const names = [...this.#names].join(", ");
      return `It is not one of the run's metrics (${names}) and was not logged.${
        didYouMean(key, this.#names)
      }`;
    }
    if (typeof value !== "number") {
      const given = value === null ? "null" : typeof value;
      return `A metric is a number; it was given ${given}${
        given === "string" ? ": write Number(value)" : ""
      }.`;
    }
    const unknown = unknownOptions("logMetric", options, OPTIONS);
    if (unknown !== null) return `${unknown} It was not logged.`;
    for (const name of OPTIONS) {
      const given: unknown = options[name];
      if (given !== undefined && !Number.isSafeInteger(given)) {
        return `A ${name} is a whole number${
          Number.isInteger(given) ? " below 2^53" : ""
        }${
          name === "timestamp" ? " of milliseconds since 1970" : ""
        }; it was given ${String(given)}.`;
      }
    }
    return isSecretNumber(key, value)
      ? "Its name says that it is secret, and the number may be one; it was not stored."
      : null;
  }

  #reportLost(writer: MetricWriter): void {
    this.#messages.missing(
      "metrics",
      `Some values were not stored. ${messageOf(writer.problem)}`,
    );
  }
}

/** Whether options are known and whole numbers. */
function isPlain(options: MetricOptions): boolean {
  for (const name in options) {
    if (name !== "step" && name !== "timestamp") return false;
    const value = options[name];
    if (value !== undefined && !Number.isSafeInteger(value)) return false;
  }
  return true;
}
