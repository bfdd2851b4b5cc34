import { assertEquals, assertStringIncludes } from "@std/assert";
import { JournalReader } from "../../src/record/journal_reader.ts";
import { ServerReader } from "../../src/record/server_reader.ts";
import { reproduce } from "../../src/reproduce/reproduce.ts";
import { withServer } from "../delivery/practice.ts";
import { addRun, emptyJournal } from "../record/filled.ts";
import {
  journalIn,
  projectIn,
  record,
  temporary,
} from "../reproduce/recorded.ts";
import { nbtrack, nbtrackJson } from "./nbtrack.ts";

interface Summary {
  run_id: string;
  provenance: string;
  reproduces: string | null;
  changed: { dimension: string; what: string }[];
}

const ORIGINAL = "3f2a9c01-0000-4000-8000-000000000000";

/** A run, what came of it in the sandbox, and a run that only proves it. */
function withReproductions() {
  const made = emptyJournal();
  addRun(made.journal, { run_id: ORIGINAL, params: { k: "5" } });
  const sandboxed = addRun(made.journal, {
    params: { k: "6" },
    reproduces: ORIGINAL,
    provenance: "sandbox",
  });
  const proof = addRun(made.journal, { reproduces: ORIGINAL, listed: false });
  return { ...made, sandboxed, proof };
}

Deno.test("a reproduction is listed and marked, and last is the run that is none", async () => {
  using made = withReproductions();
  const { runs } = await nbtrackJson(["runs"], made) as { runs: Summary[] };
  assertEquals(
    runs.map((r) => [r.run_id, r.provenance, r.reproduces]).sort(),
    [
      [ORIGINAL, "here", null],
      [made.sandboxed, "sandbox", ORIGINAL],
    ].sort(),
  );
  const { stdout } = await nbtrack(["runs"], made);
  assertStringIncludes(stdout, "REPRODUCES");
  assertStringIncludes(stdout, "3f2a9c01 (sandbox)");
  const last = await nbtrackJson(["show", "last"], made) as Summary;
  assertEquals(last.run_id, ORIGINAL);
  const proof = await nbtrackJson(["show", made.proof], made) as Summary;
  assertEquals(proof.reproduces, ORIGINAL);
  const shown = await nbtrack(["show", made.sandboxed], made);
  assertStringIncludes(shown.stdout, "in the sandbox");
});

Deno.test("what changed is compared with the run before in the experiment that is no reproduction", async () => {
  using made = withReproductions();
  const next = addRun(made.journal, { params: { k: "7" } });
  const { changed } = await nbtrackJson(["show", next], made) as Summary;
  const [change, ...others] = changed.filter((c) => c.dimension === "params");
  assertEquals(others, []);
  assertStringIncludes(change?.what ?? "", "5");
});

Deno.test("a plain sync leaves a stranger's run on this machine, and delivers it marked when it is named", async () => {
  await withServer({}, async ({ server, token, client }, journal) => {
    const [here, sandboxed] = (["here", "sandbox"] as const).map((provenance) =>
      addRun(journal, {
        provenance,
        tags: { "nbtrack.provenance": provenance },
      })
    );
    addRun(journal, { listed: false });
    const options = {
      home: journal.home,
      env: {
        MLFLOW_TRACKING_URI: server.tracking_uri,
        MLFLOW_TRACKING_TOKEN: token,
      },
    };
    const plain = await nbtrackJson(["sync"], options) as { runs: Summary[] };
    assertEquals(plain.runs.map((r) => r.run_id), [here]);
    const named = await nbtrackJson(["sync", sandboxed ?? ""], options) as {
      runs: Summary[];
    };
    assertEquals(named.runs.map((r) => r.run_id), [sandboxed]);
    const { remote_run_id } = journal.deliveries.get(sandboxed ?? "");
    const { provenance } = await new ServerReader(client).get(
      remote_run_id ?? "",
    );
    assertEquals(provenance, "sandbox");
  });
});

Deno.test("of a notebook that opens several runs a reproduction lists the one that was asked for", async () => {
  using place = temporary();
  const folder = `${place.path}/project`;
  const home = `${place.path}/home`;
  projectIn(folder);
  await record([
    'import { track } from "@nbtrack/nbtrack"; for (const k of [1, 3, 5]) { await track("sweep", { params: { k }, quiet: true }, (run) => { run.logMetric("k", k); }); }',
  ], { home, folder });
  using journal = journalIn(home);
  const ids = journal.runs.list({ experiment: "sweep" }).map((r) => r.run_id);
  const wanted = ids[1] ?? "";
  const verdict = await reproduce(wanted, { journal, cwd: folder });
  assertEquals(verdict.verdict, "REPRODUCED", JSON.stringify(verdict));
  const listed = await new JournalReader(journal).list({ experiment: "sweep" });
  const made = listed.filter((r) => !ids.includes(r.run_id));
  assertEquals(
    made.map((r) => [r.run_id, r.reproduces, r.params["k"]]),
    [[verdict.run_id, wanted, "3"]],
  );
  assertEquals(journal.runs.list({ experiment: "sweep" }).length, 6);
});
