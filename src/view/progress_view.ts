/**
 * How far a loop is, as it is shown: one that goes on says as of when, since its kernel may go away.
 *
 * Imported inside cells: nothing here may load a library.
 *
 * @module
 */
import { clockText } from "../base/clock_text.ts";
import { duration } from "../base/quantities.ts";
import { loggedHtml, withMarks } from "../base/markup.ts";
import { grouped } from "../base/numbers.ts";
import { RUN_VIEW } from "../base/media_types.ts";
import { code } from "../record/markdown.ts";

/** A loop at a moment. */
export interface ProgressView {
  /** Empty for none. */
  name: string;
  /** How many there are; null where that is not known. */
  total: number | null;
  done: number;
  /** How it ended; null while it goes on. */
  ended: "all" | "stopped" | null;
  /** How long it has taken, seconds. */
  seconds: number;
}

const BAR_CHARS = 24;

/** The loop as a bundle of media types. @param now Milliseconds since 1970 */
export function progressBundle(
  view: ProgressView,
  display_id: string,
  now: number,
): Record<string, unknown> {
  const { total, ended, done } = view;
  const bar = total === null && ended === null
    ? "<progress></progress>"
    : `<progress value="${done}" max="${
      Math.max(1, total ?? done)
    }"></progress>`;
  const name = view.name === "" ? "" : `${loggedHtml(view.name)} `;
  const since = ended === null ? `, as of ${clockText(now)}` : "";
  const text = `${progressText(view)}${since}`;
  return {
    [RUN_VIEW]: {
      kind: "progress",
      name: view.name,
      total,
      done: ended === null ? null : done,
      display_id,
    },
    "text/html": `<div>${name}${bar} ${
      loggedHtml(`${numbersOf(view)}${since}`)
    }</div>`,
    "text/markdown": code(text),
    "text/plain": text,
  };
}

/** The loop as one line. */
export function progressText(view: ProgressView): string {
  const { total, done } = view;
  const name = view.name === ""
    ? ""
    : `${withMarks(view.name.replaceAll(/\p{Cc}/gu, " "))} `;
  if (total === null) return `${name}${numbersOf(view)}`;
  const share = total === 0 ? 1 : done / total;
  const full = Math.round(BAR_CHARS * Math.min(1, share));
  return `${name}${"█".repeat(full)}${"░".repeat(BAR_CHARS - full)} ${
    numbersOf(view)
  }`;
}

/** `45 of 100 (45 %), 12 s, 3.8 a second, 14 s left`. */
function numbersOf({ total, done, ended, seconds }: ProgressView): string {
  const rate = seconds > 0 ? done / seconds : 0;
  const parts = [
    total === null
      ? grouped(done)
      : `${grouped(done)} of ${grouped(total)}${
        total > 0 ? ` (${Math.floor(100 * done / total)} %)` : ""
      }`,
    duration(1000 * seconds),
  ];
  if (done > 0) parts.push(`${rateText(rate)}`);
  if (ended === "stopped") parts.push("stopped");
  else if (ended === null && total !== null && rate > 0) {
    parts.push(`${duration(1000 * Math.max(0, total - done) / rate)} left`);
  }
  return parts.join(", ");
}

function rateText(rate: number): string {
  if (rate > 0 && rate < 1) return `${duration(1000 / rate)} each`;
  return `${rate < 100 ? rate.toFixed(1) : grouped(Math.round(rate))} a second`;
}
