import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { practice } from "../cli/command_line.ts";
import { IMPORT, Workspace } from "../recorder/support.ts";
import { recordArtifacts } from "../../src/record/record_bundle.ts";
import { NO_REDACTION } from "../../src/redaction/no_redaction.ts";
import { createClient } from "../../src/gitlab/client.ts";
import { Journal } from "../../src/journal/journal.ts";
import { gitlabToken, placesOf, random } from "./support.ts";

async function json(
  workspace: Workspace,
  args: string[],
  env: Record<string, string> = {},
  // deno-lint-ignore no-explicit-any
): Promise<{ code: number; json: any }> {
  const { code, stdout, stderr } = await workspace.nbtrack(
    [...args, "--json"],
    env,
  );
  assert(stdout.startsWith("{"), stdout + stderr);
  return { code, json: JSON.parse(stdout) };
}

Deno.test("a run that asks is sent only when it is named, and its preview lists before what then is there", async () => {
  await using workspace = Workspace.make();
  await using server = await practice();
  const env = {
    MLFLOW_TRACKING_URI: server.tracking_uri,
    MLFLOW_TRACKING_TOKEN: ["gl", "pat", "write", "0123456789"].join("-"),
  };
  const path = workspace.notebook("ask.ipynb", [
    `${IMPORT}
     const run = await track("asking", { deliver: "ask", quiet: true, params: { k: 5, note: "${gitlabToken()}" } });
     run.logMetrics({ loss: 0.5 }); run.logMetrics({ loss: 0.4 });
     await run.logArtifact("a.txt", "some text");
     run.logDataset("rows", [{ a: 1 }]);
     await run.registerModel("knn", { files: { "m.txt": "weights" } });
     await run.end();`,
  ]);
  const ran = await json(workspace, ["run", path], env);
  const [run_id] = ran.json.runs;
  assertEquals((await json(workspace, ["sync"], env)).json.runs, []);
  const { json: preview } = await json(
    workspace,
    ["show", run_id, "--preview"],
    env,
  );
  assertEquals([preview.run_id, preview.target], [run_id, server.tracking_uri]);
  const item = (kind: string, name: string) =>
    // deno-lint-ignore no-explicit-any
    preview.items.find((i: any) => i.kind === kind && i.name === name);
  assertEquals(item("param", "k"), {
    kind: "param",
    name: "k",
    size: 1,
    redactions: 0,
  });
  assertEquals(item("param", "note").redactions, 1);
  assertEquals(item("metric", "loss").size, 2);
  assertEquals(item("artifact", "a.txt").size, 9);
  assert(item("artifact", "bundle.zip") !== undefined);
  assertEquals(item("artifact", "deno.lock").redactions, 0);
  assertEquals(item("artifact", "manifest.json").redactions > 0, true);
  const shown = await json(workspace, ["show", run_id], env);
  assertEquals(shown.json.delivery.state, "local");
  assertStringIncludes(
    shown.json.delivery.error,
    `nbtrack sync ${run_id.slice(0, 8)}`,
  );

  const sent = await json(workspace, ["sync", run_id], env);
  assertEquals([sent.code, sent.json.delivered], [0, 1]);
  const client = createClient({
    tracking_uri: server.tracking_uri,
    token: env.MLFLOW_TRACKING_TOKEN,
  });
  using journal = Journal.open({
    redactor: NO_REDACTION,
    home: workspace.home,
  });
  const { remote_run_id } = journal.deliveries.get(run_id);
  const there = await client.getRun(remote_run_id ?? "");
  for (const { key } of there.data.tags) {
    assert(item("tag", key) !== undefined, `${key} was not listed`);
  }
  const after = await json(workspace, ["show", run_id, "--preview"], env);
  assertEquals(after.json.items, []);
});

Deno.test("scrub takes what was stored before out of journal, contents and bundle, and a dry run changes nothing", async () => {
  await using workspace = Workspace.make();
  const token = gitlabToken();
  const path = workspace.notebook("n.ipynb", [
    `${IMPORT}\nconst run = await track("e", { quiet: true }); await run.logArtifact("a.txt", "plain"); await run.end();`,
  ]);
  const [run_id] = (await json(workspace, ["run", path])).json.runs;
  {
    // As a version that knew no token of this form would have stored it.
    using old = Journal.open({ redactor: NO_REDACTION, home: workspace.home });
    old.entries.setParam(run_id, "p", `value ${token}`);
    old.entries.setDocument(run_id, "git", JSON.stringify({ remote: token }));
    old.artifacts.put(
      run_id,
      "b.txt",
      new TextEncoder().encode(`x ${token}\n`),
      {
        content_type: "text/plain",
        origin: "user",
      },
    );
    const session = old.runs.get(run_id)?.session_id ?? "";
    const [execution] = old.executions.list(session);
    assert(execution !== undefined);
    old.executions.putOutput(
      session,
      execution.position,
      0,
      JSON.stringify({
        output_type: "stream",
        name: "stdout",
        text: `printed ${token}\n`,
      }),
    );
  }
  const dry = await json(workspace, ["scrub", "--dry-run"]);
  assertEquals([dry.code, dry.json.runs], [1, 1]);
  // deno-lint-ignore no-explicit-any
  const where = dry.json.findings.map((f: any) => f.where).sort();
  assertEquals(where, [
    'artifact "b.txt"',
    "cell [1] output 1",
    "git",
    "param p",
  ]);
  assert((await placesOf({ token }, [workspace.home])).length > 0);

  const done = await json(workspace, ["scrub", run_id]);
  assertEquals([done.code, done.json.findings.length, done.json.delivered], [
    0,
    4,
    [],
  ]);
  assertEquals(await placesOf({ token }, [workspace.home]), []);
  const { json: shown } = await json(workspace, ["show", run_id]);
  assert(
    /^value \[redacted GitLab token [\da-f]{8}\]$/.test(shown.params.p),
    shown.params.p,
  );
  assertEquals((await json(workspace, ["scrub"])).json.findings, []);
});

