/**
 * A proxy in front of a practice server: passes requests on, and does to some of them what a test says.
 *
 * @module
 */

/** What may happen to a request. */
export type Fate =
  /** Passed on, answered. */
  | "pass"
  /** Passed on; its answer breaks off. */
  | "lose"
  /** Not passed on; its answer breaks off. */
  | "drop"
  /** Passed on; answered by a proxy's 502 page. */
  | "lose with 502"
  /** Not passed on; answered by a proxy's 502 page. */
  | "drop with 502"
  /** Answered so, not passed on. */
  | Response
  /** Passed on with another body; its answer breaks off. */
  | { body: string };

/** A request as it comes through. */
export interface Passing {
  method: string;
  /** The path from the API's root. */
  path: string;
  /** The query, with its `?`. */
  search: string;
  /** Its text; empty for files. */
  body: string;
  /** How many requests came before it. */
  n: number;
}

/** A running proxy. */
export interface FaultProxy {
  /** The server's tracking URI as it is through the proxy. */
  tracking_uri: string;
  /** What came through: method, path and fate. */
  seen: { method: string; path: string; body: string }[];
}

const PAGE = "<!doctype html><html><h1>502 Bad Gateway</h1></html>";

/** Runs a test with a proxy in front of a server. */
export async function withFaults(
  tracking_uri: string,
  fate: (passing: Passing) => Fate | Promise<Fate>,
  test: (proxy: FaultProxy) => Promise<void>,
): Promise<void> {
  const behind = new URL(tracking_uri);
  const seen: FaultProxy["seen"] = [];
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    async (request) => {
      const url = new URL(request.url);
      const { method } = request;
      const isJson = request.headers.get("content-type")?.includes("json");
      const bytes = await request.bytes();
      const passing = {
        method,
        path: url.pathname,
        search: url.search,
        body: isJson ? new TextDecoder().decode(bytes) : "",
      };
      seen.push(passing);
      const what = await fate({ ...passing, n: seen.length - 1 });
      if (what instanceof Response) return what;
      const changed = typeof what === "object" ? what.body : null;
      if (what !== "drop" && what !== "drop with 502") {
        const answer = await fetch(
          `${behind.origin}${url.pathname}${url.search}`,
          {
            method,
            headers: {
              authorization: request.headers.get("authorization") ?? "",
              "content-type": request.headers.get("content-type") ?? "",
            },
            body: changed ?? (bytes.byteLength > 0 ? bytes : null),
            redirect: "manual",
          },
        );
        if (what === "pass") return answer;
        await answer.body?.cancel();
      }
      return what === "lose with 502" || what === "drop with 502"
        ? new Response(PAGE, {
          status: 502,
          headers: { "content-type": "text/html" },
        })
        : cut();
    },
  );
  try {
    const origin = `http://127.0.0.1:${server.addr.port}`;
    await test({ tracking_uri: `${origin}${behind.pathname}`, seen });
  } finally {
    await server.shutdown();
  }
}

/** An answer that ends in the middle. */
function cut(): Response {
  return new Response("{", { headers: { "content-type": "application/json" } });
}
