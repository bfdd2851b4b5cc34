import { createHash } from "node:crypto";
import { clientOf, GENERIC, PACKAGES, RUN } from "./run_of_42.ts";
import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import {
  artifactLocation,
  runIid,
} from "../../src/gitlab/artifact_locations.ts";
import { isNetworkError } from "../../src/gitlab/errors.ts";
import { json, tracking, withServer } from "./scripted_server.ts";

Deno.test("the run's number is read from every form of artifact_uri", () => {
  const base = "https://h.example/gitlab/api/v4/projects/42/packages";
  assertEquals(runIid(`${base}/generic/ml_experiment_3/17/`), 17);
  assertEquals(runIid(`${base}/ml_models/candidate:17/files/`), 17);
  assertEquals(runIid("mlflow-artifacts:/candidate:17"), 17);
  assertEquals(runIid(`${base}/ml_models/9/files/`), null);
  assertEquals(runIid("mlflow-artifacts:/1/0123abc/artifacts"), null);
  assertEquals(runIid(""), null);
});

Deno.test("files go to the project's own address, whatever host artifact_uri names", async () => {
  const place = {
    kind: "gitlab" as const,
    root: "https://h.example",
    project: "https://h.example/api/v4/projects/42",
    tracking: "",
  };
  const base = (artifact_uri: string) =>
    artifactLocation(place, { ...RUN, artifact_uri }).base;
  const root = "https://h.example/api/v4/projects/42/packages";
  const other = "https://internal:8181/api/v4/projects/42/packages";
  assertEquals(
    base(`${other}/generic/ml_experiment_3/17/`),
    `${root}/generic/ml_experiment_3/17/`,
  );
  assertEquals(
    base(`${other}/ml_models/candidate:17/files/`),
    `${root}/ml_models/candidate:17/files/`,
  );
  assertEquals(
    base("mlflow-artifacts:/candidate:17"),
    `${root}/ml_models/candidate:17/files/`,
  );
  assertEquals(
    base(`${other}/ml_models/9/files/`),
    `${root}/ml_models/9/files/`,
  );
  const error = await assertRejects(async () => await base("gs://bucket/x"));
  assertStringIncludes((error as Error).message, "unknown form");
});

Deno.test("an artifact is sent as it is, with its type, length and folders", async () => {
  await withServer(
    () => json({ message: "201 Created" }, 201),
    async (server) => {
      const name = await clientOf(server).uploadArtifact({
        run: RUN,
        path: "figures/loss.svg",
        body: new TextEncoder().encode("<svg/>"),
        content_type: "image/svg+xml",
      });
      assertEquals(name.stored, "figures/loss.svg");
      const seen = server.seen[0];
      assertEquals(seen?.method, "PUT");
      assertEquals(
        seen?.path,
        `${PACKAGES}/ml_models/candidate:17/files/figures/loss.svg`,
      );
      assertEquals(seen?.body, "<svg/>");
      assertEquals(seen?.headers.get("content-type"), "image/svg+xml");
      assertEquals(seen?.headers.get("content-length"), "6");
      assertEquals(seen?.headers.get("content-encoding"), null);
      assertStringIncludes(seen?.headers.get("user-agent") ?? "", "nbtrack/");
    },
  );
});

Deno.test("an artifact of GitLab 16 has no folder and no space in its name", async () => {
  await withServer(
    () => json({ message: "201 Created" }, 201),
    async (server) => {
      const name = await clientOf(server).uploadArtifact({
        run: GENERIC,
        path: "my figures/loss.svg",
        body: new Uint8Array(1),
      });
      assertEquals(/^[A-Za-z0-9._-]+\.svg$/.test(name.stored), true);
      assertEquals(
        server.seen[0]?.path,
        `${PACKAGES}/generic/ml_experiment_3/17/${name.stored}`,
      );
    },
  );
});

Deno.test("an artifact of 0 bytes is sent, from memory and from a file", async () => {
  const path = await Deno.makeTempFile();
  try {
    await withServer(
      () => json({ message: "201 Created" }, 201),
      async (server) => {
        const client = clientOf(server);
        for (const body of [new Uint8Array(), path]) {
          await client.uploadArtifact({ run: RUN, path: "empty", body });
        }
        assertEquals(
          server.seen.map((s) => s.headers.get("content-length")),
          ["0", "0"],
        );
      },
    );
  } finally {
    await Deno.remove(path);
  }
});

Deno.test("a file of 64 MB is sent byte for byte with its length, and memory stays small", async () => {
  const path = await Deno.makeTempFile();
  const piece = crypto.getRandomValues(new Uint8Array(65_536));
  const file = await Deno.open(path, { write: true });
  const sent = createHash("sha256");
  for (let i = 0; i < 1024; i++) {
    piece.fill(i % 256, 0, 100);
    sent.update(piece);
    await file.write(piece);
  }
  file.close();
  const received = createHash("sha256");
  let length: string | null = null;
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    async (request) => {
      length = request.headers.get("content-length");
      for await (const chunk of request.body ?? []) received.update(chunk);
      return json({ message: "201 Created" }, 201);
    },
  );
  try {
    const child = new URL("./children/upload.ts", import.meta.url);
    const { success, stdout } = await new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "-A",
        child.href,
        tracking(`http://127.0.0.1:${server.addr.port}`),
        path,
      ],
      stderr: "inherit",
    }).output();
    assertEquals(success, true);
    assertEquals(length, String(64 * 1024 * 1024));
    assertEquals(received.digest("hex"), sent.digest("hex"));
    const most = Number(new TextDecoder().decode(stdout));
    assert(most > 0 && most < 20_000_000, `${most} bytes`);
  } finally {
    await server.shutdown();
    await Deno.remove(path);
  }
});

Deno.test("a file that is gone is named, before anything is sent", async () => {
  await withServer(() => json({}), async (server) => {
    const error = await assertRejects(() =>
      clientOf(server).uploadArtifact({
        run: RUN,
        path: "x",
        body: "nowhere/x.bin",
      })
    );
    assert(isNetworkError(error));
    assertEquals([error.failure, error.retry], ["file", "never"]);
    assertEquals(server.seen.length, 0);
  });
});

Deno.test("a file that becomes shorter while it is sent is no network failure", async () => {
  const path = await Deno.makeTempFile();
  await Deno.truncate(path, 64 * 1024 * 1024);
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    async (request) => {
      const reader = request.body?.getReader();
      await reader?.read();
      await Deno.truncate(path, 10);
      try {
        while (!(await reader?.read())?.done);
      } catch {
        // the client gave up, as it must
      }
      return json({ message: "201 Created" }, 201);
    },
  );
  try {
    const client = clientOf({ url: `http://127.0.0.1:${server.addr.port}` });
    const error = await assertRejects(() =>
      client.uploadArtifact({ run: RUN, path: "x", body: path })
    );
    assert(isNetworkError(error));
    assertStringIncludes(error.message, "became shorter");
  } finally {
    await server.shutdown();
    await Deno.remove(path);
  }
});
