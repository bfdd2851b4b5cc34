/**
 * A folder's `deno.json`, extended so that a notebook can import nbtrack.
 *
 * @module
 */
import { isObject } from "../base/values.ts";
import { join } from "node:path";
import {
  applyEdits,
  findNodeAtLocation,
  type FormattingOptions,
  getNodeValue,
  modify,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from "npm:jsonc-parser@3.3.1";
import { isFileGone } from "../packages/deno_config.ts";
import { NbtrackError } from "../base/errors.ts";
import { VERSION } from "../base/version.ts";
import {
  exists,
  type PreparedFiles,
  readIfThere,
  writeWhole,
} from "./files.ts";

const NAME = "@nbtrack/nbtrack";
/** The task of a new folder that calls nbtrack. */
const TASK = "nbtrack";

/**
 * Makes or extends the `deno.json` of a folder; what it says already stays as it is. A new one has a task too, by which
 * nbtrack is called in that folder: `deno task nbtrack show last`.
 */
export async function prepareDenoJson(
  dir: string,
  done: PreparedFiles,
): Promise<void> {
  const { path, text } = await find(dir);
  const before = text === null || text.trim() === "" ? "{}\n" : text;
  let after = before;
  const root = rootOf(before, path);
  const map = valueAt(root, ["importMap"]);
  if (typeof map === "string" && valueAt(root, ["imports"]) === undefined) {
    await extendImportMap(dir, map, done);
  } else after = withImport(after, path);
  if (
    await exists(join(dir, "package.json")) &&
    valueAt(root, ["nodeModulesDir"]) === undefined
  ) {
    // With a package.json, npm imports would be looked for in a node_modules folder only.
    after = set(after, ["nodeModulesDir"], "none");
  }
  if (text === null) {
    after = set(after, ["tasks"], { [TASK]: `deno run -A ${mainSpecifier()}` });
  }
  if (text !== null && after === before) return;
  await writeWhole(path, after);
  (text === null ? done.created : done.changed).push(path);
}

/** What nbtrack's names stand for: files of the checkout this file belongs to, or this version from JSR. */
function ownImports(): Record<string, string> {
  if (!import.meta.url.startsWith("file:")) {
    return { [NAME]: `jsr:${NAME}@^${VERSION}` }; // explains NAME/lessons too
  }
  const at = (path: string) => new URL(path, import.meta.url).href;
  return {
    [`${NAME}/lessons`]: at("../lessons/mod.ts"),
    [NAME]: at("../mod.ts"),
  };
}

/** What a task runs: the command line of the checkout this file belongs to, or of this version from JSR. */
function mainSpecifier(): string {
  if (!import.meta.url.startsWith("file:")) {
    return `jsr:${NAME}@^${VERSION}/cli`;
  }
  const { href } = new URL("../cli/main.ts", import.meta.url);
  return /^[\w./:%-]+$/.test(href) ? href : JSON.stringify(href);
}

async function find(
  dir: string,
): Promise<{ path: string; text: string | null }> {
  for (const name of ["deno.json", "deno.jsonc"]) {
    const path = join(dir, name);
    const text = await readIfThere(path);
    if (text !== null) return { path, text };
  }
  return { path: join(dir, "deno.json"), text: null };
}

async function extendImportMap(
  dir: string,
  map: string,
  done: PreparedFiles,
): Promise<void> {
  const path = join(dir, map);
  const before = await readIfThere(path);
  if (before === null) {
    throw new NbtrackError(
      `deno.json names the import map ${map}, which is not there.`,
      {
        hint: `Make ${path}, or take "importMap" out of deno.json.`,
      },
    );
  }
  const after = withImport(before, path);
  if (after === before) return;
  await writeWhole(path, after);
  done.changed.push(path);
}

function withImport(text: string, path: string): string {
  const imports = valueAt(rootOf(text, path), ["imports"]);
  if (imports !== undefined && !isObject(imports)) {
    throw unusable(path, `"imports" is not an object`);
  }
  let extended = text;
  for (const [name, target] of Object.entries(ownImports())) {
    if (isObject(imports) && isExplained(name, imports)) {
      // A copy of the lessons names files of the checkout that it was taken from.
      if (!isFileGone(imports[name], path)) continue;
    }
    extended = set(extended, ["imports", name], target);
  }
  return extended;
}

/** Whether an import map has a name: itself, below a folder, or as a part of a package. */
function isExplained(name: string, imports: Record<string, unknown>): boolean {
  return Object.entries(imports).some(([key, target]) =>
    key === name || (key.endsWith("/") && name.startsWith(key)) ||
    (name.startsWith(`${key}/`) && /^(?:jsr|npm):/.test(String(target)))
  );
}

/** Puts a member in front of the others: behind them it would take the last one's comment, and lay that one out anew. */
function set(text: string, path: string[], value: unknown): string {
  const options = {
    formattingOptions: formatting(text),
    getInsertionIndex: () => 0,
  };
  return applyEdits(text, modify(text, path, value, options));
}

/** The indentation and line ends a text has. */
function formatting(text: string): FormattingOptions {
  const indent = /\n([ \t]+)\S/.exec(text)?.[1] ?? "  ";
  return {
    insertSpaces: !indent.startsWith("\t"),
    tabSize: indent.startsWith("\t") ? 1 : indent.length,
    eol: text.includes("\r\n") ? "\r\n" : "\n",
  };
}

function rootOf(text: string, path: string): ReturnType<typeof parseTree> {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  const [error] = errors;
  if (error !== undefined) {
    const line = text.slice(0, error.offset).split("\n").length;
    const what = printParseErrorCode(error.error);
    throw unusable(path, `its JSON is broken in line ${line} (${what})`);
  }
  if (root?.type !== "object") throw unusable(path, "it is not an object");
  return root;
}

function valueAt(root: ReturnType<typeof parseTree>, path: string[]): unknown {
  const node = root && findNodeAtLocation(root, path);
  return node && getNodeValue(node);
}

function unusable(path: string, why: string): NbtrackError {
  return new NbtrackError(`Cannot extend ${path}: ${why}.`, {
    hint: "Mend the file; nothing was changed.",
  });
}
