import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { NbtrackError } from "../../src/base/errors.ts";
import { Journal } from "../../src/journal/journal.ts";
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

Deno.test("a secret that becomes known later leaves of a model's version its numbers, and of a file's path a placeholder", () => {
  using home = temporary();
  const secret = random(24);
  using journal = open(home.path);
  const run_id = newRun(journal);
  const bytes = new TextEncoder().encode("weights");
  const kept = journal.artifacts.keep(bytes);
  journal.models.put(run_id, {
    name: "mm",
    version: `1.4.0-${secret}`,
    files: [{ path: `m-${secret}.bin`, content_type: "text/plain", ...kept }],
  });
  journal.redactor.know?.("SERVICE_PASSWORD", secret);
  journal.scrub([run_id]);
  const [model] = journal.models.list(run_id);
  assertEquals(model?.version, "1.4.0");
  const [file] = model === undefined ? [] : journal.models.files(model);
  assertStringIncludes(file?.path ?? "", "m-[redacted password ");
});
