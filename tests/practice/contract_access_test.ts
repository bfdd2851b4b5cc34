/** Who may call what: every route of the contract with every kind of sender. */
import { assertEquals } from "@std/assert";
import type { PracticeServer } from "../../src/practice/server.ts";
import { CONTRACT_ROUTES, type ContractRoute } from "./contract_routes.ts";
import {
  type Answer,
  call,
  config,
  PROJECT,
  start,
  TOKENS,
} from "./fixtures.ts";

const UNAUTHORIZED = { message: "401 Unauthorized" };
const NOT_FOUND = { message: "404 Not Found" };
const NO_PROJECT = { message: "404 Project Not Found" };
const made = (name: string) => ["gl", "pat", name, "0123456789"].join("-");
const OTHER = {
  oauth: made("oauth"),
  deploy: made("deploy"),
  expired: made("expired"),
  revoked: made("revoked"),
  blocked: made("blocked"),
};

function startWithEverybody(): Promise<PracticeServer> {
  const { tokens } = config();
  const base = tokens[0]!;
  return start({
    tokens: [
      ...tokens,
      { ...base, token: OTHER.oauth, kind: "oauth" },
      { ...base, token: OTHER.deploy, kind: "deploy" },
      { ...base, token: OTHER.expired, expired: true },
      { ...base, token: OTHER.revoked, revoked: true },
      {
        ...base,
        token: OTHER.blocked,
        user: { id: 20, username: "blocked", blocked: true },
      },
    ],
  });
}

interface Sender {
  token?: string | null;
  headers?: Record<string, string>;
  project?: number | string;
  body?: string;
}

function send(
  server: PracticeServer,
  route: ContractRoute,
  { project = PROJECT.main, headers = {}, ...sender }: Sender,
): Promise<Answer> {
  const writes = route.method !== "GET";
  return call(server, `/projects/${project}/ml/mlflow/api/2.0/${route.path}`, {
    method: route.method,
    headers: {
      ...(writes ? { "content-type": "application/json" } : {}),
      ...headers,
    },
    ...(writes ? { body: "{}" } : {}),
    ...sender,
  });
}

/** What a request without parameters is answered once its sender may send it. */
function assertEntered(answer: Answer, route: ContractRoute): void {
  if (route.required.length > 0) {
    assertEquals(answer.body, {
      error: route.required.map((name) => `${name} is missing`).join(", "),
    });
    assertEquals(answer.status, 400);
  } else {
    assertEquals(answer.status, route.bare?.status);
    if (route.bare?.body !== undefined) {
      assertEquals(answer.body, route.bare.body);
    }
  }
}

const newest = CONTRACT_ROUTES.filter(({ profiles }) =>
  profiles.includes("newest")
);

for (const route of newest) {
  const reads = route.method === "GET";
  Deno.test(`${route.method} ${route.path} takes the senders that GitLab takes, and refuses the others as GitLab does`, async (t) => {
    const server = await startWithEverybody();
    const refused = (
      name: string,
      sender: Sender,
      status: number,
      body: unknown,
    ) =>
      t.step(name, async () => {
        const answer = await send(server, route, sender);
        assertEquals([answer.status, answer.body], [status, body]);
      });
    const refusedWith = (
      name: string,
      token: string,
      status: number,
      error: string,
    ) =>
      t.step(name, async () => {
        const answer = await send(server, route, { token });
        assertEquals([answer.status, answer.body.error], [status, error]);
      });
    const entered = (name: string, sender: Sender) =>
      t.step(name, async () => {
        assertEntered(await send(server, route, sender), route);
      });

    await refused("nobody", { token: null }, 401, UNAUTHORIZED);
    await refused("an unknown token", { token: "none" }, 401, UNAUTHORIZED);
    await refused("a job's token", { token: TOKENS.job }, 401, UNAUTHORIZED);
    await refused(
      "a job's token in its header",
      {
        token: null,
        headers: { "job-token": TOKENS.job },
      },
      401,
      UNAUTHORIZED,
    );
    await refused("a deploy token", { token: OTHER.deploy }, 401, UNAUTHORIZED);
    await refused(
      "a name and a token",
      {
        token: null,
        headers: { authorization: `Basic ${btoa(`dev:${TOKENS.write}`)}` },
      },
      401,
      UNAUTHORIZED,
    );
    await refusedWith("an expired token", OTHER.expired, 401, "invalid_token");
    await refusedWith("a revoked token", OTHER.revoked, 401, "invalid_token");
    await refusedWith(
      "the scope read_user",
      TOKENS.noscope,
      403,
      "insufficient_scope",
    );
    await refused("a blocked user", { token: OTHER.blocked }, 403, {
      message: "403 Forbidden",
    });
    await refused(
      "a stranger to the project",
      { token: TOKENS.outsider },
      404,
      NO_PROJECT,
    );
    await refused(
      "a project that is not there",
      { project: 999 },
      404,
      NO_PROJECT,
    );
    await refused(
      "a project without experiments",
      {
        project: PROJECT.featureOff,
      },
      404,
      NOT_FOUND,
    );
    if (route.registry) {
      await refused(
        "a project without a model registry",
        {
          project: PROJECT.registryOff,
        },
        404,
        NOT_FOUND,
      );
    }
    await entered("a Developer", {});
    await entered("a Developer by the project's path", {
      project: "lab%2Fmain",
    });
    await entered("a Developer with PRIVATE-TOKEN", {
      token: null,
      headers: { "private-token": TOKENS.write },
    });
    await entered("a Developer by OAuth", { token: OTHER.oauth });
    await entered("a Maintainer", { token: TOKENS.owner });
    if (reads) {
      await entered("the scope read_api", { token: TOKENS.read });
      await entered("a Reporter", { token: TOKENS.reporter });
      await entered("a Guest", { token: TOKENS.guest });
      await t.step("a former path", async () => {
        const answer = await send(server, route, { project: "lab%2Fold" });
        assertEquals(answer.status, 302);
        assertEquals(
          answer.headers.get("location"),
          `${server.url}/api/v4/projects/${PROJECT.main}/ml/mlflow/api/2.0/${route.path}`,
        );
      });
    } else {
      await refusedWith(
        "the scope read_api",
        TOKENS.read,
        403,
        "insufficient_scope",
      );
      for (const token of [TOKENS.reporter, TOKENS.guest]) {
        const name = token === TOKENS.guest ? "a Guest" : "a Reporter";
        if (route.open) await entered(name, { token });
        else await refused(name, { token }, 401, UNAUTHORIZED);
      }
      await refused("a former path", { project: "lab%2Fold" }, 405, {
        message: "Non GET methods are not allowed for moved projects",
      });
      await t.step(
        "a body that is no JSON comes before a stranger",
        async () => {
          const answer = await send(server, route, { token: null, body: "{" });
          assertEquals([answer.status, answer.body], [400, {
            error: "Invalid JSON format",
          }]);
        },
      );
      await t.step("another type of body", async () => {
        const answer = await send(server, route, {
          headers: { "content-type": "text/csv" },
          body: "a",
        });
        assertEquals([answer.status, answer.body], [415, {
          error: "The provided content-type 'text/csv' is not supported.",
        }]);
      });
    }
    await t.step("another method", async () => {
      const answer = await call(
        server,
        `/projects/${PROJECT.main}/ml/mlflow/api/2.0/${route.path}`,
        { method: "PUT", body: "{}" },
      );
      assertEquals([answer.status, answer.body], [405, {
        error: "405 Not Allowed",
      }]);
      assertEquals(
        answer.headers.get("allow")?.split(", ").includes(route.method),
        true,
      );
    });
    await server.close();
  });
}
