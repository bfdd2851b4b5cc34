import { assertEquals } from "@std/assert";
import { Journal } from "../../src/journal/journal.ts";
import { SessionAnswers } from "../../src/journal/session_answers.ts";
import {
  type SessionRead,
  SessionReads,
} from "../../src/journal/session_reads.ts";
import type { Execution } from "../../src/journal/execution_row.ts";
import { newExecution } from "../../src/recorder/cells/held_cell.ts";
import { AnswerLog } from "../../src/recorder/data/answer_log.ts";
import { addReads } from "../../src/recorder/data/detected_data.ts";
import { forgetUses, keepOut } from "../../src/recorder/kept_out.ts";
import { standardRedaction } from "../../src/redaction/standard_redaction.ts";
import { session as newSession } from "../journal/support.ts";

/** A session with a run and four executions, each of a second, the second of which is kept out of the record. */
function opened() {
  const home = Deno.makeTempDirSync({ prefix: "nbtrack-kept-out-" });
  const journal = Journal.open({ redactor: standardRedaction, home });
  const session = journal.sessions.open(
    newSession({ kind: "kernel", pid: 1, process_started: "1", cwd: "/work" }),
  );
  const { session_id } = session;
  const { run_id } = journal.runs.create({
    session_id,
    experiment: "e",
    name: "n",
    options: "{}",
  });
  const execution = (n: number): Execution => ({
    ...newExecution(session_id, 1_000_000 + n),
    source: `${n}`,
    status: "ok",
    start_time: n * 1000,
    end_time: n * 1000 + 900,
    flags: n === 2 ? ["excluded"] : [],
  });
  for (const n of [1, 2, 3, 4]) journal.executions.put(execution(n));
  const reads = new SessionReads(journal);
  return {
    journal,
    session,
    session_id,
    run_id,
    execution,
    reads,
    note: (n: number, name: string, written = false) =>
      reads.note(
        {
          session_id,
          kind: "file",
          name,
          position: 1_000_000 + n,
          written,
        } satisfies SessionRead,
      ),
    listed: (last: number | null = null) =>
      reads.list(session_id, last === null ? null : 1_000_000 + last).map((
        { name, position, written },
      ) => [name, position - 1_000_000, written]),
    [Symbol.dispose]() {
      journal.close();
      Deno.removeSync(home, { recursive: true });
    },
  };
}

Deno.test("of an execution that is kept out no read is noted, and what another one reads as well is that one's", () => {
  using at = opened();
  assertEquals(at.note(2, "/work/a.csv"), false);
  assertEquals(at.note(2, "/work/b.csv"), false);
  assertEquals(at.note(3, "/work/b.csv"), true);
  assertEquals(at.listed(), [["/work/b.csv", 3, false]]);
});

Deno.test("a read belongs to the first execution that did it, a file that was written to the last; when one is forgotten, to the others", () => {
  using at = opened();
  const { session_id } = at;
  assertEquals([at.note(1, "r"), at.note(3, "r"), at.note(3, "r")], [
    true,
    false,
    false,
  ]);
  at.note(1, "w", true);
  at.note(4, "w", true);
  at.note(1, "only");
  assertEquals(at.listed(), [["only", 1, false], ["r", 1, false], [
    "w",
    4,
    true,
  ]]);
  assertEquals(at.listed(3), [["only", 1, false], ["r", 1, false]]);
  assertEquals(at.reads.forget(session_id, 1_000_001), ["only"]);
  assertEquals(at.listed(), [["r", 3, false], ["w", 4, true]]);
});

Deno.test("an answer belongs to the execution that asked for it, whenever it comes, and one of an excluded execution takes none back", () => {
  using at = opened();
  const { journal, session, session_id } = at;
  const log = new AnswerLog(journal, session);
  const answer = {
    method: "GET",
    url: "https://example.org/x",
    status: 200,
    type: "text/html",
    size: null,
    digest: null,
    again: false,
  };
  const read = { size: 1, digest: `sha256:${"a".repeat(64)}`, again: true };
  log.take(1_000_004, [
    { ...answer, time: 1500 },
    { ...answer, time: 2000 },
    { ...answer, ...read, time: 2900 },
    { ...answer, url: "https://example.org/hidden", time: 2950 },
  ]);
  const answers = new SessionAnswers(journal);
  assertEquals(
    answers.list(session_id, 1_000_001).map(({ url, size, count }) => [
      url,
      size,
      count,
    ]),
    [["https://example.org/x", null, 1]],
  );
  assertEquals(answers.list(session_id).length, 1);
});

Deno.test("data of an execution that is kept out late goes from the run, but for what others read, and it is said when it was sent", () => {
  using at = opened();
  const { journal, session, session_id, run_id } = at;
  at.note(3, "/work/hidden.csv");
  at.note(3, "/work/both.csv");
  at.note(4, "/work/both.csv");
  addReads({ journal, session, run_id });
  const names = () =>
    journal.datasets.list(run_id).map(({ name }) => name).toSorted();
  assertEquals(names(), ["both.csv", "hidden.csv"]);
  journal.executions.putOutputs(session_id, 1_000_003, [
    JSON.stringify({ output_type: "stream", name: "stdout", text: "hidden" }),
  ]);
  keepOut(journal, at.execution(3), ["excluded"]);
  assertEquals(names(), ["both.csv"]);
  assertEquals(journal.entries.missing(run_id), []);
  assertEquals(
    JSON.stringify(journal.executions.outputs(session_id, 1_000_003))
      .includes("hidden"),
    false,
  );
  journal.deliveries.markSent("datasets", run_id, [{ key: "both.csv" }]);
  forgetUses(journal, session_id, 1_000_004);
  assertEquals(names(), []);
  assertEquals(journal.entries.missing(run_id).map(({ what }) => what), [
    "datasets of excluded cells",
  ]);
});
