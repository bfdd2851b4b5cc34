/**
 * What following executions gives, and where a step of one is carried out.
 *
 * @module
 */
import type { Certainty, FunctionBody, Share } from "./operations.ts";
import { Uses } from "./uses.ts";
import type { Version } from "./version.ts";

/** What is known of one execution. */
export interface Traced {
  /** The executions it uses. */
  uses: Uses;
  /** The values it read, by name. */
  reads: Map<string, Set<Version>>;
  /** The variables of the environment that it read by their names, and the working directory. */
  surroundings: Map<string, Set<Version>>;
  /** Of names of which it read members alone: which. */
  members: Map<string, Set<string> | null>;
  /** Names that it read and that no execution before it defined. */
  undefinedNames: Set<string>;
}

/** A value that an execution made or changed. */
export interface Write {
  by: number;
  name: string;
  version: Version;
  /** The name has another value from here on. */
  binds: boolean;
  /** Doing it again from the same source gives an equal value. */
  constant: boolean;
  /** The one member that was assigned; null when it may be any. */
  member: string | null;
}

/** What following all executions found. */
export interface Trace {
  executions: Traced[];
  /** What was made or changed for sure, in order. */
  writes: Write[];
}

/** How executions are followed. */
export interface FollowOptions {
  /** Names that are there without being defined. */
  globals: ReadonlySet<string>;
  /** Whether `Math.random` repeats: then who draws earlier matters. @default {true} */
  seeded?: boolean;
  /** Whether `uses` is filled: each execution may use every one before it. @default {true} */
  uses?: boolean;
}

/** Where a step is carried out. */
export interface Activation {
  /** What parameters and `this` stand for. */
  values: ReadonlyMap<string, readonly Share[]>;
  /** How sure it is that it is carried out. */
  certainty: Certainty;
  /** Functions that are being followed. */
  active: readonly FunctionBody[];
  /** Whether what it binds is bound whenever the execution is. */
  certain: boolean;
}

/** Nothing is known of an execution. */
export function nothing(): Traced {
  return {
    uses: new Uses(),
    reads: new Map(),
    surroundings: new Map(),
    members: new Map(),
    undefinedNames: new Set(),
  };
}
