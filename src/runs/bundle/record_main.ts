/**
 * Builds the bundle of a run with large outputs, in a process of its own.
 *
 * @module
 */
import { messageOf } from "../../base/errors.ts";
import { Journal } from "../../journal/journal.ts";
import { recordHere } from "./record.ts";

/** What is written here comes from the journal, whose own gate has seen it. */
const SEEN = {
  text: (text: string) => ({ text, kinds: [] }),
  named: (_name: string, text: string) => ({ text, kinds: [] }),
};

const [home, run_id] = Deno.args;
try {
  if (home === undefined || run_id === undefined) {
    throw new Error("usage: NBTRACK_HOME RUN_ID");
  }
  using journal = Journal.open({ gate: SEEN, home });
  await recordHere(journal, run_id);
} catch (error) {
  console.error(messageOf(error));
  Deno.exitCode = 1;
}
