import { assert, assertEquals } from "@std/assert";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { readPages } from "./pages.ts";

const ROOT = new URL("../../", import.meta.url);
const LINK = /\]\(([^)\s]+)\)/g;

Deno.test("every link of a page within the repository leads to something", async () => {
  let links = 0;
  const dead: string[] = [];
  for (const { path, text } of await readPages()) {
    for (const [, address = ""] of text.matchAll(LINK)) {
      if (/^[a-z]+:/.test(address)) continue;
      links++;
      const [file = ""] = address.split("#");
      const url = new URL(file, new URL(path, ROOT));
      if (!existsSync(fileURLToPath(url))) dead.push(`${path}: ${address}`);
    }
  }
  assert(links > 10, `only ${links} links were found`);
  assertEquals(dead, []);
});

Deno.test("every file of the repository that a page names in code is there", async () => {
  const NAMED = /`((?:src|tests|notebooks|docs|\.ci)\/[\w./-]+)`/g;
  const MADE = ["docs/api"]; // by deno task api
  const missing: string[] = [];
  let named = 0;
  for (const { path, text } of await readPages()) {
    for (const [, file = ""] of text.matchAll(NAMED)) {
      named++;
      const there = existsSync(fileURLToPath(new URL(file, ROOT)));
      if (!there && !MADE.includes(file)) missing.push(`${path}: ${file}`);
    }
  }
  assert(named > 10, `only ${named} files were found`);
  assertEquals(missing, []);
});

Deno.test("every page of docs/ is linked from the README", async () => {
  const pages = await readPages();
  const readme = pages.find(({ path }) => path === "README.md")?.text ?? "";
  for (const { path } of pages) {
    if (path.startsWith("docs/")) {
      assert(readme.includes(`](${path})`), `the README does not link ${path}`);
    }
  }
});
