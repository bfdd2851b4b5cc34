/**
 * The recorder's place behind the notebook, as its system knows it.
 *
 * @module
 */
import { getPriority, setPriority } from "node:os";
import { Guard } from "./guard.ts";

const NICENESS = 10;
const AUTOGROUP = "/proc/self/autogroup";
/** The niceness of a session that gives way. */
const BEHIND = 19;

/** The share of the processors that all processes of one session have together. */
export interface SessionShare {
  /** Takes the smallest share. @returns whether that could be done: without privileges it can once in 100 ms on the whole machine */
  giveWay(): boolean;
  /** Says, while it gives way, that this process runs. @returns false where nobody watches over it any more */
  beat(): boolean;
  /** Takes the usual share. @returns whether that could be done */
  comeForward(): boolean;
}

/** Lets the notebook come first on a busy machine, where its recorder is weighed against it alone. */
export function standBack(): void {
  // One that stands further back already may not come forward.
  if (getPriority() < NICENESS) setPriority(NICENESS);
}

/**
 * The share of this process's session, where Linux weighs whole sessions against each other (sched(7), "The autogroup
 * feature"); null where it does not, or the session is not this process's own.
 */
export function ownSessionShare(): SessionShare | null {
  try {
    const stat = Deno.readTextFileSync("/proc/self/stat");
    const [, , , session] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (Number(session) !== Deno.pid) return null;
    Deno.statSync(AUTOGROUP);
  } catch {
    return null; // no Linux, or one that has no such share
  }
  return new OwnShare();
}

class OwnShare implements SessionShare {
  /** Undefined until it is needed, null where there is none. */
  #guard: Guard | null | undefined;

  giveWay(): boolean {
    this.#guard ??= startGuard();
    this.#guard?.behind();
    // Not before somebody watches: it may not run again at once.
    return this.#guard?.hears === true && setNiceness(BEHIND);
  }

  beat(): boolean {
    this.#guard?.behind();
    return this.#guard?.isThere === true;
  }

  comeForward(): boolean {
    if (!setNiceness(0)) return false;
    this.#guard?.forward();
    return true;
  }
}

function startGuard(): Guard | null {
  try {
    return new Guard();
  } catch {
    return null; // without a bash nobody watches, and it does not give way
  }
}

function setNiceness(niceness: number): boolean {
  try {
    Deno.writeTextFileSync(AUTOGROUP, String(niceness), { create: false });
    return true;
  } catch {
    return false;
  }
}
