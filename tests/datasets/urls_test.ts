import { gzipSync } from "node:zlib";
import {
  assert,
  assertEquals,
  assertFalse,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import {
  DatasetError,
  fingerprint,
  MemoryDigestCache,
} from "../../src/datasets/dataset.ts";
import { sha256 } from "../../src/base/digest.ts";

const CSV = "a,b\n1,x\n2,y\n";

async function serving(
  handler: (request: Request) => Response | Promise<Response>,
  work: (base: string) => Promise<void>,
): Promise<void> {
  const stop = new AbortController();
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, signal: stop.signal, onListen: () => {} },
    handler,
  );
  try {
    await work(`http://127.0.0.1:${server.addr.port}`);
  } finally {
    stop.abort();
    await server.finished;
  }
}

Deno.test("a URL is told by its answer, with ETag and time of change", async () => {
  const handler = () =>
    new Response(CSV, {
      headers: {
        "content-type": "text/csv; charset=utf-8",
        etag: '"v1"',
        "last-modified": "Mon, 01 Jan 2024 00:00:00 GMT",
      },
    });
  await serving(handler, async (base) => {
    for (
      const data of [`${base}/data/a.csv`, new URL(`${base}/download?id=3`)]
    ) {
      const found = await fingerprint(data);
      assertEquals([found.kind, found.uri], ["url", String(data)]);
      assertEquals([found.digest, found.size], [sha256(CSV), CSV.length]);
      assertEquals([found.rows, found.columns?.length], [2, 2]);
      assertEquals([found.etag, found.last_modified], [
        '"v1"',
        "Mon, 01 Jan 2024 00:00:00 GMT",
      ]);
    }
  });
});

Deno.test("an answer that still holds by its ETag is not sent again", async () => {
  let version = 1;
  const asked: [string | null, number][] = [];
  const handler = (request: Request) => {
    const known = request.headers.get("if-none-match");
    const etag = `"v${version}"`;
    const status = known === etag ? 304 : 200;
    asked.push([known, status]);
    return new Response(status === 304 ? null : `a\n${version}\n`, {
      status,
      headers: { etag },
    });
  };
  await serving(handler, async (base) => {
    const cache = new MemoryDigestCache();
    const first = await fingerprint(`${base}/a.csv`, { cache });
    assertEquals(await fingerprint(`${base}/a.csv`, { cache }), first);
    version = 2;
    assertEquals(
      (await fingerprint(`${base}/a.csv`, { cache })).digest,
      sha256("a\n2\n"),
    );
    assertEquals((await fingerprint(`${base}/b.csv`, { cache })).rows, 1);
  });
  assertEquals(asked, [[null, 200], ['"v1"', 304], ['"v1"', 200], [null, 200]]);
});

Deno.test("user, password and secret query values are used and never shown", async () => {
  const secret = ["s3", "cr", "et"].join("");
  const asked: [string | null, string | null][] = [];
  const handler = (request: Request) => {
    asked.push([
      request.headers.get("authorization"),
      new URL(request.url).searchParams.get("sig"),
    ]);
    return new Response(CSV, { headers: { etag: '"1"' } });
  };
  await serving(handler, async (base) => {
    const query =
      `access_token=${secret}&X-Amz-Signature=${secret}&sig=${secret}&page=2`;
    const url = `${
      base.replace("//", `//user:${secret}@`)
    }/a.csv?${query}#${secret}`;
    const stored: unknown[] = [];
    const memory = new MemoryDigestCache();
    const found = await fingerprint(url, {
      cache: {
        get: (key) => memory.get(key),
        set: (key, value) => {
          stored.push(key, value);
          memory.set(key, value);
        },
      },
    });
    assertEquals(stored.length, 2);
    assertFalse(JSON.stringify([found, stored]).includes(secret));
    assertStringIncludes(found.uri, "page=2");
    assertStringIncludes(found.uri, "access_token=REDACTED");
    assertEquals(asked, [[`Basic ${btoa(`user:${secret}`)}`, secret]]);
  });
  const gone = await assertRejects(
    () =>
      fingerprint(`http://user:${secret}@127.0.0.1:1/a.csv?token=${secret}`),
    DatasetError,
  );
  assertFalse(Deno.inspect(gone).includes(secret));
});

