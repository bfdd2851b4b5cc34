import { assertEquals } from "@std/assert";
import type { Credential } from "../../src/gitlab/credentials.ts";
import { resolveTarget, type TargetQuestion } from "../../src/gitlab/target.ts";
import { token } from "./scripted_server.ts";

const T = { option: token(), mlflow: token(), gitlab: token(), login: token() };

const OPTIONS = { url: "https://o.example", project: "g/opt", token: T.option };
const MLFLOW = {
  MLFLOW_TRACKING_URI: "https://m.example/api/v4/projects/7/ml/mlflow/",
  MLFLOW_TRACKING_TOKEN: T.mlflow,
};
const GITLAB = {
  GITLAB_URL: "https://g.example",
  GITLAB_PROJECT: "g/env",
  GITLAB_TOKEN: T.gitlab,
};
const CI = {
  CI_API_V4_URL: "https://ci.example/root/api/v4",
  CI_PROJECT_ID: "99",
};
const LOGIN: Credential = {
  url: "https://l.example",
  project: "g/login",
  project_id: 12,
  token: T.login,
  username: "ann",
  stored: 1,
};
const REMOTE = "git@l.example:g/login.git";

interface Row {
  says: string;
  question: TargetQuestion;
  source: string | null;
  uri?: string;
  token?: string | undefined;
  kind?: "gitlab" | "unknown";
}

const ALL: TargetQuestion = {
  options: OPTIONS,
  env: { ...MLFLOW, ...GITLAB, ...CI },
  credentials: [LOGIN],
  remote: REMOTE,
};

