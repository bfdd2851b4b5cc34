/**
 * Delivers one run and prints how far this process's resident memory rose meanwhile, in bytes. Arguments: nbtrack's
 * folder, run, tracking URI, token.
 */
import { standardRedaction } from "../../../src/redaction/standard_redaction.ts";
import { Journal } from "../../../src/journal/journal.ts";
import { deliver } from "../support.ts";

const [home = "", run_id = "", tracking_uri = "", token = ""] = Deno.args;
using journal = Journal.open({ redactor: standardRedaction, home });
const before = Deno.memoryUsage().rss;
let most = before;
const timer = setInterval(() => {
  most = Math.max(most, Deno.memoryUsage().rss);
}, 20);
const done = await deliver(journal, run_id, { tracking_uri, token });
clearInterval(timer);
console.log(
  JSON.stringify({
    done,
    rise: most - before,
    error: journal.deliveries.get(run_id).error,
  }),
);
