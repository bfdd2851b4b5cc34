import { assertEquals, assertStringIncludes } from "@std/assert";
import { Journal } from "../../src/journal/journal.ts";
import { recordOf } from "../../src/record/journal_record.ts";
import { StandardRedaction } from "../../src/redaction/standard_redaction.ts";
import { gitlabToken, placesOf, random } from "../redaction/support.ts";
import { temporary } from "../reproduce/recorded.ts";
import { scrubJournal } from "../../src/journal/scrub.ts";
import { journalTable } from "../../src/journal/run_table.ts";

const open = (home: string) =>
  Journal.open({
    redactor: (folder) => new StandardRedaction({ home: folder }),
    home,
  });

function newRun(journal: Journal, session_id: string) {
  return journal.runs.create({
    session_id,
    experiment: "e",
    name: "n",
    options: "{}",
    seed: null,
  });
}

Deno.test("paths that hold a secret are in no byte of the journal, and are given back as they were", async () => {
  using home = temporary();
  const [known, token] = [random(24), gitlabToken()];
  const folder = `/work/${token}`;
  const given = {
    kind: "kernel",
    pid: 1,
    process_started: "1",
    connection_file: `${folder}/kernel.json`,
    cwd: folder,
    notebook: `/data/${known}/n.ipynb`,
    main_module: `file://${folder}/main.ts`,
  } as const;
  {
    using journal = open(home.path);
    journal.redactor.know?.("TOKEN", known);
    const { session_id } = journal.sessions.open(given);
    journal.sessions.setTracked(session_id, `${folder}/audit`);
    const { run_id } = newRun(journal, session_id);
    journal.datasets.put(run_id, "d", { input: "a.csv", cwd: folder });
    assertEquals(await placesOf({ known, token }, [home.path]), []);
  }
  // Another process, which knows nothing.
  using journal = open(home.path);
  const [session] = journal.sessions.list();
  for (const [name, value] of Object.entries(given)) {
    assertEquals(session?.[name as keyof typeof given], value);
  }
  assertEquals(session?.audit, `${folder}/audit`);
  assertEquals(journalTable(journal).sessionFolders(), [
    { cwd: given.cwd, notebook: given.notebook },
  ]);
  // What it shows of them it has learnt from them.
  const shown = journal.sessions.shownNotebook(given) ?? "";
  assertStringIncludes(shown, "[redacted ");
  assertEquals(
    journal.redactor.text(`on ${known}`).text.includes(known),
    false,
  );
  const [run] = journal.runs.list();
  assertEquals(
    journal.datasets.list(run?.run_id ?? "").map(({ cwd }) => cwd),
    [folder],
  );
});

Deno.test("a path that was stored before its secret was known is encrypted by a scrub", async () => {
  using home = temporary();
  const known = random(24);
  using journal = open(home.path);
  const { session_id } = journal.sessions.open({
    kind: "kernel",
    pid: 1,
    process_started: "1",
    connection_file: null,
    cwd: `/work/${known}`,
    notebook: null,
    main_module: null,
  });
  const { run_id } = newRun(journal, session_id);
  journal.redactor.know?.("TOKEN", known);
  const { findings } = scrubJournal(journal, [run_id]);
  assertEquals(findings.map(({ where }) => where), ["cwd"]);
  journal.checkpoint();
  assertEquals(await placesOf({ known }, [home.path]), []);
  assertEquals(journal.sessions.get(session_id)?.cwd, `/work/${known}`);
});

Deno.test("a secret in the name of a notebook is not in the record's path in the repository", () => {
  using home = temporary();
  using journal = open(home.path);
  const token = gitlabToken();
  const { session_id } = journal.sessions.open({
    kind: "kernel",
    pid: 1,
    process_started: "1",
    connection_file: null,
    cwd: "/work/nb",
    notebook: `/work/nb/${token}.ipynb`,
    main_module: null,
  });
  const run = newRun(journal, session_id);
  const git = {
    commit: null,
    branch: "main",
    dirty: false,
    untracked: 0,
    remote: null,
    path: "nb",
    submodules: [],
    changes_diff: null,
    changes_left_out: null,
  };
  journal.entries.setDocument(run.run_id, "git", JSON.stringify(git));
  const record = recordOf(journal, journal.runs.get(run.run_id)!);
  assertStringIncludes(String(record.git?.["notebook"]), "nb/[redacted GitLab");
  assertEquals(JSON.stringify(record).includes(token), false);
});
