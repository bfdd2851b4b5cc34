/**
 * Delivers what students have recorded, each by the queue that their recorder has. Argument: a file with the students
 * and the time over which they begin. Prints how long each request took, and how long the server worked on it.
 */
import { DeliveryQueue } from "../../../src/delivery/queue.ts";
import { RecorderLog } from "../../../src/base/log.ts";
import { standardRedaction } from "../../../src/redaction/standard_redaction.ts";
import { Journal } from "../../../src/journal/journal.ts";
import type { Student, StudentsAtWork } from "../class_work.ts";

/** How often a recorder looks at its queue, milliseconds. */
const POLL_MS = 100;

const took: [string, number, number][] = [];
const plain = globalThis.fetch;
globalThis.fetch = async (input, init) => {
  const began = performance.now();
  const answer = await plain(input, init);
  const url = new URL(input instanceof Request ? input.url : input);
  took.push([
    `${init?.method ?? "GET"} ${url.pathname}`,
    performance.now() - began,
    1000 * Number(answer.headers.get("x-runtime")),
  ]);
  return answer;
};

const [file = ""] = Deno.args;
const { students, spread_ms }: StudentsAtWork = JSON.parse(
  await Deno.readTextFile(file),
);
await Promise.all(students.map(work));
console.log(JSON.stringify({ took }));

async function work({ home, tracking_uri, token }: Student): Promise<void> {
  await new Promise((done) => setTimeout(done, spread_ms * Math.random()));
  using journal = Journal.open({ redactor: standardRedaction, home });
  const runs = journal.runs.list();
  const session = journal.sessions.get(runs[0]?.session_id ?? "");
  if (session === undefined) throw new Error(`${home} has no run`);
  const queue = new DeliveryQueue(
    journal,
    session,
    new RecorderLog(home, "student"),
  );
  for (const { run_id } of runs) {
    const options = { trackingUri: tracking_uri, token };
    await queue.decide(run_id, { options, env: {} });
  }
  const left = () =>
    runs.some(({ run_id }) =>
      journal.deliveries.get(run_id).state === "pending" ||
      journal.deliveries.get(run_id).state === "local"
    );
  while (left()) {
    queue.poll();
    await new Promise((done) => setTimeout(done, POLL_MS));
  }
  await queue.drain();
}
