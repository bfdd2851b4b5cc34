/** Pictures of what a dataset's columns hold. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { columnPicture } from "../../src/view/column_picture.ts";
import { fingerprintMemory, withoutValues } from "../../src/datasets/memory.ts";
import { addRun, emptyJournal } from "../record/filled.ts";
import { attributes, pagesOf } from "../web/support.ts";

/** The pictures that a run's page has of a dataset's columns. */
async function picturesOf(fingerprint: unknown): Promise<string[]> {
  using made = emptyJournal();
  const id = addRun(made.journal, { datasets: { penguins: fingerprint } });
  const { text } = await pagesOf(made.journal).get(`/runs/${id}`);
  return [...text.matchAll(/<td class="picture">([^]*?)<\/td>/g)].map(
    ([, picture = ""]) => picture,
  );
}

const rows = Array.from({ length: 200 }, (_, i) => ({
  mass: i % 10 === 0 ? null : 3000 + (i * i) % 777,
  species: ["Adelie", "Gentoo"][i % 2],
  secretive: `zebra ${i}`,
}));

Deno.test("a column of numbers is a histogram, another one the share of values that differ, both with what is missing", async () => {
  const [mass = "", species = "", secretive = ""] = await picturesOf(
    fingerprintMemory(rows),
  );
  assertMatch(
    mass,
    /aria-label="mass, most from [\d,.]+ to [\d,.]+, 20 of 200 missing"/,
  );
  assert((mass.match(/<rect /g)?.length ?? 0) > 10, mass);
  assertEquals(attributes(species, "aria-label"), [
    "species, 2 different values",
  ]);
  assertEquals(attributes(secretive, "aria-label"), [
    "secretive, 200 different values",
  ]);
  const width = (svg: string) =>
    Math.max(...attributes(svg, "width").slice(2).map(Number));
  assert(
    width(secretive) > 50 * width(species) / 2,
    "bars are as long as shares",
  );
});

Deno.test("of data that must not travel a picture shows counts alone", async () => {
  const [mass = "", species = ""] = await picturesOf(
    withoutValues(fingerprintMemory(rows)),
  );
  assertEquals(attributes(mass, "aria-label"), [
    `mass, ${
      new Set(rows.map((row) => row.mass)).size - 1
    } different values, 20 of 200 missing`,
  ]);
  assertEquals(attributes(species, "aria-label"), [
    "species, 2 different values",
  ]);
});

Deno.test("a column of which nothing is known has no picture", () => {
  assertEquals(
    columnPicture({
      name: "x",
      type: "number",
      missing: null,
      distinct: null,
      min: null,
      max: null,
    }, 10),
    "",
  );
});
