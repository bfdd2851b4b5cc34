/**
 * Resolving what cells import, with the kernel's lock and configuration as far as they can be used.
 *
 * @module
 */
import { ifThereAsync } from "../base/files.ts";
import { messageOf } from "../base/errors.ts";
import { cellImports } from "./cell_imports.ts";
import type { MissingConfig } from "./config_files.ts";
import type { NotebookConfig } from "./deno_config.ts";
import { isDenoInfoError } from "./deno_info.ts";
import { toFolderUrl } from "../base/file_urls.ts";
import { locks } from "./lock.ts";
import { emptyLock, isLockError, type Lock, parseLock } from "./lock_file.ts";
import {
  type AskedModule,
  askedOf,
  type Reached,
  reachModules,
} from "./module_graph.ts";
import type { CapturePackagesOptions } from "./capture_options.ts";

/** What cells import, resolved. */
export interface Resolution {
  asked: { written: string; asked: AskedModule }[];
  reached: Reached;
  /** The lock as Deno left it: the kernel's and what was added to it. */
  lock: Lock;
  /** URLs of the remote modules that were reached. */
  remote: string[];
  missing: MissingConfig[];
}

/**
 * Resolves the imports of cells. A lock that Deno refuses is left aside, and what fails altogether is named.
 *
 * @param folder an empty folder of ours
 */
export async function resolveCells(
  config: NotebookConfig,
  folder: string,
  options: CapturePackagesOptions,
): Promise<Resolution> {
  const own = readLock(config.lockPath);
  const failed = (e: unknown): Resolution => ({
    ...NOTHING,
    missing: [...own.missing, { what: "packages", why: messageOf(e) }],
  });
  const attempt = (lock: string | null, inOrder: boolean) =>
    resolveWith(config, folder, { ...options, lock, inOrder });
  try {
    const result = await attempt(own.text, own.text === null);
    result.missing.push(...own.missing);
    return result;
  } catch (e) {
    if (own.text === null || (isDenoInfoError(e) && e.timedOut)) {
      return failed(e);
    }
    const why = `it could not be used: ${messageOf(e)}`;
    try {
      const result = await attempt(null, true);
      result.missing.push({ what: "deno.lock", why });
      return result;
    } catch (second) {
      return failed(second);
    }
  }
}

const NOTHING: Resolution = {
  asked: [],
  reached: {
    modules: new Map(),
    index: new Map(),
    redirects: new Map(),
    missing: [],
  },
  lock: emptyLock(),
  remote: [],
  missing: [],
};

interface Attempt extends CapturePackagesOptions {
  /** The lock to start from. */
  lock: string | null;
  inOrder: boolean;
}

async function resolveWith(
  config: NotebookConfig,
  folder: string,
  options: Attempt,
): Promise<Resolution> {
  const { cwd, lock, inOrder } = options;
  const deep = `${folder}/1/2/3/cells`;
  await Deno.mkdir(deep, { recursive: true });
  const info = {
    cwd,
    denoPath: options.denoPath ?? Deno.execPath(),
    config: config.file?.path ?? null,
    env: options.env ?? Deno.env.toObject(),
    timeout_ms: options.timeout_ms ?? 20_000,
  };
  const top = (config.root ?? config.file)?.config.compilerOptions;
  const said = await cellImports(named(options.cells), deep, {
    ...info,
    lock: null,
    jsx: typeof top?.jsxImportSource === "string",
  });
  if (said.cells.length === 0) return { ...NOTHING, missing: said.missing };

  const lockFile = `${folder}/run.lock`;
  await ifThereAsync(() => Deno.remove(lockFile));
  if (lock !== null) await Deno.writeTextFile(lockFile, lock);
  const known = lockOf(lock);
  const cells = said.cells.map((cell) => ({
    cell,
    asked: askedOf(cell, {
      cwd: toFolderUrl(cwd),
      packageJson: config.packageJson,
      isDecided: (request) =>
        request.startsWith("node:") || locks(known, request),
    }),
  }));
  const reached = await reachModules(
    cells.map(({ asked }) => asked),
    folder,
    { ...info, lock: lockFile, inOrder },
  );
  const locked = await ifThereAsync(() => Deno.readTextFile(lockFile));
  return {
    asked: cells.flatMap(({ cell, asked }) =>
      asked.map((one, i) => ({
        written: cell.imports[i]?.specifier ?? one.specifier,
        asked: one,
      }))
    ),
    reached,
    // There is none where nothing had to be locked.
    lock: locked === null ? emptyLock() : parseLock(locked),
    remote: [...reached.modules.keys()].filter((s) => /^https?:/.test(s)),
    missing: [...said.missing, ...reached.missing],
  };
}

function named(
  cells: CapturePackagesOptions["cells"],
): { label: string; source: string }[] {
  return cells.map((cell, i) =>
    typeof cell === "string" ? { label: `cell ${i}`, source: cell } : cell
  );
}

/** A starting lock as far as it can be read here; Deno itself also reads older versions. */
function lockOf(text: string | null): Lock {
  try {
    return text === null ? emptyLock() : parseLock(text);
  } catch (e) {
    if (isLockError(e)) return emptyLock();
    throw e;
  }
}

function readLock(
  path: string | null,
): { text: string | null; missing: MissingConfig[] } {
  try {
    const text = path === null ? null : Deno.readTextFileSync(path);
    return { text, missing: [] };
  } catch (e) {
    const missing = e instanceof Deno.errors.NotFound
      ? []
      : [{ what: "deno.lock", why: messageOf(e) }];
    return { text: null, missing };
  }
}
