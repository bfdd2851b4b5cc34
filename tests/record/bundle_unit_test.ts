import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { sha256 } from "../../src/base/digest.ts";
import { recordArtifacts } from "../../src/record/record_bundle.ts";
import { BundleError } from "../../src/record/bundle/errors.ts";
import {
  manifestJsonSchema,
  manifestSchema,
  readManifestSchema,
} from "../../src/record/bundle/manifest.ts";
import { indentedJson } from "../../src/record/bundle/json_text.ts";
import { buildBundle } from "../../src/record/bundle/pack.ts";
import { parseManifest, readBundle } from "../../src/record/bundle/read.ts";
import { collectBundle } from "../../src/record/collect_bundle.ts";
import type { Journal } from "../../src/journal/journal.ts";
import { addRun, emptyJournal } from "./filled.ts";

const CELLS = ["const k = 5;", "console.log(k);\nk", "const k = 5;"];
const LOCK = {
  version: "5",
  specifiers: { "npm:d3-array@3": "3.2.4" },
  npm: { "d3-array@3.2.4": { integrity: "sha512-x" } },
};

/** A finished run with a bit of everything, its data in a folder. */
function filled(
  journal: Journal,
  folder: string,
  options: { embed?: boolean } = {},
): string {
  Deno.writeTextFileSync(`${folder}/points.csv`, "x,y\n1,2\n3,4\n");
  const bytes = Deno.readFileSync(`${folder}/points.csv`);
  const run_id = addRun(journal, {
    cwd: folder,
    seed: 7,
    params: { k: "5" },
    metrics: { loss: [0.5, NaN, -Infinity] },
    cells: CELLS,
    documents: {
      lock: LOCK,
      packages: [],
      modules: [{
        path: "../lib/own.ts",
        digest: sha256("export const a = 1;"),
        size: 19,
      }],
      module_sources: { "../lib/own.ts": "export const a = 1;" },
      config: { imports: { own: "../lib/own.ts" } },
    },
    artifacts: { "figure.svg": "<svg/>" },
  });
  journal.datasets.put(run_id, "points", {
    input: "points.csv",
    cwd: folder,
    fingerprint: JSON.stringify({
      uri: "points.csv",
      kind: "file",
      digest: sha256(bytes),
      digest_algorithm: "sha256",
      size: bytes.length,
      rows: 2,
      columns: [{ name: "x", type: "integer" }, { name: "y", type: "integer" }],
      listing: [{
        path: "points.csv",
        size: bytes.length,
        digest: sha256(bytes),
        born_ms: null,
        changed_ms: 0,
      }],
    }),
  });
  if (options.embed === false) {
    const run = journal.runs.get(run_id);
    const other = journal.runs.create({
      session_id: run?.session_id ?? "",
      experiment: "penguins",
      name: "bare",
      options: JSON.stringify({ data: { points: "points.csv", embed: false } }),
    });
    const row = journal.datasets.list(run_id)[0];
    journal.datasets.put(other.run_id, "points", {
      input: "points.csv",
      cwd: folder,
      fingerprint: row?.fingerprint ?? null,
    });
    journal.runs.end(other.run_id, "FINISHED");
    return other.run_id;
  }
  return run_id;
}

