/** What cannot be done is refused before anything is run, with what to do instead. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { addRun, emptyJournal } from "../record/filled.ts";
import { Workspace } from "../recorder/support.ts";
import { nbtrack } from "./nbtrack.ts";

Deno.test("a sweep that can name no best, or gives a param twice, is refused before its first run", async () => {
  await using space = Workspace.make();
  const path = space.notebook("sweep.ipynb", ["1"]);
  const swept = ["run", path, "--track", "early", "--grid", "k=1,2"];
  const cases: [string[], string][] = [
    [
      [...swept, "--max", "params.m"],
      "--max compares a metric, and params.m is a param.",
    ],
    [
      [...swept, "--min", "attributes.name"],
      "--min compares a metric, and attributes.name is an attribute.",
    ],
    [
      [...swept, "-p", "k=3"],
      "The param k has one value for all runs, and others in the sweep.",
    ],
    [["ci", path, "--best", "foo"], '"foo" is not an attribute of a run'],
    [
      ["ci", "--report", space.work, "--best", "foo"],
      '"foo" is not an attribute of a run',
    ],
  ];
  for (const [args, said] of cases) {
    const { code, stderr } = await space.nbtrack(args);
    assertEquals(code, 2, `${args}: ${stderr}`);
    assertStringIncludes(stderr, said);
  }
  assertEquals(space.runs(), []);
});

Deno.test("an option of a command that stands in front of it is said to stand behind it", async () => {
  using made = emptyJournal();
  const { code, stdout, stderr } = await nbtrack(["--json", "runs"], made);
  assertEquals(code, 2);
  assertEquals(JSON.parse(stdout).error, {
    message: "The option --json stands behind the command.",
    hint: "Call nbtrack runs … --json.",
  });
  assertStringIncludes(stderr, "stands behind");
  const unknown = await nbtrack(["--jsn", "runs"], made);
  assertStringIncludes(unknown.stderr, "Unknown option '--jsn'");
});

Deno.test("a bundle that is cut short, and a broken configuration, are refused with the next step", async () => {
  using made = emptyJournal();
  addRun(made.journal, { cells: ["1"] });
  const bundle = `${made.home}/whole.zip`;
  await nbtrack(["show", "last", "--bundle", bundle], made);
  const bytes = Deno.readFileSync(bundle);
  assert(bytes.length > 1000);
  Deno.writeFileSync(`${made.home}/cut.zip`, bytes.subarray(0, 1000));
  Deno.writeTextFileSync(`${made.home}/broken.json`, '{"a": ');
  for (
    const args of [
      ["reproduce", "cut.zip", "--trust"],
      ["serve", "--config", "broken.json"],
    ]
  ) {
    const { code, stdout, stderr } = await nbtrack([...args, "--json"], made);
    assertEquals(code, 2, stdout);
    assert(JSON.parse(stdout).error.hint !== "", stdout);
    assertEquals(stderr.trim().split("\n").length, 2, stderr);
  }
});
