import { assertEquals, assertStringIncludes } from "@std/assert";
import { verdictText } from "../../src/cli/reproduce_text.ts";
import { widthOf } from "../../src/cli/text.ts";
import type { Verdict } from "../../src/reproduce/replay/types.ts";

const PICTURE = `<svg xmlns="http://www.w3.org/2000/svg">${
  "<circle/>".repeat(500)
}`;
const DIFF = `@@ -1,1 +1,1 @@\n-${PICTURE}\n+${PICTURE}<path/>`;
const DRIFTED: Verdict = {
  as_recorded: [],
  verdict: "DRIFTED",
  of: "3f2a9c01-0000-4000-8000-000000000000",
  run_id: null,
  metrics: [{ key: "accuracy", recorded: 0.99, reproduced: 0.98, same: false }],
  outputs: [{ cell: 6, name: "[7]", same: false, diff: DIFF }],
  artifacts: [{ path: "figure.svg", same: false }],
  causes: [{ dimension: "seed", what: "seed 7 → 8" }],
  warnings: [
    `artifact figure.svg: ${DIFF}`,
    "cell 3 could not be compared: its output was longer than what is kept of it, so only its length and digest are known",
  ],
  params: [],
  logged: [],
  differences: [],
  masked: [],
  dir: null,
  deno: "2.9.6",
  seconds: 1,
};

Deno.test("a verdict stays within the terminal, also where a picture differs, and its sentences are whole", () => {
  const text = verdictText(DRIFTED, 80);
  assertEquals(text.split("\n").filter((line) => widthOf(line) > 80), []);
  assertStringIncludes(text, "warning: artifact figure.svg: @@ -1,1 +1,1 @@\n");
  assertStringIncludes(
    text.replaceAll(/\s+/g, " "),
    "only its length and digest are known",
  );
  assertStringIncludes(text, "cause: seed: 7 → 8");
});

Deno.test("a verdict tells minus zero from zero", () => {
  const metric = { key: "loss", recorded: 0, reproduced: -0, same: false };
  assertStringIncludes(
    verdictText({ ...DRIFTED, metrics: [metric] }, 80),
    "metric loss: 0 → -0",
  );
});

Deno.test("what was masked is counted, and shown with both texts when asked for", () => {
  const verdict: Verdict = {
    ...DRIFTED,
    masked: [
      { kind: "folder", cell: 2, recorded: "/home/a", reproduced: "/tmp/b" },
      { kind: "folder", cell: 3, recorded: "/home/a", reproduced: "/tmp/b" },
      {
        kind: "date",
        cell: null,
        artifact: "log.txt",
        recorded: "2026-11-23",
        reproduced: "2026-11-24",
      },
    ],
  };
  assertStringIncludes(
    verdictText(verdict, 80),
    "masked: folder 2, date 1; --verbose shows both texts",
  );
  const text = verdictText(verdict, 80, { verbose: true });
  assertStringIncludes(
    text,
    "masked: folder in cell 2\n    - /home/a\n    + /tmp/b",
  );
  assertStringIncludes(
    text,
    "masked: date in artifact log.txt\n    - 2026-11-23\n    + 2026-11-24",
  );
});
