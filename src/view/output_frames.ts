/**
 * Outputs of cells where they are shown outside of a notebook: pictures that no script can be in, and HTML and SVG in
 * frames in which nothing runs and nothing is fetched.
 *
 * @module
 */
import { allEncoded } from "../base/file_urls.ts";
import { escapeHtml } from "../base/markup.ts";

/** Pictures that no script can be in, the ones preferred first. */
export const SAFE_PICTURES: readonly string[] = [
  "image/png",
  "image/jpeg",
  "image/webp",
  "image/gif",
];
/** What terminals take for colours and movements. */
const TERMINAL =
  // deno-lint-ignore no-control-regex
  /\u001b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-_])/g;
/** Elements that reach out before any policy is asked, or that change where a document stands. */
const REACHING =
  /<(\/?)(link|meta|base|iframe|frame|object|embed|portal|script)(?![a-z0-9-])/gi;

/** Attributes that name something of another host. */
const FOREIGN =
  /\b((?:src|srcset|href|poster|background|data|action|formaction|ping)\s*=\s*["']?\s*(?:[a-z][a-z0-9+.-]*:)?\/\/)/gi;

/** A picture's address in the page itself; null for what is no Base64. */
export function pictureAddress(type: string, base64: unknown): string | null {
  if (typeof base64 !== "string") return null;
  const packed = base64.replaceAll(/\s/g, "");
  return /^[A-Za-z0-9+/]+={0,2}$/.test(packed)
    ? `data:${type};base64,${packed}`
    : null;
}

/**
 * A drawing as the address of a picture, in which nothing runs and nothing is fetched. It is not packed: who looks
 * through a page for a text finds it there, too.
 */
export function drawingAddress(svg: string): string {
  // A picture is XML, in which a drawing has to say that it is one.
  const said = /<svg\b[^>]*\bxmlns\s*=/i.test(svg)
    ? svg
    : svg.replace(/<svg\b/i, '$& xmlns="http://www.w3.org/2000/svg"');
  return `data:image/svg+xml,${allEncoded(said)}`;
}

/** HTML or SVG in a frame of its own: no script runs in it, and it inherits the page's policy. */
export function outputFrame(content: string, title: string): string {
  const page = framedDocument(content);
  return `<iframe sandbox="" loading="lazy" referrerpolicy="no-referrer" title="${
    escapeHtml(title)
  }" srcdoc="${escapeHtml(page)}"></iframe>`;
}

/**
 * A document for a frame, without elements that reach out before any policy is asked, and without the plain ways in
 * which styles do: the policy refuses them, too.
 */
export function framedDocument(content: string): string {
  const tame = content.replaceAll(REACHING, "<$1x-$2")
    .replaceAll(FOREIGN, "data-x-$1")
    .replaceAll(/@import/gi, "@x-import")
    .replaceAll(/url\((\s*["']?\s*)(?!data:|#)/gi, "x-url($1");
  return `<!doctype html><meta charset="utf-8"><style>body{margin:4px;font:14px system-ui,sans-serif;background:#fff;color:#111}svg,img{max-width:100%}table{border-collapse:collapse}th,td{padding:2px 8px}</style>${tame}`;
}

/** A text without what a terminal acts on. */
export function withoutTerminalCodes(text: string): string {
  return text.replaceAll(TERMINAL, "");
}
