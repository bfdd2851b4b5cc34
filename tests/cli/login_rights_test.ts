import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { readCredentials } from "../../src/gitlab/credentials.ts";
import { createClient } from "../../src/gitlab/client.ts";
import { ServerReader } from "../../src/record/server_reader.ts";
import type { ServerConfig } from "../../src/practice/settings/config.ts";
import { assertAllThere, recordAll } from "../delivery/assertions.ts";
import { deliver, Home, record, runThere } from "../delivery/support.ts";
import { json, withServer } from "../gitlab/scripted_server.ts";
import { CommandLine, practice, tokenOf } from "./command_line.ts";

/** What docs/gitlab.md says that a fine-grained token needs for logging. */
const LOGGING = [
  "create_ml_experiment",
  "read_ml_experiment",
  "create_ml_flow_run",
  "read_ml_flow_run",
  "update_ml_flow_run",
  "log_ml_flow_run",
  "read_ml_flow_artifact",
  "create_package",
  "read_package",
];

/** What it needs besides for models. */
const MODELS = ["ml_model", "ml_model_version"].flatMap((of) =>
  ["create", "read", "update"].map((what) => `${what}_${of}`)
);

type Token = ServerConfig["tokens"][number];

function tokenFor(name: string, change: Partial<Token>): Token {
  return {
    token: tokenOf(name),
    user: { id: name.length, username: name },
    scopes: ["api"],
    roles: { "g/p": "developer" },
    ...change,
  };
}

function server() {
  return practice({
    projects: [{ id: 7, path: "g/p" }],
    tokens: [
      tokenFor("fine", { scopes: ["granular"], permissions: LOGGING }),
      tokenFor("invited", { roles: {}, invited_roles: { "g/p": "developer" } }),
      tokenFor("nofiles", {
        scopes: ["granular"],
        permissions: LOGGING.filter((p) => p !== "create_package"),
      }),
      tokenFor("models", {
        scopes: ["granular"],
        permissions: [...LOGGING, ...MODELS],
      }),
      tokenFor("readonly", {
        scopes: ["granular"],
        permissions: LOGGING.filter((p) => p.startsWith("read_")),
      }),
      tokenFor("nologs", {
        scopes: ["granular"],
        permissions: LOGGING.filter((p) => p !== "log_ml_flow_run"),
      }),
    ],
  });
}

function login(
  nbtrack: CommandLine,
  url: string,
  token: string,
  project = "g/p",
) {
  return nbtrack.call(
    ["login", "--url", url, "--project", project, "--token-stdin"],
    { stdin: `${token}\n` },
  );
}

Deno.test("docs/gitlab.md names the rights of a fine-grained token that is enough for logging", async () => {
  const page = await Deno.readTextFile(
    new URL("../../docs/gitlab.md", import.meta.url),
  );
  const [, list = ""] = /for logging: ([^;]*);/.exec(page) ?? [];
  assertEquals(
    [...list.matchAll(/`(\w+)`/g)].map((m) => m[1]).toSorted(),
    LOGGING.toSorted(),
  );
});

for (const name of ["fine", "invited"]) {
  Deno.test(`login and doctor take a token that delivers, whatever it may say of itself: ${name}`, async () => {
    await using gitlab = await server();
    for (const project of ["g/p", "7"]) {
      await using nbtrack = new CommandLine();
      const { code, json, stderr } = await login(
        nbtrack,
        gitlab.url,
        tokenOf(name),
        project,
      );
      assertEquals(code, 0, stderr);
      assertEquals(json.url, gitlab.url);
      assertEquals(json.user, name === "fine" ? null : name);
      const [stored] = await readCredentials(nbtrack.home);
      assertEquals(stored?.token, tokenOf(name));
      const doctor = await nbtrack.call(["doctor"], {
        env: {
          MLFLOW_TRACKING_URI: gitlab.tracking_uri,
          MLFLOW_TRACKING_TOKEN: tokenOf(name),
        },
      });
      assertEquals(
        doctor.json.checks.filter((c: { state: string }) => c.state === "fail"),
        [],
      );
    }
    using home = new Home();
    using journal = home.open();
    const run_id = recordAll(journal);
    const place = { tracking_uri: gitlab.tracking_uri, token: tokenOf(name) };
    assert(
      await deliver(journal, run_id, place),
      journal.deliveries.get(run_id).error ?? "",
    );
    await assertAllThere(place, run_id);
  });
}

