/**
 * Outputs of cells in a page: pictures as pictures, HTML and SVG in frames in which nothing runs, the rest as text.
 *
 * @module
 */
import { RUN_CARD, RUN_VIEW } from "../../base/media_types.ts";
import { asObject } from "../../base/values.ts";
import {
  type AnyOutput,
  inOnePiece,
  isJsonType,
} from "../../notebook/outputs.ts";
import {
  framedDocument,
  pictureAddress,
  SAFE_PICTURES,
  withoutTerminalCodes,
} from "../../view/output_frames.ts";
import { type Html, markup } from "./hono.ts";

/** Characters of a text that are shown. */
const MAX_CHARS = 100_000;
/** A text of more lines, or of longer ones, may not fit into its box. */
const BOX_LINES = 18;
const BOX_CHARS = 34;

/** One output. @param where What it is called, such as `cell [3]`. */
export function outputPart(output: AnyOutput, where: string): Html | "" {
  const whole = inOnePiece(output);
  switch (whole.output_type) {
    case "stream":
      return textPart(
        whole["text"],
        whole["name"] === "stderr" ? "output stderr" : "output",
      );
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
  const trace = withoutTerminalCodes(lines.join("\n"));
  return markup`<div class="output error" role="group" aria-label="Error"><p><strong>${
    outputText(head)
  }</strong></p>${
    trace.trim() === "" || trace.trim() === head ? "" : textPart(trace, "trace")
  }</div>`;
}

function bundleOf(data: Record<string, unknown>, where: string): Html | "" {
  const text = data["text/plain"];
  const types = Object.keys(data);
  if (types.includes(RUN_CARD) && typeof text === "string") {
    return textPart(text);
  }
  const view = viewOf(data, where);
  if (view !== null) return view;
  const picture = SAFE_PICTURES.find((type) => types.includes(type));
  if (picture !== undefined) {
    const source = pictureAddress(picture, data[picture]);
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
    return textPart(text);
  }
  if (json !== undefined) {
    return textPart(JSON.stringify(data[json], null, 2) ?? "");
  }
  const other = types.find((type) => typeof data[type] === "string");
  return other === undefined
    ? ""
    : markup`<p class="quiet">${other}</p>${textPart(data[other])}`;
}

/** A chart of nbtrack's as its picture, and its progress as text: a frame would be much larger. Null for others. */
function viewOf(data: Record<string, unknown>, where: string): Html | null {
  const { kind } = asObject(data[RUN_VIEW]);
  const text = data["text/plain"];
  if (kind === "progress" && typeof text === "string") return textPart(text);
  const html = data["text/html"];
  if (kind !== "chart" || typeof html !== "string") return null;
  const [, drawn = ""] =
    /<img [^>]*src="data:image\/svg\+xml;base64,([^"]*)"/.exec(html) ?? [];
  const source = drawn === "" ? null : pictureAddress("image/svg+xml", drawn);
  if (source === null) return null;
  return markup`<img class="output chart" alt="Chart of ${where}" src="${source}">${
    twinOf(text)
  }`;
}

/** HTML or SVG in a frame of its own: no script runs in it, and it inherits the page's policy. */
export function frameOf(
  content: string,
  where: string,
  type: string,
  text?: unknown,
): Html {
  const svg = type === "image/svg+xml";
  const height = svg ? heightOf(content) : heightOfTables(content);
  return markup`<iframe class="output" sandbox loading="lazy" referrerpolicy="no-referrer" title="${
    svg ? "SVG" : "HTML"
  } of ${where}"${height === null ? "" : markup` height="${height}"`} srcdoc="${
    framedDocument(content)
  }"></iframe>${twinOf(text)}`;
}

/** What an output says as text, folded. */
function twinOf(text: unknown): Html | "" {
  return typeof text === "string" && text.trim() !== ""
    ? markup`<details class="twin"><summary>As text</summary>${
      textPart(text)
    }</details>`
    : "";
}

/** About the height of HTML that is tables and pictures alone, as most outputs are; null for what may be anything. */
function heightOfTables(html: string): number | null {
  const rows = html.match(/<tr[\s>]/gi)?.length ?? 0;
  if (rows === 0 || /<(?:style|svg|canvas|details|pre)[\s>]/i.test(html)) {
    return null;
  }
  const pictures = [...html.matchAll(/<img [^>]*\bheight="(\d{1,4})"/gi)]
    .reduce((sum, [, height]) => sum + Number(height) + 6, 0);
  const lines = html.match(/<(?:div|p|h\d|li|br)[\s>]/gi)?.length ?? 0;
  return within(rows * 28 + lines * 22 + pictures + 12);
}

/** The height that a drawing says it has, within bounds. */
function heightOf(svg: string): number | null {
  const head = /<svg[^>]*>/i.exec(svg)?.[0] ?? "";
  const height =
    /\sheight\s*=\s*["']?([\d.]+)(?:px)?["'\s>]/i.exec(head)?.[1] ??
      /\sviewBox\s*=\s*["'][\d.\s,-]*?[\s,]([\d.]+)["']/i.exec(head)?.[1];
  const pixels = Number(height);
  return Number.isFinite(pixels) && pixels > 0 ? within(pixels + 12) : null;
}

function within(pixels: number): number {
  return Math.round(Math.min(900, Math.max(60, pixels)));
}

/** A text as a cell has shown it; it can be scrolled by keys where it may be larger than its box. */
export function textPart(text: unknown, kind = "output"): Html {
  const shown = outputText(text);
  const lines = shown.split("\n");
  const large = lines.length > BOX_LINES ||
    lines.some((line) => line.length > BOX_CHARS);
  return markup`<pre class="${kind}"${large ? markup` tabindex="0"` : ""}>
${shown}</pre>`;
}

/** A text as it is shown: without what a terminal acts on, and not without end. */
function outputText(text: unknown): string {
  const plain = withoutTerminalCodes(
    typeof text === "string" ? text : String(text ?? ""),
  ).replaceAll("\0", "\ufffd"); // no page may hold it
  return plain.length <= MAX_CHARS
    ? plain
    : `${plain.slice(0, MAX_CHARS)}\n… ${
      (plain.length - MAX_CHARS).toLocaleString("en")
    } more characters`;
}
