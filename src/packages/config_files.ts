/**
 * Reading configuration files, and the folders around a path.
 *
 * @module
 */
import { isFile } from "../base/files.ts";
import { messageOf } from "../base/errors.ts";
import { z } from "../base/zod.ts";
import { parseJsonc } from "./jsonc.ts";

/** Something that was not captured, and why. */
export interface MissingConfig {
  what: string;
  why: string;
}

/** A folder, the one around it, and so on. */
export function* ancestors(dir: string): Generator<string> {
  for (let at = dir;; at = parentOf(at)) {
    yield at;
    if (parentOf(at) === at) return;
  }
}

/** The folder around a path. */
export function parentOf(path: string): string {
  const trimmed = path.replace(/[/\\]+$/, "");
  const cut = Math.max(trimmed.lastIndexOf("/"), trimmed.lastIndexOf("\\"));
  if (cut < 0) return trimmed === "" ? path : trimmed;
  return cut === 0 ? trimmed.slice(0, 1) : trimmed.slice(0, cut);
}

/** Whether a folder holds a file of this name that can be read. */
export function hasFile(dir: string, name: string): boolean {
  return isFile(`${dir}/${name}`);
}

/** A file's JSON, with comments allowed; null, and named in `missing`, when it cannot be read. */
export function readJson<T>(
  path: string | URL,
  schema: z.ZodType<T>,
  missing: MissingConfig[],
): T | null {
  try {
    return schema.parse(parseJsonc(Deno.readTextFileSync(path)));
  } catch (e) {
    const name = String(path).split(/[/\\]/).pop() ?? String(path);
    missing.push({
      what: name,
      why: `it could not be read: ${
        e instanceof z.ZodError ? e.issues[0]?.message : messageOf(e)
      }`,
    });
    return null;
  }
}
