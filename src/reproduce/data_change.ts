/**
 * What of a data file is not as it was, in words.
 *
 * @module
 */
import type { Contents } from "./data_folder.ts";
import { firstDifference } from "../record/bundle/line_digests.ts";
import type {
  BundledDataFile,
  BundledDataset,
} from "../record/bundle/manifest.ts";

/** Larger files are not searched for what differs. */
const MAX_COMPARED_BYTES = 64 << 20;
/** So many bytes tell a text from what is none. */
const SEARCHED_BYTES = 8192;

/** Says what of a file is not as it was. */
export function describeChange(
  what: string,
  file: BundledDataFile,
  dataset: BundledDataset,
  contents: Contents,
): string {
  const parts: string[] = [];
  const size = "bytes" in contents
    ? contents.bytes.length
    : Deno.statSync(contents.path).size;
  if (size > MAX_COMPARED_BYTES) {
    return `${what}: contents changed, ${file.size} → ${size} bytes`;
  }
  const bytes = "bytes" in contents
    ? contents.bytes
    : Deno.readFileSync(contents.path);
  const rows = dataset.files.length === 1 ? rowsOf(bytes, dataset) : null;
  const lines = isText(bytes) ? file.lines : null;
  if (rows !== null && rows !== dataset.rows) {
    parts.push(`row count ${dataset.rows} → ${rows}`);
  }
  const at = lines === null ? null : firstDifference(bytes, lines);
  if (at !== null) {
    parts.push(
      at.first === at.last
        ? `first differing line ${at.first}`
        : `first differing line between ${at.first} and ${at.last}`,
    );
  }
  if (parts.length === 0) {
    parts.push(`contents changed, ${file.size} → ${bytes.length} bytes`);
  }
  return `${what}: ${parts.join(", ")}`;
}

/** Whether bytes are lines of a text: pictures, databases and what is compressed have bytes among them that no text has. */
function isText(bytes: Uint8Array): boolean {
  return bytes.subarray(0, SEARCHED_BYTES).every((byte) =>
    byte >= 32 || (byte >= 8 && byte <= 13) || byte === 27
  );
}

/** Rows of a text with one line a row; null when the recorded count is not that of its lines. */
function rowsOf(bytes: Uint8Array, dataset: BundledDataset): number | null {
  const name = dataset.files[0]?.path ?? "";
  if (dataset.rows === null || !/\.(?:csv|tsv|jsonl|ndjson)$/i.test(name)) {
    return null;
  }
  let lines = 0;
  for (const byte of bytes) if (byte === 10) lines++;
  if (bytes.length > 0 && bytes.at(-1) !== 10) lines++;
  return /\.[ct]sv$/i.test(name) ? Math.max(0, lines - 1) : lines;
}
