/** Logs more than its file size limit lets it store, and says what became of it. */
import { isJournalError } from "../../../src/journal/errors.ts";
import { Journal } from "../../../src/journal/journal.ts";
import { passAll } from "../support.ts";

const [home = "", run_id = "", count = "0"] = Deno.args;
const journal = Journal.open({ redactor: passAll, home });
const writer = journal.metricWriter(run_id);
for (let i = 0; i < Number(count); i++) writer.log("loss", i);
writer.close();
const { lost, problem } = writer;
let artifact = "stored";
try {
  journal.artifacts.put(run_id, "big.bin", new Uint8Array(64 << 20), {
    content_type: "application/octet-stream",
    origin: "user",
  });
} catch (error) {
  artifact = isJournalError(error) ? error.kind : String(error);
}
console.log(JSON.stringify({ lost, problem: problem?.message, artifact }));
journal.close();
