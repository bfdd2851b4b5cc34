import { assert, assertEquals } from "@std/assert";
import { type PracticeServer, startServer } from "../../src/practice/server.ts";
import {
  call,
  config,
  mlflow,
  newRun,
  PROJECT,
  start,
  TOKENS,
} from "./fixtures.ts";

const files = (iid: number | string) =>
  `/projects/${PROJECT.main}/packages/ml_models/${
    typeof iid === "number" ? `candidate:${iid}` : iid
  }/files`;
const ARTIFACTS =
  `/projects/${PROJECT.main}/ml/mlflow/api/2.0/mlflow-artifacts/artifacts`;

function put(
  server: PracticeServer,
  path: string,
  body: BodyInit,
  options: { token?: string } = {},
) {
  return call(server, path, { method: "PUT", body, ...options });
}

Deno.test("names are stored encoded, and spaces are out of the MLflow API's reach", async () => {
  const server = await start();
  const { iid, run_id } = await newRun(server);
  for (const name of ["a%20b.txt", "c+d.txt", "x/y%20z/e-f_g.1"]) {
    assertEquals(
      (await put(server, `${files(iid)}/${name}`, name)).status,
      201,
    );
    assertEquals((await call(server, `${files(iid)}/${name}`)).text, name);
  }
  const list = await call(server, `${ARTIFACTS}?path=candidate:${iid}`);
  assertEquals(list.body.files.map((f: { path: string }) => f.path), [
    "a%20b.txt",
    "c%2Bd.txt",
    "x%2Fy%20z%2Fe-f_g.1",
  ]);
  const mlflowGet = (name: string) =>
    call(server, `${ARTIFACTS}/candidate:${iid}/${name}`);
  assertEquals((await mlflowGet("c+d.txt")).text, "c+d.txt");
  assertEquals((await mlflowGet("a%20b.txt")).status, 404);
  assertEquals(
    (await call(server, `${ARTIFACTS}?path=candidate:${iid}/x`)).body,
    { files: [] },
  );
  assertEquals((await call(server, ARTIFACTS)).status, 500);
  assertEquals((await call(server, `${ARTIFACTS}?path=99`)).body, {
    error_code: "RESOURCE_DOES_NOT_EXIST",
  });
  const run = await mlflow(server, `runs/get?run_id=${run_id}`);
  assertEquals(
    run.body.run.info.artifact_uri,
    `mlflow-artifacts:/candidate:${iid}`,
  );
  await server.close();
});

Deno.test("names that leave their folder or break the pattern are refused", async () => {
  const server = await start();
  const { iid } = await newRun(server);
  for (
    const name of [
      "%2e%2e%2fx",
      "..%2fx",
      "d%2f..%2f..%2fx",
      "ü.txt",
      "a~b",
      "~",
    ]
  ) {
    const answer = await put(server, `${files(iid)}/${name}`, "x");
    assertEquals(answer.status, 400, name);
    assertEquals(typeof answer.body.error, "string");
  }
  assertEquals((await put(server, `${files(iid)}/.hidden`, "x")).status, 201);
  assertEquals((await put(server, `${files(iid)}/empty`, "")).status, 201);
  assertEquals((await call(server, `${files(iid)}/empty`)).text, "");
  await server.close();
});

Deno.test("a file over the limit is refused and not kept, one at the limit is taken", async () => {
  const server = await start({ limits: { artifact_bytes: 1000 } });
  const { iid } = await newRun(server);
  const big = await put(server, `${files(iid)}/big`, "x".repeat(1001));
  assertEquals([big.status, big.body], [400, {
    message: "400 Bad request - Artifact file is too large",
  }]);
  assertEquals((await call(server, `${files(iid)}/big`)).body, {
    message: "404 Not found",
  });
  const fits = await put(server, `${files(iid)}/fits`, "x".repeat(1000));
  assertEquals(fits.status, 201);
  await server.close();
});

Deno.test("an upload that its sender breaks off is no file and no error of the server", async () => {
  const reports: unknown[] = [];
  const dir = await Deno.makeTempDir();
  const server = await startServer({
    data: { dir },
    config: config(),
    report: (error) => reports.push(error),
  });
  const { iid } = await newRun(server);
  const connection = await Deno.connect({
    hostname: server.addr.hostname,
    port: server.addr.port,
  });
  const path = `/api/v4${files(iid)}/part`;
  await connection.write(new TextEncoder().encode(
    `PUT ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${TOKENS.write}\r\nContent-Length: 100\r\n\r\nhalf`,
  ));
  const incoming = Deno.watchFs(`${dir}/incoming`);
  const arrived = () => [...Deno.readDirSync(`${dir}/incoming`)].length > 0;
  const changes = incoming[Symbol.asyncIterator]();
  while (!arrived()) await changes.next();
  connection.close();
  while (arrived()) await changes.next();
  incoming.close();
  assertEquals((await call(server, `${files(iid)}/part`)).status, 404);
  await server.close();
  assertEquals(reports, []);
  await Deno.remove(dir, { recursive: true });
});

