/**
 * Times, numbers and sizes as pages show them.
 *
 * @module
 */
import { spanText } from "../../base/quantities.ts";
import { metricNumberOf } from "../../record/query.ts";
import type { RunStatus } from "../../base/run_status.ts";
import { type Html, markup } from "./hono.ts";

/** A time: in full for programs and at the pointer, to the minute for the eye, or to the second. */
export function timePart(
  time: number | null,
  to: "minute" | "second" = "minute",
): Html | "" {
  if (time === null || !Number.isFinite(new Date(time).getTime())) return "";
  const iso = new Date(time).toISOString();
  const seconds = to === "second";
  return markup`<time datetime="${iso}" title="${iso}"${
    seconds ? markup` data-seconds` : ""
  }>${iso.slice(0, 10)} ${iso.slice(11, seconds ? 19 : 16)}</time>`;
}

/** How long something took; empty while it goes on, and where it cannot be said. */
export function tookText(from: number, to: number | null): string {
  return spanText(from, to) ?? "";
}

const WORDS: Record<RunStatus, string> = {
  RUNNING: "running",
  SCHEDULED: "scheduled",
  FINISHED: "finished",
  FAILED: "failed",
  KILLED: "killed",
};

/** A run's state: a word, with a colour that says nothing more. */
export function statusOf(status: RunStatus): Html {
  return markup`<span class="status" data-status="${status}">${
    WORDS[status]
  }</span>`;
}

/** The start of an id or of a digest. */
export function shortId(id: string): string {
  return id.startsWith("sha256:") ? id.slice(7, 19) : id.slice(0, 8);
}

/** From so many characters on a text is cut to a few lines in a row of a table. */
const LONG_CHARS = 60;

/** A text in a row of many: a long one does not make its row a tall one, and is read whole where it is pointed at. */
export function clamped(text: string): Html | string {
  return text.length < LONG_CHARS
    ? text
    : markup`<span title="${text}">${text}</span>`;
}

/** Whether a column of such values is one of numbers: they are read from their ends. */
export function isNumberOrNone(value: string | number | undefined): boolean {
  return value === undefined || metricNumberOf(String(value)) !== undefined;
}
