import { assert, assertEquals } from "@std/assert";
import {
  bundleBytes,
  projectIn,
  record,
  temporary,
  verdictOf,
} from "./recorded.ts";

const TRACK =
  'import { track } from "@nbtrack/nbtrack";\nconst run = await track("s", { quiet: true });';

Deno.test("a sandbox leaves out excluded cells, and those after them run as they did", async () => {
  using place = temporary();
  const folder = `${place.path}/project`;
  projectIn(folder);
  const run_id = await record([
    "// nbtrack: exclude\n1",
    TRACK,
    "// nbtrack: exclude\nconst a = 1;",
    "// nbtrack: exclude\nconst b = 1;",
    "const c = 2; c",
    'throw new Error("meant")',
    "// nbtrack: exclude\nconst d = 1;",
    'run.logMetric("m", c); console.log("end")',
  ], { home: `${place.path}/home`, folder });
  const bytes = await bundleBytes(`${place.path}/home`, run_id);
  const { verdict, causes } = await verdictOf(bytes, { sandbox: true });
  assertEquals([verdict, causes], ["REPRODUCED", []]);
});

Deno.test("a variable that a sandbox withholds is not the only cause of a failure that it has no part in", async () => {
  using place = temporary();
  const folder = `${place.path}/project`;
  projectIn(folder, { "gone.csv": "x\n1\n" });
  const name = "SHOWN_BY_A_CELL";
  Deno.env.set(name, "shown");
  try {
    const run_id = await record([
      TRACK,
      `console.log(Deno.env.get("${name}"))`,
      "// nbtrack: exclude\nconst made = 1;",
      "made + 1",
    ], { home: `${place.path}/home`, folder, env: { [name]: "shown" } });
    const bytes = await bundleBytes(`${place.path}/home`, run_id);
    const { verdict, causes } = await verdictOf(bytes, { sandbox: true });
    assertEquals(verdict, "FAILED");
    const whats = causes.map(({ what }) => what).join("\n");
    assert(/made is not defined/.test(whats), whats);
    assert(whats.includes(name), whats);
  } finally {
    Deno.env.delete(name);
  }
});
