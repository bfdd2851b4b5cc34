/**
 * A package cache of its own, filled from the machine's: copies, so that nothing done to them reaches the originals.
 *
 * @module
 */
import { ifThere } from "../base/files.ts";
import { z } from "../base/zod.ts";
import { npmIdParts } from "./rebuild_lock.ts";

/** What Deno keeps of a package's versions, as far as it is read here. */
const packumentSchema = z.looseObject({
  versions: z.record(
    z.string(),
    z.looseObject({
      dependencies: z.record(z.string(), z.string()).optional(),
      dist: z.looseObject({ integrity: z.string().optional() }).optional(),
    }),
  ),
});

/**
 * Packages to copy, by npm id: the integrity that they must have; null takes what is there, with what it needs, but no
 * declarations of types: nbtrack's own packages are only executed.
 */
export type WantedPackages = ReadonlyMap<string, string | null>;

/** Two caches of Deno. */
export interface SeedOptions {
  /** The machine's; only read. */
  from: string;
  to: string;
}

/** Copies packages, and what the registries said of them. What is not there, or does not fit, is left to Deno to fetch. */
export async function seedCache(
  wanted: WantedPackages,
  { from, to }: SeedOptions,
): Promise<void> {
  for (const registry of namesIn(`${from}/npm`)) {
    const done = new Set<string>();
    const take = async (
      name: string,
      version: string | null,
      integrity: string | null,
    ): Promise<void> => {
      if (done.has(`${name}@${version}`)) return;
      done.add(`${name}@${version}`);
      const path = `npm/${registry}/${name}`;
      const packument = readPackument(`${from}/${path}/registry.json`);
      if (packument === null) return;
      await Deno.mkdir(`${to}/${path}`, { recursive: true });
      await Deno.copyFile(
        `${from}/${path}/registry.json`,
        `${to}/${path}/registry.json`,
      );
      const versions = version === null
        ? namesIn(`${from}/${path}`).filter((v) => v in packument.versions)
        : [version];
      for (const one of versions) {
        const known = packument.versions[one];
        if (known === undefined) continue;
        if (integrity !== null && known.dist?.integrity !== integrity) continue;
        await copyFolder(
          `${from}/${path}/${one}`,
          `${to}/${path}/${one}`,
          integrity === null ? isExecuted : () => true,
        );
        if (integrity !== null) continue;
        for (const needed of Object.keys(known.dependencies ?? {})) {
          await take(needed, null, null);
        }
      }
    };
    for (const [id, integrity] of wanted) {
      const parts = npmIdParts(id);
      if (parts !== null) await take(parts.name, parts.version, integrity);
    }
  }
}

function isExecuted(name: string): boolean {
  return !/\.[cm]?ts$/.test(name);
}

/** Copies a folder's files and folders; links and anything else are left out. Nothing is done where there is none. */
async function copyFolder(
  from: string,
  to: string,
  takes: (name: string) => boolean,
): Promise<void> {
  const entries = ifThere(() => [...Deno.readDirSync(from)]);
  if (entries === null) return;
  await Deno.mkdir(to, { recursive: true });
  for (const { name, isFile, isDirectory } of entries) {
    if (isFile && takes(name)) {
      Deno.copyFileSync(`${from}/${name}`, `${to}/${name}`);
    } else if (isDirectory) {
      await copyFolder(`${from}/${name}`, `${to}/${name}`, takes);
    }
  }
}

function namesIn(folder: string): string[] {
  return ifThere(() =>
    [...Deno.readDirSync(folder)].filter((e) => e.isDirectory)
      .map((e) => e.name)
  ) ?? [];
}

function readPackument(path: string): z.infer<typeof packumentSchema> | null {
  const text = ifThere(() => Deno.readTextFileSync(path));
  if (text === null) return null;
  try {
    return packumentSchema.parse(JSON.parse(text));
  } catch {
    return null; // another version of Deno keeps it otherwise: it is fetched again
  }
}
