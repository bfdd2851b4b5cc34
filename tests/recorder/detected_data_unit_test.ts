import { assertEquals } from "@std/assert";
import { Journal } from "../../src/journal/journal.ts";
import { AnswerLog } from "../../src/recorder/data/answer_log.ts";
import { addFiles } from "../../src/recorder/data/detected_data.ts";
import { standardRedaction } from "../../src/redaction/standard_redaction.ts";
import { session as newSession } from "../journal/support.ts";
import { SessionAnswers } from "../../src/journal/session_answers.ts";

/** A run of a session in a folder that there is. */
function opened() {
  const folder = Deno.realPathSync(
    Deno.makeTempDirSync({ prefix: "nbtrack-detected-" }),
  );
  const cwd = `${folder}/work`;
  Deno.mkdirSync(cwd);
  const journal = Journal.open({
    redactor: standardRedaction,
    home: `${folder}/home`,
  });
  const session = journal.sessions.open(
    newSession({ kind: "kernel", pid: Deno.pid, process_started: "now", cwd }),
  );
  const { run_id } = journal.runs.create({
    session_id: session.session_id,
    experiment: "e",
    name: "n",
    options: "{}",
  });
  const run = { journal, session, run_id };
  return {
    run,
    cwd,
    names: () => journal.datasets.list(run_id).map(({ name }) => name),
    [Symbol.dispose]() {
      journal.close();
      Deno.removeSync(folder, { recursive: true });
    },
  };
}

const many = (folder: string, count: number) =>
  Array.from({ length: count }, (_, i) => `${folder}/${i}.bin`);

Deno.test("five thousand files of a folder are that folder, also when they come cell by cell; few stay files", () => {
  using at = opened();
  const folder = `${at.cwd}/many`;
  Deno.mkdirSync(folder);
  addFiles(at.run, unseen([`${at.cwd}/one.csv`, `${folder}/first.bin`]));
  assertEquals(at.names().toSorted(), ["many/first.bin", "one.csv"]);
  const files = many(folder, 5000);
  addFiles(at.run, unseen(files.slice(0, 40)));
  addFiles(at.run, unseen(files.slice(40)));
  addFiles(at.run, unseen(files));
  assertEquals(at.names().toSorted(), ["many", "one.csv"]);
});

Deno.test("five thousand files in five hundred folders of one are that one, never the folder that holds the notebook", () => {
  using at = opened();
  const inside = Array.from({ length: 500 }, (_, i) => `${at.cwd}/data/${i}`);
  addFiles(at.run, unseen(inside.flatMap((folder) => many(folder, 10))));
  assertEquals(at.names(), ["data"]);
  const beside = Array.from({ length: 60 }, (_, i) => `${at.cwd}/${i}/x.csv`);
  addFiles(at.run, unseen(beside));
  assertEquals(at.names().length, 61);
});

Deno.test("what a run names is no detected data, also when it was read before it was named", () => {
  using at = opened();
  const { journal, run_id } = at.run;
  addFiles(at.run, unseen([`${at.cwd}/a.csv`, `${at.cwd}/in/b.csv`]));
  journal.datasets.put(run_id, "named", { input: "a.csv", cwd: at.cwd });
  journal.datasets.put(run_id, "glob", {
    input: "in/*.csv",
    fingerprint: JSON.stringify({ listing: [{ path: "in/b.csv" }] }),
  });
  addFiles(at.run, unseen([`${at.cwd}/in/b.csv`, `${at.cwd}/c.csv`]));
  assertEquals(at.names().toSorted(), ["c.csv", "glob", "named"]);
});

Deno.test("answers are counted, one that was read after all takes the place of the unread one, another content is a change", () => {
  using at = opened();
  const { journal, session, run_id } = at.run;
  const log = new AnswerLog(journal, session);
  const answer = {
    method: "GET",
    url: "https://user:pass@example.org/t.csv?a=1&api_key=hunter#x",
    status: 200,
    type: "text/plain",
    size: null as number | null,
    digest: null as string | null,
    again: false,
    time: 0,
  };
  const digest = (n: string) => `sha256:${n.repeat(64)}`;
  log.take(5, [answer, answer]);
  log.take(6, [{ ...answer, again: true, size: 3, digest: digest("a") }]);
  const [unread, read] = new SessionAnswers(journal).list(session.session_id);
  assertEquals([unread?.count, unread?.digest], [1, null]);
  assertEquals([read?.count, read?.digest], [1, digest("a")]);
  assertEquals(
    read?.url.replace(/\[redacted [^\]]*\]/, "[redacted]"),
    "https://example.org/t.csv?a=1&api_key=[redacted]",
  );
  log.take(7, [{ ...answer, size: 4, digest: digest("b") }]);
  log.take(7, [{ ...answer, method: "POST", size: 4, digest: digest("c") }]);
  log.take(7, "no answers at all");
  const datasets = journal.datasets.list(run_id);
  assertEquals(datasets.map(({ input, changed }) => [input, changed]), [
    [read?.url ?? null, digest("b")],
  ]);
  assertEquals(
    new SessionAnswers(journal).list(session.session_id, 5).length,
    1,
  );
});

/** Files of which nobody knows when they were changed. */
function unseen(paths: readonly string[]): Map<string, null> {
  return new Map(paths.map((path) => [path, null]));
}