function withFolder(test: (folder: string, journal: Journal) => Promise<void>) {
  return async () => {
    using place = emptyJournal();
    const folder = await Deno.makeTempDir();
    try {
      await test(folder, place.journal);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  };
}

Deno.test(
  "the bundle of a run has the same bytes each time it is built",
  withFolder(async (folder, journal) => {
    const run_id = filled(journal, folder);
    const first = await buildBundle(collectBundle(journal, run_id));
    const second = await buildBundle(collectBundle(journal, run_id));
    assertEquals(sha256(first.zip), sha256(second.zip));
  }),
);

Deno.test(
  "the files of a bundle have the date of its run, in every time zone the same",
  withFolder(async (folder, journal) => {
    const run_id = filled(journal, folder);
    const { zip } = await buildBundle(collectBundle(journal, run_id));
    const run = journal.runs.get(run_id);
    const end = new Date(run?.end_time ?? run?.start_time ?? 0);
    // Local file header: signature, 6 bytes, then the time and the date as DOS has them.
    const header = new DataView(zip.buffer, zip.byteOffset);
    assertEquals(header.getUint32(0, true), 0x04034b50);
    const date = header.getUint16(12, true);
    assertEquals(
      [(date >> 9) + 1980, (date >> 5) & 15, date & 31],
      [end.getUTCFullYear(), end.getUTCMonth() + 1, end.getUTCDate()],
    );
    assertEquals(header.getUint16(10, true) >> 11, end.getUTCHours());
  }),
);

Deno.test(
  "a bundle that was read gives back what its run logged, to the last bit",
  withFolder(async (folder, journal) => {
    const run_id = filled(journal, folder);
    const { zip } = await buildBundle(collectBundle(journal, run_id));
    const bundle = await readBundle(zip);
    assertEquals(bundle.kind, "bundle");
    assertEquals(bundle.manifest.run.run_id, run_id);
    assertEquals(bundle.manifest.seed, 7);
    assertEquals(bundle.manifest.params, { k: "5" });
    assertEquals(
      bundle.manifest.metrics[0]?.points.map((
        [step, , value],
      ) => [step, value]),
      [[0, 0.5], [1, "NaN"], [2, "-Infinity"]],
    );
    assertEquals(bundle.cells.map((c) => c.source), CELLS);
    assertEquals(bundle.cells[1]?.outputs, [
      { output_type: "stream", name: "stdout", text: "said 1\n" },
    ]);
    const data = bundle.manifest.datasets[0]?.files[0];
    assertEquals(data?.path, "points.csv");
    const bytes = await bundle.file(data?.file ?? "");
    assertEquals(
      new TextDecoder().decode(bytes ?? undefined),
      "x,y\n1,2\n3,4\n",
    );
    const module = bundle.manifest.modules[0];
    assertEquals(
      new TextDecoder().decode(
        await bundle.file(module?.file ?? "") ?? undefined,
      ),
      "export const a = 1;",
    );
    for (const [path, { digest }] of Object.entries(bundle.manifest.files)) {
      assertEquals(sha256(await bundle.file(path) ?? ""), digest, path);
    }
  }),
);

Deno.test(
  "the logged notebook alone holds manifest, configuration, lock, modules and small data",
  withFolder(async (folder, journal) => {
    const run_id = filled(journal, folder);
    const { files } = await buildBundle(collectBundle(journal, run_id));
    const session = files.get("session.ipynb") ?? new Uint8Array();
    const notebook = JSON.parse(new TextDecoder().decode(session));
    assertEquals(notebook.nbformat, 4);
    assertEquals(notebook.nbformat_minor, 5);
    assertEquals(
      new Set(notebook.cells.map((c: { id: string }) => c.id)).size,
      CELLS.length + 1,
    );
    const [about] = notebook.cells;
    assertEquals(about.cell_type, "markdown");
    const text = about.source.join("");
    assertStringIncludes(text, `(${run_id.slice(0, 8)}) of the experiment`);
    assertStringIncludes(text, "`nbtrack reproduce session.ipynb`");
    assertEquals(notebook.metadata.nbtrack["deno.lock"], LOCK);
    const bundle = await readBundle(session);
    assertEquals(bundle.kind, "notebook");
    assertEquals(bundle.manifest.run.run_id, run_id);
    const data = bundle.manifest.datasets[0]?.files[0]?.file ?? "";
    assertEquals(
      new TextDecoder().decode(await bundle.file(data) ?? undefined),
      "x,y\n1,2\n3,4\n",
    );
  }),
);

Deno.test(
  "data stays out of the bundle when its run says so, and that is named",
  withFolder(async (folder, journal) => {
    const run_id = filled(journal, folder, { embed: false });
    await recordArtifacts(journal, run_id);
    const zip = Deno.readFileSync(
      journal.artifacts.file(
        journal.artifacts.get(run_id, "bundle.zip")?.digest ?? "sha256:",
      ),
    );
    const bundle = await readBundle(zip);
    assertEquals(bundle.manifest.datasets[0]?.files[0]?.file, null);
    assert(bundle.manifest.missing.some((m) => m.what.includes("points")));
    assert(
      journal.entries.missing(run_id).some((m) => m.what.includes("points")),
    );
  }),
);

Deno.test(
  "a file that changed since it was fingerprinted does not travel under the old digest",
  withFolder((folder, journal) => {
    const run_id = filled(journal, folder);
    Deno.writeTextFileSync(`${folder}/points.csv`, "x,y\n1,2\n3,5\n");
    const source = collectBundle(journal, run_id);
    assertEquals(source.datasets[0]?.files[0]?.bytes, null);
    assertStringIncludes(source.datasets[0]?.left_out ?? "", "changed");
    return Promise.resolve();
  }),
);

Deno.test(
  "recording leaves session, manifest, lock and archive among the artifacts",
  withFolder(async (folder, journal) => {
    const run_id = filled(journal, folder);
    await recordArtifacts(journal, run_id);
    assertEquals(
      journal.artifacts.list(run_id).map((a) => `${a.path} ${a.origin}`),
      [
        "bundle.zip record",
        "deno.lock record",
        "figure.svg user",
        "manifest.json record",
        "session.ipynb record",
      ],
    );
    const before = journal.artifacts.get(run_id, "bundle.zip")?.digest;
    await recordArtifacts(journal, run_id);
    assertEquals(journal.artifacts.get(run_id, "bundle.zip")?.digest, before);
  }),
);

Deno.test(
  "a run with many megabytes of output gets its bundle from a process of its own",
  withFolder(async (folder, journal) => {
    const run_id = filled(journal, folder);
    const run = journal.runs.get(run_id);
    const text = "0123456789abcdef\n".repeat(300_000);
    journal.executions.putOutputs(run?.session_id ?? "", 1_000_001, [
      JSON.stringify({ output_type: "stream", name: "stdout", text }),
    ]);
    await recordArtifacts(journal, run_id);
    const digest = journal.artifacts.get(run_id, "bundle.zip")?.digest ??
      "sha256:";
    const bundle = await readBundle(
      Deno.readFileSync(journal.artifacts.file(digest)),
    );
    assertEquals(bundle.cells[1]?.outputs[0]?.["text"], text);
  }),
);

Deno.test("the manifest's JSON Schema names what a manifest must have", () => {
  const schema = manifestJsonSchema();
  assertEquals(schema["type"], "object");
  const required = schema["required"] as string[];
  for (const name of ["schema_version", "run", "cells", "metrics", "files"]) {
    assert(required.includes(name), name);
  }
});

Deno.test("the JSON Schema that is published is the one the manifest is checked by", async () => {
  const file = new URL(
    "../../src/record/bundle/manifest.schema.json",
    import.meta.url,
  );
  const text = `${JSON.stringify(manifestJsonSchema(), null, 2)}\n`;
  // After a change of the schema: NBTRACK_WRITE_SCHEMA=1 deno test -A tests/runs/bundle_test.ts
  if (Deno.env.get("NBTRACK_WRITE_SCHEMA") === "1") {
    await Deno.writeTextFile(file, text);
  }
  assertEquals(JSON.parse(await Deno.readTextFile(file)), JSON.parse(text));
});

Deno.test("a manifest's run has an id as nbtrack or MLflow makes them, and times that a calendar has", async () => {
  using place = emptyJournal();
  const run_id = filled(place.journal, place.home);
  const { manifest } = await buildBundle(collectBundle(place.journal, run_id));
  const refused = (change: Record<string, unknown>) =>
    !manifestSchema.safeParse({
      ...manifest,
      run: { ...manifest.run, ...change },
    }).success;
  assertEquals(refused({}), false);
  assertEquals(refused({ run_id: "0123456789abcdef".repeat(2) }), false);
  for (
    const change of [
      { run_id: "../../../../x" },
      { run_id: `${crypto.randomUUID()}\n` },
      { reproduces: "x" },
      { parent: "x" },
      { end_time: 1e300 },
      { start_time: -1e15 },
    ]
  ) assertEquals(refused(change), true, JSON.stringify(change));
});

Deno.test("the points of a manifest are read by the same rules as its schema has", () => {
  const schema = manifestSchema.shape.metrics;
  const read = readManifestSchema.shape.metrics;
  const takes = (points: unknown) => {
    const value = [{ key: "loss", points }];
    const both = [schema, read].map((one) => one.safeParse(value));
    const [wanted, given] = both.map(({ data }) => data);
    assertEquals(given, wanted, JSON.stringify(points));
    return wanted !== undefined;
  };
  for (const value of [1, -0.5, "NaN", "Infinity", "-Infinity", "-0"]) {
    assert(takes([[0, 1, value], [1, 2, value]]), String(value));
  }
  assert(takes([]));
  for (
    const wrong of [
      [[0, 1]],
      [[0, 1, 2, 3]],
      [[0, 1, "1"]],
      [[0, 1, null]],
      [[0, 1, Infinity]],
      [["0", 1, 2]],
      [[0, NaN, 2]],
      [[0, 1, 2], {}],
      [null],
      {},
      null,
    ]
  ) assert(!takes(wrong), JSON.stringify(wrong));
});

Deno.test("a point of a metric is a line of a bundle's texts, which say what indented JSON says", async () => {
  using place = emptyJournal();
  const losses = Array.from({ length: 1000 }, (_, i) => Math.sin(i));
  const run_id = addRun(place.journal, {
    cells: CELLS,
    params: { points: "[[0,1,2]]" },
    metrics: { points: [0.5, NaN, -0, Infinity], loss: losses },
  });
  const { manifest, files, zip } = await buildBundle(
    collectBundle(place.journal, run_id),
  );
  const text = (path: string) => new TextDecoder().decode(files.get(path));
  const plain = JSON.stringify(manifest, null, 1);
  assertEquals(JSON.parse(text("manifest.json")), JSON.parse(plain));
  for (const path of ["manifest.json", "session.ipynb"]) {
    assertStringIncludes(text(path), `],\n[1,1700000000001,"NaN"],\n`);
    assertStringIncludes(text(path), `],\n[2,1700000000002,"-0"],\n`);
    const { length } = JSON.stringify(JSON.parse(text(path)), null, 1);
    assert(text(path).length < 0.75 * length, path);
  }
  for (const bytes of [zip, files.get("session.ipynb")]) {
    const read = await readBundle(bytes ?? new Uint8Array());
    assertEquals(read.manifest.metrics, manifest.metrics);
  }
  const other = { points: [["],[", 1, "],["]], list: [{ points: [] }, "$&"] };
  assertEquals(JSON.parse(indentedJson(other)), other);
  assertEquals(
    indentedJson({ a: [1, "points"], b: {} }),
    `${JSON.stringify({ a: [1, "points"], b: {} }, null, 1)}\n`,
  );
});

Deno.test("a manifest of a newer schema is refused by name", () => {
  const error = assertThrowsBundle(() => parseManifest({ schema_version: 2 }));
  assertStringIncludes(error.message, "newer");
});

Deno.test(
  "a bundle cut short, an archive without manifest and broken JSON each get one clear sentence",
  withFolder(async (folder, journal) => {
    const { zip } = await buildBundle(
      collectBundle(journal, filled(journal, folder)),
    );
    for (const part of [0.1, 0.5, 0.99]) {
      const error = await assertRejects(() =>
        readBundle(zip.slice(0, Math.floor(zip.length * part)))
      );
      assert(error instanceof BundleError, String(error));
    }
    for (
      const text of [
        "",
        "{",
        "[]",
        '{"cells": []}',
        "PK",
        "PK\x03\x04rest",
        "\xff\xfe",
      ]
    ) {
      const error = await assertRejects(() =>
        readBundle(new TextEncoder().encode(text))
      );
      assert(error instanceof BundleError, `${text}: ${error}`);
    }
  }),
);

function assertThrowsBundle(work: () => unknown): Error {
  try {
    work();
  } catch (error) {
    assert(error instanceof BundleError, String(error));
    return error;
  }
  throw new Error("nothing was thrown");
}
