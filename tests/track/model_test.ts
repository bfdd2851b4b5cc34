import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { standardRedaction } from "../../src/redaction/standard_redaction.ts";
import { createClient } from "../../src/gitlab/client.ts";
import { Journal } from "../../src/journal/journal.ts";
import {
  CommandLine,
  practice,
  tokenOf,
  tracking,
} from "../cli/command_line.ts";

const MOD = new URL("../../mod.ts", import.meta.url).href;

/** Runs a script that tracks, in a process of its own. */
async function script(
  nbtrack: CommandLine,
  body: string,
  env: Record<string, string> = {},
): Promise<string> {
  const file = `${nbtrack.dir}/script.ts`;
  await Deno.writeTextFile(
    file,
    `import { track } from ${JSON.stringify(MOD)};\n${body}\n`,
  );
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--no-lock", file],
    cwd: nbtrack.dir,
    env: { ...nbtrack.env, ...env },
    clearEnv: true,
    stdout: "null",
    stderr: "piped",
  }).output();
  const text = new TextDecoder().decode(stderr);
  assertEquals(code, 0, text);
  return text;
}

Deno.test("a run registers files, a folder, contents and logged artifacts as one version", async () => {
  await using server = await practice();
  await using nbtrack = new CommandLine(tracking(server));
  await Deno.mkdir(`${nbtrack.dir}/parts/deep`, { recursive: true });
  await Deno.writeTextFile(`${nbtrack.dir}/parts/a.txt`, "a");
  await Deno.writeTextFile(`${nbtrack.dir}/parts/deep/b.txt`, "b");

  await script(
    nbtrack,
    `const run = await track("penguins", { params: { k: 5 } });
     run.logMetric("accuracy", 0.97);
     await run.logArtifact("model.json", '{"k":5}');
     await run.registerModel("penguins-knn", { files: ["model.json", "parts"], description: "by hand" });
     await run.registerModel("penguins-knn", { files: { "notes/read me.md": "# hi", "raw.bin": new Uint8Array(3) } });
     await run.end();`,
  );
  const synced = await nbtrack.call(["sync"]);
  assertEquals(synced.json?.pending, 0, synced.stderr);

  const client = createClient({
    tracking_uri: server.tracking_uri,
    token: tokenOf("write"),
  });
  const { versions: [version] } = await client.listModelVersions(
    "penguins-knn",
  );
  assertEquals(version?.aliases, ["1.0.0"]);
  assert(version?.description.startsWith("by hand\n\nMade by the run"));
  const { info, data } = await client.getRun(version?.run_id ?? "");
  const files = await client.listArtifacts(info);
  assertEquals(
    files.map((f) => f.path).filter((p) => !p.startsWith("nbtrack")).sort(),
    [
      "model.json",
      "notes/read me.md",
      "parts/a.txt",
      "parts/deep/b.txt",
      "raw.bin",
    ],
  );
  assertEquals(data.metrics.map((m) => [m.key, m.value]), [["accuracy", 0.97]]);
});

/** Registers a file of another content and the same length, and delivers it. */
async function changed(nbtrack: CommandLine, run_id: string): Promise<void> {
  await Deno.writeTextFile(`${nbtrack.dir}/m.txt`, "WEIGHTS");
  const { code, stderr } = await nbtrack.call([
    "register",
    run_id,
    "--model",
    "knn",
    "--file",
    "m.txt",
  ]);
  assertEquals(code, 0, stderr);
}

Deno.test("a version that was made and whose answer was lost is found again, not made twice", async () => {
  await using server = await practice();
  await using nbtrack = new CommandLine(tracking(server));
  await script(
    nbtrack,
    `await track("penguins", {}, async (run) => {
       await run.registerModel("knn", { files: { "m.txt": "weights" } });
     });`,
  );
  await nbtrack.call(["sync"]);
  let run_id = "";
  {
    // As after a kill between the server's answer and the journal's note of it.
    using journal = Journal.open({
      redactor: standardRedaction,
      home: nbtrack.home,
    });
    run_id = journal.runs.list()[0]?.run_id ?? "";
    const [model] = journal.models.list(run_id);
    assertEquals(model?.remote_name, "1.0.0");
    if (model !== undefined) {
      journal.models.set(model, {
        creating: "1.0.0",
        remote_version: null,
        remote_name: null,
        remote_run_id: null,
      });
      journal.models.put(run_id, { name: "knn", files: [] });
    }
  }

  const { code, stderr } = await nbtrack.call(["sync", run_id]);

  assertEquals(code, 0, stderr);
  await changed(nbtrack, run_id);
  const client = createClient({
    tracking_uri: server.tracking_uri,
    token: tokenOf("write"),
  });
  const { versions } = await client.listModelVersions("knn");
  assertEquals(versions.map((v) => v.aliases), [["1.0.0"]]);
  const { info } = await client.getRun(versions[0]?.run_id ?? "");
  const stream = await client.downloadArtifact(info, "m.txt");
  assertEquals(await new Response(stream).text(), "WEIGHTS");
  using journal = Journal.open({
    redactor: standardRedaction,
    home: nbtrack.home,
  });
  assertEquals(
    journal.models.list(run_id).map((m) => [m.remote_name, m.sent]),
    [["1.0.0", true]],
  );
});

Deno.test("what cannot be registered is said and named on the run, and breaks nothing", async () => {
  await using nbtrack = new CommandLine();
  const said = await script(
    nbtrack,
    `const run = await track("penguins");
     await run.registerModel("two words");
     await run.registerModel("knn", { files: "gone.json" });
     await run.registerModel("knn", { version: "new" });
     await run.registerModel("knn+svm");
     await run.registerModel("k".repeat(249));
     await run.registerModel("rf", { version: "01.0.0" });
     await run.end();
     await run.registerModel("late", { files: { "a.txt": "a" } });`,
  );
  assertStringIncludes(said, "two words");
  assertStringIncludes(said, "gone.json");
  using journal = Journal.open({
    redactor: standardRedaction,
    home: nbtrack.home,
  });
  const [run] = journal.runs.list();
  const run_id = run?.run_id ?? "";
  assertEquals(journal.models.list(run_id).map((m) => m.name), ["late"]);
  const missing = journal.entries.missing(run_id).map((m) => m.what);
  assertEquals(missing.filter((what) => what.startsWith("model ")), [
    `model "${"k".repeat(249)}"`,
    'model "knn"',
    'model "knn+svm"',
    'model "late" after the end',
    'model "rf"',
    'model "two words"',
  ]);
});
