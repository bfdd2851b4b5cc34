/** Recording notebooks and changing bundles, for the tests of this room. */
import { assert, assertEquals } from "@std/assert";
import { ENV } from "../../src/base/env.ts";
import { standardRedaction } from "../../src/redaction/standard_redaction.ts";
import { Journal } from "../../src/journal/journal.ts";
import { startKernel } from "../../src/jupyter/kernel.ts";
import { parseNotebook, sourceOf } from "../../src/notebook/notebook.ts";
import { Recording } from "../../src/recorder/recording.ts";
import { bundleOfRun } from "../../src/reproduce/input.ts";
import type { Manifest } from "../../src/record/bundle/manifest.ts";
import { packZip } from "../../src/record/bundle/zip_write.ts";
import { openZip } from "../../src/record/bundle/zip_read.ts";
import {
  reproduceBundle,
  type ReproduceOptions,
} from "../../src/reproduce/reproduce.ts";
import { readBundle } from "../../src/record/bundle/read.ts";
import type { Verdict } from "../../src/reproduce/replay/types.ts";
import { startTestKernel, TRACKED } from "../test_kernel.ts";
import { until } from "../until.ts";

const CHECKOUT = new URL("../../", import.meta.url);
const NOTEBOOKS = new URL("./notebooks/", import.meta.url);

/** A folder that is gone at the end of the scope. */
export function temporary(): { path: string } & Disposable {
  const path = Deno.realPathSync(
    Deno.makeTempDirSync({ prefix: "nbtrack-test-" }),
  );
  return {
    path,
    [Symbol.dispose]() {
      Deno.removeSync(path, { recursive: true });
    },
  };
}

/** A journal in a folder of its own. */
export function journalIn(home: string): Journal {
  return Journal.open({ redactor: standardRedaction, home });
}

/** A folder of a notebook: its data, and a configuration that leads to this checkout. */
export function projectIn(
  folder: string,
  files: Record<string, string> = {},
): void {
  Deno.mkdirSync(folder, { recursive: true });
  for (const { name } of Deno.readDirSync(NOTEBOOKS)) {
    if (/\.(?:csv|parquet|txt)$/.test(name)) {
      Deno.copyFileSync(new URL(name, NOTEBOOKS), `${folder}/${name}`);
    }
  }
  Deno.writeTextFileSync(
    `${folder}/deno.json`,
    JSON.stringify({
      imports: { "@nbtrack/nbtrack": new URL("mod.ts", CHECKOUT).href },
      nodeModulesDir: "none",
    }),
  );
  for (const [name, text] of Object.entries(files)) {
    Deno.writeTextFileSync(`${folder}/${name}`, text);
  }
}

/** Sources of a notebook of this folder, in the order they are executed. */
export async function cellsOfNotebook(name: string): Promise<string[]> {
  const text = await Deno.readTextFile(new URL(`${name}.ipynb`, NOTEBOOKS));
  const notebook = parseNotebook(text);
  const cells = notebook.cells.filter((cell) => cell.cell_type === "code");
  const order = JSON.parse(text).metadata.execution_order as
    | string[]
    | undefined;
  return (order ?? cells.map((cell) => cell.id ?? "")).map((id) => {
    const cell = cells.find((one) => one.id === id);
    assert(cell !== undefined, `${name} has no cell ${id}`);
    return sourceOf(cell);
  });
}

/** Executes cells as a front end does, recorded from the first; gives the run's id. */
export async function record(
  cells: readonly string[],
  place: {
    home: string;
    folder: string;
    notebook?: string;
    env?: Record<string, string>;
    /** How long a cell may take, milliseconds. */
    timeout_ms?: number;
  },
): Promise<string> {
  using journal = journalIn(place.home);
  const notebook = `${place.folder}/${place.notebook ?? "notebook"}.ipynb`;
  if (place.notebook !== undefined) {
    await Deno.copyFile(
      new URL(`${place.notebook}.ipynb`, NOTEBOOKS),
      notebook,
    );
  }
  const options = {
    cwd: place.folder,
    env: {
      [ENV.home]: place.home,
      [ENV.offline]: "1",
      ...place.notebook === undefined ? {} : { [ENV.notebook]: notebook },
      ...place.env,
    },
  };
  const limits = place.timeout_ms === undefined
    ? {}
    : { timeout_ms: place.timeout_ms };
  if (TRACKED) return await recordedByKernel(journal, cells, options, limits);
  const kernel = await startKernel(options);
  let recording: Recording;
  try {
    recording = await Recording.open(journal, kernel, {
      cwd: place.folder,
      notebook,
    });
    for (const source of cells) {
      await recording.reply(
        await kernel.execute(source, limits),
        null,
      );
    }
    await recording.finish();
  } finally {
    await kernel.shutdown();
  }
  await recording.complete(0);
  const { session_id } = recording.session;
  const [run] = journal.runs.list({ session_id }).reverse();
  assert(run !== undefined, "the notebook opened no run");
  assert(run.finalised_time !== null, "the run's record was not completed");
  return run.run_id;
}

