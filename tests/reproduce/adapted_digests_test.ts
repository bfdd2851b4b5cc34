/** Changes whose digests in the manifest were adapted to them: what is named, and nothing else. */
import { assertEquals } from "@std/assert";
import { sha256 } from "../../src/base/digest.ts";
import { checkBundle } from "../../src/reproduce/checks.ts";
import {
  jsonTextDigest,
  outputsDigest,
} from "../../src/record/bundle/canonical.ts";
import type { Manifest } from "../../src/record/bundle/manifest.ts";
import { readBundle } from "../../src/record/bundle/read.ts";
import {
  bundleBytes,
  type BundleFiles,
  changed,
  edit,
  type NotebookJson,
  projectIn,
  record,
  temporary,
  verdictOf,
} from "./recorded.ts";

const CELLS = [
  `import { track } from "@nbtrack/nbtrack";
const run = await track("adapted", { data: "penguins.csv", seed: 5, params: { k: 3 } });`,
  'import ms from "npm:ms@2.1.3"; const day = ms("1d");',
  'const text = await Deno.readTextFile("penguins.csv");',
  'run.logMetric("value", text.length * day + 1);',
];

type Notebook = NotebookJson["cells"];

/** Changes that leave a bundle in which every digest fits. */
const CHANGES: Record<
  string,
  {
    dimension: string;
    notebook?: (cells: Notebook, manifest: Manifest) => void;
    manifest?: (manifest: Manifest, files: BundleFiles) => void;
    lock?: (text: string) => string;
  }
> = {
  "one byte of the data": {
    dimension: "data",
    manifest({ datasets }, files) {
      const [dataset] = datasets;
      const [file] = dataset?.files ?? [];
      if (dataset === undefined || file === undefined) throw new Error("none");
      const bytes = files.get(file.file ?? "");
      if (bytes === undefined) throw new Error("no data");
      bytes[100] = (bytes[100] ?? 0) ^ 1;
      dataset.digest = file.digest = sha256(bytes);
    },
  },
  "the version of a package": {
    dimension: "packages",
    lock: (text) => text.replaceAll("2.1.3", "2.1.2"),
  },
  "the list of packages": {
    dimension: "packages",
    manifest: ({ packages }) => void packages.pop(),
  },
  "the order of two cells": {
    dimension: "order",
    notebook: (cells, manifest) => {
      swap(cells, 1, 2);
      swap(manifest.cells, 1, 2);
    },
  },
  "a literal of a cell": {
    dimension: "code",
    notebook: (cells, manifest) =>
      replaceIn(cells, manifest, 3, "day + 1", "day + 2"),
  },
  "the seed of manifest and cell": {
    dimension: "seed",
    notebook: (cells, manifest) => {
      manifest.seed = 6;
      replaceIn(cells, manifest, 0, "seed: 5", "seed: 6");
    },
  },
  "the seed of the cell": {
    dimension: "seed",
    notebook: (cells, manifest) =>
      replaceIn(cells, manifest, 0, "seed: 5", "seed: 6"),
  },
  "the version of Deno": {
    dimension: "environment",
    manifest: ({ environment }) => void (environment.deno = "2.9.1"),
  },
  "the time zone": {
    dimension: "environment",
    manifest: ({ environment }) =>
      void (environment["timezone"] = "Asia/Tokyo"),
  },
  "a cell that is not to be executed": {
    dimension: "code",
    manifest: ({ cells }) => void cells[3]?.flags.push("excluded"),
  },
  "a point of a metric": {
    dimension: "code",
    manifest: ({ metrics }) => {
      const point = metrics[0]?.points[0];
      if (point === undefined) throw new Error("no point");
      point[2] = 1;
    },
  },
  "outputs of a cell": {
    dimension: "code",
    notebook: (cells, manifest) => {
      const [cell, known] = [cells[1], manifest.cells[1]];
      if (cell === undefined || known === undefined) throw new Error("no cell");
      const outputs = [{ output_type: "stream", name: "stdout", text: "1" }];
      Object.assign(cell, { outputs });
      known.outputs = outputsDigest(outputs);
    },
  },
  "a param": {
    dimension: "code",
    manifest: (manifest) => void (manifest.params = { k: "4" }),
  },
  "a tag": {
    dimension: "code",
    manifest: ({ tags }) => void (tags["mine"] = "a"),
  },
  "a tolerance": {
    dimension: "code",
    manifest: (manifest) => void (manifest.tolerance = { value: { rtol: 9 } }),
  },
};

function swap(list: unknown[], a: number, b: number): void {
  [list[a], list[b]] = [list[b], list[a]];
}

function replaceIn(
  cells: Notebook,
  manifest: Manifest,
  index: number,
  was: string,
  is: string,
): void {
  const [cell, known] = [cells[index], manifest.cells[index]];
  if (cell === undefined || known === undefined) throw new Error("no cell");
  const source = cell.source.join("");
  if (!source.includes(was)) throw new Error(`no ${was}`);
  cell.source = [source.replace(was, is)];
  known.source = sha256(cell.source.join(""));
}

async function tamper(
  bundle: Uint8Array,
  change: (typeof CHANGES)[string],
): Promise<Uint8Array> {
  return await changed(bundle, (files) => {
    edit(files, "manifest.json", (manifest) => {
      change.manifest?.(manifest, files);
      edit(files, "session.ipynb", ({ cells }) => {
        change.notebook?.(cells, manifest);
      });
      const lock = files.get("deno.lock");
      if (change.lock !== undefined && lock !== undefined) {
        const text = change.lock(new TextDecoder().decode(lock));
        files.set("deno.lock", new TextEncoder().encode(text));
        manifest.lock = jsonTextDigest(text) as Manifest["lock"];
      }
      for (const [path, bytes] of files) {
        if (path === "manifest.json") continue;
        manifest.files[path] = { digest: sha256(bytes), size: bytes.length };
      }
    });
  });
}

Deno.test("changes whose digests were adapted are named by their dimension alone", async (t) => {
  using place = temporary();
  const folder = `${place.path}/project`;
  projectIn(folder);
  const home = `${place.path}/home`;
  const run_id = await record(CELLS, { home, folder });
  const bundle = await bundleBytes(home, run_id);
  const dimensionsOf = async (bytes: Uint8Array) => {
    const { differences } = await checkBundle(await readBundle(bytes));
    return [...new Set(differences.map((d) => d.dimension as string))];
  };
  await t.step("nothing", async () => {
    assertEquals(await dimensionsOf(bundle), []);
  });
  for (const [name, change] of Object.entries(CHANGES)) {
    await t.step(name, async () => {
      assertEquals(await dimensionsOf(await tamper(bundle, change)), [
        change.dimension,
      ]);
    });
  }
  await t.step("a change that alters no result is not reproduced", async () => {
    const other = await tamper(bundle, {
      dimension: "environment",
      manifest: ({ environment }) => void (environment["cpus"] = 99),
    });
    const verdict = await verdictOf(other);
    assertEquals(verdict.verdict, "DRIFTED");
    assertEquals(verdict.causes.map((c) => c.dimension), ["environment"]);
  });
});
