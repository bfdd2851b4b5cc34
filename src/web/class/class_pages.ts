/**
 * Answers requests for the teacher's pages, which open in the teacher's own browser only.
 *
 * @module
 */
import { ownerAccess, type PageAccess, SAFE_HEADERS } from "../access.ts";
import { classCsv, classPage, pathPage } from "./class_page.ts";
import type { ClassView } from "./class_view.ts";

/** A request as the practice server hands it over. */
interface Asked {
  readonly method: string;
  readonly target: string;
  readonly headers: Headers;
}

/** The teacher's pages. */
export interface ClassPages {
  /**
   * Opens them.
   *
   * @param address where the server is, as its teacher's machine reaches it
   * @returns the page's address, which holds for one opening
   */
  open(address: string): string;
  /** Answers a request; undefined for one that is for the API. */
  answer(
    request: Asked,
    state: () => Promise<ClassView>,
  ): Promise<Response> | undefined;
}

/** Makes the pages. */
export function classPages(): ClassPages {
  let access: PageAccess | null = null;
  return {
    open(address) {
      const { hostname, port, origin } = new URL(address);
      access = ownerAccess(Number(port), hostname);
      return `${origin}/class?token=${access.token}`;
    },
    answer({ method, target, headers }, state) {
      const [path = "", query = ""] = target.split("?", 2);
      if (!/^\/class(?:$|[/.])/.test(path)) return undefined;
      return answered({ method, target, headers }, { path, query }, state);
    },
  };

  async function answered(
    { method, target, headers }: Asked,
    page: PageAddress,
    state: () => Promise<ClassView>,
  ): Promise<Response> {
    const allowed = access?.check(
      new Request(`http://${headers.get("host") ?? "nowhere"}${target}`, {
        method: method === "HEAD" ? "GET" : method,
        headers,
      }),
    ) ?? new Response("Not open yet.", { status: 503 });
    if (allowed instanceof Response) return allowed;
    const answer = await pageOf(method, page, state);
    for (const [name, value] of Object.entries(SAFE_HEADERS)) {
      answer.headers.set(name, value);
    }
    for (const [name, value] of allowed) answer.headers.set(name, value);
    return answer;
  }
}

interface PageAddress {
  path: string;
  query: string;
}

async function pageOf(
  method: string,
  { path, query }: PageAddress,
  state: () => Promise<ClassView>,
): Promise<Response> {
  if (method !== "GET" && method !== "HEAD") {
    return new Response("Pages are only read.", {
      status: 405,
      headers: { allow: "GET, HEAD" },
    });
  }
  if (path === "/class") return html(classPage(await state()));
  if (path === "/class.csv") {
    return new Response(classCsv(await state()), {
      headers: {
        "content-type": "text/csv; charset=utf-8",
        "content-disposition": 'attachment; filename="class.csv"',
      },
    });
  }
  const username = /^\/class\/([\w.-]+)$/.exec(path)?.[1];
  const page = username === undefined
    ? null
    : pathPage(await state(), username, stepOf(query));
  return page === null
    ? new Response("There is no such page.", { status: 404 })
    : html(page);
}

/** The run that a replay is at; undefined where none is replayed. */
function stepOf(query: string): number | undefined {
  const step = new URLSearchParams(query).get("step") ?? "";
  return /^\d{1,6}$/.test(step) ? Number(step) : undefined;
}

function html(text: string): Response {
  return new Response(text, {
    headers: { "content-type": "text/html; charset=utf-8" },
  });
}
