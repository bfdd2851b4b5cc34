/**
 * Delivers what a journal has, again and again, until it is killed. Arguments: nbtrack's folder, in_flight_ms. It
 * begins with the first line it reads, so that it can be started before it is needed; then it says "begun".
 */
import { standardRedaction } from "../../../src/redaction/standard_redaction.ts";
import { Journal } from "../../../src/journal/journal.ts";
import { sync } from "../../../src/recorder/sync.ts";

const [home = "", in_flight_ms = "3000"] = Deno.args;
await Deno.stdin.read(new Uint8Array(16));
using journal = Journal.open({ redactor: standardRedaction, home });
console.log("begun");
for (;;) {
  await sync(journal, { delivery: { in_flight_ms: Number(in_flight_ms) } });
  await new Promise((resolve) => setTimeout(resolve, 5));
}
