import { assertEquals } from "@std/assert";
import type { BundledCell } from "../../src/record/bundle/manifest.ts";
import { unseenCells } from "../../src/reproduce/unknown_sources.ts";
import { planCells } from "../../src/reproduce/replay/plan.ts";

const TIMEOUT = {
  output_type: "error",
  ename: "TimeoutError",
  evalue: "The cell took longer than 1 s and was interrupted",
  traceback: [],
};

function planned(known: Partial<BundledCell>) {
  const cell: BundledCell = {
    index: 0,
    id: null,
    execution_count: 4,
    status: "error",
    start_time: 1000,
    end_time: 2000,
    flags: [],
    source: null,
    outputs: `sha256:${"0".repeat(64)}`,
    ...known,
  };
  const logged = {
    source: "for (;;);",
    outputs: [TIMEOUT],
    execution_count: 4,
    index: 0,
  };
  return planCells([logged, { ...logged, outputs: [] }], [cell, null]).map((
    { name, interrupted, limit_ms },
  ) => [name, interrupted, limit_ms]);
}

Deno.test("a cell that was interrupted is to be again, soon after; one that says so in its error is not", () => {
  assertEquals(planned({ interrupted: true })[0], ["[4]", true, 1500]);
  assertEquals(planned({})[0], ["[4]", false, 60_000]);
});

Deno.test("a cell whose source is not known has the reason that the record gives for it, and no other cell's", () => {
  const cell = (n: number): BundledCell => ({
    index: n,
    id: null,
    execution_count: n,
    status: "ok",
    start_time: 1000,
    end_time: 2000,
    flags: [],
    source: null,
    outputs: `sha256:${"0".repeat(64)}`,
  });
  const why =
    "[1]: it was edited after it was executed: lr 0.1. It is 0.7 now. [3]: the file said something else. [2] ran before the recording began. Save the notebook.";
  const said = (missing: { what: string; why: string }[]) =>
    unseenCells({ cells: [1, 2, 3].map(cell), missing })
      .map(({ dimension, what }) => `${dimension}: ${what}`);
  assertEquals(said([{ what: "cell sources", why }]), [
    "code: the source of cell [1] is not known: it was edited after it was executed: lr 0.1. It is 0.7 now",
    "code: cell [2] ran before the recording began: its source is not known",
    "code: the source of cell [3] is not known: the file said something else",
  ]);
  assertEquals(
    said([])[0],
    "code: cell [1] ran before the recording began: its source is not known",
  );
});

Deno.test("a cell is called by its number as it was recorded, else as the notebook has it", () => {
  assertEquals(planned({ execution_count: 7 }).map(([name]) => name), [
    "[7]",
    "[4]",
  ]);
  assertEquals(planned({ execution_count: null })[0]?.[0], "[4]");
});
