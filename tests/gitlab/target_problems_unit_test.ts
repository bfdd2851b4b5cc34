import { assertEquals, assertStringIncludes } from "@std/assert";
import { resolveTarget } from "../../src/gitlab/target.ts";
import { token } from "./scripted_server.ts";

const MLFLOW_URI = "https://m.example/api/v4/projects/7/ml/mlflow/";
const CI = {
  CI_API_V4_URL: "https://ci.example/root/api/v4",
  CI_PROJECT_ID: "99",
};
const LOGIN = {
  url: "https://l.example",
  project: "g/login",
  project_id: 12,
  token: token(),
  username: "ann",
  stored: 1,
};

Deno.test("a job token cannot log runs, and the target says so in a sentence", () => {
  const job = ["glcbt", crypto.randomUUID()].join("-");
  for (
    const env of [
      CI,
      { ...CI, GITLAB_TOKEN: job },
      { MLFLOW_TRACKING_URI: MLFLOW_URI, MLFLOW_TRACKING_TOKEN: job },
      {
        MLFLOW_TRACKING_URI: MLFLOW_URI,
        MLFLOW_TRACKING_TOKEN: "old",
        CI_JOB_TOKEN: "old",
      },
    ]
  ) {
    const target = resolveTarget({ env });
    assertEquals(target?.token, undefined);
    assertStringIncludes(target?.problem ?? "", "CI_JOB_TOKEN cannot log runs");
  }
});

Deno.test("an address without a token says what to do", () => {
  const target = resolveTarget({
    env: { GITLAB_URL: "https://g.example", GITLAB_PROJECT: "a/b" },
  });
  assertStringIncludes(target?.problem ?? "", "no token for g.example");
});

Deno.test("http is warned of, but not on this machine", () => {
  const warnings = (uri: string) =>
    resolveTarget({
      env: { MLFLOW_TRACKING_URI: uri, MLFLOW_TRACKING_TOKEN: token() },
    })?.warnings.length;
  assertEquals(warnings("http://g.example/api/v4/projects/1/ml/mlflow"), 1);
  assertEquals(warnings("https://g.example/api/v4/projects/1/ml/mlflow"), 0);
  assertEquals(
    warnings("http://127.0.0.1:3000/api/v4/projects/1/ml/mlflow"),
    0,
  );
  assertEquals(warnings("http://localhost:5000"), 0);
  assertEquals(warnings("http://[::1]:5000"), 0);
});

Deno.test("a tracking URI that is no web address is a problem, not a crash", () => {
  for (const uri of ["file:///data/mlruns", "databricks", "mlruns"]) {
    const target = resolveTarget({ env: { MLFLOW_TRACKING_URI: uri } });
    assertStringIncludes(target?.problem ?? "", "no http or https address");
  }
});

Deno.test("user and password of a tracking URI are kept apart from it", () => {
  const secret = token();
  const target = resolveTarget({
    env: { MLFLOW_TRACKING_URI: `https://ann:${secret}@m.example/` },
  });
  assertEquals(target?.tracking_uri, "https://m.example");
  assertEquals(target?.basic, { username: "ann", password: secret });
});

Deno.test("a login for one project of a host serves another one, with a warning", () => {
  const target = resolveTarget({
    env: {},
    credentials: [LOGIN],
    remote: "git@l.example:g/other.git",
  });
  assertEquals(
    target?.tracking_uri,
    "https://l.example/api/v4/projects/g%2Fother/ml/mlflow",
  );
  assertEquals(target?.token, LOGIN.token);
  assertEquals(target?.warnings.length, 1);
});
