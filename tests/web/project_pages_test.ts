import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { projectPages } from "../../src/cli/project_pages.ts";
import { createClient } from "../../src/gitlab/client.ts";
import { startServer } from "../../src/practice/server.ts";
import { ServerReader } from "../../src/record/server_reader.ts";
import { ServerSource } from "../../src/web/server_source.ts";
import { writeSite } from "../../src/web/site.ts";
import { attributes, textIn } from "./support.ts";

/** A practice server with a private and a public project, each with a run. */
async function served() {
  const token = ["pages", crypto.randomUUID()].join("-");
  const other = ["pages", crypto.randomUUID()].join("-");
  const user = (id: number, username: string) => ({
    id,
    username,
    name: username,
  });
  const failures: unknown[] = [];
  const server = await startServer({
    data: "memory",
    report: (error) => failures.push(error),
    pages: projectPages((error) => failures.push(error)),
    config: {
      projects: [
        {
          id: 1,
          path: "class/private",
          visibility: "private",
          merge_requests: [4],
        },
        {
          id: 2,
          path: "class/public",
          visibility: "public",
          merge_requests: [4],
        },
      ],
      tokens: [
        {
          token,
          user: user(1, "ana"),
          scopes: ["api"],
          roles: { "class/private": "developer", "class/public": "developer" },
        },
        { token: other, user: user(2, "bo"), scopes: ["api"], roles: {} },
      ],
    },
  });
  for (const project of [1, 2]) {
    const client = createClient({
      tracking_uri: `${server.url}/api/v4/projects/${project}/ml/mlflow`,
      token,
    });
    const experiment_id = await client.findOrCreateExperiment("penguins & co");
    const { info } = await client.createRun({
      experiment_id,
      run_name: `run of ${project}`,
      start_time: 1_700_000_000_000,
    });
    for (const [step, value] of [3, 2, 1].entries()) {
      await client.logBatch({
        run_id: info.run_id,
        metrics: [{
          key: "loss",
          value,
          step,
          timestamp: step,
        }],
      });
    }
  }
  return {
    server,
    token,
    other,
    failures,
    async get(path: string, headers: Record<string, string> = {}) {
      const answer = await fetch(new URL(path, server.url), {
        headers,
        redirect: "manual",
      });
      return {
        status: answer.status,
        headers: answer.headers,
        text: await answer.text(),
      };
    },
    async signIn(text: string, headers: Record<string, string> = {}) {
      const answer = await fetch(`${server.url}/users/sign_in`, {
        method: "POST",
        body: new URLSearchParams({
          token: text,
          next: "/class/private/-/ml/candidates/1",
        }),
        headers,
        redirect: "manual",
      });
      await answer.body?.cancel();
      return {
        status: answer.status,
        location: answer.headers.get("location"),
        set: answer.headers.get("set-cookie") ?? "",
      };
    },
    [Symbol.asyncDispose]: () => server.close(),
  };
}

