import { assert, assertEquals } from "@std/assert";
import { withoutNotebook } from "../../src/recorder/excluded_changes.ts";
import { notebookJson } from "../notebook_file.ts";
import { placesOf, random } from "../redaction/support.ts";
import { journalIn, record, temporary } from "../reproduce/recorded.ts";
import { IMPORT } from "./support.ts";

function git(cwd: string, ...args: string[]): void {
  const { success } = new Deno.Command("git", {
    args: ["-c", "user.name=a", "-c", "user.email=a@example.org", ...args],
    cwd,
    stdout: "null",
    stderr: "null",
  }).outputSync();
  assert(success, `git ${args.join(" ")}`);
}

/** A repository whose notebook has a cell that is not committed yet. */
function repositoryIn(folder: string, source: string): void {
  const write = (text: string) =>
    Deno.writeTextFileSync(`${folder}/notebook.ipynb`, text);
  Deno.mkdirSync(folder);
  git(folder, "init", "--quiet");
  write(notebookJson([]));
  Deno.writeTextFileSync(`${folder}/notes.txt`, "one\n");
  git(folder, "add", ".");
  git(folder, "commit", "--quiet", "-m", "first");
  write(notebookJson([{ source }]));
  Deno.writeTextFileSync(`${folder}/notes.txt`, "two\n");
}

const TRACK = `${IMPORT}\nconst run = await track("e", { quiet: true });`;

Deno.test("of a notebook with an excluded cell no uncommitted change is in the record, and that is named", async () => {
  using place = temporary();
  const folder = `${place.path}/project`;
  const home = `${place.path}/home`;
  const hidden = random(18);
  const cell = `// nbtrack: exclude\nconst patient = "${hidden}";`;
  repositoryIn(folder, cell);
  const run_id = await record([TRACK, cell, "await run.end();"], {
    home,
    folder,
  });
  assertEquals(await placesOf({ hidden }, [home]), []);
  using journal = journalIn(home);
  const patch = journal.entries.document(run_id, "changes_diff") ?? "";
  assert(patch.includes("+two"), patch);
  assertEquals(
    journal.entries.missing(run_id).filter(({ what }) =>
      what.startsWith("changes of")
    ),
    [{
      what: 'changes of "notebook.ipynb"',
      why: "it has or had an excluded cell: they are not in changes.diff",
    }],
  );
});

Deno.test("a cell that is excluded while the run goes on is in no change of the notebook either", async () => {
  using place = temporary();
  const folder = `${place.path}/project`;
  const home = `${place.path}/home`;
  const hidden = random(18);
  const cell = `const patient = "${hidden}";`;
  repositoryIn(folder, cell);
  const run_id = await record([
    TRACK,
    `const file = "notebook.ipynb"; Deno.writeTextFileSync(file, Deno.readTextFileSync(file).replace("const patient", "// nbtrack: exclude\\\\nconst patient"));`,
    `// nbtrack: exclude\n${cell}`,
    "await run.end();",
  ], { home, folder });
  using journal = journalIn(home);
  const patch = journal.entries.document(run_id, "changes_diff") ?? "";
  assert(!patch.includes(hidden) && patch.includes("+two"), patch);
  for (const { path, digest } of journal.artifacts.list(run_id)) {
    const text = Deno.readTextFileSync(journal.artifacts.file(digest));
    assert(!text.includes(hidden), path);
  }
});

Deno.test("only the changes of a notebook and its copies are taken out of a patch", () => {
  const change = (path: string, line: string) =>
    `diff --git a/${path} b/${path}\nindex 1..2\n@@ -1 +1 @@\n-diff --git n.ipynb\n+${line}\n`;
  const kept = change("a.txt", "1") + change("other.ipynb", "2");
  const gone = change("x/nb.ipynb", "3") +
    change("x/.ipynb_checkpoints/nb-checkpoint.ipynb", "4");
  const patch = change("a.txt", "1") + gone + change("other.ipynb", "2");
  assertEquals(withoutNotebook(patch, "/project/x/nb.ipynb"), kept);
  assertEquals(withoutNotebook(patch, null), change("a.txt", "1"));
  assertEquals(withoutNotebook(kept, "/project/x/model.ipynb"), kept);
});
