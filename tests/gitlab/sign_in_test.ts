import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { decideTarget } from "../../src/delivery/target.ts";
import { accessTo, unencryptedProblem } from "../../src/gitlab/sign_in.ts";
import { resolveTarget } from "../../src/gitlab/target.ts";
import { Home, newDelivery, record } from "../delivery/support.ts";
import {
  json,
  type Scripted,
  tracking,
  withServer,
} from "./scripted_server.ts";

const TOKEN = ["glpat", "variable"].join("-");
const STORED = ["glpat", "stored"].join("-");

Deno.test("a token goes only to the origin that was named beside it", () => {
  const credentials = [{
    url: "https://stored.example",
    project: null,
    project_id: null,
    token: STORED,
    username: null,
    stored: 0,
  }];
  const ask = (root: string, env: Record<string, string>) =>
    accessTo({ root, project: "a/b" }, { env, credentials });
  assertEquals(
    ask("https://host", { GITLAB_URL: "https://host/", GITLAB_TOKEN: TOKEN }),
    { token: TOKEN },
  );
  assertEquals(
    ask("https://git.example.com", {
      GITLAB_URL: "git.example.com",
      GITLAB_TOKEN: TOKEN,
    }),
    { token: TOKEN },
  );
  assertEquals(
    ask("https://other", { GITLAB_URL: "https://host/", GITLAB_TOKEN: TOKEN }),
    {},
  );
  assertEquals(
    ask("http://host", { GITLAB_URL: "https://host/", GITLAB_TOKEN: TOKEN }),
    {},
  );
  assertEquals(ask("https://gitlab.com", { GITLAB_TOKEN: TOKEN }), {
    token: TOKEN,
  });
  assertEquals(ask("https://evil.example", { GITLAB_TOKEN: TOKEN }), {});
  assertEquals(
    ask("https://host", {
      MLFLOW_TRACKING_URI: "https://host/api/v4/projects/1/ml/mlflow",
      MLFLOW_TRACKING_TOKEN: TOKEN,
    }),
    { token: TOKEN },
  );
  assertEquals(
    ask("https://other", {
      MLFLOW_TRACKING_URI: "https://host",
      MLFLOW_TRACKING_TOKEN: TOKEN,
    }),
    {},
  );
  assertEquals(
    ask("https://host", {
      CI_API_V4_URL: "https://host/api/v4",
      GITLAB_TOKEN: TOKEN,
    }),
    { token: TOKEN },
  );
  assertEquals(
    ask("https://stored.example", {
      GITLAB_URL: "https://host",
      GITLAB_TOKEN: TOKEN,
    }),
    { token: STORED },
  );
});

Deno.test("each variable's token has one home, whatever else names a server", () => {
  const token = (root: string, env: Record<string, string>) =>
    accessTo({ root, project: null }, { env, credentials: [] }).token;
  const both = {
    MLFLOW_TRACKING_URI: "https://m.example/api/v4/projects/1/ml/mlflow",
    MLFLOW_TRACKING_TOKEN: STORED,
    GITLAB_URL: "https://g.example",
    GITLAB_TOKEN: TOKEN,
  };
  assertEquals(token("https://m.example", both), STORED);
  assertEquals(token("https://g.example", both), TOKEN);
  const { MLFLOW_TRACKING_TOKEN: _, ...noToken } = both;
  assertEquals(token("https://m.example", noToken), undefined);
  // A token that nothing names an address for is GitLab.com's.
  assertEquals(
    token("https://m.example", { MLFLOW_TRACKING_TOKEN: TOKEN }),
    undefined,
  );
  assertEquals(token("https://gitlab.com", { GITLAB_TOKEN: TOKEN }), TOKEN);
  // MLflow's alone may go to an address that track() names, on this machine.
  assertEquals(
    token("http://127.0.0.1:5000", { MLFLOW_TRACKING_TOKEN: TOKEN }),
    undefined,
  );
  assertEquals(
    resolveTarget({
      options: { trackingUri: "http://127.0.0.1:5000" },
      env: { MLFLOW_TRACKING_TOKEN: TOKEN },
    })?.token,
    TOKEN,
  );
  // The only address there is names it.
  assertEquals(
    token("https://g.example", {
      GITLAB_URL: "https://g.example",
      MLFLOW_TRACKING_TOKEN: TOKEN,
    }),
    TOKEN,
  );
});

