/**
 * Builds the bundle of a run with large outputs, in a process of its own.
 *
 * @module
 */
import { messageOf } from "../../base/errors.ts";
import { Journal } from "../../journal/journal.ts";
import { READING_GATE } from "../reading_gate.ts";
import { recordHere } from "./record.ts";

const [home, run_id] = Deno.args;
try {
  if (home === undefined || run_id === undefined) {
    throw new Error("usage: NBTRACK_HOME RUN_ID");
  }
  using journal = Journal.open({ gate: READING_GATE, home });
  await recordHere(journal, run_id);
} catch (error) {
  console.error(messageOf(error));
  Deno.exitCode = 1;
}
