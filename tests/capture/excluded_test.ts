import { assertEquals } from "@std/assert";
import {
  EXCLUDED_OUTPUT,
  EXCLUDED_SOURCE,
  isExcluded,
  withoutExcluded,
} from "../../src/capture/excluded.ts";

const output = { output_type: "stream", name: "stdout", text: "private" };

Deno.test("a first line or a tag keeps a cell out of the record", () => {
  for (
    const line of [
      "// nbtrack: exclude",
      "\n\n  //nbtrack:exclude because",
      "/* NBTRACK: exclude */",
    ]
  ) {
    assertEquals(isExcluded(`${line}\nconst a = 1;`), true, line);
  }
  assertEquals(isExcluded("const a = 1;", ["x", "nbtrack-exclude"]), true);
});

Deno.test("a comment further down or another word does not exclude a cell", () => {
  for (
    const source of [
      "const a = 1;\n// nbtrack: exclude",
      "// nbtrack: excluded?",
      '"// nbtrack: exclude"',
      "",
    ]
  ) {
    assertEquals(isExcluded(source, ["exclude"]), false, source);
  }
});

Deno.test("an excluded execution keeps a placeholder for its source and its outputs", () => {
  const before = {
    source: "// nbtrack: exclude\nlogin()",
    execution_count: 3,
    outputs: [output, output],
  };
  const { execution, excluded } = withoutExcluded(before);
  assertEquals(excluded, true);
  assertEquals(execution, {
    source: EXCLUDED_SOURCE,
    execution_count: 3,
    outputs: [EXCLUDED_OUTPUT],
  });
  assertEquals(isExcluded(execution.source), true);
  assertEquals(
    withoutExcluded({ ...before, outputs: [] }).execution.outputs,
    [],
  );
});

Deno.test("any other execution is passed on as it is", () => {
  const execution = { source: "1 + 1", outputs: [output] };
  assertEquals(withoutExcluded(execution), { execution, excluded: false });
  assertEquals(withoutExcluded(execution, ["nbtrack-exclude"]).excluded, true);
});
