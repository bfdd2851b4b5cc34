import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { isTooDeep, MAX_DEPTH_OF_JSON } from "../../src/base/values.ts";
import { BundleError } from "../../src/record/bundle/errors.ts";
import { readBundle } from "../../src/record/bundle/read.ts";
import { writeBundle } from "./bundles.ts";

/** As deep as no stack of a program goes that writes JSON. */
const DEEP = 100_000;

/** A stranger's bundle with a text in place of another. */
async function withText(before: string, after: string): Promise<Uint8Array> {
  const { packZip } = await import("../../src/record/bundle/zip_write.ts");
  const { openZip } = await import("../../src/record/bundle/zip_read.ts");
  const archive = await openZip(
    await writeBundle({
      cells: ["1"],
      lock: { x: "HERE" },
      config: { y: "HERE" },
    }),
  );
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const path of archive.sizes.keys()) {
    const text = new TextDecoder().decode(await archive.read(path));
    files.set(
      path,
      new TextEncoder().encode(
        path === before.split(" ")[0]
          ? text.replace(before.slice(before.indexOf(" ") + 1), after)
          : text,
      ),
    );
  }
  return await packZip(files);
}

for (
  const [name, before] of [
    ["deno.lock", 'deno.lock "HERE"'],
    ["deno.json", 'deno.json "HERE"'],
    ["session.ipynb", 'session.ipynb "outputs":[]'],
    ["manifest.json", 'manifest.json "params":{}'],
  ] as const
) {
  for (const [open, close] of [["[", "]"], ['{"a":', "}"]] as const) {
    Deno.test(`a bundle whose ${name} is nested without end by ${open} is refused in a sentence`, async () => {
      const nested = `${open.repeat(DEEP)}1${close.repeat(DEEP)}`;
      const after = before.includes("outputs")
        ? `"outputs":[{"output_type":"display_data","metadata":{},"data":{"application/json":${nested}}}]`
        : before.includes("params")
        ? `"params":{},"more":${nested}`
        : nested;
      const error = await assertRejects(
        async () => await readBundle(await withText(before, after)),
        BundleError,
      );
      assertEquals(
        error.message,
        `Cannot read ${name}: its JSON is nested more than 1000 levels deep.`,
      );
    });
  }
}

Deno.test("a logged notebook that is nested without end is refused in a sentence", async () => {
  const nested = "[".repeat(DEEP) + "]".repeat(DEEP);
  const text =
    `{"cells":[],"nbformat":4,"nbformat_minor":5,"metadata":{"nbtrack":{"manifest":{},"deno.lock":${nested}}}}`;
  const error = await assertRejects(
    () => readBundle(new TextEncoder().encode(text)),
    BundleError,
  );
  assertStringIncludes(error.message, "nested more than 1000 levels deep");
});

Deno.test("JSON of any depth is measured, and what is at the limit is not too deep", () => {
  const nested = (depth: number) =>
    JSON.parse("[".repeat(depth) + "]".repeat(depth));
  assertEquals(isTooDeep(nested(MAX_DEPTH_OF_JSON)), false);
  assertEquals(isTooDeep(nested(MAX_DEPTH_OF_JSON + 2)), true);
  assertEquals(isTooDeep(nested(1_000_000)), true);
  for (const value of [null, 1, "x", {}, { a: [null, { b: 1 }] }]) {
    assertEquals(isTooDeep(value), false);
  }
});
