/** What a sender can make the server do: how much it reads, nests, remembers and waits for. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
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
import { until } from "../until.ts";

const BATCH =
  `/api/v4/projects/${PROJECT.main}/ml/mlflow/api/2.0/mlflow/runs/log-batch`;
/** How long a test waits for what must come, milliseconds. */
const DEADLINE_MS = 20_000;
const MB = 1024 ** 2;

/** A connection on which a test writes what it likes. */
async function connect({ url }: Pick<PracticeServer, "url">) {
  const { hostname, port } = new URL(url);
  const connection = await Deno.connect({ hostname, port: Number(port) });
  const reader = connection.readable.getReader();
  const decoder = new TextDecoder();
  let ended = false;
  return {
    write: (text: string) =>
      writeAll(connection, new TextEncoder().encode(text)),
    writeBytes: (bytes: Uint8Array) => writeAll(connection, bytes),
    /** What the server sends until it says `wanted`, or until it closes. */
    async read(wanted?: string): Promise<string> {
      let text = "";
      const late = AbortSignal.timeout(DEADLINE_MS);
      const stop = () => connection.close();
      late.addEventListener("abort", stop);
      while (wanted === undefined || !text.includes(wanted)) {
        const { done, value } = await reader.read();
        ended = done;
        if (done) break;
        text += decoder.decode(value, { stream: true });
      }
      late.removeEventListener("abort", stop);
      assert(!late.aborted, `nothing more came after ${JSON.stringify(text)}`);
      return text;
    },
    close: () => {
      if (!ended) connection.close();
    },
  };
}

async function writeAll(to: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await to.write(bytes.subarray(at));
}

/** Whether the server took what was written; not when it has hung up. */
async function taken(written: Promise<void>): Promise<boolean> {
  try {
    await written;
    return true;
  } catch (error) {
    if (
      error instanceof Deno.errors.BrokenPipe ||
      error instanceof Deno.errors.ConnectionReset ||
      error instanceof Deno.errors.BadResource
    ) return false;
    throw error;
  }
}

function head(options: { token?: string; length?: number } = {}): string {
  const { token = "unknown", length } = options;
  return [
    `POST ${BATCH} HTTP/1.1`,
    "Host: practice",
    `Authorization: Bearer ${token}`,
    "Content-Type: application/json",
    length === undefined
      ? "Transfer-Encoding: chunked"
      : `Content-Length: ${length}`,
    "",
    "",
  ].join("\r\n");
}

function chunk(bytes: number): string {
  return `${bytes.toString(16)}\r\n${"1".repeat(bytes)}\r\n`;
}

Deno.test("a stranger's long body is refused by its token before any of it is read", async () => {
  const server = await start();
  const connection = await connect(server);
  await connection.write(head({ length: 700 * MB }));
  assertStringIncludes(await connection.read("Unauthorized"), "401");
  connection.close();
  const chunked = await connect(server);
  await chunked.write(head() + chunk(60_000) + chunk(60_000));
  assertStringIncludes(await chunked.read("Unauthorized"), "401");
  chunked.close();
  await server.close();
});

Deno.test("a body that is longer than the limit is refused, whatever its head says", async () => {
  const server = await start({ limits: { body_bytes: 100_000 } });
  const { run_id } = await newRun(server);
  const token = TOKENS.write;
  const declared = await connect(server);
  await declared.write(head({ token, length: 100_001 }));
  assertStringIncludes(await declared.read("Too Large"), "413");
  declared.close();
  const chunked = await connect(server);
  await chunked.write(head({ token }) + chunk(60_000) + chunk(60_000));
  assertStringIncludes(await chunked.read("Too Large"), "413");
  chunked.close();
  const param = { key: "k", value: "v" };
  assertEquals(
    (await mlflow(server, "runs/log-batch", { run_id, params: [param] }))
      .status,
    200,
  );
  await server.close();
});

