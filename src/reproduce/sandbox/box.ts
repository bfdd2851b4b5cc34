/**
 * What a sandbox has besides its work folder: a package cache of its own and copies of nbtrack's code. All of it is
 * made for one reproduction and thrown away after it, so that nothing a stranger's code does reaches the originals.
 *
 * @module
 */
import { atExit } from "../../base/at_exit.ts";
import { ifThere } from "../../base/files.ts";
import { readEnv } from "../../base/env.ts";
import { toFileUrl } from "../../base/file_urls.ts";
import { runProcess } from "../../base/process.ts";
import { z } from "../../base/zod.ts";
import { seedCache } from "../../packages/seed_cache.ts";
import type { Workspace } from "../replay/workspace.ts";
import { ReproduceError } from "../replay/errors.ts";
import { OWN_MODULE } from "../replay/own_module.ts";
import { LOADED_LATER, SANDBOX_MODULES } from "../replay/preload.ts";
import type { SandboxSurroundings } from "../replay/types.ts";
import { removeFolder, removeFolderNow } from "../replay/remove_folder.ts";

/** A sandbox's surroundings, removed at the end of their scope. */
export interface Box extends SandboxSurroundings, Disposable {
  /** Deno's cache. */
  cache: string;
  /** The folder of nbtrack's code; null when it is loaded from the web, then it lies in the cache. */
  code: string | null;
}

/** What a module imports, as nbtrack's own code writes it. */
const IMPORT =
  /(?:^|[\s;}])(?:import|export)\s(?:[^;'"]*?\sfrom\s*)?["']([^"'\s]+)["']|\bimport\(\s*["']([^"'\s]+)["']/g;

/** Folders of a cache in which a program stores what it likes, whatever its rights. */
const STORAGE = ["location_data", "gen"];

const OWN_ROOT = new URL("./", OWN_MODULE);
const infoSchema = z.looseObject({ denoDir: z.string() });

/** Makes the surroundings of a sandbox. */
export async function makeBox(): Promise<Box> {
  const root = await Deno.realPath(
    await Deno.makeTempDir({ prefix: "nbtrack-sandbox-" }),
  );
  const exit = atExit(() => removeFolderNow(root));
  const [cache, config] = [`${root}/cache`, `${root}/config`];
  const shared = await sharedCache();
  await Deno.mkdir(cache);
  await Deno.mkdir(config);
  await Deno.writeTextFile(`${config}/.npmrc`, registriesOfMachine());
  const local = OWN_ROOT.protocol === "file:";
  const code = local ? `${root}/nbtrack` : null;
  const own = code === null ? new Map<string, null>() : await copyCode(code);
  return {
    root,
    cache,
    config,
    code,
    module: code === null ? OWN_MODULE : toFileUrl(`${code}/mod.ts`).href,
    fetchEnv: {
      ...Deno.env.toObject(),
      NO_COLOR: "1",
      DENO_DIR: cache,
      DENO_NO_UPDATE_CHECK: "1",
    },
    seed: (lock) =>
      seedCache(
        new Map<string, string | null>([
          ...Object.entries(lock.npm).flatMap((
            [id, { integrity }],
          ): [string, string][] =>
            integrity === undefined ? [] : [[id, integrity]]
          ),
          ...own,
        ]),
        { from: shared, to: cache },
      ),
    [Symbol.dispose]: () => {
      removeFolder(root);
      exit[Symbol.dispose]();
    },
  };
}

/** Copies of nbtrack's code what a notebook and the sandbox load. @returns the npm packages that it names */
async function copyCode(to: string): Promise<Map<string, null>> {
  const packages = new Map<string, null>();
  const files = new Set(
    ["mod.ts", ...LOADED_LATER, ...SANDBOX_MODULES].map((path) =>
      new URL(path, OWN_ROOT).href
    ),
  );
  for (const url of files) {
    const text = await Deno.readTextFile(new URL(url));
    const path = `${to}/${url.slice(OWN_ROOT.href.length)}`;
    await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    await Deno.writeTextFile(path, text);
    for (const [, early, late] of text.matchAll(IMPORT)) {
      const specifier = early ?? late ?? "";
      const id = /^npm:((?:@[\w.-]+\/)?[\w.-]+@[\d.]+)/.exec(specifier)?.[1];
      if (id !== undefined) packages.set(id, null);
      // Comments, too, show imports: those of a part of a name lead to no file.
      if (!/^\..*[^/]$/.test(specifier)) continue;
      const target = new URL(specifier, url).href;
      if (target.startsWith(OWN_ROOT.href)) files.add(target);
    }
  }
  return packages;
}

/**
 * The machine's registries without any token: the sandboxed process has a home of its own, and Deno keeps packages by
 * their registry.
 */
function registriesOfMachine(): string {
  const home = readEnv(Deno.build.os === "windows" ? "USERPROFILE" : "HOME");
  const lines: string[] = [];
  for (const line of home === undefined ? [] : linesOf(`${home}/.npmrc`)) {
    const [, scope = "", url = ""] =
      /^\s*(@[\w.~-]+:)?registry\s*=\s*"?([^"\s]+)"?\s*$/.exec(line) ?? [];
    const address = URL.parse(
      url.replace(/\$\{(\w+)\}/g, (_, name: string) => readEnv(name) ?? ""),
    );
    if (address === null || !/^https?:$/.test(address.protocol)) continue;
    address.username = address.password = "";
    lines.push(`${scope}registry=${address.href}`);
  }
  return `${lines.join("\n")}\n`;
}

function linesOf(path: string): string[] {
  return ifThere(() => Deno.readTextFileSync(path).split("\n")) ?? [];
}

/** The folder of the machine's cache. */
async function sharedCache(): Promise<string> {
  const { success, stdout } = await runProcess(Deno.execPath(), {
    args: ["info", "--json", "--no-config"],
    env: { DENO_NO_UPDATE_CHECK: "1" },
  });
  if (!success) {
    throw new ReproduceError("Deno does not say where its package cache is.");
  }
  return infoSchema.parse(JSON.parse(new TextDecoder().decode(stdout))).denoDir;
}

/** The folders that the process writes: its own, and where Deno keeps what pages of the web would store. */
export function writtenFolders(
  { root, own }: Pick<Workspace, "root" | "own">,
  { cache }: Pick<Box, "cache">,
): string[] {
  const stored = STORAGE.map((name) => `${cache}/${name}`);
  return own.startsWith(`${root}/`)
    ? [root, ...stored]
    : [root, own, ...stored];
}
