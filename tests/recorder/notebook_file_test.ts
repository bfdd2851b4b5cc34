import { assertEquals } from "@std/assert";
import { NotebookFile } from "../../src/recorder/notebook_file.ts";
import { Workspace } from "./support.ts";
import { session as newSession } from "../journal/support.ts";

Deno.test("a notebook that is renamed is found under its new name, whatever it holds and though it is not saved again", async () => {
  await using workspace = Workspace.make();
  const { sessions } = workspace.journal;
  const untitled = workspace.notebook("Untitled.ipynb", []);
  workspace.notebook("another.ipynb", []);
  const { session_id } = sessions.open(
    newSession({
      kind: "kernel",
      pid: Deno.pid,
      process_started: "renamed",
      cwd: workspace.work,
      notebook: untitled,
    }),
  );
  const file = new NotebookFile(workspace.journal);
  const now = () => {
    const session = sessions.get(session_id);
    if (session === undefined) throw new Error("the session is gone");
    return session;
  };
  assertEquals((await file.find(now(), false))?.path, untitled);
  for (const name of ["named.ipynb", "named again.ipynb"]) {
    Deno.renameSync(now().notebook ?? "", `${workspace.work}/${name}`);
    const found = await file.find(now(), false);
    assertEquals(found?.path, `${workspace.work}/${name}`);
    assertEquals(now().notebook, `${workspace.work}/${name}`);
  }
  // A front end saves what it shows under the old name, in the moment in which it is renamed.
  Deno.renameSync(now().notebook ?? "", `${workspace.work}/last.ipynb`);
  workspace.notebook("named again.ipynb", []);
  const last = await file.find(now(), false);
  assertEquals(last?.path, `${workspace.work}/last.ipynb`);
  sessions.end(session_id, "exited", Date.now());
});
