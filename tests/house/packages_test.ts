import { assert, assertEquals } from "@std/assert";
import { reachedFrom, readSources } from "./sources.ts";

const SOURCES = await readSources();
const PACKAGE = /^npm:((?:@[^/]+\/)?[^@/]+)@([^/]+)/;

async function textOf(path: string): Promise<string> {
  return await Deno.readTextFile(new URL(`../../${path}`, import.meta.url));
}

Deno.test("sources import files, built-in modules and packages at one exact version", () => {
  const versions = new Map<string, string>();
  for (const { path, specifiers } of SOURCES) {
    for (const specifier of specifiers) {
      if (specifier.startsWith(".") || specifier.startsWith("node:")) continue;
      const [, name = "", version = ""] = PACKAGE.exec(specifier) ?? [];
      assert(
        /^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version),
        `${path} imports ${specifier}: a notebook's import map or a newer version would decide what that is`,
      );
      assertEquals(versions.get(name) ?? version, version, name);
      versions.set(name, version);
    }
  }
  assert(versions.size > 5, `only ${versions.size} packages were found`);
});

for (const path of ["src/deno.lock", "deno.lock"]) {
  Deno.test(`${path} holds every package of the sources, with its integrity`, async () => {
    const lock = JSON.parse(await textOf(path));
    for (const { path: source, specifiers } of SOURCES) {
      for (const specifier of specifiers) {
        const [, name, version] = PACKAGE.exec(specifier) ?? [];
        if (name === undefined) continue;
        assertEquals(
          lock.specifiers[`npm:${name}@${version}`],
          version,
          `${source}: ${name} is not in ${path}; write it with "deno task lock"`,
        );
      }
    }
    for (
      const [id, entry] of Object.entries<{ integrity?: string }>(lock.npm)
    ) {
      assert(entry.integrity?.startsWith("sha512-"), `${id} has no integrity`);
    }
  });
}

Deno.test("what users run downloads no package of the tests", async () => {
  const users = JSON.parse(await textOf("src/deno.lock"));
  const named = new Set(
    SOURCES.flatMap(({ specifiers }) =>
      specifiers.flatMap((s) => {
        const [, name, version] = PACKAGE.exec(s) ?? [];
        return name === undefined ? [] : [`npm:${name}@${version}`];
      })
    ),
  );
  assertEquals(Object.keys(users.specifiers).toSorted(), [...named].toSorted());
});

/** What lists the packages of runs, and of lessons. */
const LISTS = ["base/packages_of_cells.ts", "lessons/packages_of_lessons.ts"];

/** What a notebook reaches runs by. */
const RUNS = [
  "track/track.ts",
  "track/sweep.ts",
  "track/find_runs.ts",
  "record/load.ts",
];

/** The packages that files reach, loaded later too; the lists themselves aside. */
function packagesFrom(roots: readonly string[]): string[] {
  const { files, packages } = reachedFrom(SOURCES, roots, {
    later: true,
    without: LISTS,
  });
  assert(files.size > 150, `only ${files.size} files were reached`);
  const named = [...packages].map((specifier) => {
    const [, name, version] = PACKAGE.exec(specifier) ?? [];
    return `npm:${name}@${version}`;
  });
  return [...new Set(named)].toSorted();
}

function packagesNamedIn(paths: readonly string[]): string[] {
  return SOURCES.filter(({ path }) => paths.includes(path)).flatMap((
    { specifiers },
  ) =>
    specifiers.map((specifier) => {
      const [, name, version] = PACKAGE.exec(specifier) ?? [];
      return `npm:${name}@${version}`;
    })
  ).toSorted();
}

Deno.test("packages that runs may load later, and no others, are named where track() resolves them", () => {
  assertEquals(
    packagesNamedIn(LISTS.slice(0, 1)),
    packagesFrom(RUNS),
  );
});

Deno.test("packages that a cell may load later are named where Deno sees them at the first import", () => {
  assertEquals(
    packagesNamedIn(LISTS),
    packagesFrom([...RUNS, "lessons/mod.ts"]),
  );
});

Deno.test("every dependency stands in the README's table, and nothing else does", async () => {
  const readme = await textOf("README.md");
  const table = readme.slice(readme.indexOf("## Dependencies"));
  const named = [...table.matchAll(/^\| `([^`]+)`/gm)].map((row) => row[1]);
  const used = SOURCES.flatMap(({ specifiers }) =>
    specifiers.flatMap((s) => PACKAGE.exec(s)?.[1] ?? [])
  );
  assertEquals(named.toSorted(), [...new Set(used)].toSorted());
});
Deno.test("processes are started in base/ alone", () => {
  const starters = SOURCES.filter(({ text }) =>
    /new Deno\.Command\b|node:child_process/.test(text)
  ).map(({ path }) => path);
  assertEquals(starters.toSorted(), [
    "base/piped_process.ts",
    "base/process.ts",
  ]);
});
