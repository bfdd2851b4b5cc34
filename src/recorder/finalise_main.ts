/**
 * Completes the records of runs, in a process of its own.
 *
 * @module
 */
import { z } from "../base/zod.ts";
import { standardRedaction } from "../redaction/standard_redaction.ts";
import { Journal } from "../journal/journal.ts";
import { readSubprocessInput } from "./subprocess.ts";
import { RecorderLog } from "../base/log.ts";
import { finaliseOrNameWhy } from "./finalise.ts";
import { redactAgain } from "../journal/redact_again.ts";
import { scrubRows } from "../journal/scrub.ts";

const schema = z.object({
  run_ids: z.array(z.string()),
  /** Positions of executions some of whose outputs were left out. */
  partial: z.array(z.number()),
  /** Whether a text of the session told of a secret: it may stand in one before. */
  learnt: z.boolean(),
});

const [home = ""] = Deno.args;
const { run_ids, partial, learnt } = schema.parse(await readSubprocessInput());
using journal = Journal.open({
  redactor: standardRedaction,
  home,
  waitsForLock: true,
});
const log = new RecorderLog(home, `finalise [${Deno.pid}]`);
log.redact = (text) => journal.redactor.text(text).text;
// They are of one session. What its modules and data tell to be a secret may stand in what its notebook wrote.
const session_id = journal.runs.get(run_ids[0] ?? "")?.session_id;
if (session_id !== undefined) redactAgain(journal, session_id);
if (learnt) lookBack(journal, run_ids);
for (const run_id of run_ids) {
  await finaliseOrNameWhy(journal, { run_id, partial: new Set(partial), log });
}

/** Takes out of what was stored before what later texts told to be secrets: a token that a cell prints and then shows. */
function lookBack(journal: Journal, run_ids: readonly string[]): void {
  const { db, redactor, home } = journal;
  const { findings } = scrubRows({
    db,
    redactor: redactor.again?.() ?? redactor,
    home,
    run_ids,
    dryRun: false,
  });
  if (findings.length > 0) journal.checkpoint();
}
