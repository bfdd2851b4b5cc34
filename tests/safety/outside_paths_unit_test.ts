import { assertEquals } from "@std/assert";
import {
  namesOutside,
  OutsidePaths,
} from "../../src/reproduce/sandbox/outside_paths.ts";

Deno.test("texts of cells that name a path or a folder above it name the copy's, and nothing else is changed", () => {
  const paths = new OutsidePaths("/box/outside", ["/home/ann/data/x.csv"]);
  assertEquals(
    paths.inSources([
      'read("/home/ann/data/x.csv"); read("/home/ann/data/x.csv.gz")',
      "const d = '/home/ann/data'; read(`${d}/x.csv`)",
      "fetch(`file:///home/ann/data/x.csv`)",
      '"/home"; "/home/bob"; "see /home/ann/data/x.csv"; "https://a.org/home/ann/data"',
    ]),
    [
      'read("/box/outside/home/ann/data/x.csv"); read("/box/outside/home/ann/data/x.csv.gz")',
      "const d = '/box/outside/home/ann/data'; read(`${d}/x.csv`)",
      "fetch(`file:///box/outside/home/ann/data/x.csv`)",
      '"/home"; "/home/bob"; "see /home/ann/data/x.csv"; "https://a.org/home/ann/data"',
    ],
  );
  assertEquals(
    paths.asNamed("from /box/outside/home/ann/data/x.csv"),
    "from /home/ann/data/x.csv",
  );
});

Deno.test("a path of another system is named by no text, and is looked for in an end", () => {
  assertEquals(namesOutside("C:/data/x.csv", ['"C:/data/x.csv"']), true);
  assertEquals(namesOutside("C:/data/x.csv", ['"D:/data/x.csv"']), false);
  assertEquals(namesOutside("/x.csv", ['"/x.csv"', "/y.csv"]), true);
});
