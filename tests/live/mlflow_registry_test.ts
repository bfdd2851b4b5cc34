import { assertEquals } from "@std/assert";
import { standardRedaction } from "../../src/redaction/standard_redaction.ts";
import { createClient } from "../../src/gitlab/client.ts";
import { Journal } from "../../src/journal/journal.ts";
import { CommandLine } from "../cli/command_line.ts";
import { addRun } from "../record/filled.ts";
import { startMlflow } from "./servers.ts";

Deno.test("a plain MLflow server gets the model, a version for each run, and its files under the run's artifacts", async () => {
  await using nbtrack = new CommandLine();
  const server = await startMlflow(`${nbtrack.dir}/mlflow`);
  try {
    const register = async (weights: string) => {
      let run_id: string;
      {
        using journal = Journal.open({
          redactor: standardRedaction,
          home: nbtrack.home,
        });
        run_id = addRun(journal, {
          params: { k: "5" },
          artifacts: { "model.json": weights },
        });
        journal.runs.setFinalised(run_id, Date.now());
      }
      const { code, json, stderr } = await nbtrack.call(
        [
          "register",
          run_id,
          "--model",
          "penguins-knn",
          "--description",
          weights,
        ],
        { env: server.env },
      );
      assertEquals(code, 0, stderr);
      return { run_id, ...json };
    };

    const first = await register("one");
    const second = await register("two");

    assertEquals([first.version, second.version], ["1", "2"]);
    assertEquals(
      first.url,
      `${server.tracking_uri}/#/models/penguins-knn/versions/1`,
    );
    const client = createClient({ tracking_uri: server.tracking_uri });
    const { versions, complete } = await client.listModelVersions(
      "penguins-knn",
    );
    assertEquals([versions.length, complete], [2, true]);
    for (const { run_id, version } of [first, second]) {
      const found = await client.getModelVersion("penguins-knn", version);
      const { info, data } = await client.getRun(found.run_id ?? "");
      const tag = (key: string) =>
        data.tags.find((one) => one.key === key)?.value;
      assertEquals([tag("nbtrack.run_id"), tag("nbtrack.model.penguins-knn")], [
        run_id,
        version,
      ]);
      const files = (await client.listArtifacts(info)).map((f) => f.path);
      assertEquals(
        files.includes("models/penguins-knn/model.json"),
        true,
        files.join(),
      );
      assertEquals(found.status, "READY");
    }
  } finally {
    await server.close();
  }
});
