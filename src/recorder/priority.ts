/**
 * The recorder's place behind the notebook.
 *
 * @module
 */
import { getPriority, setPriority } from "node:os";

const NICENESS = 10;

/**
 * Lets the notebook come first on a busy machine. Where Linux weighs whole sessions against each other
 * (proc_pid_autogroup(5)) the recorder keeps the share of one: with a tenth of it a command in a cell that waits for the
 * record waited for longer than it does.
 */
export function standBack(): void {
  // One that stands further back already may not come forward.
  if (getPriority() < NICENESS) setPriority(NICENESS);
}
