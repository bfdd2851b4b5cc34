/**
 * The pages over HTTP, on this machine alone.
 *
 * @module
 */
import { within } from "../base/within.ts";
import { messageOf, NbtrackError } from "../base/errors.ts";
import { ownerAccess } from "./access.ts";
import { pagesApp } from "./app.ts";
import { serverLinks } from "./parts/links.ts";
import type { PageSource } from "./parts/source.ts";

/** How long an answer that is being read may go on once the server is ending, milliseconds. */
const GRACE_MS = 1000;

/** How the pages are served. */
export interface PagesOptions {
  source: PageSource;
  /** @default {0} any free one */
  port?: number;
  /** Called with every error that is none of the request's. @default {console.error} */
  report?: (error: unknown) => void;
}

/** A server of pages. */
export interface PagesServer {
  /** Its address, with a token that holds for one opening. */
  readonly url: string;
  /** Ends it. */
  close(): Promise<void>;
}

/**
 * Serves pages on 127.0.0.1.
 *
 * @throws {NbtrackError} when the port cannot be listened on
 */
export async function servePages(options: PagesOptions): Promise<PagesServer> {
  const { source, port = 0, report = console.error } = options;
  const own = source.server === null;
  const ending = new AbortController();
  const app = pagesApp({
    source,
    links: serverLinks("", { sessions: own, news: own }),
    report,
    signal: ending.signal,
  });
  let server: Deno.HttpServer<Deno.NetAddr>;
  try {
    server = Deno.serve(
      {
        hostname: "127.0.0.1",
        port,
        onListen: () => {},
        onError(error) {
          report(error);
          return new Response("It cannot be shown.", { status: 500 });
        },
      },
      async (request, { remoteAddr }) => {
        if (remoteAddr.hostname !== "127.0.0.1") {
          return new Response("Only this machine is answered.", {
            status: 403,
          });
        }
        const checked = access.check(request);
        if (checked instanceof Response) return checked;
        const answer = await app.fetch(request);
        for (const [name, value] of checked) answer.headers.append(name, value);
        return answer;
      },
    );
  } catch (cause) {
    throw new NbtrackError(
      `Cannot listen on 127.0.0.1 port ${port}: ${messageOf(cause)}`,
      { hint: "Give another port with --port; 0 takes any free one.", cause },
    );
  }
  const access = ownerAccess(server.addr.port);
  return await Promise.resolve({
    url: `http://127.0.0.1:${server.addr.port}/?token=${access.token}`,
    async close() {
      ending.abort();
      await within(server.shutdown(), GRACE_MS, undefined);
    },
  });
}
