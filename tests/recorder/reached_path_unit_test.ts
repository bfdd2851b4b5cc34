import { assertEquals } from "@std/assert";
import { reachedPath } from "../../src/recorder/data/reached_path.ts";

const reached = (source: string) =>
  reachedPath("/data/lab/raw/x.csv", "/data/lab/study", () => [source]);

for (
  const [about, source] of [
    ["a text says so", 'read("../raw/x.csv")'],
    ["parts of a text say so", 'read(["..", "raw", "x.csv"].join("/"))'],
    ["it is taken from the folder", 'read(dirname(Deno.cwd()) + "/raw/x.csv")'],
    ["a module may say so", 'import { rows } from "./load.ts"'],
  ] as const
) {
  Deno.test(`data above the notebook's folder is named from there where ${about}`, () => {
    assertEquals(reached(source), "../raw/x.csv");
  });
}

for (
  const [about, source] of [
    ["a text names it", 'read("/data/lab/raw/x.csv")'],
    ["a text names a folder of it", 'read("/data/lab/raw/" + name)'],
    ["no cell goes up", 'read("/data/l" + "ab/raw/x.csv")'],
    ["no cell goes up, as spread items do not", "read(...parts)"],
  ] as const
) {
  Deno.test(`data above the notebook's folder is named by its whole path where ${about}`, () => {
    assertEquals(reached(source), "/data/lab/raw/x.csv");
  });
}
