import { assert, assertEquals } from "@std/assert";

/** A row of ARCHITECTURE.md's table of rooms: the room, what it holds, what it may use. */
const ROW = /^\| `([a-z]+)\/`\s*\|[^|]*\|([^|]*)\|$/gm;

/** The rooms from the top down, each with those it may use besides itself and `base`. */
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

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s[^;'"]*?from\s*["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']\s*\)|(?:^|\n)\s*import\s+["']([^"']+)["']/g;

async function* sources(folder: URL): AsyncGenerator<URL> {
  for await (const entry of Deno.readDir(folder)) {
    const url = new URL(`${entry.name}${entry.isDirectory ? "/" : ""}`, folder);
    if (entry.isDirectory) yield* sources(url);
    else if (entry.name.endsWith(".ts")) yield url;
  }
}

function importsOf(text: string): string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, "").replace(
    /^\s*\/\/.*$/gm,
    "",
  );
  return [...code.matchAll(IMPORT)].map((m) => m[1] ?? m[2] ?? m[3] ?? "");
}

const SRC = new URL("../../src/", import.meta.url);

Deno.test("imports between rooms point only downwards", async () => {
  const wrong: string[] = [];
  let seen = 0;
  for await (const file of sources(SRC)) {
    const room = file.href.slice(SRC.href.length).split("/")[0] ?? "";
    assert(
      MAY_USE.has(room),
      `src/${room} is not in the table of ARCHITECTURE.md`,
    );
    for (const specifier of importsOf(await Deno.readTextFile(file))) {
      if (!specifier.startsWith(".")) continue;
      const target = new URL(specifier, file).href;
      if (!target.startsWith(SRC.href)) {
        wrong.push(
          `${file.href.slice(SRC.href.length)} leaves src: ${specifier}`,
        );
        continue;
      }
      const other = target.slice(SRC.href.length).split("/")[0] ?? "";
      seen++;
      if (
        other !== room && other !== "base" &&
        !MAY_USE.get(room)?.includes(other)
      ) {
        wrong.push(`${file.href.slice(SRC.href.length)} uses ${other}`);
      }
    }
  }
  assertEquals(wrong, []);
  assert(
    seen > 50,
    `only ${seen} imports were found: the test no longer reads them`,
  );
});

Deno.test("the map of rooms has no circle", () => {
  const depth = (room: string, path: readonly string[] = []): number => {
    assert(!path.includes(room), `circle: ${[...path, room].join(" > ")}`);
    return Math.max(
      0,
      ...(MAY_USE.get(room) ?? []).map((r) => 1 + depth(r, [...path, room])),
    );
  };
  for (const room of MAY_USE.keys()) depth(room);
});

Deno.test("each external package is named in one file with one version", async () => {
  const places = new Map<string, Set<string>>();
  for await (const file of sources(SRC)) {
    for (const specifier of importsOf(await Deno.readTextFile(file))) {
      const name = /^npm:((?:@[^/]+\/)?[^@/]+)@([^/]+)/.exec(specifier);
      if (name === null) {
        assert(
          specifier.startsWith(".") || specifier.startsWith("node:"),
          `${
            file.href.slice(SRC.href.length)
          } imports ${specifier}, which a notebook's import map would decide`,
        );
        continue;
      }
      const set = places.get(name[1] ?? "") ?? new Set();
      places.set(name[1] ?? "", set.add(`${name[2]}`));
    }
  }
  for (const [name, versions] of places) assertEquals(versions.size, 1, name);
});

Deno.test("every dependency stands in the README's table", async () => {
  const readme = await Deno.readTextFile(
    new URL("../../README.md", import.meta.url),
  );
  for await (const file of sources(SRC)) {
    for (const specifier of importsOf(await Deno.readTextFile(file))) {
      const name = /^npm:((?:@[^/]+\/)?[^@/]+)@/.exec(specifier)?.[1];
      if (name !== undefined) {
        assert(readme.includes(`| \`${name}\``), `${name} is not in the table`);
      }
    }
  }
});
