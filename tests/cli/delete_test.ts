import { assertEquals, assertStringIncludes } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { identify } from "../../src/base/process_identity.ts";
import { withServer } from "../delivery/practice.ts";
import { record, runsThere } from "../delivery/support.ts";
import { addRun, emptyJournal, type Wanted } from "../record/filled.ts";
import { nbtrack, nbtrackJson } from "./nbtrack.ts";
import { session } from "../journal/support.ts";

interface Deleted {
  deleted: string[];
  kept: { run_id: string; why: string }[];
}

const FULL: Wanted = {
  params: { k: "5" },
  metrics: { loss: [1, 2, 3] },
  tags: { team: "birds" },
  documents: { packages: [] },
  datasets: { d: null },
  artifacts: { "a.txt": "only mine", "b.txt": "shared" },
  cells: ["1 + 1"],
};

/** Tables that still hold something of a run. */
function tablesWith(home: string, run_id: string): string[] {
  const db = new DatabaseSync(`${home}/journal.db`, { readOnly: true });
  try {
    const tables = db.prepare(
      `SELECT m.name FROM sqlite_master m, pragma_table_info(m.name) c
         WHERE m.type = 'table' AND c.name IN ('run_id', 'owner')`,
    ).all().map((row) => String(row["name"]));
    return tables.filter((table) => {
      const column = table === "redactions" ? "owner" : "run_id";
      return db.prepare(`SELECT 1 FROM ${table} WHERE ${column} = ?`).get(
        run_id,
      ) !== undefined;
    });
  } finally {
    db.close();
  }
}

Deno.test("a deleted run is gone from every table, and gc takes the files that only it had", async () => {
  using made = emptyJournal();
  const gone = addRun(made.journal, FULL);
  const stays = addRun(made.journal, { artifacts: { "b.txt": "shared" } });
  assertEquals(tablesWith(made.home, gone).length > 5, true);
  for (const { session_id } of made.journal.sessions.unended()) {
    made.journal.sessions.end(session_id, "exited", Date.now());
  }
  const answer = await nbtrackJson(["delete", gone.slice(0, 8), "--yes"], made);
  assertEquals(answer, { deleted: [gone], kept: [] });
  assertEquals(tablesWith(made.home, gone), []);
  const dry = await nbtrackJson(["gc", "--dry-run"], made);
  assertEquals(dry, { files: 1, bytes: 9, sessions: 0, dry_run: true });
  assertEquals(await nbtrackJson(["gc"], made), {
    files: 1,
    bytes: 9,
    sessions: 0,
    dry_run: false,
  });
  assertEquals(await nbtrackJson(["gc"], made), {
    files: 0,
    bytes: 0,
    sessions: 0,
    dry_run: false,
  });
  const shown = await nbtrack(
    ["show", stays, "--artifact", "b.txt"],
    made,
  );
  assertEquals([shown.code, shown.stdout], [0, "shared"]);
});

Deno.test("gc removes old sessions without runs with what was executed in them, and none that has a run", async () => {
  using made = emptyJournal();
  const gone = addRun(made.journal, FULL);
  const stays = addRun(made.journal, FULL);
  const long = Date.now() - 40 * 86_400_000;
  for (const { session_id } of made.journal.sessions.unended()) {
    made.journal.sessions.end(session_id, "exited", long);
  }
  await nbtrackJson(["delete", gone, "--yes"], made);
  const young = await nbtrackJson(["gc", "--older-than", "60"], made) as {
    sessions: number;
  };
  assertEquals(young.sessions, 0);
  const old = await nbtrackJson(["gc", "--older-than", "30"], made) as {
    sessions: number;
  };
  assertEquals(old.sessions, 1);
  const record = await nbtrackJson(["show", stays], made) as {
    cells: unknown[];
  };
  assertEquals(record.cells.length, 1);
});

Deno.test("without a terminal nothing is deleted unless --yes says so", async () => {
  using made = emptyJournal();
  const run_id = addRun(made.journal);
  const { code, stderr } = await nbtrack(["delete", run_id], made);
  assertEquals(code, 2);
  assertStringIncludes(stderr, "--yes");
  assertEquals(made.journal.runs.get(run_id)?.run_id, run_id);
});

Deno.test("a run that is open, and one that others belong to, are kept with the reason", async () => {
  using made = emptyJournal();
  const { journal } = made;
  const parent = addRun(journal);
  const session_id = journal.runs.get(parent)?.session_id ?? "";
  const child = journal.runs.create({
    session_id,
    experiment: "penguins",
    name: "child",
    options: "{}",
    parent,
  }).run_id;
  journal.runs.end(child, "FINISHED");
  const { kept } = await nbtrackJson(
    ["delete", parent, "--yes"],
    { ...made, code: 1 },
  ) as Deleted;
  assertEquals(kept.map((k) => k.run_id), [parent]);
  assertStringIncludes(kept[0]?.why ?? "", child.slice(0, 8));
  const both = await nbtrackJson(
    ["delete", parent, child, "--yes"],
    made,
  ) as Deleted;
  assertEquals(both.deleted, [parent, child]);

  const open = journal.sessions.open(
    session({
      pid: Deno.pid,
      process_started: identify(Deno.pid)?.started ?? "",
      cwd: made.home,
    }),
  );
  const { run_id } = journal.runs.create({
    session_id: open.session_id,
    experiment: "penguins",
    name: "open",
    options: "{}",
  });
  const refused = await nbtrackJson(
    ["delete", run_id, "--yes"],
    { ...made, code: 1 },
  ) as Deleted;
  assertStringIncludes(refused.kept[0]?.why ?? "", "open");
});

Deno.test("a delivered run stays on the server unless --server says so", async () => {
  await withServer({}, async ({ server, token, client }, journal) => {
    const [here, both] = [record(journal), record(journal)];
    const options = {
      home: journal.home,
      env: {
        MLFLOW_TRACKING_URI: server.tracking_uri,
        MLFLOW_TRACKING_TOKEN: token,
      },
    };
    await nbtrackJson(["sync"], options);
    const there = async () =>
      await Promise.all(
        [here, both].map(async (id) =>
          (await runsThere(client, id ?? "")).length
        ),
      );
    assertEquals(await there(), [1, 1]);
    const local = await nbtrack(["delete", here ?? "", "--yes"], options);
    assertEquals(local.code, 0);
    assertStringIncludes(local.stderr, "--server");
    assertEquals(await there(), [1, 1]);
    await nbtrackJson(["delete", both ?? "", "--yes", "--server"], options);
    assertEquals(await there(), [1, 0]);
    assertEquals(journal.runs.list(), []);
  });
});

Deno.test("a run whose server cannot be reached is kept here too", async () => {
  await withServer({}, async ({ server, token }, journal) => {
    const run_id = record(journal);
    const options = {
      home: journal.home,
      env: {
        MLFLOW_TRACKING_URI: server.tracking_uri,
        MLFLOW_TRACKING_TOKEN: token,
      },
    };
    await nbtrackJson(["sync"], options);
    const { kept } = await nbtrackJson(
      ["delete", run_id, "--yes", "--server"],
      {
        ...options,
        env: { ...options.env, NBTRACK_OFFLINE: "1" },
        code: 1,
      },
    ) as Deleted;
    assertEquals(kept.map((k) => k.run_id), [run_id]);
    assertEquals(journal.runs.get(run_id)?.run_id, run_id);
  });
});
