/**
 * Whether a dataset that is logged again under its name is the one that was logged first.
 *
 * @module
 */
import { sha256 } from "../base/digest.ts";
import type { DatasetRow, SeenFile } from "../journal/datasets.ts";
import type { RunJournal } from "../journal/run_journal.ts";

/** Of larger files only the time of the last change is looked at, bytes. */
const MAX_READ = 16 << 20;

/**
 * Whether a run has other data under that name, which is kept.
 *
 * @param data A path or an address with what the file is, or the digest of what is in memory
 */
export function hasOtherData(
  journal: RunJournal,
  run_id: string,
  name: string,
  data: { input: string | URL; seen: SeenFile } | { digest: string },
): boolean {
  const first = journal.datasets.list(run_id).find((dataset) =>
    dataset.name === name && dataset.found === "named"
  );
  if (first === undefined || first.error !== null) return false;
  return "digest" in data
    ? digestOf(first) !== data.digest
    : !isSameInput(first, data.input, data.seen);
}

function isSameInput(
  first: DatasetRow,
  input: string | URL,
  { named_mtime_ms, named_digest, named_size }: SeenFile,
): boolean {
  if (named_size === null) return first.input === String(input);
  if (
    first.input === String(input) && first.cwd === Deno.cwd() &&
    first.named_mtime_ms === named_mtime_ms
  ) return true;
  const digest = digestOf(first) ?? first.named_digest;
  return digest !== null && named_size <= MAX_READ &&
    (named_digest ?? sha256(Deno.readFileSync(input))) === digest;
}

function digestOf({ fingerprint }: DatasetRow): string | null {
  const { digest = null }: { digest?: string | null } = JSON.parse(
    fingerprint ?? "{}",
  );
  return digest;
}
