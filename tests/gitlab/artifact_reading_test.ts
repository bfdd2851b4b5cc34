import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { clientOf, GENERIC, PACKAGES, RUN } from "./run_of_42.ts";
import { createClient } from "../../src/gitlab/client.ts";
import { json, withServer } from "./scripted_server.ts";

const LISTING =
  "/api/v4/projects/42/ml/mlflow/api/2.0/mlflow-artifacts/artifacts";

Deno.test("a listing is decoded, has each file once with its newest size, and gives original names back", async () => {
  const client = await withListing(
    [
      { path: "figures%2Floss.svg", file_size: 1, is_dir: false },
      { path: "a%20b.txt", file_size: 2, is_dir: false },
      { path: "figures%2Floss.svg", file_size: 3, is_dir: false },
      { path: "gr_e-0123456789ab.csv", file_size: 4, is_dir: false },
      { path: "nbtrack-names.json", file_size: 5, is_dir: false },
    ],
    JSON.stringify({
      schema_version: 1,
      names: [{ stored: "gr_e-0123456789ab.csv", original: "größe.csv" }],
    }),
  );
  assertEquals(client.files, [
    { path: "figures/loss.svg", stored: "figures/loss.svg", size: 3 },
    { path: "a b.txt", stored: "a b.txt", size: 2 },
    { path: "größe.csv", stored: "gr_e-0123456789ab.csv", size: 4 },
    { path: "nbtrack-names.json", stored: "nbtrack-names.json", size: 5 },
  ]);
  assertEquals(client.asked, [
    `${LISTING}?path=candidate%3A17`,
    `${PACKAGES}/ml_models/candidate:17/files/nbtrack-names.json`,
  ]);
});

async function withListing(files: unknown[], names: string) {
  let listed: unknown;
  let asked: string[] = [];
  await withServer(
    (seen) =>
      seen.path.startsWith(LISTING) ? json({ files }) : new Response(names),
    async (server) => {
      listed = await clientOf(server).listArtifacts(RUN);
      asked = server.seen.map((s) => s.path);
    },
  );
  return { files: listed, asked };
}

Deno.test("without a listing the packages API is asked, page by page, and its loose matches are left out", async () => {
  const other = {
    id: 2,
    name: "ml_experiment_33",
    version: "candidate_17",
    package_type: "ml_model",
  };
  const mine = { ...other, id: 1, name: "ml_experiment_3" };
  await withServer((seen) => {
    const url = new URL(seen.path, "http://x");
    if (url.pathname === PACKAGES) {
      assertEquals(url.searchParams.get("package_version"), "candidate_17");
      return json([other, mine]);
    }
    if (url.pathname === `${PACKAGES}/1/package_files`) {
      const page = Number(url.searchParams.get("page"));
      return json(
        Array.from({ length: page === 1 ? 100 : 1 }, (_, i) => ({
          id: page * 1000 + i,
          file_name: page === 1 ? `f%2F${i}` : "f%2F0",
          size: page,
        })),
      );
    }
    return json({ error: "404 Not Found" }, 404);
  }, async (server) => {
    const files = await clientOf(server).listArtifacts(RUN);
    assertEquals(files.length, 100);
    assertEquals(files[0], { path: "f/0", stored: "f/0", size: 2 });
  });
});

Deno.test("the files of a GitLab 16 run are those of its generic package", async () => {
  await withServer((seen) => {
    if (seen.path.includes("/package_files")) {
      return json([{ id: 5, file_name: "a.txt", size: 1 }]);
    }
    assertStringIncludes(seen.path, "package_type=generic");
    assertStringIncludes(seen.path, "package_version=17");
    return json([{
      id: 1,
      name: "ml_experiment_3",
      version: "17",
      package_type: "generic",
    }]);
  }, async (server) => {
    const files = await clientOf(server).listArtifacts(GENERIC);
    assertEquals(files, [{ path: "a.txt", stored: "a.txt", size: 1 }]);
  });
});

Deno.test("a plain server's artifacts are sent below the run's address and listed folder by folder", async () => {
  const run = {
    run_id: "abc",
    experiment_id: "1",
    artifact_uri: "mlflow-artifacts:/1/abc/artifacts",
  };
  await withServer((seen) => {
    const url = new URL(seen.path, "http://x");
    if (url.pathname === "/version") return new Response("3.17.2");
    if (url.pathname !== "/api/2.0/mlflow/artifacts/list") return json({});
    if (url.searchParams.get("path") === "d") {
      return json({ files: [{ path: "d/x", is_dir: false, file_size: "7" }] });
    }
    return url.searchParams.get("page_token") === null
      ? json({
        files: [{ path: "d", is_dir: true }],
        next_page_token: "2",
      })
      : json({ files: [{ path: "größe.csv", is_dir: false, file_size: 1 }] });
  }, async (server) => {
    const client = createClient({ tracking_uri: server.url });
    await client.uploadArtifact({
      run,
      path: "d/größe x.csv",
      body: new Uint8Array(1),
    });
    assertEquals(
      server.seen[1]?.path,
      "/api/2.0/mlflow-artifacts/artifacts/1/abc/artifacts/d/gr%C3%B6%C3%9Fe%20x.csv",
    );
    assertEquals(await client.listArtifacts(run), [
      { path: "größe.csv", stored: "größe.csv", size: 1 },
      { path: "d/x", stored: "d/x", size: 7 },
    ]);
  });
});

Deno.test("a plain server that keeps its files elsewhere cannot be sent any, but still reads them out", async () => {
  const run = {
    run_id: "abc",
    experiment_id: "1",
    artifact_uri: "s3://bucket/1/abc/artifacts",
  };
  await withServer(
    (seen) =>
      seen.path === "/version" ? new Response("3.17.2") : new Response("here"),
    async (server) => {
      const client = createClient({ tracking_uri: server.url });
      const error = await assertRejects(() =>
        client.uploadArtifact({ run, path: "x", body: new Uint8Array(1) })
      );
      assertStringIncludes((error as Error).message, "keeps them itself (s3)");
      const stream = await client.downloadArtifact(run, "d/x.txt");
      assertEquals(await new Response(stream).text(), "here");
      assertEquals(
        server.seen.at(-1)?.path,
        "/get-artifact?path=d%2Fx.txt&run_uuid=abc",
      );
    },
  );
});
