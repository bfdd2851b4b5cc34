/** Globs of a bundle and of configurations that lie above a notebook: whoever wrote them, matching takes no time. */
import { assertEquals, assertThrows } from "@std/assert";
import { matchesQuick } from "../../src/base/quick_glob.ts";
import { standIn } from "../../src/datasets/dataset.ts";
import { readNotebookConfig } from "../../src/packages/deno_config.ts";
import { temporary } from "../reproduce/recorded.ts";

const SLOW = `${"*a".repeat(30)}b`;
const NAME = "a".repeat(200);

Deno.test("a glob that would be matched for years matches nothing, and says so where a bundle names it", () => {
  for (
    const glob of [
      SLOW,
      "{a,b}".repeat(30),
      "{1..9999999}",
      "+(+(a|aa))b",
      "**/a/".repeat(20),
    ]
  ) assertEquals(matchesQuick(NAME, glob), false, glob);
  using folder = temporary();
  Deno.writeTextFileSync(`${folder.path}/${NAME}`, "");
  assertThrows(
    () => standIn(folder.path, { cwd: "/", pattern: SLOW }),
    Error,
    "more wildcards than are matched",
  );
});

Deno.test("globs as people write them are matched", () => {
  for (
    const [path, glob] of [
      ["2024_a_train.csv", "*_*_train.csv"],
      ["x/y/a.csv", "**/*.{csv,tsv}"],
      ["part-07.csv", "part-[0-9]?.csv"],
    ] as const
  ) assertEquals(matchesQuick(path, glob), true, glob);
});

Deno.test("the members of a workspace are found by their globs, and no glob stops the search", () => {
  using folder = temporary();
  const own = `${folder.path}/packages/${NAME}`;
  Deno.mkdirSync(own, { recursive: true });
  Deno.writeTextFileSync(`${own}/deno.json`, "{}");
  const above = (members: string[]) => {
    Deno.writeTextFileSync(
      `${folder.path}/deno.json`,
      JSON.stringify({ workspace: members }),
    );
    return readNotebookConfig(own).root?.path ?? null;
  };
  assertEquals(above([`packages/${SLOW}`, "?", "[", "("]), null);
  assertEquals(above(["./packages/*/"]), `${folder.path}/deno.json`);
});
