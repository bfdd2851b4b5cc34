/**
 * The configuration (`deno.json`) that a run is repeated with.
 *
 * @module
 */
import { toFolderUrl } from "../../base/file_urls.ts";
import { quote } from "../../base/quote.ts";
import { z } from "../../base/zod.ts";
import type { Manifest } from "../../record/bundle/manifest.ts";
import type { ReadableBundle } from "../../record/bundle/read.ts";
import { ReproduceError } from "./errors.ts";
import { lessonsBeside, OWN_MODULE } from "./own_module.ts";
import type { Workspace } from "./workspace.ts";

const entriesSchema = z.record(z.string(), z.string());
const configSchema = z.looseObject({
  imports: entriesSchema.optional(),
  scopes: z.record(z.string(), entriesSchema).optional(),
  compilerOptions: z.looseObject({}).optional(),
  unstable: z.array(z.string()).optional(),
  links: z.array(z.string()).optional(),
});
/** The members of `deno.json` that a replay uses. */
export type ReplayConfig = z.infer<typeof configSchema>;

type Entries = Record<string, string>;

/** The recorded configuration with nbtrack led to this copy. */
export function replayConfig(
  bundle: ReadableBundle,
  { cwd }: Workspace,
): ReplayConfig {
  const recorded = parseConfig(bundle.config);
  const imports: Entries = {};
  for (const [name, target] of Object.entries(recorded.imports ?? {})) {
    imports[name] = isNbtrack(target) ? ownModule(target, OWN_MODULE) : target;
  }
  return {
    ...recorded,
    imports: { ...ownImports(bundle, cwd, OWN_MODULE), ...imports },
  };
}

/** The names under which the cells import nbtrack, each with this copy. */
function ownImports(
  { cells, manifest }: ReadableBundle,
  cwd: string,
  module: string,
): Entries {
  const imports: Entries = {};
  for (const { source } of cells) {
    for (const specifier of specifiersIn(source)) {
      if (isNbtrack(specifier) || isOwnName(specifier)) {
        imports[specifier] = ownModule(specifier, module);
      } else if (
        leadsToModule(specifier) && !isOwnModule(specifier, manifest)
      ) {
        const url = new URL(specifier, toFolderUrl(cwd)).href;
        imports[url] = ownModule(specifier, module);
      }
    }
  }
  return imports;
}

/** Compiler options that change what code means, and reach nothing outside of it. */
const COMPILER_OPTIONS: ReadonlySet<string> = new Set([
  "emitDecoratorMetadata",
  "experimentalDecorators",
  "jsx",
  "jsxFactory",
  "jsxFragmentFactory",
  "jsxImportSource",
  "jsxPrecompileSkipElements",
]);
/** Features that are offered to a sandbox: they reach nothing outside of it. */
const FEATURES: ReadonlySet<string> = new Set([
  "bare-node-builtins",
  "detect-cjs",
  "kv",
  "node-globals",
  "raw-imports",
  "sloppy-imports",
  "temporal",
  "webgpu",
  "worker-options",
]);

/**
 * Of a stranger's configuration what cannot reach beyond the work folder. Its names hold for modules of that folder
 * alone: nbtrack's own, and its packages, are resolved without them.
 */
export function sandboxConfig(
  bundle: ReadableBundle,
  { root, cwd }: Workspace,
  module: string,
): { config: ReplayConfig; warnings: string[] } {
  const recorded = parseConfig(bundle.config);
  const warnings: string[] = [];
  const folder = toFolderUrl(cwd);
  const inside = toFolderUrl(root).href;
  const entries = (given: Entries): Entries => {
    const kept: Entries = {};
    for (const [key, target] of Object.entries(given)) {
      const name = keyInside(key, folder, inside);
      const to = isNbtrack(target)
        ? ownModule(target, module)
        : targetInside(target, folder, inside);
      if (name === null || to === null) {
        warnings.push(
          `the import map's entry for ${
            quote(key)
          } reaches beyond the work folder and was not used`,
        );
      } else {
        kept[name] = to;
        // As Deno does for the names of a configuration's own folder: `d3` explains `d3/sub` too.
        const sub = /^(npm|jsr):\/?([^/].*[^/])$/.exec(to);
        if (sub !== null && !(`${key}/` in given)) {
          kept[`${name}/`] = `${sub[1]}:/${sub[2]}/`;
        }
      }
    }
    return kept;
  };
  const scopes: Record<string, Entries> = {};
  for (const [scope, given] of Object.entries(recorded.scopes ?? {})) {
    const address = keyInside(scope, folder, inside);
    if (address?.startsWith(inside)) scopes[address] = entries(given);
  }
  const imports = {
    [OWN_NAME]: module,
    [`${OWN_NAME}/lessons`]: lessonsBeside(module),
    ...entries(recorded.imports ?? {}),
    ...ownImports(bundle, cwd, module),
  };
  const options = Object.entries(recorded.compilerOptions ?? {})
    .filter(([name]) => COMPILER_OPTIONS.has(name));
  const unstable = (recorded.unstable ?? []).filter((f) => FEATURES.has(f));
  return {
    warnings,
    config: {
      scopes: { ...scopes, [inside]: { ...scopes[inside], ...imports } },
      ...options.length === 0
        ? {}
        : { compilerOptions: Object.fromEntries(options) },
      ...unstable.length === 0 ? {} : { unstable },
    },
  };
}

