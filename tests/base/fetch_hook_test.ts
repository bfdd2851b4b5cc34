import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  ANSWERS,
  ANSWERS_DISPLAY,
  type FetchAnswer,
  fetchHookCode,
  flushAnswers,
  hookFetch,
  plainFetch,
} from "../../src/base/fetch_hook.ts";
import { sha256 } from "../../src/base/digest.ts";

/** A hooked `fetch`, a server, and what was seen; all of it goes away again. */
class Hooked implements AsyncDisposable {
  readonly seen: FetchAnswer[] = [];
  readonly original = globalThis.fetch;
  /** When it was hooked, milliseconds since 1970. */
  readonly began: number;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor(answer: (request: Request) => Response | Promise<Response>) {
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      answer,
    );
    this.began = Date.now();
    hookFetch((answers) => this.seen.push(...answers));
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  async answers(): Promise<FetchAnswer[]> {
    await flushAnswers();
    return this.seen;
  }

  async [Symbol.asyncDispose]() {
    await flushAnswers();
    unhook(this.original);
    await this.#server.shutdown();
  }
}

function unhook(original: typeof fetch): void {
  globalThis.fetch = original;
  delete (globalThis as Record<symbol, unknown>)[Symbol.for("nbtrack.fetch")];
}

const CSV = "a,b\n1,2\n";

Deno.test("a body is read to its end, whatever length its headers give", async () => {
  const packed = new Uint8Array(
    await new Response(
      new Blob([CSV.repeat(1000)]).stream()
        .pipeThrough(new CompressionStream("gzip")),
    ).arrayBuffer(),
  );
  await using hooked = new Hooked((request) =>
    request.url.endsWith("/packed")
      ? new Response(packed, { headers: { "content-encoding": "gzip" } })
      : new Response(new Uint8Array(3_000_000).fill(97), {
        headers: { "content-length": "3000000" },
      })
  );
  const { length } = await (await fetch(`${hooked.url}/packed`)).bytes();
  assertEquals(length, CSV.length * 1000);
  const large = await (await fetch(`${hooked.url}/large`)).arrayBuffer();
  assertEquals(large.byteLength, 3_000_000);
  assertEquals((await hooked.answers()).map(({ size }) => size), [
    CSV.length * 1000,
    3_000_000,
  ]);
});

Deno.test("of an answer that a cell has made all is read, whatever length its headers give", async () => {
  const { fetch: original } = globalThis;
  globalThis.fetch = () =>
    Promise.resolve(
      new Response(new Blob(["abc", "def"]).stream(), {
        headers: { "content-length": "3" },
      }),
    );
  const made = globalThis.fetch;
  hookFetch(() => {});
  try {
    const answer = await fetch("http://localhost/made");
    Object.defineProperty(answer, "url", { value: "http://localhost/made" });
    assertEquals(
      new TextDecoder().decode(await answer.arrayBuffer()),
      "abcdef",
    );
    await flushAnswers();
  } finally {
    unhook(made);
    globalThis.fetch = original;
  }
});

Deno.test("an answer is seen with what was read of it, whichever way it was read, and comes as it would without", async () => {
  const BOM = "\ufeff" + CSV;
  await using hooked = new Hooked(() =>
    new Response(BOM, { headers: { "content-type": "text/csv" } })
  );
  const read = {
    text: (r: Response) => r.text(),
    bytes: (r: Response) => r.bytes(),
    arrayBuffer: (r: Response) => r.arrayBuffer(),
    "bytes that are changed at once": async (r: Response) => {
      const bytes = await r.bytes();
      bytes.fill(0);
      return bytes.length;
    },
    blob: async (r: Response) => {
      const blob = await r.blob();
      return [blob.type, await blob.text()];
    },
    stream: async (r: Response) => {
      let text = "";
      for await (
        const piece of r.body?.pipeThrough(new TextDecoderStream()) ?? []
      ) {
        text += piece;
      }
      return text;
    },
    byob: async (r: Response) => {
      const reader = r.body?.getReader({ mode: "byob" });
      const { value } = await reader?.read(new Uint8Array(5)) ?? {};
      await reader?.read(new Uint8Array(100));
      const { done } = await reader?.read(new Uint8Array(100)) ?? {};
      return [value?.length, done];
    },
    clone: async (r: Response) => {
      const twin = r.clone();
      return [await twin.text(), await r.text(), twin.url === r.url];
    },
    "clone of an opened one": async (r: Response) => {
      const { body } = r;
      const twin = r.clone();
      return [body !== null, await twin.text(), twin.url, twin.status];
    },
    shown: async (r: Response) => {
      const shown = Deno.inspect(r).replace(/\d{5}/g, "PORT");
      return [shown, await r.text()];
    },
  };
  for (const [way, readIt] of Object.entries(read)) {
    hooked.seen.length = 0;
    const wanted = await readIt(await plainFetch()(hooked.url));
    const got = await readIt(await fetch(hooked.url));
    assertEquals(got, wanted, way);
    const [{ time = 0 } = {}] = await hooked.answers();
    assert(time >= hooked.began && time <= Date.now(), way);
    assertEquals(await hooked.answers(), [{
      method: "GET",
      url: `${hooked.url}/`,
      status: 200,
      type: "text/csv",
      size: BOM.length + 2,
      digest: sha256(BOM),
      again: false,
      time,
    }], way);
  }
});

