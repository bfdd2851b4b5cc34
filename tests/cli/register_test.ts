import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { standardRedaction } from "../../src/redaction/standard_redaction.ts";
import { createClient } from "../../src/gitlab/client.ts";
import { Journal } from "../../src/journal/journal.ts";
import { addRun } from "../record/filled.ts";
import { CommandLine, practice, tokenOf, tracking } from "./command_line.ts";

function finalisedRun(home: string, text = "weights"): string {
  using journal = Journal.open({ redactor: standardRedaction, home });
  const run_id = addRun(journal, {
    params: { k: "5" },
    metrics: { accuracy: [0.5, 0.97] },
    artifacts: { "model.json": text },
  });
  journal.runs.setFinalised(run_id, Date.now());
  return run_id;
}

function client(server: { tracking_uri: string }) {
  return createClient({
    tracking_uri: server.tracking_uri,
    token: tokenOf("write"),
  });
}

for (const profile of ["17.9", "newest"] as const) {
  Deno.test(`register makes a model and a version with the run's files, params and last metrics on GitLab ${profile}`, async () => {
    await using server = await practice({ profile });
    await using nbtrack = new CommandLine(tracking(server));
    const run_id = finalisedRun(nbtrack.home);
    await Deno.writeTextFile(`${nbtrack.dir}/card.md`, "# Penguins");

    const { code, json, stderr } = await nbtrack.call([
      "register",
      run_id,
      "--model",
      "penguins-knn",
      "--file",
      "model.json",
      "--file",
      "card.md",
      "--description",
      "the first one",
    ]);

    assertEquals(
      [code, json.model, json.version],
      [0, "penguins-knn", "1.0.0"],
      stderr,
    );
    const gitlab = client(server);
    const version = await gitlab.findModelVersion("penguins-knn", "1.0.0");
    assert(version !== null && version.run_id !== null);
    assertEquals(json.url, version.source);
    assertStringIncludes(
      version.description,
      "the first one\n\nMade by the run **run-",
    );
    assertEquals(
      version.tags.find((t) => t.key === "nbtrack.run_id")?.value,
      run_id,
    );
    const own = await gitlab.getRun(version.run_id);
    assertEquals(own.info.status, "FINISHED");
    assertEquals(own.data.params, [{ key: "k", value: "5" }]);
    assertEquals(own.data.metrics.map((m) => [m.key, m.value]), [
      ["accuracy", 0.97],
    ]);
    const files = await gitlab.listArtifacts(own.info);
    assertEquals(files.map((f) => f.path).sort(), ["card.md", "model.json"]);
  });
}

Deno.test("register ties the run to its version with a tag", async () => {
  await using server = await practice();
  await using nbtrack = new CommandLine(tracking(server));
  const run_id = finalisedRun(nbtrack.home);
  await nbtrack.call([
    "register",
    run_id,
    "--model",
    "knn",
    "--model-version",
    "3.1.4",
  ]);

  const shown = await nbtrack.call(["show", run_id]);

  assertEquals(shown.json.tags["nbtrack.model.knn"], "3.1.4");
  assertEquals(shown.json.delivery.state, "delivered");
  const gitlab = client(server);
  for (const experiment of await gitlab.listExperiments()) {
    for await (const run of gitlab.searchRuns(experiment)) {
      assert(
        run.data.tags.some((t) =>
          t.key === "nbtrack.model.knn" && t.value === "3.1.4"
        ),
      );
    }
  }
});

Deno.test("a second run of the same model gets the next version, and the same run keeps its own", async () => {
  await using server = await practice();
  await using nbtrack = new CommandLine(tracking(server));
  const first = finalisedRun(nbtrack.home);
  const second = finalisedRun(nbtrack.home, "better weights");
  const register = async (run: string) =>
    (await nbtrack.call(["register", run, "--model", "knn"])).json.version;

  assertEquals([
    await register(first),
    await register(second),
    await register(first),
  ], [
    "1.0.0",
    "2.0.0",
    "1.0.0",
  ]);
  const { versions } = await client(server).listModelVersions("knn");
  assertEquals(versions.map((v) => v.aliases), [["2.0.0"]]);
});

Deno.test("a version that another run has is refused with what to do, and another one can be given then", async () => {
  await using server = await practice();
  await using nbtrack = new CommandLine(tracking(server));
  const first = finalisedRun(nbtrack.home);
  const second = finalisedRun(nbtrack.home, "better weights");
  const register = async (run: string, version: string) =>
    await nbtrack.call([
      "register",
      run,
      "--model",
      "knn",
      "--model-version",
      version,
    ]);
  assertEquals((await register(first, "1.0.0")).code, 0);

  const again = await register(first, "2.0.0");
  assertEquals(again.code, 2);
  assertStringIncludes(again.json.error.message, "version 1.0.0 of");
  const taken = await register(second, "1.0.0");
  assertEquals(taken.code, 1);
  assertStringIncludes(taken.stderr, "Another run has that version");
  const mended = await register(second, "3.1.4");
  assertEquals([mended.code, mended.json.version], [0, "3.1.4"], mended.stderr);
});

