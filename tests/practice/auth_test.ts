import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  call,
  config,
  mlflow,
  newRun,
  PROJECT,
  start,
  TOKENS,
} from "./fixtures.ts";

const UNAUTHORIZED = { message: "401 Unauthorized" };

Deno.test("expired and revoked tokens are refused in OAuth's form", async () => {
  const base = config().tokens[0]!;
  const tokens = [
    { ...base, token: "t-revoked", revoked: true },
    { ...base, token: "t-expired", expired: true },
    { ...base, token: "t-past", expires_at: "2020-01-01" },
    { ...base, token: "t-future", expires_at: "2999-01-01" },
  ];
  const server = await start({ tokens });
  for (const token of ["t-revoked", "t-expired", "t-past"]) {
    const answer = await mlflow(server, "experiments/list", undefined, {
      token,
    });
    assertEquals([answer.status, answer.body.error], [401, "invalid_token"]);
    assertEquals(typeof answer.body.error_description, "string");
  }
  const good = await mlflow(server, "experiments/list", undefined, {
    token: "t-future",
  });
  assertEquals(good.status, 200);
  await server.close();
});

Deno.test("kinds of tokens are taken where GitLab takes them", async () => {
  const base = config().tokens[0]!;
  const server = await start({
    tokens: [
      base,
      { ...base, token: "t-oauth", kind: "oauth" },
      {
        ...base,
        token: "t-deploy",
        kind: "deploy",
        scopes: ["write_package_registry"],
      },
    ],
  });
  const { iid } = await newRun(server);
  const file =
    `/projects/${PROJECT.main}/packages/ml_models/candidate:${iid}/files/f`;
  const generic = `/projects/${PROJECT.main}/packages/generic/n/1/f`;
  const put = (path: string, headers: Record<string, string>) =>
    call(server, path, { token: null, method: "PUT", headers, body: "x" })
      .then((answer) => answer.status);
  const list = (headers: Record<string, string>) =>
    mlflow(server, "experiments/list", undefined, { token: null, headers })
      .then((answer) => answer.status);
  const basic = { authorization: `Basic ${btoa(`u:${TOKENS.write}`)}` };
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

  assertEquals(await list({ "private-token": TOKENS.write }), 200);
  assertEquals(await list(bearer("t-oauth")), 200);
  assertEquals(await list(basic), 401);
  assertEquals(await list({ "job-token": TOKENS.job }), 401);
  assertEquals(await list(bearer("t-deploy")), 401);

  assertEquals(await put(file, { "private-token": TOKENS.write }), 401);
  assertEquals(await put(file, bearer("t-oauth")), 401);
  assertEquals(await put(file, basic), 401);
  assertEquals(await put(file, bearer("t-deploy")), 401);
  assertEquals(await put(file, bearer(TOKENS.job)), 201);

  assertEquals(await put(generic, { "private-token": TOKENS.write }), 201);
  assertEquals(await put(generic, { "job-token": TOKENS.job }), 201);
  assertEquals(await put(generic, basic), 201);
  assertEquals(await put(generic, { "deploy-token": "t-deploy" }), 201);
  await server.close();
});

Deno.test("checks come in GitLab's order: body, token, project, read, write, parameters, entity", async () => {
  const server = await start();
  const create = (body: string, options = {}) =>
    mlflow(server, "runs/create", {}, { body, ...options });
  assertEquals((await create("{", { token: null })).status, 400);
  assertEquals((await create("{}", { token: null })).body, UNAUTHORIZED);
  assertEquals(
    (await create("{}", { token: TOKENS.read, project: 999 })).status,
    403,
  );
  assertEquals((await create("{}", { project: 999 })).body, {
    message: "404 Project Not Found",
  });
  assertEquals((await create("{}", { project: PROJECT.featureOff })).body, {
    message: "404 Not Found",
  });
  assertEquals(
    (await create("{}", { token: TOKENS.reporter })).body,
    UNAUTHORIZED,
  );
  assertEquals((await create("{}")).body, {
    error: "experiment_id is missing",
  });
  assertEquals((await create('{"experiment_id":5}')).body, {
    error_code: "RESOURCE_DOES_NOT_EXIST",
  });
  await server.close();
});

Deno.test("a file's name is checked before its sender", async () => {
  const server = await start();
  const path = `/projects/${PROJECT.main}/packages/ml_models/candidate:1/files`;
  const put = (name: string) =>
    call(server, `${path}/${name}`, { token: null, method: "PUT", body: "x" });
  assertEquals((await put("a(1)")).body, { error: "file_name is invalid" });
  assertEquals((await put("a")).body, UNAUTHORIZED);
  await server.close();
});