const ROWS: Row[] = [
  {
    says: "options come before everything",
    question: ALL,
    source: "options",
    uri: "https://o.example/api/v4/projects/g%2Fopt/ml/mlflow",
    token: T.option,
  },
  {
    says: "a tracking URI in the options comes before a project",
    question: {
      ...ALL,
      options: { ...OPTIONS, trackingUri: "http://localhost:5000/" },
    },
    source: "options",
    uri: "http://localhost:5000",
    token: T.option,
    kind: "unknown",
  },
  {
    says: "MLflow's variables come before GitLab's",
    question: { ...ALL, options: {} },
    source: "mlflow-env",
    uri: "https://m.example/api/v4/projects/7/ml/mlflow",
    token: T.mlflow,
  },
  {
    says: "GitLab's variables come before CI's",
    question: { ...ALL, options: {}, env: { ...GITLAB, ...CI } },
    source: "gitlab-env",
    uri: "https://g.example/api/v4/projects/g%2Fenv/ml/mlflow",
    token: T.gitlab,
  },
  {
    says: "CI comes before a stored login",
    question: { ...ALL, options: {}, env: { ...CI, GITLAB_TOKEN: T.gitlab } },
    source: "ci",
    uri: "https://ci.example/root/api/v4/projects/99/ml/mlflow",
    token: T.gitlab,
  },
  {
    says:
      "a stored login is used for the git remote's host, by the project's number",
    question: { ...ALL, options: {}, env: {} },
    source: "login",
    uri: "https://l.example/api/v4/projects/12/ml/mlflow",
    token: T.login,
  },
  {
    says: "without a git remote a stored login is not used",
    question: { env: {}, credentials: [LOGIN], remote: null },
    source: null,
  },
  {
    says: "a stored login of another host is not used",
    question: {
      env: {},
      credentials: [LOGIN],
      remote: "git@other.example:g/login.git",
    },
    source: null,
  },
  { says: "nothing set is nowhere", question: { env: {} }, source: null },
  {
    says: "empty variables are unset",
    question: { env: { MLFLOW_TRACKING_URI: "", GITLAB_PROJECT: " " } },
    source: null,
  },
  {
    says: "a token in the options goes with an address of the environment",
    question: { options: { token: T.option }, env: MLFLOW },
    source: "mlflow-env",
    uri: "https://m.example/api/v4/projects/7/ml/mlflow",
    token: T.option,
  },
  {
    says: "GitLab's token serves MLflow's address of a GitLab project",
    question: {
      env: {
        MLFLOW_TRACKING_URI: MLFLOW.MLFLOW_TRACKING_URI,
        GITLAB_TOKEN: T.gitlab,
      },
    },
    source: "mlflow-env",
    uri: "https://m.example/api/v4/projects/7/ml/mlflow",
    token: T.gitlab,
  },
  {
    says: "GitLab's token is not sent to a plain server",
    question: {
      env: {
        MLFLOW_TRACKING_URI: "https://plain.example",
        GITLAB_TOKEN: T.gitlab,
      },
    },
    source: "mlflow-env",
    uri: "https://plain.example",
    token: undefined,
    kind: "unknown",
  },
  {
    says: "GitLab's address alone takes the project of the git remote",
    question: {
      env: { GITLAB_URL: "https://l.example", GITLAB_TOKEN: T.gitlab },
      remote: REMOTE,
    },
    source: "gitlab-env",
    uri: "https://l.example/api/v4/projects/g%2Flogin/ml/mlflow",
    token: T.gitlab,
  },
  {
    says: "a project may be given by its address, relative root included",
    question: {
      env: {
        GITLAB_URL: "https://h.example/gitlab/",
        GITLAB_PROJECT: "https://h.example/gitlab/a/b/c/-/tree/main",
        GITLAB_TOKEN: T.gitlab,
      },
    },
    source: "gitlab-env",
    uri: "https://h.example/gitlab/api/v4/projects/a%2Fb%2Fc/ml/mlflow",
    token: T.gitlab,
  },
  {
    says:
      "a variable's token is not sent to a host that only the git remote names",
    question: {
      options: { project: "g/p" },
      env: { GITLAB_TOKEN: T.gitlab },
      remote: "https://stranger.example/g/p.git",
    },
    source: "options",
    uri: "https://stranger.example/api/v4/projects/g%2Fp/ml/mlflow",
    token: undefined,
  },
  {
    says:
      "GITLAB_URL may lack its scheme, and the project may end as git clones it",
    question: {
      env: {
        GITLAB_URL: "git.example.com",
        GITLAB_PROJECT: "g/p.git",
        GITLAB_TOKEN: T.gitlab,
      },
    },
    source: "gitlab-env",
    uri: "https://git.example.com/api/v4/projects/g%2Fp/ml/mlflow",
    token: T.gitlab,
  },
  {
    says: "GITLAB_URL may be the page of the project beside it",
    question: {
      env: {
        GITLAB_URL: "https://h.example/root/g/p/-/ml/experiments",
        GITLAB_PROJECT: "g/p",
        GITLAB_TOKEN: T.gitlab,
      },
    },
    source: "gitlab-env",
    uri: "https://h.example/root/api/v4/projects/g%2Fp/ml/mlflow",
    token: T.gitlab,
  },
  {
    says: "a stored login serves an address without a token",
    question: {
      env: {
        MLFLOW_TRACKING_URI: "https://l.example/api/v4/projects/12/ml/mlflow",
      },
      credentials: [LOGIN],
    },
    source: "mlflow-env",
    uri: "https://l.example/api/v4/projects/12/ml/mlflow",
    token: T.login,
  },
  {
    says: "a relative root is found from the stored login",
    question: {
      env: {},
      credentials: [{ ...LOGIN, url: "https://l.example/gitlab" }],
      remote: "https://l.example/gitlab/g/login.git",
    },
    source: "login",
    uri: "https://l.example/gitlab/api/v4/projects/12/ml/mlflow",
    token: T.login,
  },
];

for (const row of ROWS) {
  Deno.test(`where runs go: ${row.says}`, () => {
    const target = resolveTarget(row.question);
    assertEquals(target?.source ?? null, row.source);
    if (target === null) return;
    assertEquals(target.tracking_uri, row.uri);
    assertEquals(target.token, row.token);
    assertEquals(target.kind, row.kind ?? "gitlab");
    if (row.token !== undefined) assertEquals(target.problem, null);
  });
}
