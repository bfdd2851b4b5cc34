/**
 * Datasets from a cell: what is in memory is fingerprinted at once (it can change), all other data by the recorder.
 *
 * @module
 */
import { lazyImport } from "../base/lazy.ts";
import type { Journal } from "../journal/journal.ts";
import type { NamedData } from "./named_data.ts";

/**
 * Notes a dataset on a run.
 *
 * @returns whether the recorder has still to fingerprint it, and what its fingerprint says nothing of
 */
export async function putDataset(
  journal: Journal,
  run_id: string,
  name: string,
  data: unknown,
  options: { context?: string } = {},
): Promise<{ waiting: boolean; untold: string[] }> {
  const context = options.context ?? null;
  if (typeof data === "string" || data instanceof URL) {
    journal.datasets.put(run_id, name, {
      context,
      input: String(data),
      cwd: Deno.cwd(),
      named_mtime_ms: mtimeOf(data),
    });
    return { waiting: true, untold: [] };
  }
  const { fingerprintMemory, withoutValues } = await lazyImport<
    typeof import("../datasets/memory.ts")
  >("../datasets/memory.ts", import.meta.url);
  const whole = fingerprintMemory(data);
  const fingerprint = journal.datasets.mayTravel(run_id)
    ? whole
    : withoutValues(whole);
  journal.datasets.put(run_id, name, {
    context,
    fingerprint: JSON.stringify(fingerprint),
  });
  return { waiting: false, untold: whole.warnings };
}

/** When a file was written last, milliseconds since 1970; null for what is no file of this machine. */
function mtimeOf(data: string | URL): number | null {
  try {
    const { isFile, mtime } = Deno.statSync(data);
    return isFile ? mtime?.getTime() ?? null : null;
  } catch {
    return null; // a glob, an address, or nothing: the recorder says what is wrong with it
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