Deno.test("a refusal names the status and what to do", async () => {
  const handler = (request: Request) =>
    new Response("no", {
      status: Number(new URL(request.url).pathname.slice(1)),
    });
  await serving(handler, async (base) => {
    const hints: [number, string][] = [
      [404, "Check the address"],
      [403, "who asks"],
      [503, "later"],
      [418, "Download"],
    ];
    for (const [status, hint] of hints) {
      const error = await assertRejects(
        () => fingerprint(`${base}/${status}`),
        DatasetError,
      );
      assertEquals([error.kind, error.path], ["http", `${base}/${status}`]);
      assertStringIncludes(error.message, String(status));
      assertStringIncludes(error.hint, hint);
    }
  });
});

Deno.test("a web page in place of the data is pointed out", async () => {
  const page = () =>
    new Response("<html>\n<p>Sign in, please</p>\n</html>", {
      headers: { "content-type": "text/html" },
    });
  await serving(page, async (base) => {
    assertStringIncludes(
      (await fingerprint(`${base}/a.csv`)).warnings.join(),
      "web page",
    );
  });
});

Deno.test("nobody at the address is one clear error", async () => {
  const taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = taken.addr;
  taken.close();
  const error = await assertRejects(
    () => fingerprint(`http://127.0.0.1:${port}/a.csv`),
    DatasetError,
  );
  assertEquals(error.kind, "no-answer");
  assertStringIncludes(error.message, `http://127.0.0.1:${port}/a.csv`);
  assertFalse(error.message.includes("\n"));
});

Deno.test("a server that falls silent, before or in its answer, is given up on", async () => {
  const held = Promise.withResolvers<void>();
  const handler = async (request: Request) => {
    if (new URL(request.url).pathname === "/half.csv") {
      return new Response(
        new ReadableStream({
          async start(control) {
            control.enqueue(new TextEncoder().encode("a\n1\n"));
            await held.promise;
            control.close();
          },
        }),
      );
    }
    await held.promise;
    return new Response();
  };
  await serving(handler, async (base) => {
    for (const name of ["none.csv", "half.csv"]) {
      const error = await assertRejects(
        () => fingerprint(`${base}/${name}`, { timeout_ms: 150 }),
        DatasetError,
      );
      assertEquals(error.kind, "no-answer");
      assertStringIncludes(error.message, "silent for 0.15 s");
    }
    const stop = new AbortController();
    const waiting = assertRejects(() =>
      fingerprint(`${base}/half.csv`, {
        signal: stop.signal,
        onProgress: () => stop.abort(new Error("enough")),
      })
    );
    assertEquals((await waiting as Error).message, "enough");
    held.resolve();
  });
});

Deno.test("an answer is read as it comes, whatever pieces it comes in", async () => {
  const bytes = new TextEncoder().encode(
    "a,b\r\n" + '1,"é\r\n;"\r\n'.repeat(5000),
  );
  const handler = () =>
    new Response(
      new ReadableStream({
        start(control) {
          for (let i = 0; i < bytes.length; i += 977) {
            control.enqueue(bytes.slice(i, i + 977));
          }
          control.close();
        },
      }),
    );
  await serving(handler, async (base) => {
    const seen: number[] = [];
    const found = await fingerprint(`${base}/a.csv`, {
      onProgress: (n) => seen.push(n),
    });
    assertEquals(found.digest, sha256(bytes));
    assertEquals(found.rows, 5000);
    assertEquals(seen.at(-1), bytes.length);
    assert(seen.length > 1);
    assertEquals(
      (await fingerprint(`${base}/a.csv`, { profile: false })).columns,
      null,
    );
  });
});

Deno.test("a packed file has the digest of its packed bytes, also where it is sent as a packed answer", async () => {
  const packed = new Uint8Array(gzipSync("a,b\n1,2\n"));
  const handler = () =>
    new Response(packed, {
      headers: { "content-encoding": "gzip", "content-type": "text/csv" },
    });
  await serving(handler, async (base) => {
    const found = await fingerprint(`${base}/x.csv.gz`);
    assertEquals([found.digest, found.size, found.rows], [
      sha256(packed),
      packed.length,
      1,
    ]);
    const plain = await fingerprint(`${base}/x.csv`);
    assertEquals([plain.digest, plain.rows], [sha256("a,b\n1,2\n"), 1]);
  });
});
