import { assert, assertEquals } from "@std/assert";
import { isOwn } from "../../src/packages/own_copy.ts";
import type { Verdict } from "../../src/reproduce/replay/types.ts";
import { nbtrack } from "../cli/nbtrack.ts";
import { notebookJson } from "../notebook_file.ts";
import { temporary } from "./recorded.ts";

const CHECKOUT = new URL("../../", import.meta.url);

/** Copies the files of a folder, those of folders in it too. */
function copy(from: URL, to: string): void {
  Deno.mkdirSync(to, { recursive: true });
  for (const { name, isDirectory, isFile } of Deno.readDirSync(from)) {
    if (isDirectory) copy(new URL(`${name}/`, from), `${to}/${name}`);
    else if (isFile) Deno.copyFileSync(new URL(name, from), `${to}/${name}`);
  }
}

/** Another checkout of nbtrack. */
function checkoutIn(folder: string): string {
  copy(new URL("src/", CHECKOUT), `${folder}/src`);
  for (const name of ["mod.ts", "deno.json", "deno.lock"]) {
    Deno.copyFileSync(new URL(name, CHECKOUT), `${folder}/${name}`);
  }
  return new URL(`file://${folder}/mod.ts`).href;
}

Deno.test("nbtrack is known by the name in its deno.json, wherever it lies", () => {
  using place = temporary();
  const { path } = place;
  Deno.mkdirSync(`${path}/ours`);
  Deno.mkdirSync(`${path}/theirs/src/ours`, { recursive: true });
  Deno.writeTextFileSync(
    `${path}/ours/deno.json`,
    '{"name":"@nbtrack/nbtrack"}',
  );
  Deno.writeTextFileSync(`${path}/theirs/deno.json`, '{"name":"@them/theirs"}');
  Deno.writeTextFileSync(`${path}/theirs/src/ours/deno.json`, "no JSON");
  const own = (specifier: string) => isOwn(specifier, CHECKOUT);
  for (
    const [specifier, is] of [
      [`file://${path}/ours/mod.ts`, true],
      [`file://${path}/ours/src/lessons/mod.ts`, true],
      [`file://${path}/ours/other.ts`, false],
      [`file://${path}/theirs/mod.ts`, false],
      [`file://${path}/theirs/src/mod.ts`, false],
      [`file://${path}/theirs/src/ours/mod.ts`, false],
      [`file://${path}/nowhere/mod.ts`, false],
      [new URL("mod.ts", CHECKOUT).href, true],
      [new URL("src/view/report.ts", CHECKOUT).href, true],
      ["jsr:@nbtrack/nbtrack@1/lessons", true],
      ["jsr:@nbtrack/nbtracker", false],
      ["https://example.org/mod.ts", false],
    ] as const
  ) assertEquals(own(specifier), is, specifier);
});

Deno.test("a notebook that imports nbtrack from another checkout than the command line's is reproduced, in the sandbox too", async () => {
  using place = temporary();
  const folder = `${place.path}/study`;
  const module = checkoutIn(`${place.path}/checkout`);
  Deno.mkdirSync(folder);
  for (
    const [name, specifier, imports] of [
      ["path", module, {}],
      ["relative", "../checkout/mod.ts", {}],
      ["map", "@nbtrack/nbtrack", { "@nbtrack/nbtrack": module }],
    ] as const
  ) {
    Deno.writeTextFileSync(
      `${folder}/deno.json`,
      JSON.stringify({ imports, nodeModulesDir: "none" }),
    );
    Deno.writeTextFileSync(
      `${folder}/${name}.ipynb`,
      notebookJson([
        `import { track } from ${
          JSON.stringify(specifier)
        }; const run = await track("s", { quiet: true });`,
        'run.logMetric("a", 1); 1 + 1',
      ]),
    );
    const at = {
      home: `${place.path}/home-${name}`,
      cwd: folder,
      env: { NBTRACK_OFFLINE: "1" },
    };
    const run = await nbtrack(["run", `${name}.ipynb`], at);
    assertEquals(run.code, 0, run.stderr);
    const shown = await nbtrack(["show", "last", "--json"], at);
    const { modules, missing } = JSON.parse(shown.stdout);
    assertEquals([modules, missing], [[], []], name);
    for (const args of [[], ["--sandbox"]]) {
      const { stdout, stderr } = await nbtrack(
        ["reproduce", "last", "--json", ...args],
        at,
      );
      const verdict: Verdict = JSON.parse(stdout);
      assert(
        verdict.verdict === "REPRODUCED",
        `${name} ${args}: ${stderr}\n${JSON.stringify(verdict, null, 1)}`,
      );
    }
  }
});