Deno.test("bodies that are changed at once have their digests, also where many wait for theirs and one is large", async () => {
  const bodies = [...Array(12).keys()].map((i) =>
    new Uint8Array((i === 6 ? 65 : 1) << 20).fill(i + 1)
  );
  await using hooked = new Hooked((request) =>
    new Response(bodies[Number(new URL(request.url).pathname.slice(1))])
  );
  for (const i of bodies.keys()) {
    const read = await (await fetch(`${hooked.url}/${i}`)).arrayBuffer();
    new Uint8Array(read).fill(0);
  }
  assertEquals(
    (await hooked.answers()).map(({ digest }) => digest),
    bodies.map((body) => sha256(body)),
  );
});

Deno.test("a body that is handed out as bytes comes as it would without, whatever its length says, and is read once", async () => {
  const LONG = "0123456789".repeat(100_000);
  await using hooked = new Hooked((request) => {
    const inPieces = new Blob([LONG]).stream();
    switch (new URL(request.url).pathname) {
      case "/packed":
        return new Response(
          inPieces.pipeThrough(new CompressionStream("gzip")),
          { headers: { "content-encoding": "gzip" } },
        );
      case "/pieces":
        return new Response(inPieces);
      case "/empty":
        return new Response("");
      default:
        return new Response(LONG);
    }
  });
  const looks = [
    ["arrayBuffer", async (response: Response) => {
      const read = await response.arrayBuffer();
      const { bodyUsed, body } = response;
      return [sha256(new Uint8Array(read)), bodyUsed, body?.locked];
    }],
    ["bytes", async (response: Response) => {
      const read = await response.bytes();
      const alone = read.length === read.buffer.byteLength;
      return [sha256(read), alone, response.bodyUsed, response.body?.locked];
    }],
    ["twice at once", async (response: Response) => {
      const [first, second] = await Promise.allSettled([
        response.arrayBuffer(),
        response.bytes(),
      ]);
      return [first.status, second.status === "rejected" && second.reason];
    }],
  ] as const;
  for (const path of ["/", "/pieces", "/packed", "/empty"]) {
    for (const [what, look] of looks) {
      hooked.seen.length = 0;
      const wanted = await look(await plainFetch()(hooked.url + path));
      const got = await look(await fetch(hooked.url + path));
      assertEquals(got, wanted, `${path} ${what}`);
      assertEquals(
        (await hooked.answers()).map(({ size, digest }) => [size, digest]),
        [path === "/empty" ? [0, sha256("")] : [LONG.length, sha256(LONG)]],
        `${path} ${what}`,
      );
    }
  }
});

