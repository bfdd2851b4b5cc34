/**
 * The artifact with every metric point of a run, where the server has fewer.
 *
 * @module
 */
import { spreadsheetText } from "../base/csv.ts";

/** Where it lies: the second where the user's own file has the first name. */
export const METRICS_FILES = ["metrics.csv", "nbtrack/metrics.csv"] as const;
/** Its first line. */
export const METRICS_HEADER = "metric,step,timestamp,value";

/** A point of the file. */
export interface FilePoint {
  step: number;
  /** Milliseconds since 1970. */
  timestamp: number;
  /** Any float64. */
  value: number;
}

/**
 * The points of one metric, in the order of logging; null when it is another file of that name.
 *
 * @param bytes the file as it comes
 */
export async function readMetricsFile(
  bytes: AsyncIterable<Uint8Array>,
  key: string,
): Promise<FilePoint[] | null> {
  const decoder = new TextDecoder();
  const points: FilePoint[] = [];
  let text = "";
  let known = false;
  const take = (end: boolean): boolean => {
    if (!known) {
      if (!text.includes("\n") && !end) return true;
      if (!text.startsWith(`${METRICS_HEADER}\n`)) return false;
      known = true;
      text = text.slice(METRICS_HEADER.length + 1);
    }
    text = readRows(text, key, points);
    return true;
  };
  for await (const chunk of bytes) {
    text += decoder.decode(chunk, { stream: true });
    if (!take(false)) return null;
  }
  return take(true) ? points : null;
}

const ROW = /("(?:[^"]|"")*"|[^,"\n]*),(-?[^,\n]*),(-?[^,\n]*),([^,\n]*)\n/gy;

/** Reads the whole rows of a text. @returns what is left of it */
function readRows(text: string, key: string, into: FilePoint[]): string {
  let end = 0;
  const wanted = spreadsheetText(key);
  ROW.lastIndex = 0;
  for (let row = ROW.exec(text); row !== null; row = ROW.exec(text)) {
    end = ROW.lastIndex;
    const [, name = "", step, timestamp, value] = row;
    const plain = name.startsWith('"')
      ? name.slice(1, -1).replaceAll('""', '"')
      : name;
    if (plain !== wanted) continue;
    into.push({
      step: Number(step),
      timestamp: Number(timestamp),
      value: Number(value),
    });
  }
  return text.slice(end);
}
