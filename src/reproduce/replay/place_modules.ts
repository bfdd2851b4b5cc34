/**
 * The local modules of a run in the folder in which it is repeated.
 *
 * @module
 */
import { sha256 } from "../../base/digest.ts";
import type { Manifest } from "../../record/bundle/manifest.ts";
import { isAbsolute, joinPath } from "../../record/bundle/paths.ts";
import type { ReadableBundle } from "../../record/bundle/read.ts";
import { actsByItself, isNpmrc } from "./startup_files.ts";
import type { Workspace } from "./workspace.ts";

/**
 * Puts the run's local modules in place.
 *
 * @param options `home`: the notebook's folder on this machine, where modules that do not travel may lie as they were;
 * `leaves`: whether what lies at the path of a module already stays there
 * @returns what is not to be had
 */
export async function placeModules(
  bundle: ReadableBundle,
  { cwd }: Workspace,
  { home = null, leaves = () => false, ...options }: {
    sandbox: boolean;
    home?: string | null;
    leaves?: (path: string) => boolean;
  },
): Promise<{ missing: string[]; warnings: string[] }> {
  const missing: string[] = [];
  const warnings: string[] = [];
  for (const module of bundle.manifest.modules) {
    if (leaves(module.path)) continue;
    const travelled = module.file === null
      ? null
      : await bundle.file(module.file);
    const bytes = travelled ??
      (options.sandbox || home === null ? null : await moduleAt(home, module));
    if (bytes === null) missing.push(`module ${module.path} does not travel`);
    else if (isAbsolute(module.path)) {
      missing.push(
        `module ${module.path} lies outside of the notebook's folders`,
      );
    } else if (
      isNpmrc(module.path) || options.sandbox && actsByItself(module.path)
    ) {
      warnings.push(
        `module ${module.path} would configure or start a program and was not put in place`,
      );
    } else {
      const path = joinPath(cwd, module.path);
      await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), {
        recursive: true,
      });
      await Deno.writeFile(path, bytes);
    }
  }
  return { missing, warnings };
}

/** A module as it lies in the notebook's folder; null where it is another one by now. */
async function moduleAt(
  home: string,
  { path, digest }: Manifest["modules"][number],
): Promise<Uint8Array | null> {
  if (isAbsolute(path)) return null;
  try {
    const bytes = await Deno.readFile(joinPath(home, path));
    return sha256(bytes) === digest ? bytes : null;
  } catch {
    return null; // it is gone, or nobody may read it
  }
}
