/**
 * Pages that the practice server makes itself: signing in, and what is not possible.
 *
 * @module
 */
import { escapeHtml } from "../base/markup.ts";
import { ownAddress } from "../base/own_address.ts";
import type { Incoming } from "./protocol/incoming.ts";

/** A path of this server alone. */
export function nextOf(text: string | null): string {
  return ownAddress(text ?? "") ?? "/";
}

/** Whether a form was sent by a page of this server. */
export function fromOwnPage({ headers }: Incoming): boolean {
  const origin = headers.get("origin");
  if (origin === null) return true;
  return URL.canParse(origin) && new URL(origin).host === headers.get("host");
}

/** A cookie's value; empty for none. */
export function cookieOf({ headers }: Incoming, name: string): string {
  for (const part of (headers.get("cookie") ?? "").split(";")) {
    const [key, value = ""] = part.trim().split("=");
    if (key === name) return value;
  }
  return "";
}

/** Whether a browser asks for a page. */
export function wantsPage({ headers }: Incoming): boolean {
  return headers.get("accept")?.includes("text/html") === true;
}

/** A path without its percent signs; as it is where they mean nothing. */
export function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch (error) {
    if (error instanceof URIError) return path;
    throw error;
  }
}

/** Sends a browser elsewhere. */
export function redirect(
  to: string,
  headers: Record<string, string> = {},
): Response {
  return new Response(null, {
    status: 303,
    headers: { location: to, "cache-control": "no-store", ...headers },
  });
}

/** A page of one sentence. */
export function sentencePage(
  text: string,
  status: number,
  headers: Record<string, string> = {},
): Response {
  return whole(
    status === 404 ? "Not found" : "Not possible",
    `<p>${escapeHtml(text)}</p>`,
    status,
    headers,
  );
}

/** A page; its body is HTML. */
export function whole(
  heading: string,
  body: string,
  status = 200,
  headers: Record<string, string> = {},
): Response {
  return new Response(
    `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>${heading} · practice server</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:40rem;margin:4rem auto;padding:0 1rem}input,button{font:inherit;padding:.3rem .5rem}</style></head>
<body><main><h1>${heading}</h1>
${body}
</main></body></html>
`,
    {
      status,
      headers: {
        "content-type": "text/html; charset=utf-8",
        "content-security-policy":
          "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        "x-content-type-options": "nosniff",
        "referrer-policy": "same-origin",
        "cache-control": "no-store",
        ...headers,
      },
    },
  );
}