Deno.test("GitLab's addresses of a run and an experiment are pages of the practice server, for those who may see them", async () => {
  await using at = await served();
  const run = "/class/private/-/ml/candidates/1";
  const asked = await at.get(run);
  assertEquals(asked.status, 303);
  assertMatch(asked.headers.get("location") ?? "", /^\/users\/sign_in\?next=/);
  const form = await at.get(asked.headers.get("location") ?? "");
  assertMatch(form.text, /<form method="post" action="\/users\/sign_in">/);
  assertEquals((await at.signIn("not a token")).status, 401);
  assertEquals(
    (await at.signIn(at.token, { origin: "http://example.org" })).status,
    403,
  );
  const stranger = await at.signIn(at.other);
  const strangers = { cookie: stranger.set.split(";")[0] ?? "" };
  assertEquals((await at.get(run, strangers)).status, 404);
  const signed = await at.signIn(at.token);
  assertEquals([signed.status, signed.location], [303, run]);
  assertMatch(signed.set, /HttpOnly; SameSite=Lax/);
  const cookie = { cookie: signed.set.split(";")[0] ?? "" };
  assert(!signed.set.includes(at.token));
  const page = await at.get(run, cookie);
  assertEquals([page.status, textIn(page.text, "h1")], [200, "run of 1"]);
  assertStringIncludes(
    page.text,
    'aria-label="loss over step, 1 to 3, last 1"',
  );
  assertMatch(page.text, /As class\/private had it at <time datetime="[^"]*"/);
  // The run is open: its page is read again, part by part, from the address that it is shown at.
  assertEquals(attributes(page.text, "data-refresh"), ["5"]);
  const parts = await at.get(`${run}?parts=fresh,head,metrics`, cookie);
  assertEquals(attributes(parts.text, "data-part"), [
    "head",
    "fresh",
    "metrics",
  ]);
  const experiment = await at.get("/class/private/-/ml/experiments/1", cookie);
  assertStringIncludes(experiment.text, "Reload the page for what is newer.");
  assertEquals(textIn(experiment.text, "h1"), "penguins & co");
  for (
    const href of attributes(page.text, "href").filter((h) => h.startsWith("/"))
  ) {
    assert(href.startsWith("/class/private/-/nbtrack/"), href);
    assertEquals((await at.get(href, cookie)).status, 200, href);
    assertEquals((await at.get(href)).status, 303, href);
  }
  assertEquals(
    (await at.get("/class/private/-/ml/candidates/99", cookie)).status,
    404,
  );
  assertEquals((await at.get("/class/none/-/ml/candidates/1")).status, 303);
  assertEquals(at.failures, []);
});

Deno.test("a merge request's notes are a page of the practice server, as they were written, for those who may see them", async () => {
  await using at = await served();
  const page = (project: string) => `/class/${project}/-/merge_requests/4`;
  const body = "| `k` | <script>alert(1)</script> |";
  for (const project of [1, 2]) {
    const empty = await at.get(page("public"));
    if (project === 1) assertStringIncludes(empty.text, "No note was written");
    const answer = await fetch(
      `${at.server.url}/api/v4/projects/${project}/merge_requests/4/notes`,
      {
        method: "POST",
        headers: {
          "private-token": at.token,
          "content-type": "application/json",
        },
        body: JSON.stringify({ body }),
      },
    );
    assertEquals(answer.status, 201);
    await answer.body?.cancel();
  }
  assertEquals((await at.get(page("private"))).status, 303);
  const cookieOf = async (token: string) => ({
    cookie: (await at.signIn(token)).set.split(";")[0] ?? "",
  });
  assertEquals(
    (await at.get(page("private"), await cookieOf(at.other))).status,
    404,
  );
  const mine = await cookieOf(at.token);
  for (
    const { status, text } of [
      await at.get(page("public")),
      await at.get(page("private"), mine),
    ]
  ) {
    assertEquals([status, textIn(text, "h1")], [200, "Merge request !4"]);
    assertMatch(text, /<article id="note_\d+">\s*<h2>ana, <time/);
    assertStringIncludes(
      text,
      "| `k` | &lt;script&gt;alert(1)&lt;/script&gt; |",
    );
  }
  for (const none of ["5", "x", "4/diffs", ""]) {
    const path = `/class/private/-/merge_requests/${none}`;
    assertEquals((await at.get(path, mine)).status, 404, path);
  }
  assertEquals(at.failures, []);
});

Deno.test("a public project's pages are read without signing in, and its server's interface stays as it is", async () => {
  await using at = await served();
  const page = await at.get("/class/public/-/ml/candidates/1");
  assertEquals([page.status, textIn(page.text, "h1")], [200, "run of 2"]);
  const front = await at.get("/", { accept: "text/html" });
  assertStringIncludes(front.text, "class/public");
  assert(!front.text.includes("class/private"));
  const api = await at.get(
    "/api/v4/projects/1/ml/mlflow/api/2.0/mlflow/experiments/list",
  );
  assertEquals(api.status, 401);
  for (
    const next of [
      "//example.org",
      "/\\example.org",
      "/\t/example.org",
      "/\0",
      "http://example.org",
    ]
  ) {
    const form = await at.get(
      `/users/sign_in?next=${encodeURIComponent(next)}`,
    );
    assertStringIncludes(form.text, 'name="next" value="/"');
  }
});

