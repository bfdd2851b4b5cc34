import { assert, assertEquals, assertRejects } from "@std/assert";
import { BundleError } from "../../src/record/bundle/errors.ts";
import { readBundle } from "../../src/record/bundle/read.ts";
import { checkBundle } from "../../src/reproduce/checks.ts";
import { limitedWarnings } from "../../src/reproduce/limited_warnings.ts";
import { writeBundle } from "./bundles.ts";

const many = (folder: string) =>
  Object.fromEntries(
    Array.from({ length: 40 }, (_, i) => [`${folder}/${i}.txt`, "x"]),
  );

Deno.test("of many names of a stranger a few are said, cut, and how many more there are", async () => {
  const long = `long/${"é".repeat(30_000)}.txt`;
  const { warnings } = await checkBundle(
    await readBundle(
      await writeBundle({
        cells: ["1"],
        files: { [long]: "x", ...many("added"), ...many("changed") },
        manifest: (manifest) => {
          const files = manifest["files"] as Record<string, { digest: string }>;
          for (const [path, file] of Object.entries(files)) {
            if (/^(?:added|long)/.test(path)) delete files[path];
            if (path.startsWith("changed")) {
              files[path] = { ...file, digest: `sha256:${"0".repeat(64)}` };
            }
          }
          for (const path of Object.keys(many("missing"))) {
            files[path] = Object.values(files)[0] ?? { digest: "" };
          }
        },
      }),
    ),
  );
  for (
    const sentence of [
      "missing/0.txt is missing in the bundle",
      "35 more files are missing in the bundle",
      "changed/0.txt was changed after the recording",
      "35 more files were changed after the recording",
      "36 more files were added to the bundle and are not used",
    ]
  ) assert(warnings.includes(sentence), `${sentence}: ${warnings.join("\n")}`);
  assertEquals(warnings.length, 18);
  for (const warning of warnings) assert(warning.length < 200, warning);
});

Deno.test("a verdict has so many warnings at most, each cut", () => {
  const warnings = limitedWarnings([
    "same",
    "same",
    "x".repeat(60_000),
    ...Array.from({ length: 9900 }, (_, i) => `d/${i} was added`),
  ]);
  assertEquals(warnings.length, 501);
  assertEquals(warnings.at(-1), "and 9402 more warnings");
  assert(warnings.every((one) => one.length <= 2000));
});

Deno.test("a notebook's name that no file can have is refused in a sentence", async () => {
  const named = (name: string) =>
    writeBundle({
      cells: ["1"],
      manifest: (manifest) => {
        manifest["notebook"] = { name, digest: null };
      },
    });
  await readBundle(await named(`${"é".repeat(124)}.ipynb`));
  const bytes = await named(`${"é".repeat(125)}.ipynb`);
  const { message } = await assertRejects(() => readBundle(bytes), BundleError);
  assertEquals(
    message,
    "Cannot read the bundle's manifest at notebook.name: it is no name of a file.",
  );
});