/** A bare name as it is, a path as its URL in the work folder; null for anything else, however it is written. */
function keyInside(key: string, folder: URL, inside: string): string | null {
  const isPath = /^\s*\.{0,2}[/\\]/.test(key);
  if (!isPath && !URL.canParse(key)) {
    return key.trim() === "" || key !== key.trim() ? null : key;
  }
  const url = isPath && URL.canParse(key, folder)
    ? new URL(key, folder).href
    : null;
  return url?.startsWith(inside) ? url : null;
}

/** What a name may lead to: to a package, a built-in module, a module of the web, or a file of the work folder. */
function targetInside(
  target: string,
  folder: URL,
  inside: string,
): string | null {
  if (/^(?:npm|jsr|node|https?):[^\s\\]+$/.test(target)) return target;
  if (!/^\.{1,2}\//.test(target) || !URL.canParse(target, folder)) return null;
  const url = new URL(target, folder).href;
  return url.startsWith(inside) ? url : null;
}

/** @throws {ReproduceError} when a member that a replay uses is not what Deno takes */
export function parseConfig(text: string | null): ReplayConfig {
  if (text === null) return {};
  const parsed = configSchema.safeParse(JSON.parse(text));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new ReproduceError(
      `Cannot use the bundle's deno.json at ${issue?.path.join(".")}: ${
        issue?.message ?? "invalid"
      }.`,
      { cause: parsed.error },
    );
  }
  const { imports, scopes, compilerOptions, unstable, links } = parsed.data;
  return {
    ...imports === undefined ? {} : { imports },
    ...scopes === undefined ? {} : { scopes },
    ...compilerOptions === undefined ? {} : { compilerOptions },
    ...unstable === undefined ? {} : { unstable },
    ...links === undefined ? {} : { links },
  };
}

/** Specifiers written as literals. */
export function* specifiersIn(source: string): Generator<string> {
  const written =
    /(?:\bfrom\s*|\bimport\s*\(\s*|\bimport\s+)(?:"([^"\n]+)"|'([^'\n]+)'|`([^`\n$]+)`)/g;
  for (const [, a, b, c] of source.matchAll(written)) yield a ?? b ?? c ?? "";
}

const OWN_NAME = "@nbtrack/nbtrack";

function isOwnName(specifier: string): boolean {
  return specifier === OWN_NAME || specifier === `${OWN_NAME}/lessons`;
}

/** This copy's module for a name of nbtrack: `mod.ts`, or what lessons import. */
function ownModule(specifier: string, module: string): string {
  return /\/lessons(?:\/mod\.ts)?$/.test(specifier)
    ? lessonsBeside(module)
    : module;
}

function isNbtrack(specifier: string): boolean {
  return /^(?:jsr:\/?|https:\/\/jsr\.io\/)@nbtrack\/nbtrack(?:[@/]|$)/.test(
    specifier,
  );
}

/** nbtrack from a checkout is imported by the path of its `mod.ts`. */
function leadsToModule(specifier: string): boolean {
  return /^(?:\.{0,2}\/|file:).*\/?mod\.ts$/.test(specifier);
}

function isOwnModule(specifier: string, { modules }: Manifest): boolean {
  const plain = specifier.replace(/^\.\//, "");
  return modules.some(({ path }) => path === plain);
}
