/**
 * The `deno.json` that a reproduction needs: what decides how imports resolve, with local paths relative to
 * the notebook's folder, so that it can lie beside the notebook anywhere.
 *
 * @module
 */
import { VERSION } from "../base/version.ts";
import type { ConfigFile, NotebookConfig } from "./deno_config.ts";
import { folderOf, relativePath } from "../base/file_urls.ts";
import type { Lock } from "./lock_file.ts";
import { isOwn, ownPart } from "./own_copy.ts";
import type { SortedModules, SortOptions } from "./reached.ts";
import { parseSpecifier, plainRange } from "./specifiers.ts";

type Entries = Record<string, string>;

/** The members of a portable `deno.json`. */
export interface PortableConfig {
  imports?: Entries;
  scopes?: Record<string, Entries>;
  links?: string[];
  compilerOptions?: Record<string, unknown>;
  unstable?: string[];
}

/**
 * The configuration of a notebook's folder as a reproduction needs it; null when the imports mean the same
 * without any. Links that no import reaches are left out: Deno refuses one that is not there. Names that only a `package.json` or a workspace explains become entries of `imports`.
 */
export function portableConfig(
  config: NotebookConfig,
  { imports, local }: Pick<SortedModules, "imports" | "local">,
  options: SortOptions,
): PortableConfig | null {
  const files = [config.root, config.file, config.importMap].filter((f) =>
    f !== null
  );
  const merged: Entries = {};
  const scopes: Record<string, Entries> = {};
  for (
    const { base, config: { imports: given = {}, scopes: own = {} } } of files
  ) {
    Object.assign(merged, entriesAt(given, base, options));
    for (const [scope, entries] of Object.entries(own)) {
      scopes[addressAt(scope, base, options)] = entriesAt(
        entries,
        base,
        options,
      );
    }
  }
  for (const { specifier, resolved, requested } of imports) {
    if (!isBare(specifier) || isMapped(specifier, merged)) continue;
    merged[specifier] = requested.startsWith("file:") ? resolved : requested;
  }
  const top: ConfigFile | null = config.root ?? config.file;
  const links = top?.config.links
    ?.filter((l) => {
      const dir = folderOf(l, top.base);
      return local.some((url) => url.startsWith(dir.href));
    })
    .map((l) => addressAt(l, top.base, options));
  const { types: _, ...compilerOptions } = {
    ...config.root?.config.compilerOptions,
    ...config.file?.config.compilerOptions,
  };
  const unstable = [
    ...new Set(files.flatMap((f) => f.config.unstable ?? [])),
  ];
  const portable: PortableConfig = {
    ...filled({ imports: merged }),
    ...filled({ scopes }),
    ...filled({ links }),
    ...filled({ compilerOptions }),
    ...filled({ unstable }),
  };
  return Object.keys(portable).length === 0 ? null : portable;
}

/** What Deno notes in a lock of the configuration beside it. */
export function workspaceOf(
  config: PortableConfig | null,
  workspace: Lock["workspace"],
): Lock["workspace"] {
  if (config === null) return undefined;
  const named = [
    config.imports ?? {},
    ...Object.values(config.scopes ?? {}),
  ].flatMap((entries) => Object.values(entries));
  const jsx = config.compilerOptions?.jsxImportSource;
  if (typeof jsx === "string") named.push(jsx);
  const dependencies = named.flatMap((specifier) => {
    const asked = parseSpecifier(specifier);
    return asked === null
      ? []
      : [`${asked.registry}:${asked.name}@${plainRange(asked.range)}`];
  });
  const { links } = workspace ?? {};
  return {
    ...filled({ dependencies: [...new Set(dependencies)].sort() }),
    ...links === undefined || config.links === undefined ? {} : { links },
  };
}

function entriesAt(entries: Entries, base: URL, options: SortOptions): Entries {
  return Object.fromEntries(
    Object.entries(entries).map(([key, value]) => [
      addressAt(key, base, options),
      addressAt(value, base, options),
    ]),
  );
}

/** A local address as seen from the notebook's folder; nbtrack by its package; anything else unchanged. */
function addressAt(text: string, base: URL, options: SortOptions): string {
  if (!/^(?:\.{0,2}\/|file:|\.{1,2}$)/.test(text)) return text;
  const url = new URL(text, base);
  if (url.protocol !== "file:") return text;
  if (isOwn(url.href, options.ownRoot)) {
    return `jsr:@nbtrack/nbtrack@^${VERSION}${ownPart(url.href)}`;
  }
  const path = relativePath(url, options.cwd);
  return /^(?:\.\.?\/|\/|[a-z]:)/i.test(path) ? path : `./${path}`;
}

function isBare(specifier: string): boolean {
  return !/^(?:\.{0,2}\/|[a-z][a-z\d+.-]*:)/i.test(specifier);
}

function isMapped(specifier: string, imports: Entries): boolean {
  return Object.keys(imports).some((key) =>
    key === specifier || (key.endsWith("/") && specifier.startsWith(key)) ||
    // Deno lets `d3` in `imports` explain `d3/sub` when it is a package.
    (specifier.startsWith(`${key}/`) &&
      parseSpecifier(imports[key] ?? "") !== null)
  );
}

/** A one-member object, or an empty one when its value is empty. */
function filled<K extends string, V extends object>(
  member: Record<K, V | undefined>,
): Partial<Record<K, V>> {
  const [value] = Object.values<V | undefined>(member);
  return value !== undefined && Object.keys(value).length > 0
    ? member as Record<K, V>
    : {};
}
