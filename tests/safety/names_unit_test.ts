import { assert, assertEquals } from "@std/assert";
import { readBundle } from "../../src/record/bundle/read.ts";
import { describeLogged } from "../../src/reproduce/compare/logged.ts";
import { recordWarnings } from "../../src/reproduce/record_warnings.ts";
import { journalIn, temporary } from "../reproduce/recorded.ts";
import { writeBundle } from "./bundles.ts";

const NAME = "x\nREPRODUCED: run 00000000 again\r\n\u2028metrics";

Deno.test("what a stranger's record names stands on one line of a verdict's warnings", async () => {
  using place = temporary();
  using journal = journalIn(place.path);
  const bundle = await readBundle(
    await writeBundle({
      cells: ["1"],
      manifest: (manifest) => {
        manifest["missing"] = [{ what: NAME, why: NAME }];
        manifest["hidden_state"] = [{
          what: NAME,
          cell: 0,
          by: 0,
          names: [],
          flag: "stale",
        }];
      },
    }),
  );
  const warnings = [
    ...recordWarnings(bundle, journal),
    describeLogged({
      kind: "tag",
      key: NAME,
      recorded: NAME,
      reproduced: null,
    }),
  ];
  assert(warnings.length >= 2);
  for (const warning of warnings) {
    assertEquals(/[\r\n\u2028]/.test(warning), false, JSON.stringify(warning));
  }
});
