import { assertEquals } from "@std/assert";
import type { BundledCell } from "../../src/record/bundle/manifest.ts";
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

Deno.test("a cell is called by its number as it was recorded, else as the notebook has it", () => {
  assertEquals(planned({ execution_count: 7 }).map(([name]) => name), [
    "[7]",
    "[4]",
  ]);
  assertEquals(planned({ execution_count: null })[0]?.[0], "[4]");
});