Deno.test("nothing is made on the server by asking what a token may do", async () => {
  await using gitlab = await server();
  await using nbtrack = new CommandLine();
  await login(nbtrack, gitlab.url, tokenOf("invited"));
  const client = createClient({
    tracking_uri: gitlab.tracking_uri,
    token: tokenOf("invited"),
  });
  assertEquals(await client.listExperiments(), []);
  const packages = await fetch(`${gitlab.url}/api/v4/projects/7/packages`, {
    headers: { authorization: `Bearer ${tokenOf("invited")}` },
  });
  assertEquals(await packages.json(), []);
});

Deno.test("a right that is missing is named: of logging login refuses, of files it warns", async () => {
  await using gitlab = await server();
  await using nbtrack = new CommandLine();
  const refused = await login(nbtrack, gitlab.url, tokenOf("nologs"));
  assertEquals(refused.code, 2);
  assertStringIncludes(refused.json.error.message, "log_ml_flow_run");
  const warned = await login(nbtrack, gitlab.url, tokenOf("nofiles"));
  assertEquals(warned.code, 0, warned.stderr);
  assertStringIncludes(warned.stderr, "not store files");
  assertStringIncludes(warned.stderr, "create_package");
});

for (
  const { name, without } of [
    { name: "models", without: [] },
    { name: "fine", without: ['model "m"'] },
    { name: "nofiles", without: ["artifacts", 'model "m"'] },
  ]
) {
  Deno.test(`a run with files and a model arrives without what a fine-grained token may not do: ${name}`, async () => {
    await using gitlab = await server();
    using home = new Home();
    using journal = home.open();
    const run_id = record(journal, {
      params: { k: "5" },
      metrics: { loss: [1, 2] },
      artifacts: { "a.txt": "a" },
    });
    journal.models.put(run_id, { name: "m", files: [] });
    const place = { tracking_uri: gitlab.tracking_uri, token: tokenOf(name) };
    const done = await deliver(journal, run_id, place);
    const { state, error } = journal.deliveries.get(run_id);
    assertEquals([done, state, error], [true, "delivered", null]);
    const parts = journal.deliveries.leftOut(run_id);
    assertEquals(parts.map((part) => part.what), without);
    for (const { why } of parts) assertStringIncludes(why, "lacks a right");
    const { info, data } = await runThere(createClient(place), run_id);
    assertEquals(info.status, "FINISHED");
    assertEquals(data.params, [{ key: "k", value: "5" }]);
  });
}

Deno.test("login takes a project's page for GitLab's address, and a project as git clones it", async () => {
  await using gitlab = await server();
  for (
    const args of [
      ["--url", `${gitlab.url}/g/p`],
      ["--url", `${gitlab.url}/g/p/-/ml/experiments`],
      ["--url", `${gitlab.url}/g/p/-/ml/experiments`, "--project", "g/p"],
      ["--url", gitlab.url, "--project", "g/p.git"],
    ]
  ) {
    await using nbtrack = new CommandLine();
    const { json, stderr } = await nbtrack.call(
      ["login", ...args, "--token-stdin"],
      { stdin: tokenOf("invited") },
    );
    assertEquals(json, {
      url: gitlab.url,
      project: "g/p",
      user: "invited",
    }, stderr);
  }
});

Deno.test("GitLab's address may be that of its API or lack its scheme, and a project may be percent-encoded", async () => {
  await using gitlab = await server();
  await using nbtrack = new CommandLine();
  const { code, json, stderr } = await login(
    nbtrack,
    `${gitlab.url}/api/v4/`,
    tokenOf("invited"),
    "g%2Fp",
  );
  assertEquals([code, json], [0, {
    url: gitlab.url,
    project: "g/p",
    user: "invited",
  }], stderr);
  const { checks } = (await nbtrack.call(["doctor"], {
    env: {
      GITLAB_URL: `${gitlab.url}/api/v4`,
      GITLAB_PROJECT: "g%2Fp",
      GITLAB_TOKEN: tokenOf("invited"),
    },
  })).json;
  assertEquals(checks.filter((c: { state: string }) => c.state === "fail"), []);
});

