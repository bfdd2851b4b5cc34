/** What was stored before a secret became known, and that nothing names any more: it is removed at once, or by a scrub. */
import { assertEquals, assertThrows } from "@std/assert";
import { existsSync } from "node:fs";
import { Journal } from "../../src/journal/journal.ts";
import { scrubJournal } from "../../src/journal/scrub.ts";
import { NO_REDACTION } from "../../src/redaction/no_redaction.ts";
import { StandardRedaction } from "../../src/redaction/standard_redaction.ts";
import { newRun } from "../journal/support.ts";
import { temporary } from "../reproduce/recorded.ts";
import { gitlabToken, random } from "./support.ts";

const RECORD = { content_type: "text/plain", origin: "record" } as const;
const USER = { content_type: "text/plain", origin: "user" } as const;

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function open(home: string, redacts = true): Journal {
  return Journal.open({
    redactor: redacts
      ? (folder) => new StandardRedaction({ home: folder })
      : NO_REDACTION,
    home,
  });
}

/** How many files are stored. */
function stored(home: string): number {
  return [...Deno.readDirSync(`${home}/artifacts`)].flatMap(({ name }) => [
    ...Deno.readDirSync(`${home}/artifacts/${name}`),
  ]).length;
}

Deno.test("what an artifact was before it was replaced is removed at once, and not where another run or a model names it", () => {
  using home = temporary();
  using journal = open(home.path);
  const [first, second] = [newRun(journal), newRun(journal)];
  const { artifacts } = journal;
  const put = (run_id: string, text: string) =>
    artifacts.put(run_id, "session.ipynb", bytes(text), RECORD);
  put(first, "old");
  put(second, "old");
  put(first, "new");
  assertEquals(stored(home.path), 2);
  put(second, "new");
  assertEquals(stored(home.path), 1);
  put(second, "new");
  assertEquals(stored(home.path), 1);
  const kept = artifacts.keep(bytes("new"));
  journal.models.put(first, {
    name: "m",
    files: [{ path: "m.txt", content_type: "text/plain", ...kept }],
  });
  put(first, "newer");
  put(second, "newer");
  assertEquals([stored(home.path), artifacts.has(kept.digest)], [2, true]);
});

Deno.test("what was replaced stays until its transaction is written, and where that is undone", () => {
  using home = temporary();
  using journal = open(home.path);
  const run_id = newRun(journal);
  const { artifacts } = journal;
  const before = artifacts.put(run_id, "a", bytes("old"), RECORD);
  const replaced = () => {
    artifacts.put(run_id, "a", bytes("new"), RECORD);
    assertEquals(artifacts.has(before?.digest ?? null), true);
  };
  assertThrows(() =>
    journal.transaction(() => {
      replaced();
      throw new Error("undone");
    })
  );
  assertEquals(artifacts.get(run_id, "a")?.digest, before?.digest);
  assertEquals(artifacts.has(before?.digest ?? null), true);
  journal.transaction(replaced);
  assertEquals(artifacts.has(before?.digest ?? null), false);
});

Deno.test("an artifact whose secret becomes known later leaves no file with it, also where it is in a transaction", () => {
  using home = temporary();
  using journal = open(home.path);
  const run_id = newRun(journal);
  const secrets = [random(20), random(20)];
  for (const [i, secret] of secrets.entries()) {
    const row = journal.artifacts.put(
      run_id,
      `${i}.txt`,
      bytes(`it is ${secret}`),
      USER,
    );
    journal.redactor.know?.("SERVICE_PASSWORD", secret);
    if (i === 0) scrubJournal(journal, [run_id]);
    else journal.transaction(() => scrubJournal(journal, [run_id]));
    assertEquals(journal.artifacts.has(row?.digest ?? null), false);
    assertEquals(
      journal.artifacts.has(
        journal.artifacts.get(run_id, `${i}.txt`)?.digest ?? null,
      ),
      true,
    );
  }
});

Deno.test("a scrub removes the stored files with a secret that nothing names, and a dry run says so alone", () => {
  using home = temporary();
  const token = gitlabToken();
  const [left, plain, part] = ["", "", ""].map((_, i) => {
    using old = open(home.path, false);
    if (i < 2) {
      const text = i === 0 ? `token ${token}` : "nothing in it";
      return old.artifacts.file(old.artifacts.keep(bytes(text)).digest);
    }
    const path = `${home.path}/artifacts/${crypto.randomUUID()}.part`;
    Deno.writeTextFileSync(path, token);
    return path;
  });
  const all = [left, plain, part].map((path) => path ?? "");
  using journal = open(home.path);
  const dry = scrubJournal(journal, [], { dryRun: true, whole: true });
  assertEquals(
    dry.findings.map(({ run_id, kind, where }) => [
      run_id,
      kind,
      where.replace(/\(.*/, ""),
    ]),
    Array.from(
      { length: 2 },
      () => ["", "GitLab token", "a stored file that no run names "],
    ),
  );
  assertEquals(all.map((path) => existsSync(path)), [true, true, true]);
  assertEquals(scrubJournal(journal, []).findings, []);
  assertEquals(
    scrubJournal(journal, [], { whole: true }).findings.length,
    2,
  );
  assertEquals(all.map((path) => existsSync(path)), [false, true, false]);
  assertEquals(scrubJournal(journal, [], { whole: true }).findings, []);
});

Deno.test("a file that is being written while a session is open is left alone", () => {
  using home = temporary();
  using journal = open(home.path);
  newRun(journal); // its session is open
  Deno.mkdirSync(`${home.path}/artifacts`);
  const path = `${home.path}/artifacts/${crypto.randomUUID()}.part`;
  Deno.writeTextFileSync(path, gitlabToken());
  assertEquals(scrubJournal(journal, [], { whole: true }).findings, []);
  assertEquals(existsSync(path), true);
});
