/**
 * From a module graph to what a run records of it: local modules, package requests, what each import led to.
 *
 * @module
 */
import { isFile } from "../base/files.ts";
import { VERSION } from "../base/version.ts";
import type { AskedModule, Reached } from "./module_graph.ts";
import type { MissingConfig } from "./config_files.ts";
import { isOwn, isOwnImport } from "./own_copy.ts";
import type { Module } from "./deno_info.ts";
import { fromFileUrl, relativePath } from "../base/file_urls.ts";

/** What an import led to. */
export interface ResolvedImport {
  /** As written in the cell or the module. */
  specifier: string;
  /**
   * `npm:d3-array@3.2.5`, `jsr:@std/csv@1.0.6/parse`, a URL, `node:fs`, or a local module's path relative to
   * the notebook's folder (`./lib/a.ts`); `jsr:@nbtrack/nbtrack@…` for nbtrack, wherever it was loaded from.
   */
  resolved: string;
  /** The absolute specifier it stands for, before versions were chosen: `npm:d3-array@^3`. */
  requested: string;
}

/** A request for something outside the notebook's folder. */
export interface OutsideRequest {
  /** `npm:d3-array@^3`, `jsr:@std/csv`, `https://…`, `node:fs`. */
  specifier: string;
  /** Whether a cell or a local module imports it itself. */
  direct: boolean;
}

/** What is reached from the cells, sorted out. */
export interface SortedModules {
  /** Paths of local files by their URL, in the order they are reached. */
  local: string[];
  requests: OutsideRequest[];
  /** What cells import, and what local modules import that is no path. */
  imports: ResolvedImport[];
  missing: MissingConfig[];
}

/** Options of {@linkcode sortModules}. */
export interface SortOptions {
  /** The notebook's folder, with a slash at the end. */
  cwd: URL;
  /** Where nbtrack itself lies: its modules are not the user's. */
  ownRoot: URL;
}

const OWN_SPECIFIER = `jsr:@nbtrack/nbtrack@${VERSION}`;

/** Follows every import from the cells on. Modules of nbtrack and the insides of packages are not entered. */
export function sortModules(
  cells: readonly { written: string; asked: AskedModule }[],
  reached: Reached,
  options: SortOptions,
): SortedModules {
  const { cwd, ownRoot } = options;
  const local = new Set<string>();
  const requests = new Map<string, OutsideRequest>();
  const imports = new Map<string, ResolvedImport>();
  const missing = new Map<string, MissingConfig>();
  const entered = new Set<string>();
  const queue: Module[] = [];

  const { index } = reached;
  const follow = (
    written: string,
    to: string,
    direct: boolean,
    inCell = false,
  ): void => {
    const record = (resolved: string) => {
      if (inCell || (direct && !/^\.{0,2}\//.test(written))) {
        imports.set(`${written}\n${resolved}`, {
          specifier: written,
          resolved,
          requested: to,
        });
      }
    };
    const request = (specifier: string) => {
      const known = requests.get(specifier);
      requests.set(specifier, {
        specifier,
        direct: direct || known?.direct === true,
      });
    };
    const end = finalOf(to, reached.redirects);
    if (isOwn(to, ownRoot) || isOwn(end, ownRoot)) return record(OWN_SPECIFIER);
    // A replay shows cells the configuration of a checkout that is not there: the kernel has read another one.
    if (
      end.startsWith("file:") && isOwnImport(written) && !isFile(new URL(end))
    ) {
      return record(OWN_SPECIFIER);
    }
    const module = reached.modules.get(end);
    if (end.startsWith("file:")) {
      record(dotted(relativePath(end, cwd)));
      if (isFile(new URL(end))) local.add(end);
      else name(missing, written, module?.error ?? "the file does not exist");
      if (
        module?.error !== undefined && isFile(new URL(end)) && !isRaw(module)
      ) {
        name(missing, relativePath(end, cwd), module.error);
      }
    } else if (/^(?:npm|jsr|node):/.test(to)) {
      request(to);
      record(packageAt(to, end));
      if (module?.error !== undefined && !to.startsWith("npm:")) {
        name(missing, to, module.error);
      }
      if (!end.startsWith("https:") && !end.startsWith("http:")) return;
    } else if (/^https?:/.test(to)) {
      request(to);
      record(end);
      if (module === undefined || module.error !== undefined) {
        name(missing, to, module?.error ?? "it was not loaded");
      }
    } else if (to.startsWith("data:")) {
      // The cell or the module holds all of it.
      if (module?.error !== undefined) name(missing, written, module.error);
    } else {
      name(missing, written, "nothing says what it means");
    }
    if (module !== undefined && !entered.has(module.specifier)) {
      entered.add(module.specifier);
      queue.push(module);
    }
  };

  for (const { written, asked } of cells) {
    const code = index.get(asked.specifier)?.code;
    if (code?.specifier !== undefined) {
      follow(written, code.specifier, true, true);
    } else if (code?.error !== undefined) name(missing, written, code.error);
  }
  for (let module; (module = queue.shift()) !== undefined;) {
    const direct = module.specifier.startsWith("file:");
    for (const { specifier, code } of module.dependencies) {
      if (code === undefined || isGuess(module, specifier)) continue;
      if (code.specifier !== undefined) {
        follow(specifier, code.specifier, direct);
      } else name(missing, specifier, code.error ?? "it does not resolve");
    }
  }
  return {
    local: [...local],
    requests: [...requests.values()],
    imports: [...imports.values()],
    missing: [...missing.values()].map(({ what, why }) => ({
      what,
      why: why.replace(/ from "file:[^"]*"/, "").replaceAll(
        cwd.href,
        "./",
      ),
    })),
  };
}

/** Whether an import is Deno's guess at a computed one: its specifier does not stand in the source. */
function isGuess(module: Module, specifier: string): boolean {
  return specifier.startsWith(".") && module.specifier.startsWith("file:") &&
    isFile(new URL(module.specifier)) &&
    !Deno.readTextFileSync(fromFileUrl(module.specifier)).includes(specifier);
}

function finalOf(
  specifier: string,
  redirects: ReadonlyMap<string, string>,
): string {
  const seen = new Set<string>();
  let at = specifier;
  for (let next; (next = redirects.get(at)) !== undefined && !seen.has(at);) {
    seen.add(at);
    at = next;
  }
  return at;
}

/** `npm:/d3@3.2.5/x` as it is written in an import; a module of JSR as its package's specifier. */
function packageAt(asked: string, end: string): string {
  const jsr = /^https?:\/\/[^/]+\/(@[^/]+\/[^/]+)\/([^/]+)\//.exec(end);
  if (asked.startsWith("jsr:") && jsr !== null) {
    const subpath = /^jsr:\/?@[^/]+\/[^/]+(\/.*)?$/.exec(asked)?.[1] ?? "";
    return `jsr:${jsr[1]}@${jsr[2]}${subpath}`;
  }
  return end.replace(/^(npm|jsr):\//, "$1:").replace(
    /^(npm:(?:@[^/]+\/)?[^/@]+@[^/_]+)_[^/]*/,
    "$1",
  );
}

function dotted(path: string): string {
  return path.startsWith("../") ? path : `./${path}`;
}

/** Whether Deno's graph only lacks a word for raw bytes. */
function isRaw(module: Module): boolean {
  return /import attribute type/.test(module.error ?? "");
}

function name(
  missing: Map<string, MissingConfig>,
  what: string,
  why: string,
): void {
  if (!missing.has(what)) {
    missing.set(what, { what, why: why.split("\n")[0] ?? why });
  }
}
