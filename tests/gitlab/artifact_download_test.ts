import { clientOf } from "./run_of_42.ts";
import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { isNotFoundError } from "../../src/gitlab/errors.ts";
import { json, token, withRawServer, withServer } from "./scripted_server.ts";

const RUN = {
  run_id: "r",
  experiment_id: "3",
  artifact_uri: "mlflow-artifacts:/candidate:17",
};
Deno.test("a download that is redirected to a storage goes there without the token", async () => {
  const content = "the file";
  await withServer(
    (seen) =>
      seen.path === "/bucket/x?signature=abc"
        ? new Response(content)
        : new Response("no", { status: 400 }),
    async (storage) => {
      await withServer(
        () =>
          new Response(null, {
            status: 302,
            headers: { location: `${storage.url}/bucket/x?signature=abc` },
          }),
        async (server) => {
          const secret = token();
          const stream = await clientOf(server, secret).downloadArtifact(
            RUN,
            "model.bin",
          );
          assertEquals(await new Response(stream).text(), content);
          assertEquals(
            server.seen[0]?.headers.get("authorization"),
            `Bearer ${secret}`,
          );
          assertEquals(storage.seen[0]?.headers.get("authorization"), null);
        },
      );
    },
  );
});

Deno.test("a download that fails at the storage does not show the signed address", async () => {
  await withServer(
    (seen) =>
      seen.path.startsWith("/storage")
        ? new Response("<Error/>", { status: 403 })
        : new Response(null, {
          status: 302,
          headers: { location: "/storage/x?signature=hush" },
        }),
    async (server) => {
      const error = await assertRejects(() =>
        clientOf(server).downloadArtifact(RUN, "x")
      );
      assertEquals(Deno.inspect(error, { depth: 9 }).includes("hush"), false);
    },
  );
});

Deno.test("a file is read by its path as logged, else by its stored name", async () => {
  const stored = "a-0123456789ab.txt"; // looks replaced, but Python's client logged it so
  await withServer(
    (seen) =>
      seen.path.endsWith(`/${stored}`)
        ? new Response("here")
        : json({ message: "404 Not found" }, 404),
    async (server) => {
      const stream = await clientOf(server).downloadArtifact(RUN, stored);
      assertEquals(await new Response(stream).text(), "here");
      assertEquals(server.seen.length, 2);
      const error = await assertRejects(() =>
        clientOf(server).downloadArtifact(RUN, "../secret.txt")
      );
      assert(isNotFoundError(error));
      assertEquals(error.missing, "file");
      assertEquals(server.seen.length, 3); // never asked for a path with ..
    },
  );
});

Deno.test("a download cut in the middle fails while it is read", async () => {
  const head = "HTTP/1.1 200 OK\r\ncontent-type: application/octet-stream\r\n";
  await withRawServer(`${head}content-length: 100\r\n\r\nhalf`, async (url) => {
    const stream = await clientOf({ url }).downloadArtifact(RUN, "x");
    const error = await assertRejects(() => new Response(stream).text());
    assertStringIncludes((error as Error).message, "cut in the middle");
  });
});
