/**
 * The full history of a run's metrics as one file, for servers that get less.
 *
 * @module
 */
import { writeAll } from "../base/bytes.ts";
import { spreadsheetField } from "../base/csv.ts";
import { numeral } from "../base/numbers.ts";
import type { Journal } from "../journal/journal.ts";
import { METRICS_FILES, METRICS_HEADER } from "../gitlab/metrics_file.ts";

/** Characters that are gathered before they are written. */
const GATHERED = 1 << 18;

/** The path of the artifact: another one where the user's own has the usual name. */
export function metricsPath(journal: Journal, run_id: string): string {
  const [usual, other] = METRICS_FILES;
  const taken = journal.artifacts.get(run_id, usual);
  return taken?.origin === "user" ? other : usual;
}

/** How long the artifact would be, bytes. */
export function metricsBytes(journal: Journal, run_id: string): number {
  const encoder = new TextEncoder();
  let size = 0;
  for (const text of texts(journal, run_id)) {
    size += encoder.encode(text).byteLength;
  }
  return size;
}

/** Logs a run's points as an artifact, once; its path. */
export function keepMetrics(journal: Journal, run_id: string): string {
  const path = metricsPath(journal, run_id);
  if (journal.artifacts.get(run_id, path) !== undefined) return path;
  const file = Deno.makeTempFileSync({ prefix: "nbtrack-metrics-" });
  try {
    write(journal, run_id, file);
    journal.artifacts.put(run_id, path, { file }, {
      content_type: "text/csv",
      origin: "record",
    });
  } finally {
    Deno.removeSync(file);
  }
  return path;
}

function write(journal: Journal, run_id: string, path: string): void {
  using file = Deno.openSync(path, { write: true, truncate: true });
  const encoder = new TextEncoder();
  for (const text of texts(journal, run_id)) {
    writeAll(file, encoder.encode(text));
  }
}

/** The file's text, piece by piece. */
function* texts(journal: Journal, run_id: string): Generator<string> {
  const names = new Map<string, string>();
  let text = `${METRICS_HEADER}\n`;
  for (const { key, step, timestamp, value } of journal.points(run_id)) {
    let name = names.get(key);
    if (name === undefined) {
      name = spreadsheetField(key);
      names.set(key, name);
    }
    text += `${name},${step},${timestamp},${numeral(value)}\n`;
    if (text.length > GATHERED) {
      yield text;
      text = "";
    }
  }
  yield text;
}
