/**
 * The pages' own style and script.
 *
 * @module
 */
import script from "./assets/script.js" with { type: "text" };
import style from "./assets/style.css" with { type: "text" };

/** The files that pages name, by name. */
export const ASSETS: Readonly<
  Record<"style.css" | "script.js", { text: string; type: string }>
> = {
  "style.css": { text: style, type: "text/css; charset=utf-8" },
  "script.js": { text: script, type: "text/javascript; charset=utf-8" },
};

/** A file of the pages. */
export function assetAnswer(name: string, request: Request): Response {
  if (name !== "style.css" && name !== "script.js") {
    return new Response("There is no such file.", { status: 404 });
  }
  const { text, type } = ASSETS[name];
  const etag = `"${text.length}-${checksum(text)}"`;
  const headers = {
    "content-type": type,
    etag,
    "cache-control": "no-cache",
  };
  return request.headers.get("if-none-match") === etag
    ? new Response(null, { status: 304, headers })
    : new Response(text, { headers });
}

/** A number that changes with the text, so that a browser fetches a new version of it. */
function checksum(text: string): string {
  let sum = 0;
  for (let i = 0; i < text.length; i++) {
    sum = (Math.imul(sum, 31) + text.charCodeAt(i)) | 0;
  }
  return (sum >>> 0).toString(36);
}
