/**
 * How far a loop is: in a notebook one display that is updated in place, in a terminal one line.
 *
 * @module
 */
import { ENV, readEnv, switchedOn } from "../base/env.ts";
import { forCell } from "../base/errors.ts";
import {
  givenText,
  type KnownOption,
  SWITCH_OPTION,
  TEXT_OPTION,
  wholeOption,
  wrongOptions,
} from "../base/known_options.ts";
import { shortened } from "../base/markup.ts";
import {
  progressBundle,
  progressText,
  type ProgressView,
} from "../view/progress_view.ts";
import { TrackOptionsError } from "./errors.ts";
import { type DisplayFrame, LiveDisplay } from "./live_display.ts";
import { jupyter } from "./surroundings.ts";

/** Options of {@linkcode progress}. */
export interface ProgressOptions {
  /** How many there are, where the iterable does not say. @default {its `length` or `size`} */
  total?: number;
  /** What is in front of it. @default {nothing} */
  name?: string;
  /** Shows nothing. @default {whether NBTRACK_QUIET says so} */
  quiet?: boolean;
}

/** An iterable that shows how far it was gone through. */
export interface Progress<T> extends Iterable<T>, AsyncIterable<T> {}

/** Between two lines in a terminal, milliseconds. */
const TERMINAL_PAUSE_MS = 100;
const NAME_CHARS = 60;
const OPTIONS: Record<keyof ProgressOptions, KnownOption> = {
  total: wholeOption(0),
  name: TEXT_OPTION,
  quiet: SWITCH_OPTION,
};
const EXAMPLE = "Write for (const x of progress(items)) { … }.";

/**
 * Goes through an iterable and shows how far it is: n of N, the rate, and the time that is left. A number `n` stands
 * for the numbers from 0 to n − 1.
 *
 * @param items An array, a set, a text, a generator, an async iterable, or a whole number.
 * @returns What a `for` or a `for await` loop takes.
 * @throws {TrackOptionsError} when it is given something else, or an option that it cannot use
 *
 * @example Usage
 * ```ts no-eval
 * import { progress } from "@nbtrack/nbtrack";
 *
 * for (const epoch of progress(20, { name: "epochs" })) {
 *   run.logMetric("loss", 1 / (epoch + 1));
 * }
 * ```
 */
export function progress(
  items: number,
  options?: ProgressOptions,
): Progress<number>;
/**
 * Goes through an iterable and shows how far it is: n of N, the rate, and the time that is left.
 *
 * @param items An array, a set, a text, a generator or an async iterable.
 * @returns What a `for` or a `for await` loop takes.
 * @throws {TrackOptionsError} when it is given something else, or an option that it cannot use
 *
 * @example Usage
 * ```ts no-eval
 * for await (const batch of progress(batches, { total: 100 })) train(batch);
 * ```
 */
export function progress<T>(
  items: Iterable<T> | AsyncIterable<T>,
  options?: ProgressOptions,
): Progress<T>;
export function progress<T>(
  items: number | Iterable<T> | AsyncIterable<T>,
  options: ProgressOptions = {},
): Progress<T | number> {
  const all = gone(items);
  const why = wrongOptions("progress()", options, OPTIONS);
  if (why !== null) throw forCell(new TrackOptionsError(why));
  const total = options.total ??
    (typeof items === "number" ? items : sizeOf(all));
  const bar = () => new Bar(total, options);
  return {
    *[Symbol.iterator]() {
      if (!(Symbol.iterator in all)) {
        throw forCell(
          new TrackOptionsError("progress() was given an async iterable.", {
            hint: "Go through it with for await.",
          }),
        );
      }
      using shown = bar();
      for (const item of all) {
        yield item;
        shown.step();
      }
      shown.complete();
    },
    async *[Symbol.asyncIterator]() {
      using shown = bar();
      for await (const item of all) {
        yield item;
        shown.step();
      }
      shown.complete();
    },
  };
}

/** What the loop goes through; of a text its characters. */
function gone<T>(
  items: number | Iterable<T> | AsyncIterable<T>,
): Iterable<T | number> | AsyncIterable<T> {
  if (typeof items === "string") return Array.from<T>(items);
  if (typeof items !== "number") {
    const known = Object(items) === items &&
      (Symbol.iterator in items || Symbol.asyncIterator in items);
    if (known) return items;
  } else if (Number.isSafeInteger(items) && items >= 0) {
    return { [Symbol.iterator]: () => count(items) };
  }
  throw forCell(
    new TrackOptionsError(
      `progress() takes an iterable, or a whole number from 0 on; it was given ${
        givenText(items)
      }.`,
      { hint: EXAMPLE },
    ),
  );
}

function* count(n: number): Generator<number> {
  for (let i = 0; i < n; i++) yield i;
}

function sizeOf(items: object): number | null {
  const { length, size } = items as { length?: unknown; size?: unknown };
  return typeof length === "number"
    ? length
    : typeof size === "number"
    ? size
    : null;
}

/** How far one loop is. */
class Bar {
  readonly #total: number | null;
  readonly #name: string;
  readonly #began = performance.now();
  readonly #display: LiveDisplay | null;
  readonly #terminal: boolean;
  #done = 0;
  #ended: "all" | "stopped" | null = null;
  #next_line = 0;

  constructor(total: number | null, { name = "", quiet }: ProgressOptions) {
    this.#total = total;
    this.#name = shortened(name, NAME_CHARS);
    const silent = quiet ?? switchedOn(readEnv(ENV.quiet));
    const id = `nbtrack-progress-${crypto.randomUUID()}`;
    const inCell = !silent && jupyter() !== null;
    this.#display = inCell
      ? new LiveDisplay(id, () => this.#frame(id), { failed: () => {} }) // a loop goes on whether it is shown or not
      : null;
    this.#terminal = !silent && !inCell && Deno.stderr.isTerminal();
    this.#display?.open();
  }

  /** One more is done. */
  step(): void {
    this.#done++;
    this.#display?.touch();
    if (this.#terminal) this.#line(false);
  }

  /** All are done. */
  complete(): void {
    this.#ended = "all";
  }

  /** The loop is over, whether all are done or not. */
  [Symbol.dispose](): void {
    this.#ended ??= "stopped";
    this.#display?.update();
    if (this.#terminal) this.#line(true);
  }

  #line(last: boolean): void {
    const now = performance.now();
    if (!last && now < this.#next_line) return;
    this.#next_line = now + TERMINAL_PAUSE_MS;
    const text = `\r\x1b[2K${progressText(this.#view())}${last ? "\n" : ""}`;
    Deno.stderr.writeSync(new TextEncoder().encode(text));
  }

  #frame(display_id: string): DisplayFrame {
    return {
      state: `${this.#done} ${this.#ended}`,
      bundle: progressBundle(this.#view(), display_id, Date.now()),
    };
  }

  #view(): ProgressView {
    return {
      name: this.#name,
      total: this.#total,
      done: this.#done,
      ended: this.#ended,
      seconds: (performance.now() - this.#began) / 1000,
    };
  }
}
