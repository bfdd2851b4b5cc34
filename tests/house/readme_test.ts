import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { VERSION } from "../../src/base/version.ts";
import { COMMANDS } from "../../src/cli/commands.ts";
import { MAX_MODULE_BYTES } from "../../src/packages/local_modules.ts";
import { MAX_CELL_OUTPUT_CHARS } from "../../src/recorder/cells/output_log.ts";
import { MAX_KEPT_BYTES } from "../../src/recorder/reconciler.ts";
import {
  MAX_DATA_BYTES,
  MAX_FILE_BYTES,
} from "../../src/record/bundle/data.ts";
import { MAX_NOTEBOOK_FILES_BYTES } from "../../src/record/bundle/pack.ts";
import {
  MAX_ARTIFACT_BYTES,
  MAX_ARTIFACTS_BYTES,
} from "../../src/record/collect_bundle.ts";

const ROOT = new URL("../../", import.meta.url);
const README = await Deno.readTextFile(new URL("README.md", ROOT));

/** What is kept of a run, and up to where. */
const RECORD = await Deno.readTextFile(new URL("docs/record.md", ROOT));

/** The cells of the table's row that begins so. */
function row(begin: string): string {
  const line = RECORD.split("\n").find((text) => text.startsWith(`| ${begin}`));
  assert(line !== undefined, `docs/record.md has no row "${begin}"`);
  return line;
}

const mib = (bytes: number) => `${bytes / 2 ** 20} MiB`;

Deno.test("the limits that docs/record.md names are the code's", () => {
  assertStringIncludes(
    row("outputs of one cell"),
    MAX_CELL_OUTPUT_CHARS.toLocaleString("en"),
  );
  assertStringIncludes(row("the notebook's file"), mib(MAX_KEPT_BYTES));
  assertStringIncludes(
    row("data in the bundle"),
    `${mib(MAX_FILE_BYTES)} a file, ${mib(MAX_DATA_BYTES)} together`,
  );
  assertStringIncludes(
    row("artifacts in the bundle"),
    `${mib(MAX_ARTIFACT_BYTES)} each, ${mib(MAX_ARTIFACTS_BYTES)} together`,
  );
  assertStringIncludes(
    row("modules and data in"),
    mib(MAX_NOTEBOOK_FILES_BYTES),
  );
  assertStringIncludes(row("local modules"), mib(MAX_MODULE_BYTES));
});

Deno.test("every task and every command stands in the README", async () => {
  const { tasks } = JSON.parse(
    await Deno.readTextFile(new URL("deno.json", ROOT)),
  );
  for (const task of Object.keys(tasks)) {
    if (task === "check") continue; // a part of ok
    assertStringIncludes(README, `deno task ${task}`);
  }
  const commands = Object.keys(COMMANDS);
  for (const command of commands) {
    assert(
      new RegExp(`\`${command}[ \`]`).test(README),
      `${command} is not in the README`,
    );
  }
});

Deno.test("the version is the same in deno.json, in the code and at the top of the changelog", async () => {
  const textOf = (name: string) => Deno.readTextFile(new URL(name, ROOT));
  assertEquals(JSON.parse(await textOf("deno.json")).version, VERSION);
  const [, newest] = /^## (\S+)/m.exec(await textOf("CHANGELOG.md")) ?? [];
  assertEquals(newest, VERSION);
});
