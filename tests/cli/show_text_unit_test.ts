import { assertEquals, assertStringIncludes } from "@std/assert";
import { recordText } from "../../src/cli/show_text.ts";
import { widthOf } from "../../src/cli/text.ts";
import { recordWith } from "../record/filled.ts";

const WHY =
  "[1], [2] ran before the recording began. Save the notebook: what its file still has of them is filled in.";
const ERROR =
  "Cannot read the project on gitlab.example: the token is not accepted. Check that the token has scope `api` and its user is at least Developer.";

Deno.test("what is missing and why a run was not delivered is shown to its last word on a narrow terminal", () => {
  const url = "https://gitlab.example/g/p/-/ml/candidates/1";
  const record = recordWith({
    missing: [{ what: "cell sources", why: WHY }],
    delivery: {
      state: "refused",
      target: null,
      url,
      error: ERROR,
      parts: [],
      thinned: null,
    },
  });
  const text = recordText(record, { width: 80, now: 0 });
  const said = text.replaceAll(/\s+/g, " ");
  assertStringIncludes(said, `cell sources: ${WHY}`);
  assertStringIncludes(said, ERROR);
  assertStringIncludes(said, url);
  assertEquals(text.split("\n").filter((line) => widthOf(line) > 80), []);
});

Deno.test("what the columns of a dataset hold is shown in a line each, the first ones of many", () => {
  const column = (name: string) => ({
    name,
    type: "number",
    missing: 2,
    distinct: 164,
    min: 32.1,
    max: "z".repeat(50),
  });
  const text = recordText(
    recordWith({
      datasets: [{
        name: "penguins",
        context: null,
        uri: "penguins.csv",
        digest: `sha256:${"0".repeat(64)}`,
        size: 10,
        rows: 344,
        columns: null,
        profile: ["bill", ..."abcdefghij"].map(column),
        found: "named",
        message: null,
      }],
    }),
    { width: 100, now: 0 },
  );
  assertStringIncludes(text, "bill");
  assertStringIncludes(text, "32.1");
  assertStringIncludes(text, "and 3 more");
  assertEquals(text.includes("z".repeat(25)), false);
  assertEquals(text.split("\n").filter((line) => widthOf(line) > 100), []);
});

Deno.test("a very long name leaves the values on the screen, and an empty param or tag is shown", () => {
  const long = `begin${"x".repeat(300)}end`;
  const text = recordText(
    recordWith({
      params: { k: "5", [long]: "a value of some length", none: "" },
      metrics: { [long]: 0.5, loss: 0.25 },
      tags: { note: "", blank: " \n" },
    }),
    { width: 80, now: 0 },
  );
  const lines = text.split("\n");
  assertEquals(lines.filter((line) => widthOf(line) > 80), []);
  const shown = lines.map((line) => line.trim().split(/\s{2,}/));
  for (
    const [name, value] of [
      ["k", "5"],
      ["none", '""'],
      ["note", '""'],
      ["blank", '" \\n"'],
      ["loss", "0.25"],
    ]
  ) {
    assertEquals(shown.find(([label]) => label === name), [name, value]);
  }
  assertEquals(
    shown.filter(([label]) => /^beginx+…x+end$/.test(label ?? ""))
      .map(([, value]) => value),
    ["a value of some length", "0.5"],
  );
});

Deno.test("a run says what its newest reproductions found, and a reproduction what it found itself", () => {
  const verdicts = ["DRIFTED", null, "REPRODUCED", "REPRODUCED", "FAILED"].map(
    (verdict, i) => ({
      run_id: `${i}2345678-0000`,
      name: "again",
      start_time: -i * 60_000,
      verdict,
    }),
  );
  const text = recordText(recordWith({}), { width: 200, now: 0, verdicts });
  assertStringIncludes(
    text,
    "Verdict   DRIFTED by 02345678, just now; REPRODUCED by 22345678, 2 minutes ago; REPRODUCED by 32345678, 3 minutes ago; 1 more before",
  );
  const own = recordWith({ tags: { "nbtrack.verdict": "FAILED" } });
  assertStringIncludes(recordText(own, { width: 80 }), "Verdict   FAILED\n");
  const none = recordText(recordWith({}), { width: 80 });
  assertEquals(none.includes("Verdict"), false);
});

Deno.test("load and memory have no column of which nothing is known", () => {
  const system = [{
    time: 0,
    kernel_cpu: null,
    kernel_memory: 3_000_000,
    machine_cpu: null,
    machine_memory: 5_000_000,
  }];
  const text = recordText(recordWith({ system }), { width: 80 });
  assertStringIncludes(text, "MEMORY, MOST");
  assertEquals(text.includes("PROCESSOR"), false);
});
