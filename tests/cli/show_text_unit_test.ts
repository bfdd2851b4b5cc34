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
