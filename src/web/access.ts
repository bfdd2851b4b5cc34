/**
 * Who may see the pages of this machine: whoever opened the address that `ui` printed, in that browser.
 *
 * @module
 */
import { timingSafeEqual } from "node:crypto";
import { CONTENT_POLICY } from "./parts/layout.ts";

/** Lets requests in, or says why not. */
export interface PageAccess {
  /** Holds for one opening; whoever has opened it goes on with a cookie. */
  readonly token: string;
  /** What to answer instead of a page; or what to add to the answer. */
  check(request: Request): Response | Headers;
}

/** Headers of every answer. */
export const SAFE_HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy": `${CONTENT_POLICY}; frame-ancestors 'none'`,
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  // Links of outputs tell nobody that they were seen.
  "x-dns-prefetch-control": "off",
  "referrer-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-store",
};

/**
 * Access to a server on this machine.
 *
 * @param port Where it listens: other servers of this machine share its cookies.
 * @param host A further name by which it is asked for, of a server that does not listen for this machine alone.
 */
export function ownerAccess(port: number, host?: string): PageAccess {
  const token = secret();
  const session = secret();
  const name = `nbtrack_${port}`;
  const hosts = new Set(
    ["127.0.0.1", "localhost", ...(host === undefined ? [] : [host])]
      .map((name) => `${name}:${port}`),
  );
  let open = true;
  return {
    token,
    check(request) {
      const host = request.headers.get("host") ?? "";
      if (!hosts.has(host)) return refused("it was asked for by another name");
      const origin = request.headers.get("origin");
      const reads = request.method === "GET" || request.method === "HEAD";
      if (origin === null ? !reads : origin !== `http://${host}`) {
        return refused("another page asked for it");
      }
      if (cookiesOf(request, name).some((one) => same(one, session))) {
        return new Headers();
      }
      const given = new URL(request.url).searchParams.get("token") ?? "";
      if (open && request.method === "GET" && same(given, token)) {
        open = false;
        return new Headers({
          "set-cookie": `${name}=${session}; Path=/; HttpOnly; SameSite=Strict`,
        });
      }
      return refused(
        given === "" ? "it has no token" : "its token has been used already",
      );
    },
  };
}

function secret(): string {
  return crypto.getRandomValues(new Uint8Array(32)).toBase64({
    alphabet: "base64url",
    omitPadding: true,
  });
}

/** Whether two texts are the same, in a time that does not say how far. */
function same(given: string, wanted: string): boolean {
  const [a, b] = [given, wanted].map((text) => new TextEncoder().encode(text));
  return a?.byteLength === b?.byteLength && a !== undefined &&
    b !== undefined && timingSafeEqual(a, b);
}

/** All of that name: other servers of this machine set cookies of any name, for any path. */
function cookiesOf(request: Request, name: string): string[] {
  return (request.headers.get("cookie") ?? "").split(";").flatMap((part) => {
    const [key, ...value] = part.trim().split("=");
    return key === name ? [value.join("=")] : [];
  });
}

function refused(why: string): Response {
  return new Response(
    `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Not open · nbtrack</title></head>
<body><nav><a href="/">nbtrack</a></nav><main><h1>Not open</h1>
<p>This address does not open the pages: ${why}.</p>
<p>Run <code>nbtrack ui</code> again and open the address that it prints.</p></main></body></html>
`,
    {
      status: 403,
      headers: { ...SAFE_HEADERS, "content-type": "text/html; charset=utf-8" },
    },
  );
}
