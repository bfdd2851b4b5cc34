/**
 * What cells import, as they say it: one file per cell in a folder of ours, read by `deno info` without
 * network and without loading anything.
 *
 * @module
 */
import { computedImports } from "./computed_imports.ts";
import type { MissingConfig } from "./config_files.ts";
import { denoInfo, type DenoInfoOptions } from "./deno_info.ts";
import { toFileUrl, toFolderUrl } from "../base/file_urls.ts";
import {
  isBoundToModule,
  namedModules,
  startsUnknownWorker,
} from "./named_modules.ts";

/** One import of a cell. */
export interface CellImport {
  /** As written in the cell. */
  specifier: string;
  /** Where it leads from the folder's configuration; null when nothing says so. */
  resolved: string | null;
  /** The `type` of its import attributes. */
  attribute: string | null;
}

/** What one cell imports, in its order. */
export interface CellImports {
  /** How the cell is called in `missing`. */
  label: string;
  imports: CellImport[];
}

/** Options of {@linkcode cellImports}. */
export interface CellImportsOptions extends DenoInfoOptions {
  /** Whether the configuration gives JSX an import, so that a cell without `import` may have one. */
  jsx: boolean;
}

/** A cell as it may be parsed: TSX, else plain TypeScript (`<T>x`), else an expression in braces. */
function variants(source: string, i: number): [name: string, text: string][] {
  const files: [string, string][] = [[`cell_${i}.tsx`, source]];
  if (source.includes("<")) files.push([`cell_${i}_plain.ts`, source]);
  if (/^\s*\{/.test(source)) {
    files.push([`cell_${i}_value.tsx`, `(${source}\n)`]);
  }
  return files;
}

/**
 * The imports of cells. A cell that does not parse has none and is named in `missing`, as is an import
 * that is computed while the cell runs. Imports of types only are left out: kernels do not load them.
 *
 * @param cells each cell's name and source
 * @param folder an empty folder of ours; `deno info` searches around it for computed imports such as
 * `import("../" + name)`, so it lies some empty folders deep
 */
export async function cellImports(
  cells: readonly { label: string; source: string }[],
  folder: string,
  options: CellImportsOptions,
): Promise<{ cells: CellImports[]; missing: MissingConfig[] }> {
  const missing: MissingConfig[] = [];
  const sources = cells.map(({ source }) => source);
  const named = namedModules(sources, toFolderUrl(options.cwd));
  for (const { label, source } of cells) {
    if (!startsUnknownWorker(source, named, sources)) continue;
    missing.push({
      what: `module of a Worker in ${label}`,
      why: "which one it is, is computed while the cell runs",
    });
  }
  const relevant = cells.map((cell, i) => ({ ...cell, i })).filter((
    { source },
  ) =>
    /\b(?:import|export)\b|@jsxImportSource/.test(source) ||
    (options.jsx && source.includes("<"))
  );
  if (relevant.length === 0) return { cells: [], missing };

  const names: string[] = [];
  for (const { source, i } of relevant) {
    for (const [name, text] of variants(source, i)) {
      await Deno.writeTextFile(`${folder}/${name}`, text);
      names.push(name);
    }
  }
  const index = `${folder}/cells.ts`;
  await Deno.writeTextFile(
    index,
    names.map((name) => `import "./${name}";\n`).join(""),
  );
  const graph = await denoInfo(index, {
    ...options,
    lock: null,
    flags: ["--no-remote", "--no-npm"],
  });
  const modules = new Map(graph.modules.map((m) => [m.specifier, m]));

  const found: CellImports[] = [];
  for (const { label, source, i } of relevant) {
    const tried = variants(source, i).map(([name]) =>
      modules.get(toFileUrl(`${folder}/${name}`).href)
    );
    const parsed = tried.find((m) => m !== undefined && m.error === undefined);
    if (parsed === undefined) {
      missing.push({
        what: `imports of ${label}`,
        why: `the cell does not parse: ${
          (tried[0]?.error ?? "unknown").split("\n")[0]
        }`,
      });
      continue;
    }
    for (const expression of await computedImports(source)) {
      if (isBoundToModule(expression, sources, named)) continue;
      missing.push({
        what: `import(${expression}) in ${label}`,
        why: "what it loads is computed while the cell runs",
      });
    }
    const imports = parsed.dependencies.flatMap((d): CellImport[] =>
      d.code === undefined || !source.includes(d.specifier) &&
          d.specifier.startsWith(".")
        ? [] // types only, or Deno's guess at a computed import among our own files
        : [{
          specifier: d.specifier,
          resolved: d.code.specifier ?? null,
          attribute: d.assertionType ?? null,
        }]
    );
    if (imports.length > 0) found.push({ label, imports });
  }
  return { cells: found, missing };
}
