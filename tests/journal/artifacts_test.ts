import { assert, assertEquals, assertExists, assertThrows } from "@std/assert";
import { sha256 } from "../../src/base/digest.ts";
import { JournalError } from "../../src/journal/errors.ts";
import { Child, Home, newRun } from "./support.ts";

const BYTES = {
  content_type: "application/octet-stream",
  origin: "user",
} as const;
const BIG_BYTES = 192 << 20;
/** A few chunks and what the collector has not given back; far below the file. */
const FLAT_BYTES = 48 << 20;

Deno.test("an artifact is stored by its digest, and the same path again replaces it", () => {
  using home = new Home();
  using journal = home.open();
  const run_id = newRun(journal);
  const first = new TextEncoder().encode("first");
  const second = new TextEncoder().encode("the second");
  const put = journal.artifacts.put(run_id, "figures/a.svg", first, {
    content_type: "image/svg+xml",
    origin: "record",
  });
  assertExists(put);
  assertEquals(
    [put.path, put.digest, put.size, put.content_type, put.origin, put.sent],
    ["figures/a.svg", sha256(first), 5, "image/svg+xml", "record", false],
  );
  assertEquals(Deno.readFileSync(journal.artifacts.file(put.digest)), first);

  const sent = [{ key: "figures/a.svg", was: put.digest }];
  journal.deliveries.markSent("artifacts", run_id, sent);
  assertEquals(journal.artifacts.list(run_id)[0]?.sent, true);
  journal.artifacts.put(run_id, "figures/a.svg", first, BYTES);
  assertEquals(
    journal.artifacts.list(run_id)[0]?.sent,
    true,
    "nothing changed",
  );

  journal.artifacts.put(run_id, "figures/a.svg", second, BYTES);
  const [now, ...more] = journal.artifacts.list(run_id);
  assertEquals(more, []);
  assertEquals([now?.digest, now?.size, now?.sent], [
    sha256(second),
    10,
    false,
  ]);
  // The delivery of the first content ends late: the second is still to be sent.
  journal.deliveries.markSent("artifacts", run_id, sent);
  assertEquals(journal.artifacts.get(run_id, "figures/a.svg")?.sent, false);
});

Deno.test("an empty file and empty bytes are artifacts like any other", () => {
  using home = new Home();
  using journal = home.open();
  const run_id = newRun(journal);
  const file = `${home.path}/empty.txt`;
  Deno.writeTextFileSync(file, "");
  const a = journal.artifacts.put(run_id, "a", { file }, BYTES);
  const b = journal.artifacts.put(run_id, "b", new Uint8Array(), BYTES);
  assertEquals([a?.digest, a?.size], [sha256(""), 0]);
  assertEquals([b?.digest, b?.size], [sha256(""), 0]);
});

Deno.test("a big file is stored without being held in memory", async () => {
  using home = new Home();
  using journal = home.open();
  const run_id = newRun(journal);
  const path = `${home.path}/big`;
  {
    using file = Deno.openSync(path, { create: true, write: true });
    file.truncateSync(BIG_BYTES);
    file.writeSync(new TextEncoder().encode("not only zeros"));
  }
  await using child = Child.start("put_big_artifact.ts", [
    home.path,
    run_id,
    path,
  ]);
  const { digest, size, grown } = JSON.parse(await child.line() ?? "null");
  assertEquals(size, BIG_BYTES);
  assertEquals(journal.artifacts.get(run_id, "big.bin")?.digest, digest);
  assertEquals(Deno.statSync(journal.artifacts.file(digest)).size, BIG_BYTES);
  assert(grown < FLAT_BYTES, `${grown} bytes`);
});

Deno.test("what cannot be read or stored leaves neither a row nor a part of a file", () => {
  using home = new Home();
  using journal = home.open();
  const run_id = newRun(journal);
  const put = (file: string) =>
    journal.artifacts.put(run_id, "a", { file }, BYTES);
  assertThrows(() => put(`${home.path}/nowhere`), Deno.errors.NotFound);
  assertThrows(() => put(home.path));
  assertEquals(journal.artifacts.list(run_id), []);
  const all = `${home.path}/artifacts`;
  Deno.mkdirSync(all, { recursive: true });
  assertEquals([...Deno.readDirSync(all)], []);

  // A file stands where the folder of this digest has to be.
  const bytes = new TextEncoder().encode("here");
  const digest = sha256(bytes);
  const folder = `${home.path}/artifacts/${digest.slice(7, 9)}`;
  Deno.writeTextFileSync(folder, "");
  assertThrows(
    () => journal.artifacts.put(run_id, "a", bytes, BYTES),
    JournalError,
    "store a file beside",
  );
  assertEquals([...Deno.readDirSync(`${home.path}/artifacts`)].length, 1);
  assertEquals(journal.artifacts.list(run_id), []);
});
