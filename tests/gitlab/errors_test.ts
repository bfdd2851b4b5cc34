import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { createClient } from "../../src/gitlab/client.ts";
import {
  isAddressError,
  isNotFoundError,
  isTrackingError,
  type TrackingError,
} from "../../src/gitlab/errors.ts";
import {
  everything,
  json,
  token,
  tracking,
  withServer,
} from "./scripted_server.ts";
import { ROWS } from "./refusal_rows.ts";

const noDelay = () => Promise.resolve();

for (const row of ROWS) {
  Deno.test(`${row.name} (${row.status}) becomes ${row.error}`, async () => {
    await withServer(
      () =>
        typeof row.body === "string"
          ? new Response(row.body, { status: row.status })
          : json(row.body, row.status),
      async ({ url, seen }) => {
        const secret = token();
        const client = createClient({
          tracking_uri: tracking(url),
          token: secret,
          delay: noDelay,
          retry: { retries: 0 },
        });
        const error = await assertRejects(() =>
          client.logBatch({
            run_id: "r",
            metrics: [{ key: "loss", value: 1, timestamp: 1, step: 0 }],
          })
        ) as TrackingError;
        assert(isTrackingError(error));
        assertEquals(error.name, row.error);
        assertEquals(error.retry, row.retry);
        assertEquals(error.status, row.status);
        assertEquals(error.method, "POST");
        assertEquals(
          error.url,
          `${tracking(url)}/api/2.0/mlflow/runs/log-batch`,
        );
        assertEquals(error.attempted, "log 1 metrics to run r");
        assertStringIncludes(error.message, row.says);
        assertStringIncludes(error.message, "Cannot log 1 metrics to run r");
        assertEquals(error.message.includes("hush"), false);
        assertEquals(error.message.includes("\n"), false);
        if (row.missing !== undefined) {
          assertEquals(
            isNotFoundError(error) ? error.missing : "",
            row.missing,
          );
        }
        assertEquals(everything(error).includes(secret), false);
        assertEquals(
          seen[0]?.headers.get("authorization"),
          `Bearer ${secret}`,
        );
      },
    );
  });
}

Deno.test("a server that repeats the token in its answer does not bring it into the error", async () => {
  const secret = token();
  await withServer(
    () => json({ message: `the token ${secret} is odd` }, 400),
    async ({ url }) => {
      const client = createClient({
        tracking_uri: tracking(url),
        token: secret,
      });
      const error = await assertRejects(() => client.getRun("r"));
      assertStringIncludes(
        (error as Error).message,
        "the token [token] is odd",
      );
      assertEquals(everything(error).includes(secret), false);
      assertEquals(everything(client).includes(secret), false);
    },
  );
});

Deno.test("a server that repeats the token in another form does not bring it into an error, whatever it answers", async () => {
  const secret = token();
  const backwards = [...secret].reverse().join("");
  const forms = [backwards, btoa(`Bearer ${secret}`), secret.toUpperCase()];
  const inAnswers = forms.flatMap((form) => [
    () => json({ message: `you sent ${form} here` }, 400),
    () => json({ run: { info: { run_id: form, [form]: 1 } } }),
    () =>
      new Response(null, {
        status: 302,
        headers: { location: `ftp://elsewhere.example/${form}` },
      }),
    () => new Response(`<html><title>${form}</title></html>`, { status: 403 }),
  ]);
  for (const answer of inAnswers) {
    await withServer(answer, async ({ url }) => {
      const client = createClient({
        tracking_uri: tracking(url),
        token: secret,
        delay: noDelay,
        retry: { retries: 0 },
      });
      const error = await assertRejects(() => client.getRun("r"));
      for (const form of forms) {
        const text = everything(error);
        assertEquals(text.includes(form), false, text);
      }
    });
  }
});

Deno.test("a password in the tracking URI is used for basic authentication and shown nowhere", async () => {
  const secret = token();
  await withServer(
    (seen) =>
      seen.path === "/version"
        ? new Response("3.17.2")
        : json({ error_code: "X", message: "no" }, 400),
    async ({ url, seen }) => {
      const client = createClient({
        tracking_uri: url.replace("http://", `http://ann:${secret}@`),
      });
      const error = await assertRejects(() => client.getRun("r"));
      assertEquals(everything(error).includes(secret), false);
      assertEquals(
        seen[1]?.headers.get("authorization"),
        `Basic ${btoa(`ann:${secret}`)}`,
      );
      assertEquals(client.tracking_uri, url);
    },
  );
});

Deno.test("a token with a line break is refused before it is sent, without being shown", () => {
  const secret = token();
  const error = assertThrows(() =>
    createClient({
      tracking_uri: "https://host.example/api/v4/projects/1/ml/mlflow",
      token: `${secret}\nmore`,
    })
  );
  assertEquals(everything(error).includes(secret), false);
  assertStringIncludes((error as Error).message, "line break");
});

Deno.test("a tracking URI that is no web address is refused in one sentence", () => {
  for (const uri of ["file:///data/mlruns", "sqlite:///mlflow.db", "host"]) {
    const error = assertThrows(() => createClient({ tracking_uri: uri }));
    assert(isAddressError(error));
    assertStringIncludes(error.message, "https://");
  }
});

Deno.test("the error classes are recognised across copies of the module", async () => {
  const copy = await import(
    `../../src/gitlab/errors.ts?copy=${crypto.randomUUID()}`
  ) as typeof import("../../src/gitlab/errors.ts");
  const error = new copy.ThrottledError("Cannot x", {
    method: "GET",
    url: "",
    attempted: "x",
    retry: "later",
    retry_after_ms: 5,
  });
  assertEquals(isTrackingError(error), true);
  assertEquals(isNotFoundError(error), false);
});
