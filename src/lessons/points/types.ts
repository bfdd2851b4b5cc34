/**
 * What a check is made of: points, each a plain sentence that a student's record fulfils or not.
 *
 * @module
 */
import type { StudentRecord } from "../evidence/types.ts";

/** What became of a point. `cannot see`: the record does not say, and `why` says why not. */
export type PointState = "holds" | "not yet" | "not tried" | "cannot see";

/** What was found of a point. */
export interface Finding {
  /** What became of it. */
  readonly state: PointState;
  /** Why, in one plain sentence; null when it holds. */
  readonly why: string | null;
}

/** A point of a check. */
export interface Point {
  /** What must be so, in one plain sentence. */
  readonly text: string;
  /** Looks for it in a record. */
  find(record: StudentRecord): Finding;
}

/** A lesson's exercise, as a teacher writes it. */
export interface Exercise {
  /** What is shown above the points. */
  readonly title: string;
  /** What must be so, in the order it is worked on. */
  readonly points: readonly Point[];
  /** Hints, the gentlest first; none of them is the solution. @default {none} */
  readonly hints?: readonly string[];
  /** What the points say nothing about, as a plain sentence. @default {only what every check leaves out} */
  readonly notLookedAt?: string;
}

/** It is so. */
export const HOLDS: Finding = { state: "holds", why: null };

/** It was tried, and is not so. */
export function notYet(why: string): Finding {
  return { state: "not yet", why };
}

/** Nothing of it was tried. */
export function notTried(why: string): Finding {
  return { state: "not tried", why };
}

/** The record does not say. */
export function cannotSee(why: string): Finding {
  return { state: "cannot see", why };
}

/** A point of one's own. */
export function point(
  text: string,
  find: (record: StudentRecord) => Finding,
): Point {
  return { text, find };
}
