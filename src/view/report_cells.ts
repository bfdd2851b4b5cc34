/**
 * The cells of a report, in the order they were executed, with their outputs.
 *
 * @module
 */
import { RUN_CARD, RUN_VIEW } from "../base/media_types.ts";
import { escapeHtml, sourceText } from "../base/markup.ts";
import { count } from "../base/numbers.ts";
import { sizeText, spanText } from "../base/quantities.ts";
import { type AnyOutput, inOnePiece } from "../notebook/outputs.ts";
import type { RecordedCell } from "../record/schema/record.ts";
import {
  outputFrame,
  pictureAddress,
  SAFE_PICTURES,
  withoutTerminalCodes,
} from "./output_frames.ts";

/** Characters of all outputs together; what is more is left out, and named. */
const MAX_OUTPUTS = 4_000_000;
const MAX_TEXT = 20_000;
const MAX_SOURCE = 100_000;
/** Characters of one picture, as Base64. */
const MAX_PICTURE = 1_000_000;
/** Characters of HTML or SVG in one frame. */
const MAX_FRAME = 300_000;
const MAX_CELLS = 1000;

/** The cells, as sections. */
export function reportCells(cells: readonly RecordedCell[]): string {
  if (cells.length === 0) return `<p class="faint">No cell is recorded.</p>`;
  let left = MAX_OUTPUTS;
  const sections = cells.slice(0, MAX_CELLS).map((cell) => {
    const name = nameOf(cell);
    const outputs = cell.outputs.map((output) => {
      const shown = outputHtml(output, name);
      if (shown.length > left) return leftOut(shown.length);
      left -= shown.length;
      return shown;
    });
    return sectionOf(cell, name, outputs.join("\n"));
  });
  const more = cells.length - MAX_CELLS;
  if (more > 0) {
    sections.push(
      `<p>${count(more, "more cell")} in <code>session.ipynb</code>.</p>`,
    );
  }
  return sections.join("\n");
}

function sectionOf(cell: RecordedCell, name: string, outputs: string): string {
  const { index, status, flags, source, start_time, end_time } = cell;
  const time = spanText(start_time, end_time);
  const took = time === null ? "" : `, ${time}`;
  const said = status === "ok" ? "" : `, ${status}`;
  return `<section data-cell="${index}" data-status="${status}" data-flags="${
    escapeHtml(flags.join(" "))
  }" aria-label="${escapeHtml(`cell ${name}`)}"><p class="faint">cell ${
    escapeHtml(name)
  }${said}${took}${
    flags.length === 0 ? "" : `, ${escapeHtml(flags.join(", "))}`
  }</p>${sourceHtml(source)}
${outputs}</section>`;
}

function sourceHtml(source: string): string {
  return source === ""
    ? `<p class="faint">Its source was not seen.</p>`
    : `<pre><code>${
      escapeHtml(sourceText(cut(source, MAX_SOURCE)))
    }</code></pre>`;
}

function nameOf({ execution_count, index }: RecordedCell): string {
  return execution_count === null ? String(index) : `[${execution_count}]`;
}

function outputHtml(output: AnyOutput, cell: string): string {
  const whole = inOnePiece(output);
  if (whole.output_type === "stream") return textHtml(whole["text"]);
  if (whole.output_type === "error") {
    const { ename, evalue, traceback } = whole;
    const lines = Array.isArray(traceback) ? traceback.map(String) : [];
    return `<p><strong>${
      escapeHtml(cut(withoutTerminalCodes(`${ename}: ${evalue}`), MAX_TEXT))
    }</strong></p>${lines.length === 0 ? "" : textHtml(lines.join("\n"))}`;
  }
  const data = whole["data"];
  return typeof data === "object" && data !== null
    ? bundleHtml(data as Record<string, unknown>, cell)
    : "";
}

function bundleHtml(data: Record<string, unknown>, cell: string): string {
  const text = data["text/plain"];
  // Cards and charts of the run: the report has both already.
  if (RUN_CARD in data || RUN_VIEW in data) return textHtml(text);
  const type = SAFE_PICTURES.find((type) => type in data);
  if (type !== undefined) {
    const address = pictureAddress(type, data[type]);
    if (address !== null) {
      return address.length > MAX_PICTURE
        ? leftOut(address.length)
        : `<img alt="Picture of cell ${escapeHtml(cell)}" src="${address}">`;
    }
  }
  for (const type of ["image/svg+xml", "text/html"]) {
    const content = data[type];
    if (typeof content !== "string") continue;
    const title = `${type === "text/html" ? "HTML" : "SVG"} of cell ${cell}`;
    return content.length > MAX_FRAME
      ? leftOut(content.length)
      : outputFrame(content, title);
  }
  if (typeof text === "string") return textHtml(text);
  const [first] = Object.values(data);
  return first === undefined ? "" : textHtml(
    typeof first === "string" ? first : JSON.stringify(first, null, 2),
  );
}

function textHtml(text: unknown): string {
  const plain = withoutTerminalCodes(String(text ?? ""));
  return plain.trim() === ""
    ? ""
    : `<pre>${escapeHtml(cut(plain, MAX_TEXT))}</pre>`;
}

function cut(text: string, most: number): string {
  return text.length <= most
    ? text
    : `${text.slice(0, most)}\n… ${
      count(text.length - most, "more character")
    }`;
}

function leftOut(size: number): string {
  return `<p class="faint">An output of ${
    sizeText(size)
  } is left out here; <code>session.ipynb</code> has it.</p>`;
}
