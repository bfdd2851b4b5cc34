/**
 * Outputs of cells in a page: pictures as pictures, HTML and SVG in frames in which nothing runs, the rest as text.
 *
 * @module
 */
import { RUN_CARD } from "../../base/media_types.ts";
import {
  type AnyOutput,
  inOnePiece,
  isJsonType,
} from "../../notebook/outputs.ts";
import { type Html, markup } from "./hono.ts";

/** Pictures that no script can be in, the ones preferred first. */
const PICTURES = ["image/png", "image/jpeg", "image/webp", "image/gif"];
/** Characters of a text that are shown. */
const MAX_CHARS = 100_000;
/** What terminals take for colours and movements. */
// deno-lint-ignore no-control-regex
const TERMINAL = /\u001b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\u0007]*\u0007?|[@-_])/g;

/** One output. @param where What it is called, such as `cell [3]`. */
export function outputPart(output: AnyOutput, where: string): Html | "" {
  const whole = inOnePiece(output);
  switch (whole.output_type) {
    case "stream":
      return markup`<pre class="output${
        whole["name"] === "stderr" ? " stderr" : ""
      }">${outputText(whole["text"])}</pre>`;
    case "error":
      return errorOf(whole);
    default: {
      const data = whole["data"];
      return typeof data === "object" && data !== null
        ? bundleOf(data as Record<string, unknown>, where)
        : "";
    }
  }
}

function errorOf(output: AnyOutput): Html {
  const { ename, evalue, traceback } = output;
  const lines = Array.isArray(traceback) ? traceback.map(String) : [];
  const head = `${ename ?? "Error"}: ${evalue ?? ""}`;
  const trace = plainText(lines.join("\n"));
  return markup`<div class="output error" role="group" aria-label="Error"><p><strong>${
    outputText(head)
  }</strong></p>${
    trace.trim() === "" || trace.trim() === head
      ? ""
      : markup`<pre>${outputText(trace)}</pre>`
  }</div>`;
}

function bundleOf(data: Record<string, unknown>, where: string): Html | "" {
  const text = data["text/plain"];
  const types = Object.keys(data);
  if (types.includes(RUN_CARD) && typeof text === "string") {
    return markup`<pre class="output">${outputText(text)}</pre>`;
  }
  const picture = PICTURES.find((type) => types.includes(type));
  if (picture !== undefined) {
    const source = pictureSource(picture, data[picture]);
    if (source !== null) {
      return markup`<img class="output" alt="Picture of ${where}" src="${source}">`;
    }
  }
  for (const type of ["image/svg+xml", "text/html"]) {
    const content = data[type];
    if (typeof content === "string") return frameOf(content, where, type, text);
  }
  const json = types.find((type) => isJsonType(type));
  if (typeof text === "string" && json === undefined) {
    return markup`<pre class="output">${outputText(text)}</pre>`;
  }
  if (json !== undefined) {
    return markup`<pre class="output">${
      outputText(JSON.stringify(data[json], null, 2) ?? "")
    }</pre>`;
  }
  const other = types.find((type) => typeof data[type] === "string");
  return other === undefined
    ? ""
    : markup`<p class="quiet">${other}</p><pre class="output">${
      outputText(data[other])
    }</pre>`;
}

/** A picture's address in the page itself; null for what is no Base64. */
export function pictureSource(type: string, base64: unknown): string | null {
  if (typeof base64 !== "string") return null;
  const packed = base64.replaceAll(/\s/g, "");
  return /^[A-Za-z0-9+/]+={0,2}$/.test(packed)
    ? `data:${type};base64,${packed}`
    : null;
}

/** HTML or SVG in a frame of its own: no script runs in it, and it inherits the page's policy. */
export function frameOf(
  content: string,
  where: string,
  type: string,
  text?: unknown,
): Html {
  const svg = type === "image/svg+xml";
  const height = svg ? heightOf(content) : null;
  return markup`<iframe class="output" sandbox loading="lazy" referrerpolicy="no-referrer" title="${
    svg ? "SVG" : "HTML"
  } of ${where}"${height === null ? "" : markup` height="${height}"`} srcdoc="${
    framed(content)
  }"></iframe>${
    typeof text === "string" && text.trim() !== ""
      ? markup`<details class="twin"><summary>As text</summary><pre>${
        outputText(text)
      }</pre></details>`
      : ""
  }`;
}

/** A document for a frame, without elements that reach out before any policy is asked. */
function framed(content: string): string {
  const tame = content.replaceAll(
    /<(\/?)(link|meta|base|iframe|frame|object|embed|portal)(?![a-z0-9-])/gi,
    "<$1x-$2",
  );
  return `<!doctype html><meta charset="utf-8"><style>body{margin:4px;font:14px system-ui,sans-serif;background:#fff;color:#111}svg,img{max-width:100%}</style>${tame}`;
}

/** The height that a drawing says it has, within bounds. */
function heightOf(svg: string): number | null {
  const head = /<svg[^>]*>/i.exec(svg)?.[0] ?? "";
  const height =
    /\sheight\s*=\s*["']?([\d.]+)(?:px)?["'\s>]/i.exec(head)?.[1] ??
      /\sviewBox\s*=\s*["'][\d.\s,-]*?[\s,]([\d.]+)["']/i.exec(head)?.[1];
  const pixels = Number(height);
  return Number.isFinite(pixels) && pixels > 0
    ? Math.round(Math.min(900, Math.max(60, pixels + 12)))
    : null;
}

/** A text as it is shown: without what a terminal acts on, and not without end. */
export function outputText(text: unknown): string {
  const plain = plainText(typeof text === "string" ? text : String(text ?? ""));
  return plain.length <= MAX_CHARS
    ? plain
    : `${plain.slice(0, MAX_CHARS)}\n… ${
      (plain.length - MAX_CHARS).toLocaleString("en")
    } more characters`;
}

function plainText(text: string): string {
  return text.replaceAll(TERMINAL, "");
}