Deno.test("looking for a run's file makes its package", async () => {
  const server = await start();
  const { iid, run_id } = await newRun(server);
  assertEquals((await call(server, `${files(iid)}/none`)).status, 404);
  const run = await mlflow(server, `runs/get?run_id=${run_id}`);
  assert(run.body.run.info.artifact_uri.startsWith("mlflow-artifacts:"));
  await server.close();
});

Deno.test("the packages API lists packages and files in pages, and only Maintainers remove", async () => {
  const server = await start();
  const { iid, experiment_id } = await newRun(server);
  for (let at = 0; at < 25; at++) {
    await put(server, `${files(iid)}/f${at}`, "x");
  }
  const packages = `/projects/${PROJECT.main}/packages`;
  const [one] = (await call(
    server,
    `${packages}?package_name=EXPERIMENT_${experiment_id}`,
  )).body;
  assertEquals([one.name, one.version], [
    `ml_experiment_${experiment_id}`,
    `candidate_${iid}`,
  ]);
  assertEquals(
    (await call(server, `${packages}?package_type=wheel`)).body,
    { error: "package_type does not have a valid value" },
  );
  assertEquals((await call(server, `${packages}?package_type=npm`)).body, []);
  const list = `${packages}/${one.id}/package_files`;
  const first = await call(server, list);
  assertEquals(first.body.length, 20);
  assertEquals(first.headers.get("x-next-page"), "2");
  assertEquals(first.headers.get("x-total"), "25");
  const second = await call(server, `${list}?page=2`);
  assertEquals(second.body.length, 5);
  const file = `${list}/${first.body[0].id}`;
  const remove = (path: string, token: string) =>
    call(server, path, { method: "DELETE", token }).then((a) => a.status);
  assertEquals(await remove(file, TOKENS.write), 403);
  assertEquals(await remove(file, TOKENS.owner), 204);
  assertEquals(await remove(file, TOKENS.owner), 404);
  assertEquals((await call(server, `${files(iid)}/f0`)).status, 404);
  assertEquals(await remove(`${packages}/${one.id}`, TOKENS.owner), 204);
  assertEquals((await call(server, packages)).body, []);
  await server.close();
});

Deno.test("generic packages of the 16.4 profile have no folders, later ones do", async () => {
  for (const [profile, status] of [["16.4", 400], ["newest", 201]] as const) {
    const server = await start({ profile });
    const path = `/projects/${PROJECT.main}/packages/generic/ml_experiment_1/1`;
    assertEquals((await put(server, `${path}/a/b.txt`, "x")).status, status);
    assertEquals((await put(server, `${path}/~b`, "x")).status, 400);
    assertEquals((await put(server, `${path}/b.txt`, "abc")).status, 201);
    const got = await call(server, `${path}/b.txt`);
    assertEquals(got.text, "abc");
    assertEquals(
      got.headers.has("x-checksum-sha256"),
      profile === "newest",
    );
    for (const missing of [`${path}/none`, `${path}2/b.txt`]) {
      assertEquals((await call(server, missing)).body, {
        message: "404 Not found",
      });
    }
    await server.close();
  }
});

Deno.test("uploads and downloads stream: a large file never stands in memory", async () => {
  const folder = await Deno.makeTempDir();
  const script = new URL("./serve_process.ts", import.meta.url);
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-lock", script.href, folder],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const lines = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const { tracking_uri, token } = JSON.parse((await lines.read()).value!);
  const headers = { authorization: `Bearer ${token}` };
  const post = async (endpoint: string, value: unknown) =>
    (await fetch(`${tracking_uri}/api/2.0/mlflow/${endpoint}`, {
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body: JSON.stringify(value),
    })).json();
  const made = await post("experiments/create", { name: "e" });
  const { run: { info: { artifact_uri } } } = await post("runs/create", made);
  const size = 300 * 1024 * 1024;
  const chunk = new Uint8Array(1024 * 1024);
  let left = size / chunk.length;
  const upload = await fetch(`${artifact_uri}big.bin`, {
    method: "PUT",
    headers,
    body: new ReadableStream({
      pull(controller) {
        if (left-- > 0) controller.enqueue(chunk);
        else controller.close();
      },
    }),
  });
  assertEquals(upload.status, 201);
  await upload.body?.cancel();
  const download = await fetch(`${artifact_uri}big.bin`, { headers });
  let received = 0;
  for await (const part of download.body!) received += part.length;
  assertEquals(received, size);
  const writer = process.stdin.getWriter();
  await writer.write(new TextEncoder().encode("memory\n"));
  const { rise } = JSON.parse((await lines.read()).value!);
  process.kill("SIGKILL");
  await process.status;
  await writer.abort().catch(() => {});
  await lines.cancel();
  await Deno.remove(folder, { recursive: true });
  assert(rise < 100 * 1024 * 1024, `the server's memory rose by ${rise} bytes`);
});