Deno.test("MLflow's user and password go to MLflow's server, before a token, and not to GitLab", () => {
  const env = {
    MLFLOW_TRACKING_USERNAME: "ann",
    MLFLOW_TRACKING_PASSWORD: TOKEN,
  };
  const plain = { ...env, MLFLOW_TRACKING_URI: "https://m.example" };
  const basic = { username: "ann", password: TOKEN };
  assertEquals(resolveTarget({ env: plain })?.basic, basic);
  const both = resolveTarget({
    env: { ...plain, MLFLOW_TRACKING_TOKEN: STORED },
  });
  assertEquals([both?.basic, both?.token], [basic, undefined]);
  assertEquals(
    resolveTarget({
      options: { trackingUri: "https://other.example" },
      env: plain,
    })?.basic,
    undefined,
  );
  const gitlab = resolveTarget({
    env: { ...env, MLFLOW_TRACKING_URI: tracking("https://g.example") },
  });
  assertStringIncludes(gitlab?.problem ?? "", "set MLFLOW_TRACKING_TOKEN");
});

Deno.test("a token is not sent over plain http to another machine until that is allowed for its host", () => {
  const problem = (uri: string, env: Record<string, string> = {}) =>
    unencryptedProblem(uri, { env, credentials: [] });
  assertStringIncludes(
    problem("http://g.example:8080/x") ?? "",
    "NBTRACK_ALLOW_HTTP=g.example:8080",
  );
  assertEquals(
    problem("http://g.example:8080", {
      NBTRACK_ALLOW_HTTP: "a, g.example:8080",
    }),
    null,
  );
  assertEquals(
    problem("http://g.example:8080", { NBTRACK_ALLOW_HTTP: "g.example" }),
    null,
  );
  assert(problem("http://g.example", { NBTRACK_ALLOW_HTTP: "1" }) !== null);
  for (
    const uri of [
      "https://g.example",
      "http://127.0.0.1:5000",
      "http://[::1]",
      "http://a.localhost",
    ]
  ) {
    assertEquals(problem(uri), null);
  }
  const env = { MLFLOW_TRACKING_URI: "http://m.example:5000" };
  assertEquals(resolveTarget({ env })?.problem, null, "nothing secret is sent");
  assert(
    resolveTarget({ env: { ...env, MLFLOW_TRACKING_TOKEN: TOKEN } })?.problem,
  );
});

/** What a server was sent for signing in, in all requests together. */
function secretsSeen({ seen }: Scripted): string {
  return seen.map((s) => `${s.path} ${[...s.headers].join(" ")} ${s.body}`)
    .join("\n");
}

Deno.test("a token that is named with one server never reaches another one that track() names, nor its /version and /health", async () => {
  const nothing = () => new Response("no", { status: 404 });
  await withServer(
    nothing,
    (theirs) =>
      withServer(
        (seen) => seen.path === "/version" ? nothing() : json({}),
        async (ours) => {
          const named = [
            { GITLAB_URL: ours.url, GITLAB_TOKEN: TOKEN },
            {
              GITLAB_URL: ours.url,
              GITLAB_PROJECT: "g/p",
              GITLAB_TOKEN: TOKEN,
            },
            {
              MLFLOW_TRACKING_URI: tracking(ours.url),
              MLFLOW_TRACKING_TOKEN: TOKEN,
            },
            {
              CI_API_V4_URL: `${ours.url}/api/v4`,
              CI_PROJECT_ID: "7",
              GITLAB_TOKEN: TOKEN,
            },
            { GITLAB_TOKEN: TOKEN },
          ];
          using home = new Home();
          using journal = home.open();
          for (const env of named) {
            for (const trackingUri of [theirs.url, tracking(theirs.url)]) {
              const run_id = record(journal);
              const target = await decideTarget(journal, run_id, {
                destination: {
                  options: { trackingUri },
                  env: env as Record<string, string>,
                },
                cwd: home.path,
              });
              if (target === null) {
                assertStringIncludes(
                  journal.deliveries.get(run_id).error ?? "",
                  `is not sent there: it belongs to`,
                );
                continue;
              }
              await newDelivery(journal, { client: { retry: { retries: 0 } } })
                .deliver(run_id, target);
            }
          }
          const paths = theirs.seen.map((s) => s.path);
          assert(
            paths.includes("/version") && paths.includes("/health"),
            paths.join(" "),
          );
          assert(!secretsSeen(theirs).includes(TOKEN));
          assert(!theirs.seen.some((s) => s.headers.has("authorization")));
          assertEquals(ours.seen.length, 0);
        },
      ),
  );
});