Deno.test("an option that only nbtrack itself has is not taken for the command's", async () => {
  await using nbtrack = new CommandLine();
  const { code, json } = await nbtrack.call([
    "register",
    "last",
    "--model",
    "knn",
    "--version",
    "1.0.0",
  ]);
  assertEquals(code, 2);
  assertStringIncludes(json.error.message, "--version");
});

Deno.test("a version is made once although every third answer is lost or refused", async () => {
  await using server = await practice({
    faults: { seed: 4, rate_lost_answer: 0.2, rate_reset: 0.1, rate_500: 0.1 },
  });
  await using nbtrack = new CommandLine(tracking(server));
  const run_id = finalisedRun(nbtrack.home);

  let answer = await nbtrack.call(["register", run_id, "--model", "knn"]);
  for (let again = 0; answer.code !== 0 && again < 5; again++) {
    await nbtrack.call(["sync", run_id]);
    answer = await nbtrack.call(["register", run_id, "--model", "knn"]);
  }

  assertEquals([answer.code, answer.json.version], [0, "1.0.0"], answer.stderr);
  assertEquals(await versionsMade(server), ["1.0.0"]);
  using journal = Journal.open({
    redactor: standardRedaction,
    home: nbtrack.home,
  });
  assertEquals(
    journal.models.list(run_id).map((m) => [m.remote_name, m.sent]),
    [["1.0.0", true]],
  );
});

/** The versions that there are: the numbers are given one after the other. */
async function versionsMade(
  server: { tracking_uri: string },
): Promise<string[]> {
  const gitlab = createClient({
    tracking_uri: server.tracking_uri,
    token: tokenOf("write"),
    retry: { retries: 20, first_wait_ms: 1 },
  });
  const made: string[] = [];
  for (const alias of ["1.0.0", "2.0.0", "3.0.0"]) {
    if (await gitlab.findModelVersion("knn", alias) !== null) made.push(alias);
  }
  return made;
}

Deno.test("a model that is registered without a server waits in the journal", async () => {
  await using nbtrack = new CommandLine();
  const run_id = finalisedRun(nbtrack.home);

  const { code, json, stderr } = await nbtrack.call([
    "register",
    run_id,
    "--model",
    "knn",
  ]);

  assertEquals([code, json], [1, { model: "knn", version: null, url: null }]);
  assertStringIncludes(stderr, "nbtrack sync");
  await using server = await practice();
  const synced = await nbtrack.call(["sync", run_id], {
    env: tracking(server),
  });
  assertEquals([synced.code, synced.json.delivered], [0, 1], synced.stderr);
  assert(await client(server).findModelVersion("knn", "1.0.0") !== null);
});

Deno.test("an old GitLab without a model registry says so, and has the rest of the run", async () => {
  await using server = await practice({ profile: "16.4" });
  await using nbtrack = new CommandLine(tracking(server));
  const run_id = finalisedRun(nbtrack.home);

  const { code, stderr } = await nbtrack.call([
    "register",
    run_id,
    "--model",
    "knn",
  ]);

  assertEquals(code, 1);
  assertStringIncludes(stderr, "model");
  const gitlab = client(server);
  const [experiment] = await gitlab.listExperiments();
  for await (
    const run of gitlab.searchRuns({
      experiment_id: experiment?.experiment_id ?? "",
    })
  ) {
    assertEquals(run.info.status, "FINISHED");
    assertEquals(run.data.params, [{ key: "k", value: "5" }]);
  }
});

Deno.test("a wrong model name or file is one clear sentence and exit code 2", async () => {
  await using nbtrack = new CommandLine();
  const run_id = finalisedRun(nbtrack.home);

  const name = await nbtrack.call(["register", run_id, "--model", "my model"]);
  const file = await nbtrack.call([
    "register",
    run_id,
    "--model",
    "knn",
    "--file",
    "nothing.json",
  ]);

  assertEquals([name.code, file.code], [2, 2]);
  assertStringIncludes(name.json.error.message, '"my model"');
  assertStringIncludes(file.json.error.message, "nothing.json");
});

Deno.test("a run is registered by its page on the server; one that was recorded elsewhere is refused with the next step", async () => {
  await using server = await practice();
  await using nbtrack = new CommandLine(tracking(server));
  const run_id = finalisedRun(nbtrack.home);
  await nbtrack.call(["sync", run_id]);
  const { delivery } = (await nbtrack.call(["show", run_id])).json;

  const registered = await nbtrack.call([
    "register",
    delivery.url,
    "--model",
    "knn",
  ]);
  assertEquals(
    [registered.code, registered.json.version],
    [0, "1.0.0"],
    registered.stderr,
  );

  await using other = new CommandLine(tracking(server));
  const refused = await other.call([
    "register",
    delivery.url,
    "--model",
    "knn",
  ]);
  assertEquals(refused.code, 2);
  assertStringIncludes(refused.stderr, "was not recorded on this machine");
  assertStringIncludes(refused.stderr, "where it was recorded");
});
