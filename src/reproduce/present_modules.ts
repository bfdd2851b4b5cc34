/**
 * The local modules as they are now beside the notebook, instead of the recorded ones.
 *
 * @module
 */
import { sha256 } from "../base/digest.ts";
import { fromFileUrl } from "../base/file_urls.ts";
import type { ReadableBundle } from "../record/bundle/read.ts";
import { isAbsolute, joinPath, normalPath } from "../record/bundle/paths.ts";
import { OWN_MODULE } from "./replay/own_module.ts";
import { specifiersIn } from "./replay/replay_config.ts";
import type { Difference } from "./replay/types.ts";
import type { StandingData } from "./standing_data.ts";
import type { Workspace } from "./replay/workspace.ts";

/** nbtrack's own folder. */
const OWN_FOLDER = fromFileUrl(new URL("./", OWN_MODULE).href);

/**
 * Puts present modules in place: those of the record that were edited, and what cells and modules import now.
 *
 * @param options `home`: the notebook's folder on this machine; `sources`: the cells as they are executed; `taken`: of
 * the recorded modules these alone; `standing`: data that stands in place of what was recorded, and stays there
 * @returns what is not as it was recorded
 */
export async function placePresentModules(
  { manifest }: ReadableBundle,
  { cwd, root }: Workspace,
  { home, sources, taken, standing }: {
    home: string;
    sources: readonly string[];
    taken?: readonly string[] | undefined;
    standing: StandingData;
  },
): Promise<Difference[]> {
  const recorded = new Map(
    manifest.modules.map(({ path, digest }) => [path, digest]),
  );
  const differences: Difference[] = [];
  const waiting = [
    ...recorded.keys(),
    ...sources.flatMap((source) => importsOf(source, "")),
  ];
  const seen = new Set<string>();
  for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
    if (seen.has(path) || isAbsolute(path)) continue;
    seen.add(path);
    if (standing.at(path) !== undefined) continue;
    const file = joinPath(cwd, path);
    const source = joinPath(home, path);
    // nbtrack itself is no module of the run, and nothing is written beside the folder of the replay.
    if (source.startsWith(OWN_FOLDER) || !file.startsWith(`${root}/`)) continue;
    const bytes = await present(source);
    if (bytes === null) continue;
    const part = `module ${path}`;
    // What is new comes with what imports it.
    if (recorded.has(path) && taken?.includes(part) === false) continue;
    waiting.push(...importsOf(new TextDecoder().decode(bytes), path));
    const digest = recorded.get(path);
    if (digest === sha256(bytes)) continue;
    await Deno.mkdir(file.slice(0, file.lastIndexOf("/")), { recursive: true });
    await Deno.writeFile(file, bytes);
    differences.push({
      dimension: "code",
      what: digest === undefined ? `${part} is new` : `${part} changed`,
      contradiction: false,
      ...digest === undefined ? {} : { part },
    });
  }
  return differences;
}

/** The modules of the record that are others beside the notebook now, by their paths. */
export async function editedModules(
  { manifest }: ReadableBundle,
  home: string,
): Promise<string[]> {
  const edited: string[] = [];
  for (const { path, digest } of manifest.modules) {
    const bytes = isAbsolute(path) ? null : await present(joinPath(home, path));
    if (bytes !== null && sha256(bytes) !== digest) edited.push(path);
  }
  return edited;
}

/** Local modules that a source imports, by their paths from the notebook's folder. */
function importsOf(source: string, from: string): string[] {
  const folder = from.slice(0, from.lastIndexOf("/") + 1);
  return [...specifiersIn(source)]
    .filter((specifier) => /^\.{1,2}\//.test(specifier))
    .map((specifier) =>
      normalPath(joinPath(folder === "" ? "." : folder, specifier))
    );
}

async function present(path: string): Promise<Uint8Array | null> {
  try {
    return await Deno.readFile(path);
  } catch {
    return null; // it is gone: the recorded one stays
  }
}
