import { assert, assertEquals } from "@std/assert";
import { fingerprint } from "../../src/datasets/dataset.ts";
import { Journal } from "../../src/journal/journal.ts";
import { StandardRedaction } from "../../src/redaction/standard_redaction.ts";
import { newRun } from "../journal/support.ts";
import { temporary } from "../reproduce/recorded.ts";

Deno.test("of a column whose name says secret neither the smallest nor the largest value is stored, and the others' are", async () => {
  using home = temporary();
  using journal = Journal.open({
    redactor: (folder) => new StandardRedaction({ home: folder }),
    home: home.path,
  });
  const run_id = newRun(journal);
  const values = ["pw05", "pw06", "pw07"].map((end) => `zebra${end}`);
  const rows = values.map((password, i) => ({
    user: `user ${i}`,
    password,
    "db.client_secret": password,
    max_tokens: i,
  }));
  const found = JSON.stringify(await fingerprint(rows));
  assert(found.includes(values[0] ?? ""), found);
  journal.datasets.put(run_id, "memory", { fingerprint: found });
  journal.datasets.put(run_id, "file", { input: "a.csv", cwd: "/there" });
  journal.datasets.finish(run_id, "file", { fingerprint: found });
  const file = { path: "/there/a.csv", size: 1, mtime_ms: 1, inode: "1" };
  journal.datasets.remember(file, found);
  const stored = [
    ...journal.datasets.list(run_id).map((row) => row.fingerprint),
    journal.datasets.cached(file),
  ];
  assertEquals(stored.length, 3);
  for (const json of stored) {
    for (const value of values) assert(!json?.includes(value), json ?? "");
    const { profile, digest } = JSON.parse(json ?? "");
    assertEquals(digest, JSON.parse(found).digest);
    assertEquals(
      profile.map((
        { name, distinct, min, max }: Record<string, unknown>,
      ) => [name, distinct, min, max]),
      [
        ["user", 3, "user 0", "user 2"],
        ["password", 3, null, null],
        ["db.client_secret", 3, null, null],
        ["max_tokens", 3, 0, 2],
      ],
    );
    assertEquals(
      profile.map(({ histogram }: Record<string, unknown>) =>
        histogram !== undefined
      ),
      [false, false, false, true],
    );
  }
});
