/** Logs points in a loop that never yields, and says now and then how many calls have returned. */
import { Journal } from "../../../src/journal/journal.ts";
import { passAll } from "../support.ts";

const [home = "", run_id = "", count = "Infinity", every = "1000"] = Deno.args;
const journal = Journal.open({ redactor: passAll, home });
const writer = journal.metricWriter(run_id);
const encoder = new TextEncoder();
for (let i = 0; i < Number(count); i++) {
  writer.log(i % 7 === 0 ? "sevens" : "others", i);
  if ((i + 1) % Number(every) === 0) {
    Deno.stdout.writeSync(encoder.encode(`${i + 1}\n`));
  }
}
Deno.stdin.readSync(new Uint8Array(1));
writer.close();
journal.close();
