/**
 * The recorder's place behind the notebook, as its system knows it.
 *
 * @module
 */
import { getPriority, setPriority } from "node:os";

const NICENESS = 10;
const AUTOGROUP = "/proc/self/autogroup";

/** The share of the processors that all processes of one session have together. */
export interface SessionShare {
  /** Sets its niceness, 0 to 19. @returns whether that could be done: without privileges it can once in 100 ms on the whole machine */
  set(niceness: number): boolean;
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
  return {
    set(niceness) {
      try {
        Deno.writeTextFileSync(AUTOGROUP, String(niceness), { create: false });
        return true;
      } catch {
        return false;
      }
    },
  };
}
