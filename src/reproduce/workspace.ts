/**
 * The folder a run is repeated in: its modules, configuration and lock, laid out as the notebook's folder was.
 *
 * @module
 */
import { z } from "../base/zod.ts";
import { messageOf } from "../base/errors.ts";
import type { Manifest } from "../record/bundle/manifest.ts";
import { isAbsolute, joinPath, stepsUp } from "../record/bundle/paths.ts";
import type { ReadableBundle } from "../record/bundle/read.ts";
import { ReproduceError } from "./errors.ts";

/** How many folders up from the notebook a run's paths may lead. */
const MAX_DEPTH = 32;

/** Where this copy of nbtrack is imported from. */
export const OWN_MODULE = new URL("../../mod.ts", import.meta.url).href;

/** The place of a replay. */
export interface Workspace {
  /** The folder that holds everything. */
  root: string;
  /** The notebook's folder in it: below the root by as many steps as its paths lead up. */
  cwd: string;
  /** For what is nbtrack's own. */
  own: string;
}

const configSchema = z.looseObject({
  imports: z.record(z.string(), z.string()).optional(),
  scopes: z.record(z.string(), z.record(z.string(), z.string())).optional(),
  compilerOptions: z.looseObject({}).optional(),
  unstable: z.array(z.string()).optional(),
  links: z.array(z.string()).optional(),
});
/** The members of `deno.json` that a replay uses. */
export type ReplayConfig = z.infer<typeof configSchema>;

/** Makes an empty folder, or takes an empty one. */
export async function makeWorkspace(
  manifest: Manifest,
  dir: string | undefined,
): Promise<Workspace> {
  const root = dir ?? await Deno.makeTempDir({ prefix: "nbtrack-reproduce-" });
  if (dir !== undefined) {
    try {
      await Deno.mkdir(root, { recursive: true });
      for await (const entry of Deno.readDir(root)) {
        throw new ReproduceError(
          `The folder ${root} is not empty: it has ${entry.name}.`,
          { hint: "Name a new or empty folder by --dir, or leave it out." },
        );
      }
    } catch (cause) {
      if (cause instanceof ReproduceError) throw cause;
      throw new ReproduceError(
        `Cannot use the folder ${root}: ${messageOf(cause)}`,
        { cause },
      );
    }
  }
  const depth = Math.max(
    0,
    ...manifest.modules.map(({ path }) => stepsUp(path)),
    ...manifest.datasets.flatMap(({ files }) =>
      files.map(({ path }) => stepsUp(path))
    ),
  );
  if (depth > MAX_DEPTH) {
    throw new ReproduceError(
      `The run's paths lead ${depth} folders up from its notebook, more than ${MAX_DEPTH}.`,
    );
  }
  const real = await Deno.realPath(root);
  const above = Array.from({ length: depth }, (_, i) => `level${i + 1}`);
  // Under its own name where there is a folder to name: programs print it.
  if (dir === undefined && depth === 0) above.push("notebook");
  if (above.length > 0) above.splice(-1, 1, manifest.folder ?? "notebook");
  const cwd = [real, ...above].join("/");
  const own = `${cwd}/.nbtrack`;
  await Deno.mkdir(own, { recursive: true });
  return { root: real, cwd, own };
}

/** Puts the run's local modules in place. @returns what does not travel */
export async function placeModules(
  bundle: ReadableBundle,
  { cwd }: Workspace,
  options: { sandbox: boolean },
): Promise<{ missing: string[]; warnings: string[] }> {
  const missing: string[] = [];
  const warnings: string[] = [];
  for (const module of bundle.manifest.modules) {
    const bytes = module.file === null ? null : await bundle.file(module.file);
    if (bytes === null) missing.push(`module ${module.path} does not travel`);
    else if (isAbsolute(module.path)) {
      missing.push(
        `module ${module.path} lies outside of the notebook's folders`,
      );
    } else if (options.sandbox && configures(module.path)) {
      warnings.push(
        `module ${module.path} would configure Deno or npm and was not put in place`,
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

/** Whether a file of that name decides how Deno or npm work in a folder. */
export function configures(path: string): boolean {
  return /(?:^|\/)(?:deno\.jsonc?|deno\.lock|package(?:-lock)?\.json|\.npmrc|\.env[^/]*|\.git[^/]*|jsr\.jsonc?|tsconfig\.json|node_modules|vendor|\.deno[^/]*|\.nbtrack)(?:\/|$)/i
    .test(path);
}

/** Writes the notebook as it is run, so that it can be opened in the folder afterwards. */
export async function placeNotebook(
  bundle: ReadableBundle,
  { cwd }: Workspace,
): Promise<string> {
  const name = bundle.manifest.notebook?.name ?? "session.ipynb";
  const path = `${cwd}/${
    /^[\w. -]+\.ipynb$/.test(name) ? name : "session.ipynb"
  }`;
  const cells = bundle.cells.map((cell, i) => ({
    cell_type: "code",
    id: `cell-${i}`,
    execution_count: null,
    metadata: {},
    outputs: [],
    source: cell.source,
  }));
  const kernelspec = {
    display_name: "Deno",
    language: "typescript",
    name: "deno",
  };
  await Deno.writeTextFile(
    path,
    `${
      JSON.stringify(
        {
          cells,
          metadata: { kernelspec, language_info: { name: "typescript" } },
          nbformat: 4,
          nbformat_minor: 5,
        },
        null,
        1,
      )
    }\n`,
  );
  return path;
}

/** The recorded configuration with nbtrack led to this copy. */
export function replayConfig(
  bundle: ReadableBundle,
  { cwd }: Workspace,
  options: { sandbox: boolean } = { sandbox: false },
): ReplayConfig {
  const recorded = options.sandbox
    ? harmless(parseConfig(bundle.config))
    : parseConfig(bundle.config);
  const imports: Record<string, string> = {};
  for (const [name, target] of Object.entries(recorded.imports ?? {})) {
    imports[name] = isNbtrack(target) ? OWN_MODULE : target;
  }
  for (const { source } of bundle.cells) {
    for (const specifier of specifiersIn(source)) {
      if (isNbtrack(specifier) || specifier === "@nbtrack/nbtrack") {
        imports[specifier] ??= OWN_MODULE;
      } else if (
        leadsToModule(specifier) && !isOwnModule(specifier, bundle.manifest)
      ) {
        const url = new URL(specifier, `file://${encodeURI(cwd)}/`).href;
        imports[url] ??= OWN_MODULE;
      }
    }
  }
  return { ...recorded, imports };
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

/** Of a stranger's configuration, only names for packages and for files beside the notebook. */
function harmless({ imports = {} }: ReplayConfig): ReplayConfig {
  const kept = Object.entries(imports).filter(([name, target]) =>
    /^(?:npm:|jsr:|\.\/)/.test(target) && !target.includes("..") &&
    !/^(?:node|npm|jsr|https?|file|data|blob):/.test(name)
  );
  return { imports: Object.fromEntries(kept) };
}

/** Specifiers written as literals. */
export function* specifiersIn(source: string): Generator<string> {
  const written =
    /(?:\bfrom\s*|\bimport\s*\(\s*|\bimport\s+)(?:"([^"\n]+)"|'([^'\n]+)'|`([^`\n$]+)`)/g;
  for (const [, a, b, c] of source.matchAll(written)) yield a ?? b ?? c ?? "";
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
