/**
 * nbtrack itself among modules: this copy, its package, or a checkout that lies elsewhere.
 *
 * @module
 */
import { isPresent } from "../base/files.ts";
import { z } from "../base/zod.ts";

const NAME = "@nbtrack/nbtrack";
const PACKAGE = /^jsr:\/?@nbtrack\/nbtrack(?:[@/]|$)/;
/** What lessons import. */
const LESSONS = /\/src\/lessons\/mod\.ts$/;

const configSchema = z.looseObject({ name: z.string() });

/** Folders, and whether nbtrack lies in them. */
const copies = new Map<string, boolean>();

/** Whether a specifier is nbtrack itself: its package, its `mod.ts` or a file of its `src`, in this copy or another. */
export function isOwn(specifier: string, ownRoot: URL): boolean {
  return PACKAGE.test(specifier) || specifier.startsWith("file:") && (
        isIn(specifier, ownRoot) ||
        foldersAbove(specifier).some((root) => isCopy(root))
      );
}

/** Whether an import is written as nbtrack's package, wherever a configuration leads that name. */
export function isOwnImport(written: string): boolean {
  return written === NAME || written.startsWith(`${NAME}/`);
}

/** What a module of nbtrack is called after its package's name: `/lessons`, or nothing. */
export function ownPart(url: string): string {
  return LESSONS.test(url) ? "/lessons" : "";
}

function isIn(url: string, root: URL): boolean {
  return url === new URL("mod.ts", root).href ||
    url.startsWith(new URL("src/", root).href);
}

/** The folders that a copy would have to lie in for a file to be a module of it. */
function foldersAbove(url: string): URL[] {
  const found = [...url.matchAll(/\/(?=src\/)|\/(?=mod\.ts$)/g)];
  return found.map(({ index }) => new URL(url.slice(0, index + 1)));
}

function isCopy(root: URL): boolean {
  const known = copies.get(root.href);
  if (known !== undefined) return known;
  const config = new URL("deno.json", root);
  const is = isPresent(config) && nameIn(config) === NAME;
  copies.set(root.href, is);
  return is;
}

function nameIn(config: URL): string | null {
  try {
    const text = Deno.readTextFileSync(config);
    return configSchema.safeParse(JSON.parse(text)).data?.name ?? null;
  } catch {
    return null; // whatever it is, it is no configuration of nbtrack
  }
}
