import { assertEquals, assertRejects } from "@std/assert";
import type { PracticeServer } from "../../src/practice/server.ts";
import { ServerConfigError } from "../../src/practice/settings/errors.ts";
import { call, config, mlflow, PROJECT, start } from "./fixtures.ts";

const TOKEN = ["gl", "pat", "fine", "0123456789"].join("-");
const INVITED = ["gl", "pat", "invited", "0123456789"].join("-");
const PERMISSIONS = [
  "create_ml_experiment",
  "read_ml_experiment",
  "create_ml_flow_run",
  "read_ml_flow_run",
  "log_ml_flow_run",
  "create_package",
];

/** A server with a fine-grained token, and a Developer's token by an invited group. */
function startFineGrained(permissions: string[]): Promise<PracticeServer> {
  const { tokens } = config();
  return start({
    tokens: [
      ...tokens,
      {
        token: TOKEN,
        user: { id: 11, username: "fine" },
        scopes: ["granular"],
        permissions,
        roles: { "lab/main": "developer" },
      },
      {
        token: INVITED,
        user: { id: 12, username: "invited" },
        scopes: ["api"],
        invited_roles: { "lab/main": "developer" },
      },
    ],
  });
}

Deno.test("a fine-grained token shows the scope granular and may do what it is permitted", async () => {
  const server = await startFineGrained(PERMISSIONS);
  const as = { token: TOKEN };
  const self = await call(server, "/personal_access_tokens/self", as);
  assertEquals([self.status, self.body.scopes], [200, ["granular"]]);
  const user = await call(server, "/user", as);
  assertEquals([user.status, user.body.error], [
    403,
    "insufficient_granular_scope",
  ]);
  const made = await mlflow(server, "experiments/create", { name: "e" }, as);
  assertEquals(made.status, 200);
  const run = await mlflow(server, "runs/create", made.body, as);
  const { run_id, artifact_uri } = run.body.run.info;
  const batch = { run_id, metrics: [{ key: "m", value: 1, timestamp: 1 }] };
  assertEquals((await mlflow(server, "runs/log-batch", batch, as)).status, 200);
  assertEquals(
    (await mlflow(server, `runs/get?run_id=${run_id}`, undefined, as)).status,
    200,
  );
  const file = `${artifact_uri.slice(artifact_uri.indexOf("/projects/"))}a.txt`;
  assertEquals(
    (await call(server, file, { ...as, method: "PUT", body: "a" })).status,
    201,
  );
  const refused = [
    await mlflow(server, "runs/update", { run_id }, as),
    await mlflow(server, "runs/delete", { run_id }, as),
    await mlflow(server, "experiments/delete", made.body, as),
    await mlflow(server, "registered-models/create", { name: "m" }, as),
    await call(server, file, as),
    await call(server, "/version", as),
    await call(server, `/projects/${PROJECT.main}`, as),
  ];
  for (const { status, body } of refused) {
    assertEquals([status, body.error], [403, "insufficient_granular_scope"]);
  }
  await server.close();
});

Deno.test("a fine-grained token with the right to read the user reads it, and needs its user's role", async () => {
  const server = await startFineGrained(["read_user", "create_ml_experiment"]);
  const user = await call(server, "/user", { token: TOKEN });
  assertEquals(user.body.username, "fine");
  const elsewhere = await mlflow(server, "experiments/create", { name: "e" }, {
    token: TOKEN,
    project: PROJECT.empty,
  });
  assertEquals(elsewhere.body, { message: "404 Project Not Found" });
  await server.close();
});

Deno.test("a Developer by an invited group writes, although the project shows no access", async () => {
  const server = await startFineGrained([]);
  const as = { token: INVITED };
  const { body } = await call(server, `/projects/${PROJECT.main}`, as);
  assertEquals(body.permissions, { project_access: null, group_access: null });
  const made = await mlflow(server, "experiments/create", { name: "e" }, as);
  assertEquals(made.status, 200);
  await server.close();
});

Deno.test("permissions without the scope granular, and granular among other scopes, are refused", async () => {
  const token = (change: object) => ({
    tokens: [{
      token: TOKEN,
      user: { id: 11, username: "fine" },
      scopes: ["api"],
      ...change,
    }],
  });
  for (
    const change of [
      { permissions: ["read_user"] },
      { scopes: ["granular", "api"] },
      { invited_roles: { "lab/none": "developer" as const } },
    ]
  ) {
    await assertRejects(() => start(token(change)), ServerConfigError);
  }
});
