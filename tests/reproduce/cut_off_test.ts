import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { ENDLESS } from "../endless_cell.ts";
import { reproduceWritten, type WrittenCell } from "../safety/bundles.ts";

/** A run that was killed while it executed a cell. */
function killedIn(cell: WrittenCell) {
  return {
    cells: ["const one = 1;", { ...cell, status: "aborted" as const }],
    manifest: (manifest: Record<string, unknown>) =>
      Object.assign(manifest["run"] as Record<string, unknown>, {
        status: "KILLED",
        end_reason: "the kernel was killed",
      }),
  };
}

for (const sandbox of [true, false]) {
  const where = sandbox ? "in the sandbox" : "plainly";
  Deno.test(`a cell that was cut off and fails by itself now is not reproduced: ${where}`, async () => {
    const { verdict } = await reproduceWritten(
      killedIn({ source: 'throw new RangeError("of its own")' }),
      { sandbox, trust: true },
    );
    assertEquals(verdict.verdict, "DRIFTED", JSON.stringify(verdict));
    assert(
      verdict.warnings.some((text) => text.startsWith("cell [2] was cut off")),
      JSON.stringify(verdict.warnings),
    );
  });

  Deno.test(`a cell that was cut off and has to be ended again is the same: ${where}`, async () => {
    const { verdict } = await reproduceWritten(
      killedIn({
        source: ENDLESS,
      }),
      { sandbox, trust: true, timeout_ms: 1500 },
    );
    assertEquals(verdict.outputs, [], JSON.stringify(verdict));
    assertEquals([verdict.verdict, verdict.causes], ["REPRODUCED", []]);
  });
}

Deno.test("a cell in whose interruption the run ended, and that a sandbox has to end again, is the same", async () => {
  const { verdict } = await reproduceWritten({
    cells: ["const one = 1;", {
      source: "while (true);",
      status: "error",
      interrupted: true,
      start_time: 1000,
      end_time: 2000,
    }],
  });
  assertEquals(
    [verdict.verdict, verdict.causes],
    ["REPRODUCED", []],
    JSON.stringify(verdict),
  );
  assertStringIncludes(
    verdict.warnings.join(),
    "did not come to its end now either",
  );
});

Deno.test("of a cell that was interrupted a sandbox says that it can only be ended", async () => {
  const { verdict } = await reproduceWritten({
    cells: [
      {
        source: "while (true);",
        status: "aborted",
        start_time: 1000,
        end_time: 2000,
      },
      "1",
    ],
  });
  assertEquals(verdict.verdict, "FAILED", JSON.stringify(verdict));
  assertEquals(verdict.causes.map(({ dimension }) => dimension), [
    "environment",
  ]);
  assertStringIncludes(
    verdict.causes[0]?.what ?? "",
    "cell [1] was interrupted when it was recorded: a sandbox can only be ended",
  );
});

Deno.test("a right that a cut off cell did not lack is named where the sandbox refuses it", async () => {
  const { verdict } = await reproduceWritten(
    killedIn({ source: "Deno.hostname(); while (true);" }),
  );
  assertEquals(verdict.verdict, "DRIFTED");
  assertStringIncludes(
    verdict.causes[0]?.what ?? "",
    'cell [2]: the sandbox gives no sys access to "hostname"',
  );
});
