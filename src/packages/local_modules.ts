/**
 * The user's own modules: digest and text of each, as it is now.
 *
 * @module
 */
import { type Digest, sha256 } from "../base/digest.ts";
import { messageOf } from "../base/errors.ts";
import { computedImports } from "./computed_imports.ts";
import type { MissingConfig } from "./config_files.ts";
import { fromFileUrl, relativePath } from "../base/file_urls.ts";

/** Modules above this size, in bytes, are recorded by digest alone. */
export const MAX_MODULE_BYTES = 1 << 20;

/** A local file that cells import, directly or through other modules. */
export interface LocalModule {
  /** Relative to the notebook's folder, with `/`; starts with `../` when it lies outside. */
  path: string;
  digest: Digest;
  /** Its content; null when it is larger than the limit. */
  source: string | null;
  /** How `source` is written: `base64` for content that is not UTF-8 text. */
  encoding: "utf-8" | "base64";
  /** Bytes of the file. */
  size: number;
}

/** Options of {@linkcode readLocalModules}. */
export interface ReadModulesOptions {
  /** The notebook's folder, with a slash at the end. */
  cwd: URL;
  /** The largest content that is kept, in bytes. */
  maxBytes: number;
  /** When the session began, in milliseconds since 1970: a module changed since is named. */
  since_ms: number | undefined;
}

/** Reads local modules. What cannot be read, is too large or changed during the session is named. */
export async function readLocalModules(
  urls: readonly string[],
  options: ReadModulesOptions,
): Promise<{ modules: LocalModule[]; missing: MissingConfig[] }> {
  const { cwd, maxBytes, since_ms } = options;
  const modules: LocalModule[] = [];
  const missing: MissingConfig[] = [];
  for (const url of urls) {
    const path = relativePath(url, cwd);
    let bytes: Uint8Array<ArrayBuffer>;
    let changed: number;
    try {
      bytes = await Deno.readFile(fromFileUrl(url));
      changed = (await Deno.stat(fromFileUrl(url))).mtime?.getTime() ?? 0;
    } catch (e) {
      missing.push({ what: `module ${path}`, why: messageOf(e) });
      continue;
    }
    const module: LocalModule = {
      path,
      digest: sha256(bytes),
      ...contentOf(bytes, maxBytes),
      size: bytes.length,
    };
    modules.push(module);
    if (module.source === null) {
      missing.push({
        what: `source of module ${path}`,
        why: `it is larger than ${maxBytes} bytes`,
      });
    }
    if (since_ms !== undefined && changed > since_ms) {
      missing.push({
        what: `module ${path} as it was imported`,
        why:
          "it was changed after the session began and is recorded as it is now",
      });
    }
    if (module.encoding === "base64" || !/\.[cm]?[jt]sx?$/.test(path)) continue;
    for (const found of await computedImports(module.source ?? "")) {
      missing.push({
        what: `import(${found}) in ${path}`,
        why: "what it loads is computed while the module runs",
      });
    }
  }
  return { modules, missing };
}

function contentOf(
  bytes: Uint8Array<ArrayBuffer>,
  maxBytes: number,
): Pick<LocalModule, "source" | "encoding"> {
  if (bytes.length > maxBytes) return { source: null, encoding: "utf-8" };
  try {
    const source = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
      .decode(bytes);
    return { source, encoding: "utf-8" };
  } catch {
    return { source: bytes.toBase64(), encoding: "base64" };
  }
}
