/** A week of somebody's work, for the questions that people ask most. */
import { assert } from "@std/assert";
import { addRun, emptyJournal } from "../record/filled.ts";

const PIXEL =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/** A week of work: five runs, the third the best, the fourth failed, the last going on. */
export function week() {
  const made = emptyJournal();
  const { journal } = made;
  const ids = [0.5, 0.4, 0.1, 0.9, 0.3].map((loss, i) =>
    addRun(journal, {
      name: `day-${i + 1}`,
      params: { k: String(i + 1), lr: "0.1" },
      metrics: { loss: [1, 0.95, 0.92, loss] },
      cells: ["load()", `fit({ k: ${i + 1} })`],
      cellStatus: i === 3 ? "error" : "ok",
      end: i === 3 ? "FAILED" : i === 4 ? null : "FINISHED",
      documents: {
        changed: [{ dimension: "params", what: `k ${i} → ${i + 1}` }],
        packages: [{
          name: "ml-knn",
          version: `3.0.${i}`,
          registry: "npm",
          integrity: null,
          direct: true,
        }],
      },
      datasets: {
        penguins: {
          uri: "penguins.csv",
          digest: `sha256:${String(i).repeat(64)}`,
          size: 10,
          rows: 344,
          columns: null,
        },
      },
      artifacts: { "notes.txt": "what I saw" },
    })
  );
  journal.artifacts.put(
    ids[2] ?? "",
    "confusion.png",
    Uint8Array.fromBase64(PIXEL),
    { content_type: "image/png", origin: "user" },
  );
  const failed = journal.runs.get(ids[3] ?? "");
  const [, failing] = journal.executions.list(failed?.session_id ?? "");
  assert(failed !== undefined && failing !== undefined);
  // It failed while its run was open.
  journal.executions.put({
    ...failing,
    start_time: failed.start_time,
    end_time: failed.start_time + 1,
  });
  journal.executions.putOutputs(failing.session_id, failing.position, [
    JSON.stringify({
      output_type: "error",
      ename: "RangeError",
      evalue: "k is too large",
      traceback: [],
    }),
  ]);
  return { ...made, ids, [Symbol.dispose]: () => made[Symbol.dispose]() };
}
