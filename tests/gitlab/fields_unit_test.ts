import { assertEquals } from "@std/assert";
import { ciJobTag, createTags, runTags } from "../../src/gitlab/fields.ts";
import { VERSION } from "../../src/base/version.ts";

Deno.test("the tags that create a run are only those that find and name it", () => {
  assertEquals(createTags({ run_id: "x", run_name: "n" }), [
    { key: "nbtrack.run_id", value: "x" },
    { key: "mlflow.runName", value: "n" },
  ]);
});

Deno.test("a run's tags are in MLflow's names, and what is unknown is left out", () => {
  assertEquals(
    runTags({
      run_id: "x",
      run_name: "n",
      source: "a.ipynb",
      git: { commit: "c0ffee", branch: null, remote: "https://h/g/p.git" },
    }),
    [
      { key: "nbtrack.version", value: VERSION },
      { key: "mlflow.source.type", value: "NOTEBOOK" },
      { key: "mlflow.source.name", value: "a.ipynb" },
      { key: "mlflow.source.git.commit", value: "c0ffee" },
      { key: "mlflow.source.git.repoURL", value: "https://h/g/p.git" },
    ],
  );
});

Deno.test("a CI job is a tag of its own, and only when it is a number", () => {
  assertEquals(ciJobTag({ CI_JOB_ID: "77" }), {
    key: "gitlab.CI_JOB_ID",
    value: "77",
  });
  assertEquals(ciJobTag({ CI_JOB_ID: "local-1" }), null);
  assertEquals(ciJobTag({}), null);
});
