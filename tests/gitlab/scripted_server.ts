/**
 * Small real servers for the client's tests: each answers as its test says and remembers what it was asked.
 *
 * @module
 */

/** A request as it arrived. */
export interface Seen {
  method: string;
  /** Path and query. */
  path: string;
  headers: Headers;
  body: string;
}

/** A running server. */
export interface Scripted {
  url: string;
  seen: Seen[];
}

/** Answers a request. */
export type Answer = (
  seen: Seen,
  count: number,
) => Response | Promise<Response>;

/** Runs a test against a server that answers as it is told. */
export async function withServer(
  answer: Answer,
  test: (server: Scripted) => Promise<void>,
): Promise<void> {
  const seen: Seen[] = [];
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    async (request) => {
      const url = new URL(request.url);
      const entry = {
        method: request.method,
        path: url.pathname + url.search,
        headers: request.headers,
        body: await request.text(),
      };
      seen.push(entry);
      return await answer(entry, seen.length);
    },
  );
  try {
    await test({ url: `http://127.0.0.1:${server.addr.port}`, seen });
  } finally {
    await server.shutdown();
  }
}

/** Runs a test against a listener that writes raw bytes to each connection after its request, then closes it. */
export async function withRawServer(
  raw: string | null,
  test: (url: string) => Promise<void>,
): Promise<void> {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const open = new Set<Deno.Conn>();
  const done = (async () => {
    for await (const connection of listener) {
      open.add(connection);
      await connection.read(new Uint8Array(4096));
      if (raw === null) continue; // never answers
      await connection.write(new TextEncoder().encode(raw));
      connection.close();
      open.delete(connection);
    }
  })();
  try {
    await test(`http://127.0.0.1:${listener.addr.port}`);
  } finally {
    listener.close();
    for (const connection of open) connection.close();
    await done;
  }
}

/** A JSON answer. */
export function json(
  body: unknown,
  status = 200,
  headers: Record<string, string> = {},
): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/json", ...headers },
  });
}

/** A run object. */
export function run(
  info: Record<string, unknown> = {},
  data: Record<string, unknown> = {},
): Record<string, unknown> {
  return {
    info: {
      run_id: "6f1c0c5e-2f5b-4b53-8d8c-6a2f4f0f9d01",
      run_uuid: "6f1c0c5e-2f5b-4b53-8d8c-6a2f4f0f9d01",
      experiment_id: "3",
      start_time: 1000,
      run_name: "calm-otter-1",
      status: "RUNNING",
      artifact_uri:
        "https://elsewhere.example/api/v4/projects/42/packages/ml_models/candidate:17/files/",
      lifecycle_stage: "active",
      user_id: "5",
      ...info,
    },
    data: { metrics: [], params: [], tags: [], ...data },
  };
}

/** A token, made when the test runs. */
export function token(): string {
  return ["glpat", crypto.randomUUID().replaceAll("-", "")].join("-");
}

/** GitLab's tracking URI of project 42. */
export function tracking(url: string): string {
  return `${url}/api/v4/projects/42/ml/mlflow`;
}

/** Everything an error shows or hides: own and inherited members, causes, stacks. */
export function everything(error: unknown): string {
  const texts: string[] = [];
  const seen = new Set<unknown>();
  const visit = (value: unknown): void => {
    if (typeof value === "string") texts.push(value);
    if (value === null || typeof value !== "object" || seen.has(value)) return;
    seen.add(value);
    texts.push(Deno.inspect(value, { depth: 20, showHidden: true }));
    for (const key of Reflect.ownKeys(value)) {
      visit(Reflect.get(value, key));
    }
  };
  visit(error);
  return texts.join("\n");
}