Deno.test("the address of a server and those of its projects lead a browser to experiments, signing in first where that is needed, and nobody else", async () => {
  await using at = await served();
  const html = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };
  const leads = async (path: string, headers: Record<string, string>) => {
    const { status, headers: given } = await at.get(path, headers);
    return [status, given.get("location")];
  };
  const experiments = "/class/private/-/ml/experiments";
  assertEquals(await leads("/class/public/", html), [
    303,
    "/class/public/-/ml/experiments",
  ]);
  for (const path of ["/class/private", "/class/none"]) {
    const next = encodeURIComponent(path);
    assertEquals(await leads(path, html), [303, `/users/sign_in?next=${next}`]);
  }
  const signed = await at.signIn(at.token);
  const cookie = { ...html, cookie: signed.set.split(";")[0] ?? "" };
  assertEquals(await leads("/class/private", cookie), [303, experiments]);
  assertEquals((await at.get(experiments, cookie)).status, 200);
  assertEquals(await leads("/class/none", cookie), [404, null]);
  for (const path of ["/", "/class/private", "/class/none", "/api/v4/none"]) {
    const { status, text } = await at.get(path, { accept: "*/*" });
    assertEquals([status, text], [404, '{"error":"404 Not Found"}'], path);
  }
  const api = await at.get("/api/v4/none", html);
  assertEquals([api.status, api.text], [404, '{"error":"404 Not Found"}']);
  assertEquals(at.failures, []);
});

Deno.test("the front page of a server with one project is that project's experiments, and signing out is a page of its own", async () => {
  const server = await startServer({ data: "memory", pages: projectPages() });
  await using _ = { [Symbol.asyncDispose]: () => server.close() };
  const get = async (path: string, headers: Record<string, string> = {}) => {
    const answer = await fetch(new URL(path, server.url), {
      headers: { accept: "text/html", ...headers },
      redirect: "manual",
    });
    return {
      status: answer.status,
      location: answer.headers.get("location"),
      text: await answer.text(),
    };
  };
  assertEquals((await get("/")).location, "/users/sign_in");
  const signed = await fetch(new URL("/users/sign_in", server.url), {
    method: "POST",
    body: new URLSearchParams({ token: server.token ?? "", next: "/" }),
    redirect: "manual",
  });
  await signed.body?.cancel();
  assertEquals(signed.headers.get("location"), "/");
  const cookie = {
    cookie: signed.headers.get("set-cookie")?.split(";")[0] ?? "",
  };
  const experiments = "/practice/project/-/ml/experiments";
  assertEquals((await get("/", cookie)).location, experiments);
  assertEquals((await get("/practice/project", cookie)).location, experiments);
  const page = await get(experiments, cookie);
  assertEquals([page.status, textIn(page.text, "h1")], [200, "Experiments"]);
  assertMatch(
    (await get("/users/sign_out", cookie)).text,
    /<form method="post" action="\/users\/sign_out">/,
  );
});

Deno.test("the runs of a server are a site like those of the journal, with all points of their curves", async () => {
  await using at = await served();
  const tracking_uri = `${at.server.url}/api/v4/projects/1/ml/mlflow`;
  const source = new ServerSource(
    new ServerReader(createClient({ tracking_uri, token: at.token })),
    "the practice server",
  );
  const dir = await Deno.makeTempDir({ prefix: "nbtrack-site-" });
  try {
    const result = await writeSite({ source, dir: `${dir}/site`, names: [] });
    assertEquals(result.runs, 1);
    const [run] = (await source.select({ experiment: "penguins & co" })).rows(
      0,
      1,
    );
    const page = await Deno.readTextFile(
      `${dir}/site/runs/${run?.run_id}/index.html`,
    );
    assertEquals(textIn(page, "h1"), "run of 1");
    assertStringIncludes(page, 'aria-label="loss over step, 1 to 3, last 1"');
    const csv = await Deno.readTextFile(
      `${dir}/site/runs/${run?.run_id}/metrics/loss.csv`,
    );
    assertEquals(csv.trim().split("\n").length, 4);
    assertMatch(
      await Deno.readTextFile(`${dir}/site/index.html`),
      /on the practice server/,
    );
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