Deno.test("scrub removes stored files with a secret that no run names, counts them and says so, also where it is given a run", async () => {
  await using workspace = Workspace.make();
  const token = gitlabToken();
  const path = workspace.notebook("n.ipynb", [
    `${IMPORT}\nconst run = await track("e", { quiet: true }); await run.end();`,
  ]);
  const [run_id] = (await json(workspace, ["run", path])).json.runs;
  {
    // As it was left behind before what it was replaced by was written.
    using old = Journal.open({ redactor: NO_REDACTION, home: workspace.home });
    old.artifacts.keep(new TextEncoder().encode(`printed ${token}\n`));
  }
  const dry = await workspace.nbtrack(["scrub", "--dry-run"]);
  assertEquals(dry.code, 1);
  assert(
    /^\(no run\) {2}a stored file that no run names \([\da-f]{8}\): GitLab token\nNothing was changed/
      .test(dry.stdout),
    dry.stdout,
  );
  assertEquals((await placesOf({ token }, [workspace.home])).length > 0, true);
  const done = await json(workspace, ["scrub", run_id]);
  assertEquals([done.code, done.json.findings.length, done.json.files], [
    0,
    1,
    1,
  ]);
  assertEquals(done.json.findings[0].run_id, "");
  assertEquals(await placesOf({ token }, [workspace.home]), []);
  assertEquals((await json(workspace, ["scrub"])).json.findings, []);
});

Deno.test("scrub names a place of a cell once and as everybody does, and cleans the records of all runs that share the cell", async () => {
  await using workspace = Workspace.make();
  const tokens = [gitlabToken(), gitlabToken(), gitlabToken()];
  const start = `await (await track("e", { quiet: true })).end();`;
  const path = workspace.notebook("n.ipynb", [
    `${IMPORT}\n${start}`,
    `const later = 1;\n${start}`,
    start,
  ]);
  const { runs } = (await json(workspace, ["run", path])).json;
  assertEquals(runs.length, 3);
  {
    using old = Journal.open({ redactor: NO_REDACTION, home: workspace.home });
    const session = old.runs.get(runs[0])?.session_id ?? "";
    const [first] = old.executions.list(session);
    assert(first !== undefined);
    const source = `const all = ["${tokens.join('", "')}"];`;
    old.executions.put({ ...first, source });
    for (const run_id of runs) await recordArtifacts(old, run_id);
  }
  for (const args of [["scrub", "--dry-run"], ["scrub", runs[1]]]) {
    const { findings } = (await json(workspace, args)).json;
    // deno-lint-ignore no-explicit-any
    assertEquals(findings.map((f: any) => f.where), ["cell [1] source"]);
  }
  const secrets = Object.fromEntries(
    tokens.map((token, i) => [`t${i}`, token]),
  );
  assertEquals(await placesOf(secrets, [workspace.home]), []);
});

Deno.test("show lists each redaction with its placeholder, and a value that is allowed by it is stored as it is from then on", async () => {
  await using workspace = Workspace.make();
  const value = random(32);
  const path = workspace.notebook("n.ipynb", [
    `${IMPORT}\nconst apiKey = "${value}";\nconst run = await track("e", { quiet: true, tags: { a: apiKey } }); await run.end();`,
  ]);
  const [first] = (await json(workspace, ["run", path])).json.runs;
  const { json: shown } = await json(workspace, ["show", first]);
  // deno-lint-ignore no-explicit-any
  const one = shown.redactions.find((r: any) => /source$/.test(r.where));
  assertEquals([one.kind, one.name], ["key", "apiKey"]);
  assert(
    /^\[redacted key [\da-f]{8}\]$/.test(one.placeholder),
    one.placeholder,
  );
  assertStringIncludes(
    shown.cells[0].source,
    `const apiKey = "${one.placeholder}";`,
  );

  const unknown = await json(workspace, ["allow", "[redacted key zzzz]"]);
  assertEquals(unknown.code, 2);
  assertEquals((await json(workspace, ["allow", one.placeholder])).code, 0);
  const [second] = (await json(workspace, ["run", path])).json.runs;
  const again = (await json(workspace, ["show", second])).json;
  assertStringIncludes(again.cells[0].source, `const apiKey = "${value}";`);
  assertEquals([again.tags.a, again.redactions], [value, []]);
});
