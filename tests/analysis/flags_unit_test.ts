import { assertEquals } from "@std/assert";
import { hiddenState } from "../../src/analysis/hidden_state.ts";
import { FLAGS } from "./sheet.ts";

for (const { name, executions, saved, failed = [], expected } of FLAGS) {
  Deno.test(`flags by hand: ${name}`, () => {
    const found = hiddenState(
      executions.map(([source, id], i) => ({
        source,
        id,
        status: failed.includes(i) ? "error" : "ok",
      })),
      saved === undefined ? null : {
        cells: saved.map(([source, id]) => ({
          cell_type: "code",
          source,
          ...id === null ? {} : { id },
        })),
      },
    );
    assertEquals(found, [...expected]);
  });
}
