import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { sha256 } from "../../src/base/digest.ts";
import { isNbtrackError } from "../../src/base/errors.ts";
import { recordArtifacts } from "../../src/record/record_bundle.ts";
import { loadRun } from "../../src/record/loaded_run.ts";
import { addRun, emptyJournal } from "./filled.ts";

const CSV = "x,y\n1,2\n";

/** A journal with one run whose data lies in a folder. */
async function withRun(
  work: (home: string, run_id: string, folder: string) => Promise<void>,
): Promise<void> {
  using place = emptyJournal();
  const { journal, home } = place;
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/points.csv`, CSV);
    const run_id = addRun(journal, {
      cwd: folder,
      params: { k: "5" },
      metrics: { loss: [1, NaN] },
      cells: ["const k = 5;"],
      artifacts: { "notes.txt": "well" },
    });
    journal.datasets.put(run_id, "points", {
      input: "points.csv",
      cwd: folder,
      fingerprint: JSON.stringify({
        uri: "points.csv",
        kind: "file",
        digest: sha256(CSV),
        size: CSV.length,
        rows: 1,
        columns: null,
        listing: [{
          path: "points.csv",
          size: CSV.length,
          digest: sha256(CSV),
          born_ms: null,
          changed_ms: 0,
        }],
      }),
    });
    await recordArtifacts(journal, run_id);
    await work(home, run_id, folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("load() gives an earlier run's params, metrics, points, cells and artifacts", async () => {
  await withRun(async (home, run_id) => {
    const old = await loadRun(run_id.slice(0, 8), { home });
    assertEquals(old.id, run_id);
    assertEquals(old.params, { k: "5" });
    assert(Number.isNaN(old.metrics["loss"]));
    assertEquals((await old.points("loss")).map((p) => [p.step, p.value]), [[
      0,
      1,
    ], [1, NaN]]);
    assertEquals(old.cells.map((cell) => cell.source), ["const k = 5;"]);
    assertEquals(await old.artifact("notes.txt").read(), "well");
  });
});

Deno.test("load() reads a dataset as it was, although the file has changed since", async () => {
  await withRun(async (home, run_id, folder) => {
    await Deno.writeTextFile(`${folder}/points.csv`, "x,y\n9,9\n");
    const old = await loadRun(run_id, { home });
    assertEquals(await old.dataset("points").read(), CSV);
    assertEquals(
      await old.dataset("points").bytes(),
      new TextEncoder().encode(CSV),
    );
  });
});

Deno.test("load() names the nearest dataset and artifact, and refuses an unknown run", async () => {
  await withRun(async (home, run_id) => {
    const old = await loadRun(run_id, { home });
    const error = assertThrows(() => old.dataset("point"));
    assert(isNbtrackError(error));
    assertStringIncludes(error.hint, '"points"');
    assertThrows(() => old.artifact("note.txt"));
    await assertRejects(() => loadRun("00000000-dead", { home }));
  });
});
