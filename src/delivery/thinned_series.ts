/**
 * Series of points made short for GitLab's pages.
 *
 * @module
 */
import type { NamedPoint } from "../journal/metrics.ts";

/** The most points of a metric on GitLab. */
export const THINNED_POINTS = 500;
/** Up to this step the steps of a run are kept as they are; GitLab's page has a column for each. */
export const LONGEST_STEPS = 5000;
/** Columns of a page whose steps are renumbered. */
const COLUMNS = 500;
/** Points of a growing series that are sent at once. */
const FIRST_POINTS = 100;
/**
 * Up to this step a growing run is sent with its own steps; it is not known yet how far it goes. What follows has to
 * find room in the columns that are left, should the steps be renumbered.
 */
export const GROWING_STEPS = 199;
/** The same in deliveries that an earlier version began. */
export const EARLIER_GROWING_STEPS = 1000;

/** Whether a metric is one of the machine's, which would set the scale of the one chart that GitLab has. */
export function isSystemMetric(key: string): boolean {
  return key.startsWith("system/");
}

/** A series as it grows. A run may have tens of thousands: one of a few points is a few numbers. */
export class GrowingSeries {
  #count = 0;
  /** So many of its first points were sent. */
  #first = 0;
  /** Positions of the others that were sent, in their order. */
  #others: number[] | null = null;
  #before: NamedPoint | null = null;
  /** Something was held back: what follows waits too, so that the last point arrives last. */
  #held = false;
  readonly #steps: number;

  /** @param steps up to which step points are sent while it grows */
  constructor(steps: number = GROWING_STEPS) {
    this.#steps = steps;
  }

  /** How many points were sent. */
  get sent(): number {
    return this.#first + (this.#others?.length ?? 0);
  }

  /** Whether the point at a position was sent. */
  hasSent(position: number): boolean {
    return position < this.#first || this.#others?.includes(position) === true;
  }

  /**
   * Takes the next point.
   *
   * @returns what is to be sent now: this point, or the one before it, since the last one of all must arrive last
   */
  next(point: NamedPoint): NamedPoint | null {
    const position = this.#count++;
    if (this.#held) return null;
    if (position < FIRST_POINTS - 1) return this.#send(point, position);
    const before = this.#before;
    this.#before = point;
    if (position === FIRST_POINTS - 1) return this.#send(point, position);
    if (before === null || !isSparse(position - 1)) return null;
    return this.#send(before, position - 1);
  }

  #send(point: NamedPoint, position: number): NamedPoint | null {
    if (point.step > this.#steps || !isDense(point.step, position)) {
      this.#held = true;
      this.#before = null;
      return null;
    }
    if (position === this.#first) this.#first++;
    else (this.#others ??= []).push(position);
    return point;
  }
}

/** Some six positions of each doubling. */
function isSparse(position: number): boolean {
  if (position < FIRST_POINTS) return false;
  const spacing = 16 * 2 ** Math.floor(Math.log2(position / FIRST_POINTS));
  return position % spacing === 0;
}

/** Whether a step can be sent as it is, however far the run goes: steps that leap will be renumbered. */
function isDense(step: number, position: number): boolean {
  return step <= 4 * position + FIRST_POINTS;
}

/** A whole series. */
export class ThinnedSeries {
  /** Points that the server can hold. */
  count = 0;
  #smallest = Infinity;
  #smallestAt = 0;
  #largest = -Infinity;
  #largestAt = 0;
  #grown: GrowingSeries | null = null;

  /** Takes the next point. */
  add({ value }: NamedPoint): void {
    const position = this.count++;
    if (value < this.#smallest) {
      this.#smallest = value;
      this.#smallestAt = position;
    }
    if (value > this.#largest) {
      this.#largest = value;
      this.#largestAt = position;
    }
  }

  /** Sets what was sent while the series grew. */
  begin(grown: GrowingSeries): void {
    this.#grown = grown;
  }

  /** Whether points of it stay away. */
  get thinned(): boolean {
    return this.count > THINNED_POINTS;
  }

  /** Whether the point at a position is still to be sent. */
  isLeft(position: number): boolean {
    if (this.#grown?.hasSent(position) === true) return false;
    if (!this.thinned) return true;
    return position === 0 || position === this.count - 1 ||
      position === this.#smallestAt || position === this.#largestAt ||
      this.#bucket(position) !== this.#bucket(position - 1);
  }

  #bucket(position: number): number {
    // The first, the last, the smallest and the largest have room in any case.
    const budget = THINNED_POINTS - 4 - (this.#grown?.sent ?? 0);
    return Math.floor(position * budget / this.count);
  }
}

/** The steps of a run as they are shown. */
export class StepScale {
  #smallest = Infinity;
  #largest = -Infinity;
  /** The largest step that was sent as it is. */
  #sent = -1;

  /** Takes a point's step. */
  add(step: number): void {
    if (step < this.#smallest) this.#smallest = step;
    if (step > this.#largest) this.#largest = step;
  }

  /** Takes the step of a point that was sent as it is. */
  addSent(step: number): void {
    if (step > this.#sent) this.#sent = step;
  }

  /** Whether steps are renumbered. */
  get renumbered(): boolean {
    return this.#largest > LONGEST_STEPS;
  }

  /** The step as it is shown. */
  shown(step: number): number {
    if (!this.renumbered || step <= this.#sent) return step;
    const { from, to, column, columns } = this.#range;
    return column + Math.ceil((step - from) / (to - from || 1) * columns);
  }

  /** A point with the step that is shown. */
  renumber(point: NamedPoint): NamedPoint {
    const step = this.shown(point.step);
    return step === point.step ? point : { ...point, step };
  }

  /** What the steps shown mean, one sentence. */
  get meaning(): string {
    const { from, to, column, columns } = this.#range;
    return `Steps ${column} to ${column + columns} here are steps ${
      from.toLocaleString("en-US")
    } to ${to.toLocaleString("en-US")} of the run, in even parts.`;
  }

  get #range(): { from: number; to: number; column: number; columns: number } {
    const to = this.#largest;
    if (this.#sent < 0) {
      return { from: this.#smallest, to, column: 0, columns: COLUMNS - 1 };
    }
    const column = this.#sent;
    return {
      from: column,
      to,
      column,
      columns: column <= COLUMNS / 2 ? COLUMNS - 1 - column : COLUMNS,
    };
  }
}