Deno.test("700 MB of an unknown token and 700 MB of an upload take little memory", async () => {
  const dir = await Deno.makeTempDir();
  const script = new URL("./serve_process.ts", import.meta.url).href;
  const process = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--no-lock",
      script,
      dir,
      JSON.stringify(config({ limits: { artifact_bytes: 1000 } })),
    ],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const lines = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const server = JSON.parse((await lines.read()).value as string);
  const { iid } = await newRun(server);
  const block = new Uint8Array(MB);
  const connection = await connect(server);
  await connection.write(head({ length: 700 * MB }));
  const answer = connection.read("Unauthorized");
  for (let sent = 0; sent < 700; sent++) {
    if (!await taken(connection.writeBytes(block))) break;
  }
  assertStringIncludes(await answer, "401");
  connection.close();
  let left = 700;
  const upload = await call(
    server,
    `/projects/${PROJECT.main}/packages/ml_models/candidate:${iid}/files/big`,
    {
      method: "PUT",
      body: new ReadableStream({
        pull(controller) {
          if (left-- > 0) controller.enqueue(block);
          else controller.close();
        },
      }),
    },
  );
  assertEquals(upload.body, {
    message: "400 Bad request - Artifact file is too large",
  });
  const writer = process.stdin.getWriter();
  await writer.write(new TextEncoder().encode("\n"));
  const { rise } = JSON.parse((await lines.read()).value as string);
  assert(rise < 300 * MB, `memory rose by ${rise} bytes`);
  await writer.close();
  await process.status;
  await lines.cancel();
  await Deno.remove(dir, { recursive: true });
});

const FORM = { "content-type": "application/x-www-form-urlencoded" };
const HOSTILE: [name: string, type: string, body: string, error: string][] = [
  [
    "brackets in brackets",
    FORM["content-type"],
    `a${"[b]".repeat(1_000_000)}=1`,
    "Parameters nested too deeply",
  ],
  [
    "lists in lists",
    FORM["content-type"],
    `a${"[]".repeat(1_000_000)}=1`,
    "Parameters nested too deeply",
  ],
  [
    "brackets that never close",
    FORM["content-type"],
    `a${"[".repeat(3_000_000)}=1`,
    "run_id is missing",
  ],
  [
    "200,000 fields",
    FORM["content-type"],
    "a=1&".repeat(200_000),
    "Too many total parameters",
  ],
  [
    "200,000 elements of one list",
    FORM["content-type"],
    "metrics[]=1&".repeat(200_000),
    "Too many total parameters",
  ],
  [
    "arrays in arrays",
    "application/json",
    `{"a":${"[".repeat(1_000_000)}${"]".repeat(1_000_000)}}`,
    "Parameters nested too deeply",
  ],
  [
    "arrays that never close",
    "application/json",
    "[".repeat(10_000_000),
    "Parameters nested too deeply",
  ],
  [
    "five million arrays in one",
    "application/json",
    `{"metrics":[${"[],".repeat(5_000_000)}[]]}`,
    "Array parameter too large",
  ],
  [
    "brackets in a text that never ends",
    "application/json",
    `{"a":"${"[".repeat(5_000_000)}`,
    "Invalid JSON format",
  ],
  [
    "backslashes that never end",
    "application/json",
    `{"a":"${"\\\\".repeat(2_000_000)}`,
    "Invalid JSON format",
  ],
  [
    "objects in objects",
    "application/json",
    `${'{"a":'.repeat(500_000)}1${"}".repeat(500_000)}`,
    "Parameters nested too deeply",
  ],
];

for (const [name, type, body, error] of HOSTILE) {
  Deno.test(`${name} are refused at once, and the server goes on`, async () => {
    const server = await start();
    const headers = { "content-type": type };
    const answer = await mlflow(server, "runs/log-batch", null, {
      headers,
      body,
    });
    assertEquals([answer.status, answer.body.error], [400, error]);
    await server.close();
    const older = await start({ profile: "17.9" });
    const { status } = await mlflow(older, "runs/log-batch", null, {
      headers,
      body,
    });
    assertEquals(status, 400);
    await older.close();
  });
}

Deno.test("of half a million wrong items an older server names the first ones", async () => {
  const server = await start({ profile: "17.9" });
  const { status, body } = await mlflow(server, "runs/log-batch", null, {
    headers: { "content-type": "application/json" },
    body: `{"run_id":"x","metrics":[${"[],".repeat(500_000)}[]]}`,
  });
  assertEquals(status, 400);
  const problems = body.error.split(", ");
  assertEquals(problems[0], "metrics[0][key] is missing");
  assert(problems.length <= 20_000, `${problems.length} problems`);
  await server.close();
});

Deno.test("names nest as deep as 32, and a name without a value is null", async () => {
  const server = await start();
  const deep = `a${"[b]".repeat(31)}=1`;
  const answer = await mlflow(server, "experiments/create", null, {
    headers: FORM,
    body: `${deep}&name`,
  });
  assertEquals(answer.body, { error_code: "RESOURCE_ALREADY_EXISTS" });
  for (const name of ["a", "b"]) {
    await mlflow(server, "experiments/create", { name });
  }
  const search = await mlflow(server, "experiments/search", null, {
    headers: FORM,
    body: "order_by",
  });
  assertEquals(
    search.body.experiments.map((one: { name: string }) => one.name),
    ["b", "a"],
  );
  const empty = await mlflow(server, "experiments/search", null, {
    headers: FORM,
    body: "order_by=",
  });
  assertEquals(
    empty.body.experiments.map((one: { name: string }) => one.name),
    ["a", "b"],
  );
  await server.close();
});

