import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { MOD } from "../recorder/support.ts";

const HEAD = `import { track } from ${JSON.stringify(MOD)};
import { z } from "npm:zod@4.6.7";
const schema = z.object({ k: z.number().default(5), kernel: z.enum(["linear", "rbf"]).default("rbf") });
`;

/** Snippets that must pass the type check. */
const RIGHT: Record<string, string> = {
  "params from a schema have its types":
    `const run = await track("x", { params: schema }); const k: number = run.params.k; const s: "linear" | "rbf" = run.params.kernel; console.log(k, s);`,
  "params from values have their types":
    `const run = await track("x", { params: { k: 5, name: "a" } }); const k: number = run.params.k; const n: string = run.params.name; console.log(k, n);`,
  "declared metrics can be logged":
    `const run = await track("x", { metrics: ["loss", "accuracy"] }); run.logMetric("loss", 1); run.logMetrics({ loss: 1, accuracy: 2 }, { step: 3 });`,
  "without a declaration any metric can be logged":
    `const run = await track("x"); run.logMetric("anything", 1); run.logParam("any", [1, { a: null }]);`,
  "a callback's run is typed alike, and its result comes back":
    `const n: number = await track("x", { params: schema, metrics: ["loss"] }, (run) => { run.logMetric("loss", run.params.k); return run.params.k; }); console.log(n);`,
  "metrics may be declared as a constant":
    `const metrics = ["loss"] as const; const run = await track("x", { metrics }); run.logMetric("loss", 1);`,
  "every kind of data is taken":
    `await track("x", { data: "a.csv" }); await track("x", { data: { train: "a.csv", test: [{ a: 1 }] } }); await track("x", { data: new Float64Array(3) });`,
};

/** Snippets that must not, and what the check says. */
const WRONG: Record<string, [code: string, says: string]> = {
  "a metric that was not declared": [
    `const run = await track("x", { metrics: ["loss", "accuracy"] }); run.logMetric("acuracy", 1);`,
    `'"acuracy"'`,
  ],
  "a metric that was not declared, among several": [
    `const run = await track("x", { metrics: ["loss"] }); run.logMetrics({ los: 1 });`,
    "'los'",
  ],
  "a param the schema does not have": [
    `const run = await track("x", { params: schema }); console.log(run.params.q);`,
    "'q'",
  ],
  "a param that is logged under another name than the schema's": [
    `const run = await track("x", { params: schema }); run.logParam("q", 1);`,
    `'"q"'`,
  ],
  "a param of another type": [
    `const run = await track("x", { params: schema }); const k: string = run.params.k; console.log(k);`,
    "'number'",
  ],
  "a text as a metric's value": [
    `const run = await track("x"); run.logMetric("loss", "0.5");`,
    "'string'",
  ],
  "an option that does not exist": [
    `await track("x", { parms: { k: 5 } });`,
    "parms",
  ],
  "a status that does not exist": [
    `const run = await track("x"); await run.end("DONE");`,
    `'"DONE"'`,
  ],
  "an experiment that is no text": [`await track(5);`, "'number'"],
};

async function check(codes: string[]): Promise<string[]> {
  const folder = await Deno.makeTempDir({ prefix: "nbtrack-types-" });
  try {
    const files = codes.map((_, i) => `${folder}/snippet_${i}.ts`);
    for (const [i, code] of codes.entries()) {
      await Deno.writeTextFile(files[i] ?? "", `${HEAD}${code}\n`);
    }
    const { stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["check", "--no-config", "--quiet", ...files],
      cwd: folder,
      env: { NO_COLOR: "1" },
      stdout: "null",
      stderr: "piped",
    }).output();
    const said = new TextDecoder().decode(stderr);
    const errors = said.split(/(?=TS\d+ \\[ERROR\\]|TS\d+ \[ERROR\])/);
    return codes.map((_, i) =>
      errors.filter((e) => e.includes(`snippet_${i}.ts`)).join("\n")
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("the editor takes what is right and refuses a typo in a metric, a param or an option", async (t) => {
  const said = await check([
    ...Object.values(RIGHT),
    ...Object.values(WRONG).map(([code]) => code),
  ]);
  for (const [i, name] of Object.keys(RIGHT).entries()) {
    await t.step(name, () => assertEquals(said[i], ""));
  }
  const from = Object.keys(RIGHT).length;
  for (const [i, [name, [, says]]] of Object.entries(WRONG).entries()) {
    await t.step(`refused: ${name}`, () => {
      const error = said[from + i] ?? "";
      assert(error !== "", "it was taken");
      assertStringIncludes(error, says);
    });
  }
});
