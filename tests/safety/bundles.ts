/** Bundles as anyone may write them, for the tests of what a stranger's bundle can do. */
import { captureEnvironment } from "../../src/base/environment.ts";
import { sha256 } from "../../src/base/digest.ts";
import {
  canonicalDigest,
  outputsDigest,
} from "../../src/record/bundle/canonical.ts";
import type { AnyOutput } from "../../src/notebook/outputs.ts";
import { manifestSchema } from "../../src/record/bundle/manifest.ts";
import { readBundle } from "../../src/record/bundle/read.ts";
import { secondDigestsOf } from "../../src/record/bundle/second_digests.ts";
import { packZip } from "../../src/record/bundle/zip_write.ts";
import {
  reproduceBundle,
  type ReproduceOptions,
  type Reproduction,
} from "../../src/reproduce/reproduce.ts";
import { journalIn, temporary } from "../reproduce/recorded.ts";

/** A cell with what is said to have come of it. */
export interface WrittenCell {
  source: string;
  status?: "ok" | "error" | "aborted";
  interrupted?: boolean;
  outputs?: AnyOutput[];
  start_time?: number;
  end_time?: number;
}

/** What a bundle holds. */
export interface Written {
  cells: readonly (string | WrittenCell)[];
  lock?: Record<string, unknown>;
  config?: Record<string, unknown>;
  /** Local modules by path. */
  modules?: Record<string, string>;
  /** Other files by path. */
  files?: Record<string, string>;
  /** Changes the manifest before it is written. */
  manifest?: (manifest: Record<string, unknown>) => void;
}

/** Writes a bundle of a run that its runner opened. */
export async function writeBundle(written: Written): Promise<Uint8Array> {
  const cells = written.cells.map((cell) =>
    typeof cell === "string" ? { source: cell } : cell
  );
  const lock = { version: "5", ...written.lock };
  const config = written.config ?? {};
  const modules = Object.entries(written.modules ?? {});
  const texts: Record<string, string> = {
    ...written.files,
    ...Object.fromEntries(modules.map(([, text], i) => [`local/${i}`, text])),
    "deno.lock": JSON.stringify(lock),
    "deno.json": JSON.stringify(config),
    "session.ipynb": JSON.stringify({
      cells: cells.map(({ source, outputs = [] }, i) => ({
        cell_type: "code",
        id: `c${i}`,
        metadata: {},
        execution_count: i + 1,
        source,
        outputs,
      })),
      metadata: {},
      nbformat: 4,
      nbformat_minor: 5,
    }),
  };
  const manifest: Record<string, unknown> = {
    schema_version: 1,
    nbtrack: "0.1.0",
    run: {
      run_id: "00000000-0000-4000-8000-000000000000",
      name: "light-dunlin-360",
      experiment: "of-a-stranger",
      status: "FINISHED",
      start_time: 0,
      end_time: 1,
      end_reason: null,
      parent: null,
      reproduces: null,
      description: null,
      ordinal: 0,
      opened_by_runner: true,
      attempt: 1,
    },
    params: {},
    tags: {},
    metrics: [],
    tolerance: {},
    seed: null,
    overrides: { params: {}, seed: null },
    environment: captureEnvironment(),
    env_names: [],
    hosts: [],
    git: null,
    folder: "notebook",
    notebook: null,
    cells: cells.map((cell, index) => ({
      index,
      id: null,
      execution_count: index + 1,
      status: cell.status ?? "ok",
      ...cell.interrupted === true ? { interrupted: true } : {},
      start_time: cell.start_time ?? 0,
      end_time: cell.end_time ?? 1,
      flags: [],
      source: sha256(cell.source),
      outputs: outputsDigest(cell.outputs ?? []),
    })),
    datasets: [],
    packages: [],
    lock: canonicalDigest(lock),
    config: canonicalDigest(config),
    modules: modules.map(([path, text], i) => ({
      path,
      digest: sha256(text),
      size: text.length,
      file: `local/${i}`,
    })),
    artifacts: [],
    changed: [],
    redactions: [],
    missing: [],
    files: Object.fromEntries(
      Object.entries(texts).map(([path, text]) => [path, {
        digest: sha256(text),
        size: text.length,
      }]),
    ),
  };
  written.manifest?.(manifest);
  // As a run leaves it; a manifest that no reader takes has none.
  const parsed = manifestSchema.safeParse(manifest).data;
  if (parsed !== undefined) manifest["seals"] = secondDigestsOf(parsed);
  texts["manifest.json"] = JSON.stringify(manifest);
  return await packZip(
    new Map(
      Object.entries(texts).map(([path, text]) => [
        path,
        new TextEncoder().encode(text),
      ]),
    ),
  );
}

/** Reproduces a bundle in a journal of its own, in the sandbox unless it is said otherwise. */
export async function reproduceWritten(
  written: Written | Uint8Array,
  options: Partial<ReproduceOptions> = {},
): Promise<Reproduction> {
  using home = temporary();
  using journal = journalIn(home.path);
  const bytes = written instanceof Uint8Array
    ? written
    : await writeBundle(written);
  const reproduction = await reproduceBundle(await readBundle(bytes), {
    journal,
    cwd: home.path,
    sandbox: true,
    ...options,
  });
  // They are read from the journal, which is closed now.
  for (const cell of reproduction.outcome.replay?.cells ?? []) {
    Object.defineProperty(cell, "outputs", { value: cell.outputs });
  }
  return reproduction;
}

/** An output on standard output. */
export function printed(text: string): AnyOutput {
  return { output_type: "stream", name: "stdout", text };
}

/** What a cell of a reproduction printed. */
export function printedBy(
  { outcome: { replay } }: Reproduction,
  cell: number,
): string {
  return (replay?.cells[cell]?.outputs ?? [])
    .filter((output) => output.output_type === "stream")
    .map((output) => String(output["text"])).join("");
}
