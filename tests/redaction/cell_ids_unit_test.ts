import { session } from "../journal/support.ts";
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { readSavedNotebook } from "../../src/notebook/saved_cells.ts";
import { withSafeIds } from "../../src/redaction/safe_ids.ts";
import { journalIn, temporary } from "../reproduce/recorded.ts";
import { gitlabToken } from "./support.ts";

Deno.test("a token that is the id of a cell is an id without it in the journal, and the same one in the notebook's file", () => {
  using home = temporary();
  using journal = journalIn(home.path);
  const { session_id } = journal.sessions.open(
    session({ cwd: home.path }),
  );
  const given = [gitlabToken(), `cell-${gitlabToken()}`, crypto.randomUUID()];
  const idAt = (position: number) =>
    journal.executions.get(session_id, position)?.cell_id ?? "";
  given.forEach((cell_id, position) => {
    journal.executions.put({
      session_id,
      position,
      msg_id: null,
      execution_count: position,
      source: "1 + 1",
      cell_id,
      status: "ok",
      start_time: 1,
      end_time: 2,
      via: "wire",
      source_from: "wire",
      source_gap: null,
      flags: [],
    });
    // What is stored again is the same.
    const stored = journal.executions.get(session_id, position);
    assert(stored !== undefined);
    journal.executions.put(stored);
    assertEquals(idAt(position), stored.cell_id);
  });
  const ids = given.map((_, position) => idAt(position));
  for (const id of ids) assert(/^[A-Za-z0-9_-]{1,56}$/.test(id), id);
  assertEquals(ids[2], given[2]);
  assertNotEquals(ids[0], ids[1]);
  for (const id of ids.slice(0, 2)) assert(/redacted/.test(id), id);

  const file = JSON.stringify({
    cells: given.map((id) => ({
      cell_type: "code",
      id,
      source: [`const row = { "id": "[redacted token]" }`],
      outputs: [],
      metadata: {},
      execution_count: null,
    })),
    metadata: {},
    nbformat: 4,
    nbformat_minor: 5,
  });
  const { text } = journal.redactor.json(file);
  const { cells } = readSavedNotebook(withSafeIds(text)) ?? { cells: [] };
  assertEquals(cells.map(({ id }) => id), ids);
  assertEquals(
    cells.map(({ source }) => source),
    given.map(() => [
      `const row = { "id": "[redacted token]" }`,
    ]),
  );
});