Deno.test("a Guest reads and does not write, a stranger reads only what is public", async () => {
  const server = await start({
    projects: [
      { id: 42, path: "lab/main" },
      { id: 50, path: "lab/public", visibility: "public" },
      { id: 51, path: "lab/internal", visibility: "internal" },
      { id: 43, path: "lab/empty" },
      { id: 44, path: "lab/off" },
      { id: 45, path: "lab/noregistry" },
    ],
  });
  const list = (project: number, token: string | null) =>
    mlflow(server, "experiments/list", undefined, { project, token });
  assertEquals((await list(42, TOKENS.guest)).status, 200);
  assertEquals(
    (await mlflow(server, "experiments/create", { name: "x" }, {
      token: TOKENS.guest,
    })).status,
    401,
  );
  assertEquals((await list(50, TOKENS.outsider)).status, 200);
  assertEquals((await list(50, null)).status, 401);
  assertEquals((await list(51, TOKENS.outsider)).body, {
    message: "404 Not Found",
  });
  assertEquals((await list(42, TOKENS.outsider)).body, {
    message: "404 Project Not Found",
  });
  const get = (project: number) =>
    call(server, `/projects/${project}/packages`, { token: null });
  assertEquals((await get(50)).status, 200);
  assertEquals((await get(42)).body, { message: "404 Project Not Found" });
  await server.close();
});

Deno.test("a blocked user is forbidden", async () => {
  const base = config().tokens[0]!;
  const server = await start({
    tokens: [{ ...base, user: { ...base.user, blocked: true } }],
  });
  const answer = await mlflow(server, "experiments/list");
  assertEquals([answer.status, answer.body], [403, {
    message: "403 Forbidden",
  }]);
  await server.close();
});

Deno.test("a former path redirects reading to the numeric id and refuses writing", async () => {
  const server = await start();
  const old = encodeURIComponent("lab/old");
  const get = await mlflow(
    server,
    "experiments/get?experiment_id=1",
    undefined,
    {
      project: old,
    },
  );
  assertEquals(get.status, 302);
  assertEquals(
    get.headers.get("location"),
    `${server.url}/api/v4/projects/42/ml/mlflow/api/2.0/mlflow/experiments/get?experiment_id=1`,
  );
  const post = await mlflow(server, "experiments/create", { name: "x" }, {
    project: old,
  });
  assertEquals([post.status, post.body], [405, {
    message: "Non GET methods are not allowed for moved projects",
  }]);
  const now = await mlflow(server, "experiments/list", undefined, {
    project: encodeURIComponent("lab/main"),
  });
  assertEquals(now.status, 200);
  await server.close();
});

Deno.test("a wrong method on a known path is 405 with what is allowed", async () => {
  const server = await start();
  const answer = await call(
    server,
    `/projects/42/ml/mlflow/api/2.0/mlflow-artifacts/artifacts/candidate:1/x`,
    { method: "DELETE" },
  );
  assertEquals([answer.status, answer.body], [405, {
    error: "405 Not Allowed",
  }]);
  assertEquals(answer.headers.get("allow"), "OPTIONS, GET, HEAD");
  const upload = await call(
    server,
    `/projects/42/ml/mlflow/api/2.0/mlflow-artifacts/artifacts/candidate:1/x`,
    {
      method: "PUT",
      headers: { "content-type": "application/octet-stream" },
      body: "x",
    },
  );
  assertEquals([upload.status, upload.body], [answer.status, answer.body]);
  const anonymous = await mlflow(server, "runs/create", undefined, {
    token: null,
  });
  assertEquals(anonymous.status, 401);
  const post = await mlflow(server, "runs/create");
  assertEquals(post.headers.get("allow"), "OPTIONS, POST");
  await server.close();
});

Deno.test("the instance names its version, the token's user and the project's features", async () => {
  const server = await start({ profile: "17.9" });
  assertEquals((await call(server, "/version")).body.version, "17.9.0");
  assertEquals((await call(server, "/metadata")).body.version, "17.9.0");
  assertEquals((await call(server, "/user", { token: null })).status, 401);
  assertEquals((await call(server, "/user")).body.username, "dev");
  const self = (await call(server, "/personal_access_tokens/self", {
    token: TOKENS.noscope,
  })).body;
  assertEquals([self.scopes, self.active, self.user_id], [
    ["read_user"],
    true,
    5,
  ]);
  const project = (await call(server, "/projects/lab%2Fnoregistry")).body;
  assertEquals(project.id, PROJECT.registryOff);
  assertEquals(project.web_url, `${server.url}/lab/noregistry`);
  assertEquals(project.model_registry_access_level, "disabled");
  assertEquals(project.model_experiments_access_level, "enabled");
  assertEquals(project.permissions.project_access.access_level, 30);
  assertEquals(
    (await call(server, "/projects/42", { token: TOKENS.noscope })).status,
    403,
  );
  await server.close();
});

Deno.test("behind a relative root the server answers under it and names it", async () => {
  const server = await start({ external_url: "https://host.example/gitlab" });
  assertStringIncludes(server.tracking_uri, "/gitlab/api/v4/projects/42/");
  const { body } = await mlflow(server, "experiments/create", { name: "a" });
  const run = await mlflow(server, "runs/create", body);
  assertEquals(
    run.body.run.info.artifact_uri,
    "https://host.example/gitlab/api/v4/projects/42/packages/ml_models/candidate:1/files/",
  );
  await server.close();
});
