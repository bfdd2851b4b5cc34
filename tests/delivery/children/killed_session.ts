/** Opens a session with a run, and is killed, or closes the journal and ends. */
import { identify } from "../../../src/base/process_identity.ts";
import { Journal } from "../../../src/journal/journal.ts";
import { standardRedaction } from "../../../src/redaction/standard_redaction.ts";

const [home = "", end] = Deno.args;
const journal = Journal.open({ redactor: standardRedaction, home });
const { session_id } = journal.sessions.open({
  kind: "script",
  pid: Deno.pid,
  process_started: identify(Deno.pid)?.started ?? "",
  connection_file: null,
  cwd: home,
  notebook: null,
  main_module: null,
});
journal.writeThrough();
journal.runs.create({
  session_id,
  experiment: "birds",
  name: "lost-heron",
  options: "{}",
});
if (end === "close") journal.close();
else Deno.kill(Deno.pid, "SIGKILL");
