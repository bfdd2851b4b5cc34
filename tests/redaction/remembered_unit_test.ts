/** What is remembered of data, so that it is not read again, holds no value that is taken out of the data's record. */
import { assert, assertEquals } from "@std/assert";
import { fingerprint } from "../../src/datasets/dataset.ts";
import { Journal } from "../../src/journal/journal.ts";
import { redactAgain } from "../../src/journal/redact_again.ts";
import { scrubJournal } from "../../src/journal/scrub.ts";
import { withoutSecretValues } from "../../src/journal/secret_columns.ts";
import { NO_REDACTION } from "../../src/redaction/no_redaction.ts";
import { StandardRedaction } from "../../src/redaction/standard_redaction.ts";
import { newRun } from "../journal/support.ts";
import { temporary } from "../reproduce/recorded.ts";
import { gitlabToken, random } from "./support.ts";

function open(home: string): Journal {
  return Journal.open({
    redactor: (folder) => new StandardRedaction({ home: folder }),
    home,
  });
}

/** A run with a table whose fingerprint is remembered, as a process does that does not know what is a secret in it. */
async function withTable(
  journal: Journal,
  folder: string,
  secret: string,
): Promise<string> {
  const run_id = newRun(journal);
  const path = `${folder}/${run_id}.csv`;
  await Deno.writeTextFile(path, `name,value\nDB_HOST,abc\nDB_X,${secret}\n`);
  journal.datasets.put(run_id, "vars", { input: path, cwd: folder });
  const found = JSON.stringify(await fingerprint(path));
  const { size } = await Deno.stat(path);
  journal.datasets.remember({ path, size, mtime_ms: 1, inode: "1" }, found);
  journal.datasets.finish(run_id, "vars", { fingerprint: found });
  return run_id;
}

/** All that the tables hold of data. */
function heldOf({ db }: Journal): string[] {
  return db.all<{ fingerprint: string }>(
    "SELECT fingerprint FROM datasets UNION ALL SELECT fingerprint FROM file_digests",
  ).map((row) => row.fingerprint);
}

Deno.test("a secret that becomes known after a table was read is taken out of what is remembered of the table too", async () => {
  using home = temporary();
  using journal = open(home.path);
  const secret = random(24);
  const run_id = await withTable(journal, home.path, secret);
  // What looks random is withheld at once; a word with a number is not.
  const word = "Kranich" + "17!abcd";
  const other = await withTable(journal, home.path, word);
  assertEquals(
    heldOf(journal).map((json) => json.includes(word)).sort(),
    [false, false, true, true],
  );
  journal.redactor.know?.("DB_PASSWORD", word);
  const { findings } = scrubJournal(journal, [run_id, other]);
  assertEquals(
    findings.map(({ run_id, where }) => [
      run_id === other,
      where.replace(/ of .*/, ""),
    ]),
    [[true, "dataset vars"], [true, "what is remembered"]],
  );
  const held = heldOf(journal).join("\n");
  assert(!held.includes(word) && !held.includes(secret), held);
  assertEquals(scrubJournal(journal, [run_id, other]).findings, []);
});

Deno.test("the look at what other processes wrote of a session's runs covers what is remembered of their data", async () => {
  using home = temporary();
  using recorder = open(home.path);
  const word = "Frosch" + "14!wxyz";
  {
    using other = open(home.path);
    const run_id = await withTable(other, home.path, word);
    redactAgain(recorder, recorder.runs.get(run_id)?.session_id ?? "");
  }
  assertEquals(heldOf(recorder).map((json) => json.includes(word)), [
    true,
    true,
  ]);
  recorder.redactor.know?.("DB_PASSWORD", word);
  for (const json of heldOf(recorder)) assert(!json.includes(word), json);
});

Deno.test("a scrub looks through all that is remembered of data, and forgets what lies at a path with a secret", () => {
  using home = temporary();
  const token = gitlabToken();
  const profile = [{ name: "note", type: "string", min: "a", max: token }];
  const rows = [
    ["/there/a.csv", JSON.stringify({ digest: "sha256:1", profile })],
    [`/there/${token}.csv`, JSON.stringify({ digest: "sha256:2" })],
    ["/there/c.csv", JSON.stringify({ digest: "sha256:3", profile: null })],
  ] as const;
  {
    using old = Journal.open({ redactor: NO_REDACTION, home: home.path });
    // As a version stored them that knew no token of this form.
    for (const [path, json] of rows) {
      old.db.run(
        "INSERT INTO file_digests (path, size, mtime_ms, inode, fingerprint) VALUES (?, 1, 1, '1', ?)",
        path,
        json,
      );
    }
  }
  using journal = open(home.path);
  const held = () =>
    journal.db.all<{ path: string; fingerprint: string }>(
      "SELECT path, fingerprint FROM file_digests ORDER BY path",
    );
  const whole = { whole: true };
  const dry = scrubJournal(journal, [], { dryRun: true, ...whole });
  assertEquals(dry.findings.map(({ kind }) => kind), [
    "GitLab token",
    "GitLab token",
  ]);
  assert(!JSON.stringify(dry).includes(token));
  assertEquals(held().length, 3);
  scrubJournal(journal, [], whole);
  assertEquals(held().map(({ path }) => path), [
    "/there/a.csv",
    "/there/c.csv",
  ]);
  assert(!JSON.stringify(held()).includes(token));
  assertEquals(scrubJournal(journal, [], whole).findings, []);
});

Deno.test("the ends of a column are withheld where its name says secret in any of the words that are known, or its texts look random", () => {
  const key = random(32);
  const withheld: [string, unknown][] = [
    ["passwort", "sonne"],
    ["kennwort", "sonne"],
    ["contraseña", "sonne"],
    ["密码", "sonne"],
    ["session_cookie", "sonne"],
    ["geheim", "sonne"],
    ["pin", 839201],
    ["card_pin", "8392"],
    ["simPin", 4711],
    ["stripe_key", key],
    ["api", key],
    ["other", key],
  ];
  const shown: [string, unknown][] = [
    ["pin", 27],
    ["gpio_pins", 40],
    ["spin", 9000],
    ["api", "v2"],
    ["sort_key", "beak_length"],
    ["max_tokens", 4096],
    ["species", "Gentoo"],
    ["file", "images/img_00123.png"],
    ["id", crypto.randomUUID()],
    ["digest", "0123456789abcdef".repeat(4)],
    ["date", "2024-11-30T10:00:00Z"],
    ["model", "resnet50-v2"],
    ["stage", "Adult, 1 Egg Stage"],
    ["photo", "data/IMG_2024/Photo_00123.jpg"],
    ["page", "https://example.org/a/b2?page=12&sort=name"],
    ["mail", "ada.b12@example.org"],
    ["sample", "N1A1-PAL0708-Dream"],
    ["key", "C# minor"],
  ];
  const minOf = ([name, value]: [string, unknown]): unknown =>
    JSON.parse(withoutSecretValues(JSON.stringify({
      profile: [{ name, min: value, max: value, histogram: {} }, {
        name: "n",
        min: 1,
        max: 2,
      }],
    }))).profile[0].min;
  for (const one of withheld) assertEquals(minOf(one), null, one[0]);
  for (const one of shown) assertEquals(minOf(one), one[1], one[0]);
});
