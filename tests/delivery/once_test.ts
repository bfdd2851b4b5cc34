import { assertEquals } from "@std/assert";
import { createClient } from "../../src/gitlab/client.ts";

/** Answers the first request of each connection but the named one; reads that and every later one, then hangs up. */
async function withHangingUp(
  named: string,
  test: (url: string, requests: string[]) => Promise<void>,
): Promise<void> {
  const requests: string[] = [];
  const answer = (body: string) =>
    new TextEncoder().encode(
      `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const connections: Promise<void>[] = [];
  const serve = async (connection: Deno.TcpConn) => {
    const buffer = new Uint8Array(1 << 16);
    let text = "";
    for (;;) {
      const count = await connection.read(buffer);
      if (count === null) break;
      text += new TextDecoder().decode(buffer.subarray(0, count));
      const head = text.indexOf("\r\n\r\n");
      const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
      if (head < 0 || text.length < head + 4 + length) continue;
      const [line = ""] = text.split("\r\n");
      requests.push(`${line.split(" ", 2).join(" ")} ${length > 0}`);
      text = "";
      if (line.includes(named)) break;
      await connection.write(answer(`{"id":7,"experiment_id":"1"}`));
    }
    connection.close();
  };
  const accepting = (async () => {
    for await (const connection of listener) {
      connections.push(serve(connection));
    }
  })();
  try {
    await test(`http://127.0.0.1:${listener.addr.port}`, requests);
  } finally {
    listener.close();
    await accepting;
    await Promise.all(connections);
  }
}

for (
  const [what, path, send] of [
    [
      "a batch of metrics",
      "runs/log-batch",
      (client: ReturnType<typeof createClient>) =>
        client.logBatch({
          run_id: "run",
          metrics: [{ key: "loss", value: 1, timestamp: 1 }],
        }),
    ],
    [
      "a new run",
      "runs/create",
      (client: ReturnType<typeof createClient>) =>
        client.createRun({ experiment_id: "1", run_name: "a", start_time: 1 }),
    ],
    [
      "a file",
      "packages/",
      (client: ReturnType<typeof createClient>) =>
        client.uploadArtifact({
          run: {
            artifact_uri:
              "https://h/api/v4/projects/7/packages/ml_models/candidate:3/files/",
            experiment_id: "1",
            run_id: "run",
          },
          path: "a.txt",
          body: new TextEncoder().encode("text"),
        }),
    ],
  ] as const
) {
  Deno.test(`${what} goes out once, with its length, over a kept connection that breaks`, async () => {
    await withHangingUp(path, async (url, requests) => {
      const client = createClient({
        tracking_uri: `${url}/api/v4/projects/7/ml/mlflow`,
        token: ["practice", "token"].join("-"),
      });
      // A first request, so that the connection is a kept one.
      await client.createExperiment("birds");
      const failure = await send(client).then(() => null, (error) => error);
      assertEquals(failure?.retry, "unsure");
      assertEquals(
        requests.filter((r) => r.includes(path)).map((r) => r.endsWith("true")),
        [true],
      );
    });
  });
}
