import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { isRefusedError } from "../../src/gitlab/errors.ts";
import { json } from "./scripted_server.ts";
import { MISSING, onGitLab, onMlflow, queryOf } from "./two_servers.ts";

Deno.test("an experiment that is there is not created again", async () => {
  await onGitLab({
    "/experiments/get-by-name": () =>
      json({ experiment: { experiment_id: "3", name: "a&b" } }),
  }, async (client, { seen }) => {
    assertEquals(await client.findOrCreateExperiment("a&b"), "3");
    assertEquals(seen.length, 1);
    assertEquals(queryOf(seen[0]?.path ?? "").get("experiment_name"), "a&b");
  });
});

Deno.test("an experiment that another writer makes in between is found", async () => {
  await onGitLab({
    "/experiments/get-by-name": (_, count) =>
      count === 1
        ? MISSING()
        : json({ experiment: { experiment_id: "3", name: "a" } }),
    "/experiments/create": () =>
      json({ error_code: "RESOURCE_ALREADY_EXISTS" }, 400),
  }, async (client) => {
    assertEquals(await client.findOrCreateExperiment("a"), "3");
  });
});

Deno.test("an experiment whose creation was not answered is found, not made twice", async () => {
  await onGitLab({
    "/experiments/get-by-name": (_, count) =>
      count === 1
        ? MISSING()
        : json({ experiment: { experiment_id: "3", name: "a" } }),
    "/experiments/create": () => json({}, 502),
  }, async (client, { seen }) => {
    assertEquals(await client.findOrCreateExperiment("a"), "3");
    assertEquals(seen.filter((s) => s.method === "POST").length, 1);
  });
});

Deno.test("an experiment that was deleted on a plain server is not logged to", async () => {
  await onMlflow({
    "/experiments/get-by-name": () =>
      json({
        experiment: {
          experiment_id: "3",
          name: "a",
          lifecycle_stage: "deleted",
        },
      }),
  }, async (client) => {
    const error = await assertRejects(() => client.findOrCreateExperiment("a"));
    assertStringIncludes((error as Error).message, "was deleted");
  });
});

Deno.test("the experiments of models are not listed", async () => {
  await onGitLab({
    "/experiments/list": () =>
      json({
        experiments: [
          { experiment_id: "2", name: "[model]m" },
          { experiment_id: "1", name: "a" },
        ],
      }),
  }, async (client) => {
    assertEquals((await client.listExperiments()).map((e) => e.name), ["a"]);
  });
});

Deno.test("a name that GitLab refuses as taken and does not have is reported as invalid", async () => {
  await onGitLab({
    "/experiments/get-by-name": MISSING,
    "/experiments/create": () =>
      json({ error_code: "RESOURCE_ALREADY_EXISTS" }, 400),
  }, async (client) => {
    const error = await assertRejects(() => client.findOrCreateExperiment(" "));
    assert(isRefusedError(error));
    assertStringIncludes(error.message, "takes no such name");
  });
});
