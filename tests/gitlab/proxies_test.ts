import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { createClient } from "../../src/gitlab/client.ts";
import { isAnswerError, isTooLargeError } from "../../src/gitlab/errors.ts";
import { startPlainMlflow } from "../delivery/plain_mlflow.ts";
import { deliver, Home, record } from "../delivery/support.ts";
import { json, token, tracking, withServer } from "./scripted_server.ts";

const HTML = { "content-type": "text/html; charset=utf-8" };

Deno.test("a server of which a proxy passes only the API is a plain MLflow, and gets runs", async () => {
  await using server = startPlainMlflow({ version: null });
  using home = new Home();
  using journal = home.open();
  const run_id = record(journal, { params: { k: "5" } });
  assert(
    await deliver(journal, run_id, server),
    journal.deliveries.get(run_id).error ?? "",
  );
  assertEquals(server.runs[0]?.params.get("k"), "5");
});

for (
  const [what, before] of [
    [
      "a page",
      () =>
        new Response("<!doctype html><title>Portal</title>", { headers: HTML }),
    ],
    ["a refusal", () => new Response("Forbidden", { status: 403 })],
  ] as const
) {
  Deno.test(`a plain MLflow whose /version and /health are ${what} of a proxy is known by its API`, async () => {
    await withServer(
      ({ path }) =>
        path.startsWith("/api/2.0/mlflow/experiments/get")
          ? json({ error_code: "RESOURCE_DOES_NOT_EXIST" }, 404)
          : before(),
      async ({ url }) => {
        assertEquals(
          await createClient({ tracking_uri: url }).kind(),
          "mlflow",
        );
      },
    );
  });
}

Deno.test("an address that is no tracking server at all is called what it is", async () => {
  await withServer(
    () =>
      new Response("<!doctype html><title>Welcome</title>", { headers: HTML }),
    async ({ url }) => {
      const error = await assertRejects(() =>
        createClient({ tracking_uri: url }).kind()
      );
      assert(isAnswerError(error));
      assertStringIncludes(error.message, "web page");
    },
  );
});

for (
  const [status, title] of [
    [401, "Sign in · SSO"],
    [403, "Just a moment..."],
    [400, "Bad Request"],
  ] as const
) {
  Deno.test(`a web page with status ${status} in place of an answer is called one`, async () => {
    await withServer(
      () =>
        new Response(
          `<!DOCTYPE html><html><head><title>${title}</title></head></html>`,
          { status, headers: HTML },
        ),
      async ({ url }) => {
        for (const tracking_uri of [tracking(url), url]) {
          const client = createClient({ tracking_uri, token: token() });
          const error = await assertRejects(() =>
            client.getExperimentByName("x")
          );
          assert(isAnswerError(error), String(error));
          assertStringIncludes(
            error.message,
            `a web page came in place of an answer (${status}, "${title}")`,
          );
          assert(!/Developer|scope/.test(error.hint), error.hint);
        }
      },
    );
  });
}

Deno.test("a proxy's page with status 413 says that the request was too large for a proxy", async () => {
  await withServer(
    () =>
      new Response("<html><title>413 Request Entity Too Large</title></html>", {
        status: 413,
        headers: HTML,
      }),
    async ({ url }) => {
      const client = createClient({
        tracking_uri: tracking(url),
        token: token(),
      });
      const error = await assertRejects(() =>
        client.logBatch({ run_id: "r", params: [{ key: "a", value: "b" }] })
      );
      assert(isTooLargeError(error));
      assertStringIncludes(
        error.message,
        "a proxy before it answers with a web page",
      );
    },
  );
});

Deno.test("a certificate of an authority itself in DENO_CERT: the sentence says how a server's is made", async () => {
  const dir = await Deno.makeTempDir({ prefix: "nbtrack-tls-" });
  try {
    const made = await new Deno.Command("openssl", {
      args: [
        ..."req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost"
          .split(" "),
        ...[
          "-addext",
          "subjectAltName=DNS:localhost",
          "-keyout",
          `${dir}/key.pem`,
          "-out",
          `${dir}/cert.pem`,
        ],
      ],
      stderr: "null",
    }).output();
    assert(made.success, "openssl makes a certificate");
    const server = Deno.serve({
      port: 0,
      hostname: "127.0.0.1",
      cert: await Deno.readTextFile(`${dir}/cert.pem`),
      key: await Deno.readTextFile(`${dir}/key.pem`),
      onListen: () => {},
    }, () => new Response("3.1.0"));
    const script = `import { createClient } from ${
      JSON.stringify(
        new URL("../../src/gitlab/client.ts", import.meta.url).href,
      )
    };
try { await createClient({ tracking_uri: "https://localhost:${server.addr.port}", retry: { retries: 0 } }).kind(); }
catch (error) { console.log(error.message, error.hint); }`;
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["eval", "--no-lock", script],
      env: { DENO_CERT: `${dir}/cert.pem` },
      stderr: "null",
    }).output();
    const said = new TextDecoder().decode(stdout);
    assertStringIncludes(said, "the certificate of an authority");
    assertStringIncludes(said, "CA:FALSE");
    await server.shutdown();
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