Deno.test("errors, a body that was read, aborts, JSON and requests are the user's as they were", async () => {
  await using hooked = new Hooked(async (request): Promise<Response> => {
    const { pathname, origin } = new URL(request.url);
    if (pathname === "/slow") {
      return new Response(
        new ReadableStream({
          pull: (controller) => controller.enqueue(new Uint8Array(10)),
        }),
      );
    }
    if (pathname === "/none") return new Response(null, { status: 204 });
    if (pathname === "/moved") return Response.redirect(`${origin}/json`);
    if (pathname === "/form") {
      const form = new FormData();
      form.set("a", "1");
      return new Response(form);
    }
    if (pathname === "/broken") return new Response("{");
    return Response.json({ asked: await request.text(), by: request.method });
  });
  assertEquals([fetch.name, fetch.length], ["fetch", hooked.original.length]);
  assert(
    fetch instanceof Function && /native code|function fetch/.test(`${fetch}`),
  );
  const url = hooked.url;
  const posted = new Request(`${url}/json`, { method: "post", body: "x" });
  assertEquals(await (await fetch(posted)).json(), { asked: "x", by: "POST" });
  const twice = await fetch(new URL(`${url}/json`));
  assert(twice instanceof Response && !twice.bodyUsed);
  await twice.text();
  assert(twice.bodyUsed);
  await assertRejects(() => twice.text(), TypeError, "Body already consumed");
  const locked = await fetch(url);
  const reader = locked.body?.getReader();
  assertEquals([locked.bodyUsed, locked.body?.locked], [false, true]);
  await reader?.read();
  assert(locked.bodyUsed);
  await reader?.cancel();
  await assertRejects(
    async () => await (await fetch(`${url}/broken`)).json(),
    SyntaxError,
  );
  const moved = await fetch(`${url}/moved`);
  assertEquals([moved.redirected, moved.url], [true, `${url}/json`]);
  await moved.body?.cancel();
  assertEquals((await (await fetch(`${url}/form`)).formData()).get("a"), "1");
  const none = await fetch(`${url}/none`, { method: "HEAD" });
  assertEquals([none.status, none.body, await none.text()], [204, null, ""]);
  const abort = new AbortController();
  const slow = await fetch(`${url}/slow`, { signal: abort.signal });
  const reading = slow.text();
  abort.abort(new Error("enough"));
  await assertRejects(() => reading, Error, "enough");
  await assertRejects(() => fetch("http://127.0.0.1:1/"), TypeError);
  await assertRejects(() => fetch("no address"), TypeError);
  assertEquals(await (await fetch("data:text/plain,hello")).text(), "hello");
  const answers = await hooked.answers();
  const known = answers.map(({ method, url, status, digest }) =>
    `${method} ${new URL(url).pathname} ${status} ${digest !== null}`
  ).toSorted();
  assertEquals(known, [
    "GET / 200 false",
    "GET /broken 200 true",
    "GET /form 200 true",
    "GET /json 200 true",
    "GET /moved 200 false",
    "GET /slow 200 false",
    "HEAD /none 204 false",
    "POST /json 200 true",
  ]);
});

Deno.test("answers are handed on at a run's end where the notebook has replaced the timers", async () => {
  await using hooked = new Hooked(() => new Response(CSV));
  const timers = Object.getOwnPropertyDescriptors(globalThis).setTimeout;
  Object.defineProperty(globalThis, "setTimeout", {
    configurable: true,
    writable: true,
    value: () => ({ never: "called" }),
  });
  try {
    assertEquals(await (await fetch(hooked.url)).text(), CSV);
    const [answer] = await hooked.answers();
    assertEquals([answer?.status, answer?.digest], [
      200,
      sha256(CSV),
    ]);
  } finally {
    Object.defineProperty(globalThis, "setTimeout", timers);
  }
});

Deno.test("the code for a kernel's start hooks fetch with nothing from outside of it", async () => {
  await using hooked = new Hooked(() => new Response("x"));
  unhook(hooked.original); // as a kernel is when it starts
  const sent: unknown[] = [];
  const { unrefTimer } = Deno;
  const jupyter = { broadcast: (...message: unknown[]) => sent.push(message) };
  new Function("Deno", fetchHookCode())({ unrefTimer, jupyter });
  await (await fetch(hooked.url)).text();
  await flushAnswers();
  const shown = JSON.parse(
    JSON.stringify(sent),
    (key, value) => key === "time" ? 0 : value,
  );
  assertEquals(shown, [["update_display_data", {
    metadata: {},
    transient: { display_id: ANSWERS_DISPLAY },
    data: {
      [ANSWERS]: [{
        method: "GET",
        url: `${hooked.url}/`,
        status: 200,
        type: "text/plain;charset=UTF-8",
        size: 1,
        digest: sha256("x"),
        again: false,
        time: 0,
      }],
    },
  }]]);
});
