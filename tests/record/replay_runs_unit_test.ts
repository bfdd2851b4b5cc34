import { assertEquals } from "@std/assert";
import type { Journal } from "../../src/journal/journal.ts";
import { lastOfReplay, runsOfReplay } from "../../src/record/replay_runs.ts";
import { addRun, emptyJournal } from "./filled.ts";

/** Opens a further run in the session of another one. */
function beside(
  journal: Journal,
  run_id: string,
  run: { name: string; reproduces?: string; listed?: 0 | 1 },
): void {
  const session_id = journal.runs.get(run_id)?.session_id ?? "";
  journal.runs.create({
    session_id,
    experiment: "penguins",
    options: "{}",
    ...run,
  });
}

/** A journal in which a session of two runs was recorded after another run, and is being reproduced for the second time. */
function replayed() {
  const made = emptyJournal();
  const { journal } = made;
  const before = addRun(journal, { name: "before" });
  addRun(journal, { name: "a reproduction before", reproduces: before });
  const first = addRun(journal, { name: "recorded" });
  beside(journal, first, { name: "recorded, too" });
  addRun(journal, { name: "earlier replay", reproduces: first });
  addRun(journal, { name: "later" });
  addRun(journal, { name: "seal", experiment: "seals" });
  const own = addRun(journal, { name: "own", reproduces: first });
  beside(journal, own, { name: "own, too", reproduces: first, listed: 0 });
  const since = journal.runs.get(own)?.start_time ?? 0;
  return { ...made, first, since };
}

const names = (rows: readonly { name: string }[]) =>
  rows.map(({ name }) => name);

Deno.test("a notebook that lists its runs finds in a replay what it found then, with its own runs in the place of the recorded", () => {
  using made = replayed();
  const { journal, first, since } = made;
  const found = ["own, too", "own", "a reproduction before", "before"];
  assertEquals(
    names(runsOfReplay(journal, first, { experiment: "penguins", since })),
    found,
  );
  assertEquals(names(runsOfReplay(journal, first, { since })), found);
});

Deno.test("a notebook that lists runs finds in a replay of a run that is not in the journal only its own", () => {
  using made = emptyJournal();
  const { journal } = made;
  const strange = crypto.randomUUID();
  addRun(journal, { name: "before" });
  const own = addRun(journal, { name: "own", reproduces: strange });
  const since = journal.runs.get(own)?.start_time ?? 0;
  assertEquals(names(runsOfReplay(journal, strange, { since })), ["own"]);
});

Deno.test("the last run is in a replay its own, and before it has one the last of then", () => {
  using made = replayed();
  const { journal, first, since } = made;
  const last = (from: number) =>
    lastOfReplay(journal, first, "penguins", from)?.name;
  assertEquals(last(since), "own, too");
  assertEquals(last(Infinity), "before");
});
