/** The code of the pages is carried out, as a reader would: cells in a kernel, commands one after the other. */
import { assert, assertEquals } from "@std/assert";
import {
  formatNotebook,
  newCodeCell,
  newNotebook,
} from "../../src/notebook/notebook.ts";
import { nbtrack, type NbtrackOptions } from "../cli/nbtrack.ts";
import { readPages } from "./pages.ts";

const NOTEBOOKS = new URL("../../notebooks/", import.meta.url);
/** Commands that other tests carry out. */
const ELSEWHERE = new Set([
  "npx -y deno task demo",
  "npx -y deno task test",
  "deno task ok",
  "deno task nbtrack login", // asks on a terminal: tests/cli/login_test.ts
]);
/** Commands that go on until they are ended, with tests of their own. */
const ENDLESS = /^(?:serve|ui)\b/;
/** The order in which pages are read; others follow. */
const ORDER = ["README.md", "docs/notebook.md"];

/** A folder as a reader has one: a clone's notebooks, a home, a Jupyter. */
async function reader() {
  const folder = await Deno.makeTempDir({ prefix: "nbtrack-docs-" });
  for (const name of ["home", "notebooks", "jupyter", "user"]) {
    await Deno.mkdir(`${folder}/${name}`);
  }
  for (const name of ["01-first-run.ipynb", "penguins.csv", "deno.json"]) {
    await Deno.copyFile(
      new URL(name, NOTEBOOKS),
      `${folder}/notebooks/${name}`,
    );
  }
  const config = JSON.parse(
    await Deno.readTextFile(new URL("deno.json", NOTEBOOKS)),
  );
  for (const [name, address] of Object.entries(config.imports)) {
    config.imports[name] = /^\.{0,2}\//.test(String(address))
      ? new URL(String(address), NOTEBOOKS).href
      : address;
  }
  await Deno.writeTextFile(
    `${folder}/notebooks/deno.json`,
    JSON.stringify(config),
  );
  const options: NbtrackOptions = {
    home: `${folder}/home`,
    cwd: folder,
    env: { JUPYTER_DATA_DIR: `${folder}/jupyter` },
  };
  return {
    folder,
    options,
    async [Symbol.asyncDispose]() {
      await Deno.remove(folder, { recursive: true });
    },
  };
}

const PAGES = (await readPages()).toSorted((a, b) =>
  rank(a.path) - rank(b.path) || a.path.localeCompare(b.path)
);

function rank(path: string): number {
  const at = ORDER.indexOf(path);
  return at < 0 ? ORDER.length : at;
}

Deno.test("the TypeScript of each page is a notebook that runs from top to bottom", async (t) => {
  await using at = await reader();
  const pages = PAGES.filter(({ cells }) => cells.length > 0);
  assert(pages.length > 3, "pages with code");
  for (const { path, cells } of pages) {
    await t.step(path, async () => {
      const file = `${at.folder}/notebooks/${path.replaceAll("/", "-")}.ipynb`;
      await Deno.writeTextFile(
        file,
        formatNotebook(
          newNotebook(
            cells.map((cell, i) => newCodeCell(cell, { id: `cell-${i}` })),
          ),
        ),
      );
      const { code, stdout, stderr } = await nbtrack(
        ["run", file, "--json"],
        at.options,
      );
      assertEquals(code, 0, `${stdout}\n${stderr}`);
      assert(JSON.parse(stdout).runs.length > 0, "no run was recorded");
    });
  }
});

Deno.test("the commands of each page do what the page says, one after the other", async (t) => {
  await using at = await reader();
  for (const { path, commands } of PAGES) {
    if (commands.length === 0) continue;
    await t.step(path, async () => {
      for (const line of commands) {
        if (ELSEWHERE.has(line) || line.includes("sha256sum")) continue;
        const [, args] = /^deno task nbtrack (.+)$/.exec(line) ?? [];
        assert(args !== undefined, `${path}: no test carries out "${line}"`);
        if (ENDLESS.test(args)) continue;
        const words = [...args.matchAll(/"([^"]*)"|(\S+)/g)].map((
          [, quoted, word],
        ) => (quoted ?? word ?? "").replace(/^~/, `${at.folder}/user`));
        const { code, stdout, stderr } = await nbtrack(words, at.options);
        const allowed = words[0] === "doctor" ? [0, 1] : [0];
        assert(
          allowed.includes(code),
          `${path}: ${line} ended with ${code}\n${stdout}${stderr}`,
        );
      }
    });
  }
});
