/**
 * `const run = track(…)` without `await` gives a promise: whoever uses it as a run gets a sentence, and until it is awaited
 * nothing is loaded that does not get on with another cell.
 *
 * @module
 */
import { forCell } from "../base/errors.ts";
import { TrackOptionsError } from "./errors.ts";
import type { Run } from "./types.ts";

const MEMBERS: readonly (keyof Run)[] = [
  "id",
  "name",
  "experiment",
  "url",
  "status",
  "params",
  "seed",
  "logParam",
  "logParams",
  "logMetric",
  "logMetrics",
  "setTag",
  "setTags",
  "logArtifact",
  "logDataset",
  "registerModel",
  "chart",
  "callbacks",
  "end",
];

const REMINDER = "track() is awaited: write `const run = await track(…)`.";

/**
 * Whether somebody awaits a run, and so keeps the cell from ending; and what has to wait for that: Deno ends no cell that
 * imports a package while another one, which has ended, has packages loaded.
 */
export class Awaited {
  done = false;
  #resolve: () => void = () => {};
  readonly #later: (() => Promise<void>)[] = [];
  /** Resolves when it is. */
  readonly promise: Promise<void> = new Promise((resolve) => {
    this.#resolve = resolve;
  });

  /** From here on it is. */
  now(): void {
    this.done = true;
    this.#resolve();
  }

  /** Does something now, or leaves it to {@linkcode Awaited.catchUp}. */
  async once(work: () => Promise<void>): Promise<void> {
    if (this.done) await work();
    else this.#later.push(work);
  }

  /** Does what had to wait, as far as it is needed still. */
  async catchUp(isNeeded: () => boolean): Promise<void> {
    for (const work of this.#later.splice(0)) {
      if (isNeeded()) await work();
    }
  }
}

/** A promise that tells when it is first asked for its value. `await` asks no native promise itself, but one of a subclass. */
export class AskedPromise<T> extends Promise<T> {
  static {
    // It is shown as what it is to whoever prints it.
    Object.defineProperty(this, "name", { value: "Promise" });
  }

  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  #asked: () => void = () => {};

  /** @param asked Called each time. */
  static of<T>(promise: Promise<T>, asked: () => void): AskedPromise<T> {
    const one = new AskedPromise<T>((resolve) => resolve(promise));
    one.#asked = asked;
    return one;
  }

  override then<A = T, B = never>(
    ...handlers: Parameters<Promise<T>["then"]>
  ): Promise<A | B> {
    this.#asked();
    return super.then(...handlers) as Promise<A | B>;
  }
}

/** Lets a promise of a run say what is wrong where a member of a run is asked of it. */
export function remindOfAwait<T>(promise: Promise<T>): Promise<T> {
  for (const member of MEMBERS) {
    Object.defineProperty(promise, member, {
      configurable: true,
      get() {
        throw forCell(
          new TrackOptionsError(
            `There is no run yet to take "${member}" from. ${REMINDER}`,
          ),
        );
      },
    });
  }
  return Object.defineProperty(promise, Symbol.for("Jupyter.display"), {
    configurable: true,
    value: () => ({ "text/plain": REMINDER }),
  });
}