/** The same by the tracked kernel itself. */
async function recordedByKernel(
  journal: Journal,
  cells: readonly string[],
  options: { cwd: string; env: Record<string, string> },
  limits: { timeout_ms?: number },
): Promise<string> {
  const kernel = await startTestKernel(options);
  try {
    for (const source of cells) await kernel.execute(source, limits);
  } finally {
    await kernel.shutdown();
  }
  return await until("the recorded run", () => {
    const [session] = journal.sessions.list();
    if (session === undefined || session.end_time === null) return null;
    const [run] = journal.runs.list({ session_id: session.session_id })
      .reverse();
    assert(run !== undefined, "the notebook opened no run");
    assert(run.finalised_time !== null, "the run's record was not completed");
    return run.run_id;
  });
}

/** The bundle of a recorded run. */
export async function bundleBytes(
  home: string,
  run_id: string,
): Promise<Uint8Array> {
  using journal = journalIn(home);
  return await bundleOfRun(journal, run_id);
}

/** Files of a bundle as texts, for a stranger to change; null takes one away. */
export type BundleFiles = Map<string, Uint8Array>;

/** A bundle with its files changed, and its manifest left as it is. */
export async function changed(
  bundle: Uint8Array,
  change: (files: BundleFiles) => void,
): Promise<Uint8Array> {
  const archive = await openZip(bundle);
  const files: BundleFiles = new Map();
  for (const path of archive.sizes.keys()) {
    files.set(path, await archive.read(path));
  }
  change(files);
  return await packZip(files);
}

/** The JSON files of a bundle, as far as tests change them. */
export interface BundleJson {
  "manifest.json": Manifest;
  "session.ipynb": NotebookJson;
  "deno.lock": {
    specifiers: Record<string, string>;
    npm: Record<string, unknown>;
  };
}

/** A logged notebook, as far as tests change it. */
export interface NotebookJson {
  cells: {
    cell_type: string;
    source: string[];
    outputs: Record<string, unknown>[];
    metadata: Record<string, unknown>;
  }[];
  metadata: {
    nbtrack: {
      manifest: Manifest;
      "deno.json": unknown;
      "deno.lock": BundleJson["deno.lock"];
    };
  };
}

/** Changes a JSON file of a bundle; of a logged notebook without the cell that says what it is. */
export function edit<P extends keyof BundleJson>(
  files: BundleFiles,
  path: P,
  work: (json: BundleJson[P]) => void,
): void {
  const json = JSON.parse(new TextDecoder().decode(files.get(path)));
  const about = path === "session.ipynb" ? json.cells.shift() : undefined;
  work(json);
  if (about !== undefined) json.cells.unshift(about);
  files.set(
    path,
    new TextEncoder().encode(`${JSON.stringify(json, null, 1)}\n`),
  );
}

/** Reproduces a bundle in a journal of its own, offline. */
export async function verdictOf(
  bytes: Uint8Array,
  options: Partial<ReproduceOptions> = {},
): Promise<Verdict> {
  using home = temporary();
  using journal = options.journal === undefined ? journalIn(home.path) : null;
  const { verdict } = await reproduceBundle(await readBundle(bytes), {
    journal: options.journal ?? journal as Journal,
    cwd: home.path,
    ...options,
  });
  return verdict;
}

/** Asserts that a verdict names one dimension as cause, and no other. */
export function assertCause(verdict: Verdict, dimension: string): void {
  assert(verdict.verdict !== "REPRODUCED", JSON.stringify(verdict, null, 1));
  assertEquals(
    [...new Set(verdict.causes.map((cause) => cause.dimension as string))],
    [dimension],
    JSON.stringify(verdict, null, 1),
  );
}
