import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { existsSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { gzipSync } from "node:zlib";
import { NbtrackError } from "../../src/base/errors.ts";
import { Journal } from "../../src/journal/journal.ts";
import { StandardRedaction } from "../../src/redaction/standard_redaction.ts";
import { newRun } from "../journal/support.ts";
import { temporary } from "../reproduce/recorded.ts";
import { gitlabToken, random } from "./support.ts";
import { scrubJournal } from "../../src/journal/scrub.ts";

function open(home: string): Journal {
  return Journal.open({
    redactor: (folder) => new StandardRedaction({ home: folder }),
    home,
  });
}

Deno.test("a model whose version holds a token or a known secret is not registered, and nothing of it is stored", () => {
  using home = temporary();
  using journal = open(home.path);
  const run_id = newRun(journal);
  const known = random(24);
  journal.redactor.know?.("SERVICE_PASSWORD", known);
  for (const secret of [gitlabToken(), known]) {
    for (const version of [`1.0.0-${secret}`, `1.0.0+${secret}`]) {
      const error = assertThrows(
        () => journal.models.put(run_id, { name: "mm", version, files: [] }),
        NbtrackError,
        "the version that it was given holds a secret",
      );
      assertEquals(error.message.includes(secret), false);
      assertEquals(journal.models.list(run_id), []);
    }
  }
});

Deno.test("versions without a secret are stored as they are given", () => {
  using home = temporary();
  using journal = open(home.path);
  const run_id = newRun(journal);
  journal.redactor.know?.("SERVICE_PASSWORD", random(24));
  const versions = [
    "1.2.0",
    "2.0.0-rc.1",
    "0.3.1+build.20261128",
    "1.0.0-a1b2",
  ];
  for (const version of versions) {
    journal.models.put(run_id, { name: "mm", version, files: [] });
    assertEquals(journal.models.get(run_id, "mm")?.version, version);
  }
});

Deno.test("a secret that becomes known later leaves of a model's version its numbers, and a placeholder in its name and its files' paths", () => {
  using home = temporary();
  const secret = random(24);
  using journal = open(home.path);
  const run_id = newRun(journal);
  const bytes = new TextEncoder().encode("weights");
  const kept = journal.artifacts.keep(bytes);
  journal.models.put(run_id, {
    name: `mm-${secret}`,
    version: `1.4.0-${secret}`,
    files: [{ path: `m-${secret}.bin`, content_type: "text/plain", ...kept }],
  });
  journal.redactor.know?.("SERVICE_PASSWORD", secret);
  const seen = scrubJournal(journal, [run_id]).findings.map(({ where }) =>
    where
  );
  assertEquals(seen.filter((where) => where === "model name").length, 1);
  const [model] = journal.models.list(run_id);
  assertEquals(model?.version, "1.4.0");
  assertStringIncludes(model?.name ?? "", "mm-[redacted password ");
  const [file] = model === undefined ? [] : journal.models.files(model);
  assertStringIncludes(file?.path ?? "", "m-[redacted password ");
  assertEquals(scrubJournal(journal, [run_id]).findings, []);
});

Deno.test("a model that is registered again under a name in which a secret was found since stays one model, with the files of both", () => {
  using home = temporary();
  using journal = open(home.path);
  // Another process of the session, which does not know the secret.
  using other = open(home.path);
  const run_id = newRun(journal);
  const secret = random(24);
  const kept = other.artifacts.keep(new TextEncoder().encode("weights"));
  journal.redactor.know?.("SERVICE_PASSWORD", secret);
  for (const path of ["a.bin", "b.bin", "b.bin"]) {
    other.models.put(run_id, {
      name: `mm-${secret}`,
      files: [{ path, content_type: "text/plain", ...kept }],
    });
    scrubJournal(journal, [run_id]);
  }
  const models = journal.models.list(run_id);
  assertEquals(models.length, 1);
  assertStringIncludes(models[0]?.name ?? "", "mm-[redacted password ");
  const files = models.flatMap((model) => journal.models.files(model));
  assertEquals(files.map(({ path }) => path), ["a.bin", "b.bin"]);
});

Deno.test("a packed artifact and a packed file of a model whose secret becomes known later are named as not stored", () => {
  using home = temporary();
  using journal = open(home.path);
  const run_id = newRun(journal);
  const secret = random(24);
  const packed = Uint8Array.from(gzipSync(JSON.stringify({ bias: secret })));
  const type = { content_type: "application/gzip" };
  journal.artifacts.put(run_id, "model.json.gz", packed, {
    ...type,
    origin: "user",
  });
  const kept = journal.artifacts.keep(packed);
  journal.models.put(run_id, {
    name: "mm",
    files: [{ path: "m.gz", ...type, ...kept }],
  });
  journal.artifacts.put(run_id, "plain.txt", new TextEncoder().encode(secret), {
    content_type: "text/plain",
    origin: "user",
  });
  journal.redactor.know?.("SERVICE_PASSWORD", secret);
  scrubJournal(journal, [run_id], { dryRun: true });
  assertEquals(journal.entries.missing(run_id), []);
  scrubJournal(journal, [run_id]);
  const why =
    "it holds a secret (password) that cannot be taken out of such a file; it was not stored";
  assertEquals(journal.entries.missing(run_id), [
    { what: 'artifact "model.json.gz"', why },
    { what: 'model file "m.gz"', why },
  ]);
  assertEquals(
    journal.artifacts.list(run_id).map(({ path }) => path),
    ["plain.txt"],
  );
});

Deno.test("a secret in the name of a param or tag is nowhere, nor in the name under which another was taken out", () => {
  using home = temporary();
  const [first, second, third] = [random(20), random(20), gitlabToken()];
  {
    using journal = open(home.path);
    const run_id = newRun(journal);
    journal.entries.setTag(run_id, `https://x.de/?access_token=${first}`, "a");
    journal.entries.setTag(run_id, `db password=${second}`, "seen today");
    journal.entries.setParam(run_id, `token ${third}`, `${random(24)}`);
    journal.entries.setParam(
      run_id,
      "headers",
      JSON.stringify({ [`password=${second}`]: random(24) }),
    );
    const names = JSON.stringify(journal.entries.redactions(run_id));
    assertStringIncludes(names, '"name":"token [redacted GitLab token ');
  }
  for (const name of ["journal.db", "journal.db-wal"]) {
    const path = `${home.path}/${name}`;
    const stored = existsSync(path)
      ? new TextDecoder("latin1").decode(Deno.readFileSync(path))
      : "";
    for (const secret of [first, second, third]) {
      assertEquals(stored.includes(secret), false, name);
    }
  }
  using journal = open(home.path);
  const [run] = journal.runs.list({});
  const run_id = run?.run_id ?? "";
  // As it was stored before names were looked through.
  using db = new DatabaseSync(`${home.path}/journal.db`);
  db.prepare(
    "INSERT INTO redactions (owner, place, kind, placeholder, name) VALUES (?, 'tag x', 'password', '[redacted password 1]', ?)",
  ).run(run_id, `old password=${second}`);
  const { findings } = scrubJournal(journal, [run_id]);
  assertStringIncludes(JSON.stringify(findings), '"where":"tag x"');
  assertEquals(
    JSON.stringify(journal.entries.redactions(run_id)).includes(second),
    false,
  );
});
