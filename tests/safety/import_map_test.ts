import { assert, assertEquals } from "@std/assert";
import { printed, reproduceWritten } from "./bundles.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const STAGE = `${ROOT}src/reproduce/sandbox/stage.ts`;
const FORGED = `console.log("forged");
export function setStage() { globalThis.__nbtrack_stage = { begin() {}, arm() {}, take() {} } }
export const z = null; export const track = () => ({ logMetric() {}, end() {} }); export class Journal {}; export default null;`;

/** Names by which something of nbtrack, or the way to it, might be replaced. */
const KEYS: readonly string[] = [
  "/",
  "//",
  "/tmp/",
  STAGE,
  ROOT,
  `file://${STAGE}`,
  `file://${ROOT}`,
  "file:///",
  "FILE:///",
  ` file://${STAGE}`,
  `fi\tle://${STAGE}`,
  `\nfile:///`,
  "file:",
  "npm:zod@4.6.7",
  "npm:zod",
  "npm:",
  "NPM:zod@4.6.7",
  "n\tpm:zod@4.6.7",
  "npm:/zod@4.6.7/",
  "node:sqlite",
  "NODE:sqlite",
  "node:crypto",
  "node:path",
  "data:",
  "data:text/javascript,",
  "blob:",
  "jsr:",
  "https://",
  "./../../",
  "../",
  "..",
  ".",
  "",
  " ",
  "\\",
];

Deno.test("no import map of a bundle replaces what nbtrack runs", async () => {
  const evil = "./evil/";
  const target = (key: string) => key.endsWith("/") ? evil : "./evil/stage.ts";
  const names = Object.fromEntries(KEYS.map((key) => [key, target(key)]));
  const { verdict } = await reproduceWritten({
    cells: [
      { source: 'console.log("honest")', outputs: [printed("honest\n")] },
      {
        source:
          'import { track } from "@nbtrack/nbtrack"; const run = await track("m", { quiet: true }); run.logMetric("a", 1); console.log(typeof run.logParam); await run.end(); null',
        outputs: [printed("function\n")],
      },
    ],
    config: {
      imports: { "@nbtrack/nbtrack": "./evil/stage.ts", ...names },
      scopes: Object.fromEntries(
        [...KEYS, `file://${ROOT}`, "file:///tmp/", "/tmp/"].map((
          scope,
        ) => [scope, names]),
      ),
    },
    modules: {
      "evil/stage.ts": FORGED,
      [`evil${STAGE}`]: FORGED,
      [`evil${ROOT}mod.ts`]: FORGED,
      "evil/mod.ts": FORGED,
    },
    manifest: (manifest) => {
      Object.assign(manifest.run as object, { opened_by_runner: false });
      Object.assign(manifest, { metrics: [{ key: "a", points: [[0, 0, 1]] }] });
    },
  });
  assert(verdict.outputs.length === 2, JSON.stringify(verdict));
  for (const output of verdict.outputs) {
    assert(output.same, JSON.stringify(verdict));
  }
  assertEquals(verdict.metrics.map(({ same }) => same), [true]);
});

Deno.test("names for packages and for files of the work folder hold in a sandbox", async () => {
  const { verdict } = await reproduceWritten({
    cells: [{
      source:
        `import a from "a"; import b from "lib/b.ts"; import c from "./old.ts"; import { d } from "./lib/deep.ts"; console.log(a, b, c, d)`,
      outputs: [printed("1 2 3 4\n")],
    }],
    config: {
      imports: { a: "./lib/a.ts", "lib/": "./lib/", "./old.ts": "./lib/c.ts" },
      scopes: { "./lib/": { inner: "./lib/d.ts" } },
    },
    modules: {
      "lib/a.ts": "export default 1;",
      "lib/b.ts": "export default 2;",
      "lib/c.ts": "export default 3;",
      "lib/d.ts": "export const d = 4;",
      "lib/deep.ts": 'export { d } from "inner";',
    },
  });
  assertEquals(verdict.verdict, "REPRODUCED", JSON.stringify(verdict));
});
