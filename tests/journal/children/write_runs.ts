/** Opens the journal once it is told to, and writes runs into it. */
import { Journal } from "../../../src/journal/journal.ts";
import { passAll, session } from "../support.ts";

const [home = "", name = "", runs = "0", points = "0"] = Deno.args;
console.log("ready");
Deno.stdin.readSync(new Uint8Array(1));
const journal = Journal.open({ redactor: passAll, home });
const { session_id } = journal.sessions.open(session({ pid: Deno.pid }));
for (let r = 0; r < Number(runs); r++) {
  const { run_id } = journal.runs.create({
    session_id,
    experiment: name,
    name: `${name}-${r}`,
    options: "{}",
  });
  const writer = journal.metricWriter(run_id);
  for (let i = 0; i < Number(points); i++) {
    writer.log("loss", i);
    if (i % 100 === 0) {
      journal.entries.setParam(run_id, `p${i}`, name);
      journal.entries.setTag(run_id, "at", String(i));
      writer.flush();
    }
  }
  writer.close();
  if (writer.lost > 0 || writer.problem !== null) throw writer.problem;
  journal.runs.end(run_id, "FINISHED");
}
journal.close();
