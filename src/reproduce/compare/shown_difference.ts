/**
 * How a difference between two texts is shown: where a line is long, from a little before the place where it parts.
 *
 * @module
 */
import { shortened } from "../../base/markup.ts";
import { diffText } from "../../record/text_diff.ts";

/** Characters that are shown before the place where two texts part. */
const CHARS_BEFORE = 40;
/** A longer line is shown in part, characters; and so much of it. */
const [LONG_LINE, SHOWN_OF_LINE] = [160, 400] as const;

/** Two texts from a little before the place where they part. */
export function aroundDifference(then: string, now: string): [string, string] {
  let at = 0;
  while (at < then.length && then[at] === now[at]) at++;
  let from = Math.max(0, at - CHARS_BEFORE);
  // Half a character is none.
  if (/[\udc00-\udfff]/.test(then[from] ?? "")) from--;
  if (from <= 0) return [then, now];
  return [`…${then.slice(from)}`, `…${now.slice(from)}`];
}

/** Whether a text has a line that is shown in part. */
export function hasLongLine(text: string): boolean {
  return text.length > LONG_LINE &&
    text.split("\n").some((line) => line.length > LONG_LINE);
}

/** The lines that differ between two texts; of long ones what differs. */
export function shownDifference(then: string, now: string): string {
  const diff = diffText(then, now);
  if (!hasLongLine(diff)) return diff;
  const shown: string[] = [];
  let [removed, added]: [string[], string[]] = [[], []];
  const flush = () => {
    const pairs = removed.map((line, i) =>
      line.length > LONG_LINE || (added[i]?.length ?? 0) > LONG_LINE
        ? aroundDifference(line, added[i] ?? line)
        : [line, added[i] ?? ""]
    );
    shown.push(
      ...removed.map((line, i) => `-${part(pairs[i]?.[0] ?? line)}`),
      ...added.map((line, i) => `+${part(pairs[i]?.[1] ?? line)}`),
    );
    [removed, added] = [[], []];
  };
  for (const line of diff.split("\n")) {
    if (line.startsWith("-")) {
      if (added.length > 0) flush();
      removed.push(line.slice(1));
    } else if (line.startsWith("+")) added.push(line.slice(1));
    else {
      flush();
      shown.push(part(line));
    }
  }
  flush();
  return shown.join("\n");
}

function part(line: string): string {
  return shortened(line, SHOWN_OF_LINE);
}
