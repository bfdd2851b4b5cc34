import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { arePlainlyRight } from "../../src/track/check_options.ts";
import { isTrackOptionsError } from "../../src/track/errors.ts";
import { checkOptions } from "../../src/track/options.ts";
import { paramText, resolveParams } from "../../src/track/params.ts";
import { IMPORT, Workspace } from "../recorder/support.ts";

/** Arguments of `track()` that are right. */
const RIGHT: unknown[][] = [
  ["x", {}],
  ["penguins knn / v2", { params: { k: 5 }, seed: 0, quiet: true }],
  ["x", { metrics: ["loss"], tags: { a: "b" }, name: "n", description: "" }],
  ["x", { data: { a: "x.csv" }, seed: 2 ** 32 - 1 }],
  ["x", {
    from: "0123",
    notebook: "a.ipynb",
    tolerance: { loss: { rtol: 1 } },
  }],
  ["x", { gitlab: { project: "group/name" }, trackingUri: "http://h/x" }],
  ["x".repeat(255), { params: undefined }],
];

/** Arguments that are wrong, and what is said. */
const WRONG: [args: unknown[], says: string][] = [
  [["", {}], "experiment's name first"],
  [["  ", {}], "experiment's name first"],
  [["x".repeat(256), {}], "1 to 255 characters"],
  [[5, {}], "it was given number"],
  [[{ params: {} }, {}], "it was given object"],
  [["x", null], "as an object; it was given null"],
  [["x", ["k"]], "as an object"],
  [["x", "params"], "as an object; it was given string"],
  [["x", { parms: { k: 5 } }], `has no option "parms"`],
  [["x", { seed: -1 }], `"seed"`],
  [["x", { seed: 1.5 }], `"seed"`],
  [["x", { seed: "7" }], `"seed"`],
  [["x", { seed: 2 ** 32 }], `"seed"`],
  [["x", { metrics: "loss" }], `"metrics"`],
  [["x", { metrics: [""] }], `"metrics.0"`],
  [["x", { tags: { a: 1 } }], `"tags.a"`],
  [["x", { name: "" }], `"name"`],
  [["x", { name: "n".repeat(256) }], `"name"`],
  [["x", { params: "k=5" }], `"params"`],
  [["x", { params: [1] }], `"params"`],
  [["x", { quiet: "yes" }], `"quiet"`],
  [["x", { trackingUri: "nowhere" }], `"trackingUri"`],
  [["x", { gitlab: {} }], `"gitlab.project"`],
  [["x", { from: 5 }], `"from"`],
];

Deno.test("options that are wrong are refused with the option's name, right ones are taken", () => {
  for (const [experiment, options] of RIGHT) checkOptions(experiment, options);
  for (const [[experiment, options], says] of WRONG) {
    const error = assertThrows(() => checkOptions(experiment, options), Error);
    assert(isTrackOptionsError(error));
    assertStringIncludes(error.message, says);
    assert(error.hint !== "", error.message);
    assert(!error.message.includes("\n"), error.message);
  }
});

Deno.test("what is taken for plainly right is right by the schema too", () => {
  assertEquals(
    RIGHT.map(([experiment, options]) => arePlainlyRight(experiment, options)),
    [true, true, true, true, false, false, false],
  );
  for (const [[experiment, options], says] of WRONG) {
    assert(!arePlainlyRight(experiment, options), says);
  }
});

Deno.test("a wrong option throws into the cell and opens no run; the next call works", async () => {
  await using workspace = Workspace.make();
  await using kernel = await workspace.kernel();
  const wrong = await kernel.execute(
    `${IMPORT}\nawait track("x", { parms: { k: 5 } })`,
  );
  assertEquals([wrong.status, wrong.ename], ["error", "TrackOptionsError"]);
  assertStringIncludes(wrong.evalue ?? "", "parms");
  assertEquals(workspace.runs(), []);
  const right = await kernel.execute(
    `const run = await track("x", { params: { k: 5 } }); await run.end(); 1`,
  );
  assertEquals(right.status, "ok");
  await kernel.shutdown();
  assertEquals((await workspace.finalised()).params, { k: "5" });
});

Deno.test("params are stored as the texts they were given as, and overrides take their types", async () => {
  assertEquals(paramText(-0), "-0");
  assertEquals(paramText({ a: [-0] }), `{"a":[-0.0]}`);
  assertEquals(paramText(0.1 + 0.2), "0.30000000000000004");
  assertEquals(paramText("a text"), "a text");
  assertEquals(paramText({ a: [1n, null] }), '{"a":["1",null]}');
  assertEquals(paramText(new Date(0)), "1970-01-01T00:00:00.000Z");
  assertEquals(paramText(null), "null");
  assertEquals(paramText(true), "true");
  assertEquals(
    await resolveParams(
      { k: 5, name: "a", flag: false, list: [1], rate: 0.1 },
      { k: "7", name: "12", flag: "true", list: "[2,3]", extra: "9" },
    ),
    { k: 7, name: "12", flag: true, list: [2, 3], rate: 0.1, extra: 9 },
  );
});

Deno.test("a schema fills params with its defaults, takes overrides, and says what does not fit", async () => {
  await using workspace = Workspace.make();
  await using kernel = await workspace.kernel({
    NBTRACK_PARAMS: JSON.stringify({ k: "9" }),
  });
  const reply = await kernel.execute(
    `${IMPORT}\nimport { z } from "npm:zod@4.6.7";
     const schema = z.object({ k: z.number().max(10).default(5), kernel: z.string().default("rbf") });
     const run = await track("schema", { params: schema, metrics: ["loss"], quiet: true });
     run.logMetric("los", 1); run.logMetric("loss", 2);
     JSON.stringify([run.params, typeof run.params.k])`,
  );
  assertStringIncludes(
    JSON.stringify(reply.outputs).replaceAll("\\", ""),
    `[{"k":9,"kernel":"rbf"},"number"]`,
  );
  const wrong = await kernel.execute(
    `await track("schema", { params: z.object({ k: z.number(), needed: z.string() }) })`,
  );
  assertEquals(wrong.ename, "TrackOptionsError");
  assertStringIncludes(wrong.evalue ?? "", "needed");
  await kernel.shutdown();
  const record = await workspace.finalised();
  assertEquals(record.params, { k: "9", kernel: "rbf" });
  assertEquals(record.metrics, { loss: 2 });
  const gap = record.missing.find((m) => m.what === `metric "los"`);
  assertStringIncludes(gap?.why ?? "", `Did you mean "loss"?`);
});

Deno.test("a whole number that a number does not hold is kept to its last digit, or refused in a sentence", async () => {
  const big = "9007199254740993";
  assertEquals(await resolveParams({ id: "1" }, { id: big }), { id: big });
  assertEquals(await resolveParams({}, { id: big }), { id: big });
  assertEquals(await resolveParams({ id: 1n }, { id: big }), {
    id: 9007199254740993n,
  });
  await assertRejects(
    () => resolveParams({ id: 1 }, { id: big }),
    Error,
    "9007199254740992",
  );
  assertEquals(await resolveParams({ id: 1 }, { id: "9007199254740992" }), {
    id: 9007199254740992,
  });
});
