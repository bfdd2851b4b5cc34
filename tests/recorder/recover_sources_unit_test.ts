import { assertEquals } from "@std/assert";
import { RUN_CARD } from "../../src/base/media_types.ts";
import type { Execution } from "../../src/journal/execution_row.ts";
import type { Journal } from "../../src/journal/journal.ts";
import type { Session } from "../../src/journal/sessions.ts";
import type { SavedCell } from "../../src/notebook/saved_cells.ts";
import {
  findCandidates,
  runsOpenedIn,
} from "../../src/recorder/recover_sources.ts";
import { Home, session as newSession } from "../journal/support.ts";

/** A journal with one session, its executions, and a notebook's file. */
class Recorded implements Disposable {
  readonly journal: Journal;
  readonly session: Session;
  readonly #home = new Home();
  #position = 0;

  constructor() {
    this.journal = this.#home.open();
    this.session = this.journal.sessions.open(
      newSession({ kind: "kernel" }),
    );
  }

  /** An execution; without a source one that was not seen. */
  executed(execution: Partial<Execution>): Execution {
    const source = execution.source ?? null;
    const row: Execution = {
      session_id: this.session.session_id,
      position: this.#position++,
      msg_id: null,
      execution_count: null,
      source,
      cell_id: null,
      status: "ok",
      start_time: null,
      end_time: null,
      via: "wire",
      source_from: source === null ? null : "wire",
      source_gap: null,
      flags: [],
      ...execution,
    };
    this.journal.executions.put(row);
    return row;
  }

  /** What the file has for what was not seen, saved after the session began. */
  found(...cells: SavedCell[]) {
    const mtime_ms = this.session.start_time + 1000;
    return findCandidates(this.journal, this.session, {
      notebook: { cells },
      mtime_ms,
    }).map(({ position, execution_count, source, id, outputs }) => ({
      at: [position, execution_count],
      source,
      id,
      outputs: outputs?.length ?? null,
    }));
  }

  [Symbol.dispose](): void {
    this.journal[Symbol.dispose]();
    this.#home[Symbol.dispose]();
  }
}

const cell = (
  id: string,
  execution_count: number | null,
  source: string,
  outputs: SavedCell["outputs"] = [],
): SavedCell => ({ cell_type: "code", id, source, execution_count, outputs });

/** The card of a run, as a cell shows it. */
const card = (run_id: string) => ({
  output_type: "display_data",
  data: { [RUN_CARD]: { run_id, display_id: "d1" } },
  metadata: {},
});

Deno.test("executions that were not seen are found by their counts, with the file's outputs", () => {
  using it = new Recorded();
  it.executed({ execution_count: 1 });
  it.executed({ execution_count: 2, source: "b" });
  assertEquals(
    it.found(
      cell("one", 1, "a", [{
        output_type: "stream",
        name: "stdout",
        text: "1",
      }]),
      cell("two", 2, "b"),
    ),
    [{ at: [0, 1], source: "a", id: "one", outputs: 1 }],
  );
});

Deno.test("a count that two cells have is nobody's, as one of them is of a kernel before", () => {
  using it = new Recorded();
  it.executed({ execution_count: 1 });
  it.executed({ execution_count: 2, source: "b" });
  assertEquals(
    it.found(cell("one", 1, "a"), cell("old", 1, "z"), cell("two", 2, "b")),
    [],
  );
});

Deno.test("the cell that shows a run's card is the one that opened it, whatever its count says", () => {
  using it = new Recorded();
  const { session_id, position } = it.executed({ execution_count: 3 });
  it.journal.executions.putOutputs(session_id, position, [
    JSON.stringify(card("run-1")),
  ]);
  assertEquals(
    it.found(cell("other", 3, "x"), cell("own", 9, "track()", [card("run-1")])),
    // Its outputs in the file are those of a later execution.
    [{ at: [0, 3], source: "track()", id: "own", outputs: null }],
  );
});

Deno.test("a cell that was executed again since is found by the call that opened its run", () => {
  using it = new Recorded();
  it.executed({ execution_count: 1, start_time: 1000, end_time: 2000 });
  it.journal.runs.create({
    session_id: it.session.session_id,
    experiment: "penguins",
    name: "quiet-heron",
    options: `{"params":{"k":5}}`,
    start_time: 1500,
  });
  it.executed({ execution_count: 2, source: "b", start_time: 3000 });
  const call = (k: number) =>
    `await track("penguins", { params: { k: ${k} } })`;
  assertEquals(it.found(cell("a", 4, call(5)), cell("b", 2, "b")), [
    { at: [0, 1], source: call(5), id: "a", outputs: null },
  ]);
  assertEquals(it.found(cell("a", 4, call(6)), cell("b", 2, "b")), []);
});

Deno.test("a run belongs to the execution during which it began", () => {
  using it = new Recorded();
  const create = (name: string, start_time: number) =>
    it.journal.runs.create({
      session_id: it.session.session_id,
      experiment: "e",
      name,
      options: "{}",
      start_time,
    });
  create("before", 999);
  create("inside", 1500);
  create("after", 2001);
  const names = (execution: Partial<Execution>) =>
    runsOpenedIn(it.journal, it.executed(execution)).map(({ name }) => name);
  assertEquals(names({ start_time: 1000, end_time: 2000 }), ["inside"]);
  assertEquals(names({ start_time: 1000 }), ["after", "inside"]);
  assertEquals(names({}), []);
});
