/**
 * The recorder's place behind the notebook.
 *
 * @module
 */
import { getPriority, setPriority } from "node:os";

/** How much less processor time it gets on a busy machine than a notebook: a tenth. */
const NICENESS = 10;

/**
 * Gives this process less of a busy machine than others get. Linux weighs a process only against those of its own
 * terminal or session, and these groups against each other: the recorder is one by itself, so its group is what stands
 * back (proc_pid_autogroup(5)).
 */
export function standBack(): void {
  // One that stands further back already may not come forward.
  if (getPriority() < NICENESS) setPriority(NICENESS);
  if (Deno.build.os !== "linux") return;
  try {
    Deno.writeTextFileSync("/proc/self/autogroup", String(NICENESS));
  } catch {
    // This system has no such groups: the priority alone decides.
  }
}
