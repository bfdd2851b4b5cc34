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
 * @returns whether the recorder has still to fingerprint it, what its fingerprint says nothing of, and what a path that
 * leads nowhere yet should have led to
 */
export async function putDataset(
  journal: Journal,
  run_id: string,
  name: string,
  data: unknown,
  options: { context?: string } = {},
): Promise<{ waiting: boolean; untold: string[]; absent?: string }> {
  const context = options.context ?? null;
  if (typeof data === "string" || data instanceof URL) {
    journal.datasets.put(run_id, name, {
      context,
      input: String(data),
      cwd: Deno.cwd(),
      named_mtime_ms: mtimeOf(data),
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
