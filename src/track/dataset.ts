/**
 * Datasets from a cell: what is in memory is fingerprinted at once (it can change), all other data by the recorder.
 *
 * @module
 */
import { type Digest, sha256 } from "../base/digest.ts";
import { lazyImport } from "../base/lazy.ts";
import type { SeenFile } from "../journal/datasets.ts";
import type { RunJournal } from "../journal/run_journal.ts";
import type { NamedData } from "./named_data.ts";

/**
 * Notes a dataset on a run.
 *
 * @param options `once`: other data under a name that the run has is not stored
 * @returns whether the recorder has still to fingerprint it, what its fingerprint says nothing of, and what a path that
 * leads nowhere yet should have led to; null where it is not stored
 */
export async function putDataset(
  journal: RunJournal,
  run_id: string,
  name: string,
  data: unknown,
  options: { context?: string; once?: boolean } = {},
): Promise<{ waiting: boolean; untold: string[]; absent?: string } | null> {
  const context = options.context ?? null;
  const hasOther = options.once === true
    ? (await lazyImport<typeof import("./same_dataset.ts")>(
      "./same_dataset.ts",
      import.meta.url,
    )).hasOtherData
    : () => false;
  if (typeof data === "string" || data instanceof URL) {
    const seen = seenNow(data);
    if (hasOther(journal, run_id, name, { input: data, seen })) return null;
    journal.datasets.put(run_id, name, {
      context,
      input: String(data),
      cwd: Deno.cwd(),
      ...seen,
    });
    const absent = typeof data === "string" ? await absence(data) : null;
    return { waiting: true, untold: [], ...absent === null ? {} : { absent } };
  }
  const { fingerprintMemory, withoutValues } = await lazyImport<
    typeof import("../datasets/memory.ts")
  >("../datasets/memory.ts", import.meta.url);
  const whole = fingerprintMemory(data);
  const fingerprint = journal.datasets.mayTravel(run_id)
    ? whole
    : withoutValues(whole);
  if (hasOther(journal, run_id, name, { digest: fingerprint.digest })) {
    return null;
  }
  journal.datasets.put(run_id, name, {
    context,
    fingerprint: JSON.stringify(fingerprint),
  });
  return { waiting: false, untold: whole.warnings };
}

/** What is wrong with a path that leads nowhere; null for one that does, and for globs and addresses. */
async function absence(path: string): Promise<string | null> {
  if (/[*?[{]|^[a-z][a-z\d+.-]+:/i.test(path)) return null;
  try {
    Deno.statSync(path);
    return null;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) return null; // the recorder says what is wrong with it
  }
  const { nearbyNames } = await lazyImport<typeof import("./nearby.ts")>(
    "./nearby.ts",
    import.meta.url,
  );
  return nearbyNames(path);
}

/** A larger file is left to the recorder, bytes: it may have changed until then. */
const SMALL_BYTES = 1 << 20;

/** What a file is as it is named: a cell may write another one in its place before the recorder reads it. */
function seenNow(data: string | URL): SeenFile {
  try {
    const { isFile, mtime, size } = Deno.statSync(data);
    if (isFile) {
      return {
        named_mtime_ms: mtime?.getTime() ?? null,
        named_digest: size > SMALL_BYTES ? null : digestNow(data),
        named_size: size,
      };
    }
  } catch {
    // A glob, an address, or nothing: the recorder says what is wrong with it.
  }
  return { named_mtime_ms: null, named_digest: null, named_size: null };
}

function digestNow(file: string | URL): Digest | null {
  try {
    return sha256(Deno.readFileSync(file));
  } catch {
    return null; // it may not be read: the recorder says so
  }
}

/** The datasets that the option `data` names. */
export async function dataOf(data: unknown): Promise<NamedData> {
  if (data === undefined || data === null) return { datasets: [], text: null };
  if (typeof data === "string" || data instanceof URL) {
    const text = String(data);
    return { datasets: [[baseName(text), data]], text };
  }
  const { nameAll } = await lazyImport<typeof import("./named_data.ts")>(
    "./named_data.ts",
    import.meta.url,
  );
  return nameAll(data);
}

function baseName(path: string): string {
  const last =
    path.replace(/[?#].*$/, "").split(/[/\\]/).filter((p) => p !== "").pop() ??
      path;
  return last.replace(/\.[^.]+$/, "") || last;
}