Deno.test("whoever begins a request and does not go on is cut off", async () => {
  const server = await start({ limits: { timeout_seconds: 2 } });
  const { iid } = await newRun(server);
  const upload =
    `PUT /api/v4/projects/${PROJECT.main}/packages/ml_models/candidate:${iid}/files/a HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${TOKENS.write}\r\nContent-Length: 10\r\n\r\n12`;
  const beginnings: [string, string][] = [
    ["", "408"],
    ["POST ", "408"],
    [`POST ${BATCH} HTTP/1.1\r\nHost: a\r\nX-More:`, "408"],
    [`${head({ token: TOKENS.write, length: 10 })}{"run`, "408"],
    [`${head({ length: 10 })}{"run`, "408"],
    [upload, "408"],
    ["no request\r\n\r\n", "400"],
  ];
  await Promise.all(beginnings.map(async ([text, status]) => {
    const connection = await connect(server);
    await connection.write(text);
    assertStringIncludes(await connection.read(), ` ${status} `, text);
    connection.close();
  }));
  const listing = await call(
    server,
    `/projects/${PROJECT.main}/packages/ml_models/candidate:${iid}/files/a`,
  );
  assertEquals(listing.status, 404);
  await server.close();
});

Deno.test("whoever sends parameters byte by byte is cut off, an upload byte by byte arrives", async () => {
  const server = await start({ limits: { timeout_seconds: 2 } });
  const { iid } = await newRun(server);
  /** Sends a byte now and then until `most` are sent, or nobody takes them. */
  const drip = async (text: string, most: number) => {
    const connection = await connect(server);
    await connection.write(text);
    let ended = false;
    const answer = connection.read().finally(() => ended = true);
    for (let sent = 0; sent < most && !ended; sent++) {
      await taken(connection.write(" "));
      await new Promise((done) => setTimeout(done, 60));
    }
    const said = await answer;
    connection.close();
    return said;
  };
  const params = drip(head({ token: TOKENS.write, length: 1000 }), 1000);
  const file = drip(
    `PUT /api/v4/projects/${PROJECT.main}/packages/ml_models/candidate:${iid}/files/a HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${TOKENS.write}\r\nContent-Length: 50\r\nConnection: close\r\n\r\n`,
    50,
  );
  assertStringIncludes(await params, " 408 ");
  assertStringIncludes(await file, " 201 ");
  await server.close();
});

Deno.test("whoever asks for a file and takes none of it is cut off", async () => {
  const server = await start({ limits: { timeout_seconds: 2 } });
  const { iid } = await newRun(server);
  const path =
    `/projects/${PROJECT.main}/packages/ml_models/candidate:${iid}/files/a`;
  const size = 64 * MB;
  await call(server, path, { method: "PUT", body: new Uint8Array(size) });
  const { hostname, port } = new URL(server.url);
  const connection = await Deno.connect({ hostname, port: Number(port) });
  await writeAll(
    connection,
    new TextEncoder().encode(
      `GET /api/v4${path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${TOKENS.write}\r\n\r\n`,
    ),
  );
  // Closing waits for what is being answered: it ends only because the reader is cut off.
  await server.close();
  let got = 0;
  try {
    for await (const part of connection.readable) got += part.length;
  } catch (error) {
    assert(error instanceof Deno.errors.ConnectionReset);
  }
  assert(got < size, `${got} bytes came`);
});

Deno.test("a paused upload that goes on in time arrives, and a closing server waits for it", async () => {
  const dir = await Deno.makeTempDir();
  const server = await startServer({ data: { dir }, config: config() });
  const { iid } = await newRun(server);
  const path =
    `/projects/${PROJECT.main}/packages/ml_models/candidate:${iid}/files/a`;
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const answer = call(server, path, { method: "PUT", body: readable });
  const writer = writable.getWriter();
  await writer.write(new TextEncoder().encode("first "));
  const incoming = async () => {
    const names = [...Deno.readDirSync(`${dir}/incoming`)];
    return names.length > 0 &&
      (await Deno.stat(`${dir}/incoming/${names[0]?.name}`)).size > 0;
  };
  await until("the beginning of the upload", incoming);
  const closed = server.close();
  await writer.write(new TextEncoder().encode("second"));
  await writer.close();
  assertEquals((await answer).status, 201);
  await closed;
  const again = await startServer({ data: { dir }, config: config() });
  assertEquals((await call(again, path)).text, "first second");
  await again.close();
  await Deno.remove(dir, { recursive: true });
});
