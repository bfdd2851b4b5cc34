import { assert, assertEquals } from "@std/assert";
import { circlesOf, folderOf, readSources } from "./sources.ts";

/** A row of ARCHITECTURE.md's table of rooms: the room, what it holds, what it may use. */
const ROW = /^\| `([a-z]+)\/`\s*\|[^|]*\|([^|]*)\|$/gm;

/** `src/mod.ts` is `mod.ts` under a path beside which no `links` lie; it belongs to no room. */
const SOURCES = (await readSources()).filter(({ path }) => path !== "mod.ts");

/** The rooms, each with those it may use besides itself and `base`. */
const MAY_USE: ReadonlyMap<string, readonly string[]> = readRooms(
  await Deno.readTextFile(new URL("../../ARCHITECTURE.md", import.meta.url)),
);

function readRooms(page: string): Map<string, readonly string[]> {
  const rows = [...page.matchAll(ROW)].map((row) =>
    [row[1] ?? "", (row[2] ?? "").trim()] as const
  );
  const rooms = rows.map(([room]) => room);
  return new Map(rows.map(([room, uses]) => [
    room,
    uses === "all"
      ? rooms.filter((other) => other !== room)
      : uses.split(/,\s*/).filter((name) => name !== "–"),
  ]));
}

function roomOf(path: string): string {
  return path.split("/")[0] ?? "";
}

Deno.test("a file uses its own room, base, and the rooms that ARCHITECTURE.md names in its room's row", () => {
  const wrong: string[] = [];
  let seen = 0;
  for (const { path, imports } of SOURCES) {
    const room = roomOf(path);
    for (const other of imports) {
      seen++;
      const used = roomOf(other);
      if (
        used !== room && used !== "base" && !MAY_USE.get(room)?.includes(used)
      ) wrong.push(`${path} uses ${other}`);
    }
  }
  assertEquals(wrong, []);
  assert(seen > 500, `only ${seen} imports were found`);
});

Deno.test("the rooms of ARCHITECTURE.md are the folders of src/, and each row names rooms that exist", () => {
  const folders = new Set(SOURCES.map(({ path }) => roomOf(path)));
  assertEquals([...MAY_USE.keys()].toSorted(), [...folders].toSorted());
  for (const [room, uses] of MAY_USE) {
    for (const used of uses) {
      assert(MAY_USE.has(used), `${room}/ may use ${used}/, which is no room`);
    }
  }
});

Deno.test("the rooms' rows make no circle", () => {
  const graph = new Map(
    [...MAY_USE].map(([room, uses]) => [room, new Set(uses)]),
  );
  assertEquals(circlesOf(graph), []);
});
Deno.test("no files import each other in a circle, types included", () => {
  const graph = new Map(
    SOURCES.map(({ path, imports }) => [path, new Set(imports)]),
  );
  assertEquals(circlesOf(graph), []);
});
Deno.test("no two folders import each other, and no folders in a circle", () => {
  const graph = new Map<string, Set<string>>();
  for (const { path, imports } of SOURCES) {
    const from = folderOf(path);
    const uses = graph.get(from) ?? new Set();
    for (const other of imports) {
      if (folderOf(other) !== from) uses.add(folderOf(other));
    }
    graph.set(from, uses);
  }
  assertEquals(circlesOf(graph), []);
});

Deno.test("only the serve command imports the practice server", () => {
  const isPractice = (path: string) => roomOf(path) === "practice";
  const importers = SOURCES.filter(({ path, imports }) =>
    !isPractice(path) && imports.some(isPractice)
  ).map(({ path }) => path);
  assertEquals(importers.toSorted(), ["cli/serve.ts", "cli/serve_class.ts"]);
});
