/** The practice server is a program of its own inside `src/`: nobody but the command that starts it knows it. */
import { assert, assertEquals } from "@std/assert";
import { dirname } from "node:path/posix";

const SRC = new URL("../../src/", import.meta.url);
const OWN = "practice/";
/** Relative specifiers of static and dynamic imports, and of exports. */
const IMPORT = /(?:\bfrom|\bimport\s*\(|\bimport)\s*["'](\.[^"']+)["']/g;

/** Every file of `src/` with the files it imports, as paths below `src/`. */
const IMPORTS = new Map<string, string[]>();
await read(SRC);

async function read(folder: URL): Promise<void> {
  for await (const entry of Deno.readDir(folder)) {
    const url = new URL(`${entry.name}${entry.isDirectory ? "/" : ""}`, folder);
    if (entry.isDirectory) await read(url);
    if (!entry.name.endsWith(".ts")) continue;
    const text = await Deno.readTextFile(url);
    IMPORTS.set(
      url.href.slice(SRC.href.length),
      [...text.matchAll(IMPORT)].map(([, specifier = ""]) =>
        new URL(specifier, url).href.slice(SRC.href.length)
      ),
    );
  }
}

function ofPractice(): [file: string, imported: string[]][] {
  const files = [...IMPORTS].filter(([file]) => file.startsWith(OWN));
  assert(files.length > 30, "the practice server's files were not found");
  return files;
}

Deno.test("the practice server imports nothing of the product but base", () => {
  const foreign = ofPractice().flatMap(([file, imported]) =>
    imported
      .filter((path) => !path.startsWith(OWN) && !path.startsWith("base/"))
      .map((path) => `${file} imports ${path}`)
  );
  assertEquals(foreign, []);
});

Deno.test("only the serve command imports the practice server", () => {
  const importers = [...IMPORTS]
    .filter(([file, imported]) =>
      !file.startsWith(OWN) && imported.some((path) => path.startsWith(OWN))
    )
    .map(([file]) => file);
  assertEquals(importers.toSorted(), ["cli/serve.ts", "cli/serve_class.ts"]);
});

Deno.test("no two folders of the practice server import each other", () => {
  const uses = new Map<string, Set<string>>();
  for (const [file, imported] of ofPractice()) {
    const folder = dirname(file);
    const used = uses.get(folder) ?? new Set<string>();
    uses.set(folder, used);
    for (const path of imported) used.add(dirname(path));
  }
  assert(uses.size > 3, "the practice server's folders were not found");
  const mutual = [...uses].flatMap(([folder, used]) =>
    [...used].filter((other) => other > folder && uses.get(other)?.has(folder))
      .map((other) => `${folder} and ${other}`)
  );
  assertEquals(mutual, []);
});

Deno.test("no files of the practice server import each other in a circle, types included", () => {
  const done = new Set<string>();
  const circles: string[] = [];
  const walk = (file: string, path: readonly string[]) => {
    if (path.includes(file)) {
      circles.push([...path.slice(path.indexOf(file)), file].join(" > "));
    } else if (!done.has(file)) {
      for (const next of IMPORTS.get(file) ?? []) walk(next, [...path, file]);
      done.add(file);
    }
  };
  for (const [file] of ofPractice()) walk(file, []);
  assertEquals(circles, []);
});
