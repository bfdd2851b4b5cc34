/**
 * The local modules that sources import by a literal.
 *
 * @module
 */
import { isOwn } from "../packages/own_copy.ts";
import { readNotebookConfig } from "../packages/deno_config.ts";

/** nbtrack's own folder: its modules are not the user's. */
const OWN_ROOT = new URL("../../", import.meta.url);
/** Larger modules are not read, bytes. */
const MAX_BYTES = 4 << 20;

/** An import that is written out. */
const IMPORT = /\b(?:from|import)\s*\(?\s*(["'])([^"'\n]+)\1/g;

/** Finds what sources of one folder's notebook import. */
export class LocalImports {
  readonly #cwd: string;
  /** What bare names in imports stand for. */
  #names: ReadonlyMap<string, string> | null = null;

  constructor(cwd: string) {
    this.#cwd = cwd;
  }

  /** Local modules that a source imports: as written, and their URLs. */
  of(source: string, base: URL): [string, string][] {
    return [...source.matchAll(IMPORT)].flatMap(([, , text = ""]) => {
      const address = /^(?:\.{0,2}\/|file:)/.test(text)
        ? text
        : this.#mapped(text);
      if (address === null) return [];
      const url = URL.parse(address, base);
      return url?.protocol !== "file:" || url.host !== "" ||
          isOwn(url.href, OWN_ROOT)
        ? []
        : [[text, url.href] as [string, string]];
    });
  }

  #mapped(text: string): string | null {
    this.#names ??= mappedNames(this.#cwd);
    const exact = this.#names.get(text);
    if (exact !== undefined) return exact;
    for (const [name, to] of this.#names) {
      if (name.endsWith("/") && text.startsWith(name)) {
        return to + text.slice(name.length);
      }
    }
    return null;
  }
}

/** A module's file; null where there is none, or a large one. */
export function readModule(
  path: string,
): { bytes: Uint8Array<ArrayBuffer>; mtime: number; size: number } | null {
  try {
    const info = Deno.statSync(path);
    if (!info.isFile || info.size > MAX_BYTES) return null;
    const bytes = Deno.readFileSync(path);
    return { bytes, mtime: info.mtime?.getTime() ?? 0, size: info.size };
  } catch {
    return null; // the import itself says that it is not there
  }
}

/** Names that the folder's configuration maps to local files. */
function mappedNames(cwd: string): ReadonlyMap<string, string> {
  const { root, file, importMap } = readNotebookConfig(cwd);
  const names = new Map<string, string>();
  for (const one of [root, file, importMap]) {
    for (const [name, to] of Object.entries(one?.config.imports ?? {})) {
      if (!/^(?:\.{0,2}\/|file:)/.test(to) || one === null) continue;
      names.set(name, new URL(to, one.base).href);
    }
  }
  return names;
}
