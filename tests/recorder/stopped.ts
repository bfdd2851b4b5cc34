/**
 * Recorders that stand still, as on a machine that is too busy for them.
 *
 * @module
 */
import { DatabaseSync } from "node:sqlite";
import { until } from "../until.ts";

/** Makes a process stand still that writes nothing at this moment: the journal can be written by others. */
export async function stopWhole(
  pid: number,
  { home }: { home: string },
): Promise<void> {
  using db = new DatabaseSync(`${home}/journal.db`, { timeout: 0 });
  await until("a recorder that stands still and writes nothing", () => {
    Deno.kill(pid, "SIGSTOP");
    try {
      db.exec("BEGIN IMMEDIATE; ROLLBACK");
      return true;
    } catch {
      Deno.kill(pid, "SIGCONT"); // it writes: a moment later
      return false;
    }
  });
}
