import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { createClient } from "../../src/gitlab/client.ts";
import { json, token, withServer } from "./scripted_server.ts";
import { API, MISSING, onGitLab, onMlflow, PROJECT } from "./two_servers.ts";

Deno.test("GitLab's features are found by asking for their routes", async () => {
  for (const newest of [true, false]) {
    await onGitLab({
      "/api/v4/projects/42": () => json(PROJECT),
      "/api/v4/version": () => json({ version: "18.9.0" }),
      ...(newest && {
        "/metrics/get-history": MISSING,
        "/api/v4/projects/42/ml/mlflow/api/2.0/mlflow-artifacts/artifacts":
          () => json({ files: [] }),
      }),
    }, async (client, { seen }) => {
      const info = await client.detect();
      assertEquals(info.kind, "gitlab");
      assertEquals(info.version, "18.9.0");
      assertEquals(info.features.history, newest);
      assertEquals(info.features.artifact_list, newest);
      assertEquals(info.features.inputs, false);
      assertEquals(info.limits.batch_metrics, 1000);
      const asked = seen.length;
      await client.detect();
      assertEquals(seen.length, asked);
    });
  }
});

Deno.test("a failed detection is asked again", async () => {
  await onGitLab({
    "/api/v4/projects/42": (_, count) =>
      count <= 3 ? json({}, 503) : json(PROJECT),
  }, async (client) => {
    await assertRejects(() => client.detect());
    assertEquals((await client.detect()).version, null);
  });
});

Deno.test("a plain server is recognised by its version, an unknown one is refused with GitLab's form of address", async () => {
  await onMlflow({}, async (client) => {
    const info = await client.detect();
    assertEquals([info.kind, info.version], ["mlflow", "3.17.2"]);
    assertEquals(info.limits.batch_metrics, 1000);
  });
  await withServer(
    () => new Response("<html>", { status: 404 }),
    async ({ url }) => {
      const client = createClient({ tracking_uri: `${url}/group/project` });
      const error = await assertRejects(() => client.detect());
      assertStringIncludes((error as Error).message, "neither");
    },
  );
});

Deno.test("an old plain server without a version page is recognised by its health", async () => {
  await withServer(
    (seen) =>
      seen.path === "/health"
        ? new Response("OK")
        : new Response("<html>", { status: 404 }),
    async ({ url }) => {
      assertEquals(await createClient({ tracking_uri: url }).kind(), "mlflow");
    },
  );
});

Deno.test("a project given by its old path is found by the redirect, and written to by its number", async () => {
  await withServer((seen) => {
    if (seen.path === "/gitlab/api/v4/projects/g%2Fold") {
      return new Response(null, {
        status: 301,
        headers: { location: "/gitlab/api/v4/projects/42" },
      });
    }
    if (seen.path === "/gitlab/api/v4/projects/42") return json(PROJECT);
    return json({});
  }, async ({ url, seen }) => {
    const secret = token();
    const client = createClient({
      tracking_uri: `${url}/gitlab/api/v4/projects/g%2Fold/ml/mlflow/`,
      token: secret,
    });
    await client.setTag("r", { key: "k", value: "v" });
    assertEquals(
      seen.map((s) => [s.path, s.headers.get("authorization")]),
      [
        ["/gitlab/api/v4/projects/g%2Fold", `Bearer ${secret}`],
        ["/gitlab/api/v4/projects/42", `Bearer ${secret}`],
        [`/gitlab${API}/runs/log-batch`, `Bearer ${secret}`],
      ],
    );
  });
});

Deno.test("a write that is sent elsewhere is not followed", async () => {
  await onGitLab({
    "/runs/log-batch": () =>
      new Response(null, {
        status: 302,
        headers: { location: "https://sso.example/sign_in?next=secret" },
      }),
  }, async (client, { seen }) => {
    const error = await assertRejects(() =>
      client.setTag("r", { key: "k", value: "v" })
    ) as Error;
    assertStringIncludes(error.message, "https://sso.example/sign_in");
    assertEquals(error.message.includes("secret"), false);
    assertEquals(seen.length, 1);
  });
});

Deno.test("the pages of runs and experiments stand under the project's web address", async () => {
  await onGitLab({
    "/api/v4/projects/42": () => json(PROJECT),
  }, async (client, { seen }) => {
    const where = { run_id: "r", experiment_id: "3" };
    const page = (artifact_uri: string) =>
      client.runUrl({ ...where, artifact_uri });
    const mine = "https://web.example/root/g/p/-/ml/candidates/17";
    assertEquals(
      await page(
        "https://h/api/v4/projects/42/packages/ml_models/candidate:17/files/",
      ),
      mine,
    );
    assertEquals(await page("mlflow-artifacts:/candidate:17"), mine);
    assertEquals(
      await page(
        "https://h/api/v4/projects/42/packages/generic/ml_experiment_3/17/",
      ),
      mine,
    );
    assertEquals(
      await page("https://h/api/v4/projects/42/packages/ml_models/9/files/"),
      null,
    );
    assertEquals(
      await client.experimentUrl("3"),
      "https://web.example/root/g/p/-/ml/experiments/3",
    );
    assertEquals(seen.length, 1);
  });
  await onMlflow({}, async (client, { url }) => {
    const info = { run_id: "r", experiment_id: "3", artifact_uri: "" };
    assertEquals(await client.runUrl(info), `${url}/#/experiments/3/runs/r`);
  });
});

Deno.test("the token's user, scopes and role are told; a server that hides the scopes is fine", async () => {
  for (const hides of [false, true]) {
    await onGitLab({
      "/api/v4/projects/42": () => json(PROJECT),
      "/api/v4/user": () => json({ id: 5, username: "ann", name: "Ann" }),
      ...(!hides && {
        "/api/v4/personal_access_tokens/self": () =>
          json({
            name: "t",
            scopes: ["api"],
            active: true,
            expires_at: "2027-01-31",
          }),
      }),
    }, async (client) => {
      const who = await client.whoami();
      assertEquals(who.user?.username, "ann");
      assertEquals(who.access_level, 30);
      assertEquals(who.token?.scopes, hides ? undefined : ["api"]);
    });
  }
});
