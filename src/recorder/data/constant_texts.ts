/**
 * The texts that a cell names: its literals, and what is put together from constants alone.
 *
 * @module
 */
import { fromFileUrl } from "../../base/file_urls.ts";
import {
  ConstantReader,
  type Constants,
  type SourcePosition,
} from "./constant_reader.ts";

/** Longer texts are no paths. */
const MAX_PATH = 1024;
/** Where nothing is known of that. */
const HERE: SourcePosition = { cwd: ".", module: "./cell.ts" };

/**
 * The paths that a source names by literals and constant expressions; those of comments are not. What a module imports
 * is named from where the module lies, what a path is put together of is no path itself, and a constant names nothing
 * before code does something with it.
 *
 * @param constants What is known of constants; those of this source are added.
 * @param cwd What `Deno.cwd()` is.
 * @param module The file that `import.meta` speaks of. @default {a cell in that folder}
 * @param isUsedElsewhere Whether other code may do something with what the source exports by a name. @default {it may}
 */
export function constantPaths(
  source: string,
  constants: Constants = new Map(),
  cwd = ".",
  module = `${cwd}/cell.ts`,
  isUsedElsewhere: (name: string) => boolean = () => true,
): Set<string> {
  const reader = new ConstantReader(source, constants, { cwd, module }, {
    isUsedElsewhere,
  });
  return new Set(reader.read().flatMap((text) => pathOf(text) ?? []));
}

/**
 * The variables of the environment that a source reads by constant names: `Deno.env.get("X")`, `process.env.X`.
 *
 * @param constants What is known of constants; those of this source are added.
 */
export function constantVariables(
  source: string,
  constants: Constants = new Map(),
): Set<string> {
  const found = new Set<string>();
  const reader = new ConstantReader(source, constants, HERE, {
    takeVariable: (name) => {
      if (name !== "") found.add(name);
    },
  });
  reader.read();
  return found;
}

/** The path that a text may be; null when it is none, or an address of something else. */
function pathOf(text: string): string | null {
  const path = /^[a-z][a-z0-9+.-]+:/i.test(text) ? filePath(text) : text;
  return path === null || path.length > MAX_PATH ||
      /^[\s.\\/]*$|[\n\0]/.test(path)
    ? null
    : path;
}

function filePath(text: string): string | null {
  const url = URL.parse(text);
  try {
    return url?.protocol === "file:" ? fromFileUrl(url) : null;
  } catch {
    return null; // of another machine, or none at all
  }
}
