import { assertEquals, assertStringIncludes } from "@std/assert";
import { identify } from "../../src/base/process_identity.ts";
import { addRun, emptyJournal } from "../record/filled.ts";
import { command, nbtrack, nbtrackJson } from "./nbtrack.ts";
import { session } from "../journal/support.ts";

interface Update {
  run_id: string;
  status: string;
  metrics: Record<string, number>;
}

Deno.test("watch prints one line a change, and ends when the run does", async () => {
  using made = emptyJournal();
  const { journal, home } = made;
  const { session_id } = journal.sessions.open(
    session({
      pid: Deno.pid,
      process_started: identify(Deno.pid)?.started ?? "",
      cwd: home,
    }),
  );
  const { run_id } = journal.runs.create({
    session_id,
    experiment: "penguins",
    name: "long",
    options: "{}",
  });
  const child = command(["watch", "--json"], made).spawn();
  const lines = child.stdout.pipeThrough(new TextDecoderStream());
  const seen: Update[] = [];
  let text = "";
  const writer = journal.metricWriter(run_id);
  for await (const part of lines) {
    text += part;
    const whole = text.split("\n");
    text = whole.pop() ?? "";
    for (const line of whole) {
      const update = JSON.parse(line) as Update;
      seen.push(update);
      if (seen.length === 1) writer.log("loss", 0.5, 0, Date.now());
      else if (update.metrics["loss"] === 0.5 && update.status === "RUNNING") {
        writer.close();
        journal.runs.end(run_id, "FINISHED");
      }
    }
  }
  const { code } = await child.status;
  await child.stderr.cancel();
  assertEquals(code, 0);
  assertEquals(seen[0]?.run_id, run_id);
  assertEquals(seen.at(-1)?.status, "FINISHED");
  assertEquals(seen.at(-1)?.metrics, { loss: 0.5 });
});

Deno.test("watch ends at once where no run is open, and says that a run was lost with its process", async () => {
  using made = emptyJournal();
  const none = await nbtrack(["watch"], made);
  assertEquals([none.code, none.stdout], [0, ""]);
  const ended = addRun(made.journal);
  const shown = await nbtrackJson(["watch", ended], made) as Update;
  assertEquals(shown.status, "FINISHED");
  const lost = addRun(made.journal, { end: null });
  const { code, stderr } = await nbtrack(["watch", lost], made);
  assertEquals(code, 1);
  assertStringIncludes(
    stderr,
    `Run ${lost.slice(0, 8)} has lost its kernel and its recorder`,
  );
});

Deno.test("without a terminal watch says which run a line is of, and the name of each number", async () => {
  using made = emptyJournal();
  const id = addRun(made.journal, {
    name: "quiet-heron",
    cells: ["a", "b"],
    params: { k: "5" },
    metrics: { loss: [0.5, 0.31], acc: [0.9] },
  });
  const { code, stdout } = await nbtrack(["watch", id], made);
  assertEquals(code, 0);
  assertEquals(
    stdout,
    `${id.slice(0, 8)}  quiet-heron  FINISHED  2 cells  loss 0.31  acc 0.9\n`,
  );
});
