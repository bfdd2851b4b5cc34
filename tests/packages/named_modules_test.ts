import { assertEquals } from "@std/assert";
import { capturePackages } from "../../src/packages/packages.ts";

/** Captures cells in a folder with some files. */
async function captured(
  cells: readonly string[],
  files: Record<string, string>,
): Promise<{ modules: string[]; missing: string[] }> {
  const cwd = await Deno.makeTempDir({ prefix: "nbtrack-test-" });
  try {
    for (const [path, text] of Object.entries(files)) {
      const file = `${cwd}/${path}`;
      await Deno.mkdir(file.slice(0, file.lastIndexOf("/")), {
        recursive: true,
      });
      await Deno.writeTextFile(file, text);
    }
    const found = await capturePackages({ cells, cwd });
    return {
      modules: found.modules.map(({ path }) => path).sort(),
      missing: found.missing.map(({ what }) => what),
    };
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
}

const WORKER =
  'new Worker(new URL("./w.ts", import.meta.url), { type: "module" })';

for (
  const [name, cells, files, modules, missing] of [
    [
      "a Worker's module, and what it imports",
      [
        'new Worker(new URL("./w.ts", `file://${Deno.cwd()}/`), { type: "module" })',
      ],
      { "w.ts": 'import "./deep/x.ts"', "deep/x.ts": "" },
      ["deep/x.ts", "w.ts"],
      [],
    ],
    [
      "a Worker's module that an imported module names",
      ['import "./lib/a.ts"'],
      { "lib/a.ts": WORKER, "lib/w.ts": "" },
      ["lib/a.ts", "lib/w.ts"],
      [],
    ],
    [
      "a module whose name is bound in another cell",
      ['const name = "./m.ts";', "await import(name)"],
      { "m.ts": "" },
      ["m.ts"],
      [],
    ],
    [
      "a module that is loaded again by a function of the user's",
      [
        "let i = 0; const reload = (path) => import(`${path}#${i++}`)",
        'await reload("./m.ts")',
      ],
      { "m.ts": "" },
      ["m.ts"],
      ["import(`${path}#${i++}`) in cell 0"],
    ],
    [
      "nothing, and says so, where a name is computed",
      ["await import(`./${name}.ts`)", 'new Worker(folder + "/w.ts")'],
      { "m.ts": "", "w.ts": "" },
      [],
      ["import(`./${name}.ts`) in cell 0", "module of a Worker in cell 1"],
    ],
    [
      "a Worker's module below the folder that the cell asks for, whatever else it calls data",
      [
        'const send = (data: unknown) => w.postMessage(data); const w = new Worker("file://" + Deno.cwd() + "/w.ts");',
        "new Worker(`file://${process.cwd()}/deep/x.ts`)",
      ],
      { "w.ts": "", "deep/x.ts": "" },
      ["deep/x.ts", "w.ts"],
      [],
    ],
    [
      "nothing, and says so, of a Worker that is not there, whatever else its cell calls data",
      ["const send = (data: unknown) => new Worker(folder + name)"],
      {},
      [],
      ["module of a Worker in cell 0"],
    ],
    [
      "nothing of a Worker that is made from a text in another cell",
      [
        'const url = "data:text/javascript," + encodeURIComponent(code);',
        'new Worker(url, { type: "module" })',
      ],
      {},
      [],
      [],
    ],
    [
      "nothing, and says so, of a Worker whose name was also bound to something else",
      [
        'let url = "data:text/javascript,1";',
        "url = folder + name;",
        "new Worker(url)",
      ],
      {},
      [],
      ["module of a Worker in cell 2"],
    ],
    [
      "all modules that a name with a computed middle can mean",
      [
        'await import("./steps/" + name + ".ts")',
        "await import(`./models/knn-${k}.ts`)",
      ],
      {
        "steps/one.ts": 'import "../other.ts"',
        "steps/two.ts": "",
        "steps/notes.md": "",
        "models/knn-3.ts": "",
        "models/tree.ts": "",
        "other.ts": "",
        "beside.ts": "",
      },
      ["models/knn-3.ts", "other.ts", "steps/one.ts", "steps/two.ts"],
      [
        'import("./steps/" + name + ".ts") in cell 0',
        "import(`./models/knn-${k}.ts`) in cell 1",
      ],
    ],
    [
      "nothing of texts where nothing is loaded by a name",
      ['console.log("./m.ts")'],
      { "m.ts": "" },
      [],
      [],
    ],
  ] as const
) {
  Deno.test(`what cells load by a name: ${name}`, async () => {
    const found = await captured(cells, files);
    assertEquals(found.modules, [...modules]);
    assertEquals([...found.missing].sort(), [...missing].sort());
  });
}