Deno.test("GITLAB_URL and a token without a project: the sentence names what is missing", async () => {
  await using nbtrack = new CommandLine({
    GITLAB_URL: "https://gitlab.example",
    GITLAB_TOKEN: tokenOf("invited"),
  });
  const { code, json } = await nbtrack.call(["doctor"]);
  assertEquals(code, 1);
  const target = json.checks.find((c: { name: string }) => c.name === "target");
  assertEquals(target.state, "fail");
  assertStringIncludes(target.message, "set GITLAB_PROJECT");
});

Deno.test("NBTRACK_OFFLINE=0 is not offline", async () => {
  await using gitlab = await server();
  const env = {
    MLFLOW_TRACKING_URI: gitlab.tracking_uri,
    MLFLOW_TRACKING_TOKEN: tokenOf("invited"),
  };
  for (
    const [value, offline] of [["0", false], ["false", false], [
      "1",
      true,
    ]] as const
  ) {
    await using nbtrack = new CommandLine({ ...env, NBTRACK_OFFLINE: value });
    const { json } = await nbtrack.call(["doctor"]);
    const target = json.checks.find((c: { name: string }) =>
      c.name === "target"
    );
    assertEquals(/stay on this machine/.test(target.message), offline, value);
  }
});

Deno.test("a plain server with user and password is signed in to as MLflow does, and its refusal speaks of no role", async () => {
  const password = crypto.randomUUID();
  const right = `Basic ${btoa(`ann:${password}`)}`;
  await withServer(({ headers, path }) => {
    if (headers.get("authorization") !== right) {
      return json({ message: "no" }, 401);
    }
    return path === "/version" ? new Response("3.1.0") : json({});
  }, async ({ url }) => {
    const env = {
      MLFLOW_TRACKING_URI: url,
      MLFLOW_TRACKING_USERNAME: "ann",
      MLFLOW_TRACKING_PASSWORD: password,
    };
    await using nbtrack = new CommandLine(env);
    const well = await nbtrack.call(["doctor"]);
    assertEquals(well.code, 0, well.stdout);
    const { MLFLOW_TRACKING_PASSWORD: _, ...none } = env;
    await using other = new CommandLine(none);
    const refused = await other.call(["doctor"]);
    assertEquals(refused.code, 1);
    const failed = refused.json.checks.find((c: { state: string }) =>
      c.state === "fail"
    );
    const text = `${failed.message} ${failed.hint}`;
    assertStringIncludes(text, "MLFLOW_TRACKING_PASSWORD");
    assert(!/Developer|scope|nbtrack login|GitLab/.test(text), text);
  });
});

Deno.test("a fine-grained token with the rights that begin with read_ is enough to read runs, and not to log in for logging", async () => {
  await using gitlab = await server();
  using home = new Home();
  using journal = home.open();
  const run_id = recordAll(journal);
  const { tracking_uri } = gitlab;
  assert(
    await deliver(journal, run_id, { tracking_uri, token: tokenOf("fine") }),
  );
  const { remote_run_id } = journal.deliveries.get(run_id);
  const reader = new ServerReader(
    createClient({ tracking_uri, token: tokenOf("readonly") }),
  );
  const [listed, ...others] = await reader.list();
  assertEquals([listed?.run_id, others], [remote_run_id, []]);
  const read = await reader.get(remote_run_id ?? "");
  assertEquals([read.params, read.artifacts.map((a) => a.path)], [{ k: "5" }, [
    "a.txt",
  ]]);
  await using nbtrack = new CommandLine();
  const refused = await login(nbtrack, gitlab.url, tokenOf("readonly"), "7");
  assertEquals(refused.code, 2);
  assertStringIncludes(refused.json.error.message, "lacks a right");
});
