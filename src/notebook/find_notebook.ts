/**
 * Which file a session's cells come from.
 *
 * @module
 */
import { isFile } from "../base/files.ts";
import { ENV } from "../base/env.ts";
import { messageOf, NbtrackError } from "../base/errors.ts";
import { codeCellsOf, comparable, readSavedNotebook } from "./saved_cells.ts";

/** An execution as it was seen on the wire. */
export interface SeenExecution {
  execution_count: number | null;
  source: string;
}

/** A notebook file and how it was found: named to us, named by Jupyter, or by its cells. */
export interface FoundNotebook {
  path: string;
  how: "given" | "session" | "matched";
}

/** Options of {@linkcode findNotebook}. */
export interface FindNotebookOptions {
  /** The kernel's environment: `NBTRACK_NOTEBOOK` and `JPY_SESSION_NAME` are read. */
  env: Readonly<Record<string, string | undefined>>;
  /** The kernel's working directory. */
  cwd: string;
  /** Executions seen so far, for the search by cells. */
  seen: readonly SeenExecution[];
  /**
   * Ids of runs whose cards the notebook may show: one that does is the notebook, whatever its cells are by now.
   * @default {[]}
   */
  shown?: readonly string[];
  /**
   * Searches for the notebook under another name: one that was saved later than this, milliseconds since 1970, shows
   * one of those runs, and holds the first execution of `seen`, the newest, and at least half of all.
   * @default {null}
   */
  savedAfter_ms?: number | null;
  /**
   * How many folders below `cwd` are searched.
   * @default {4}
   */
  maxDepth?: number;
  /**
   * How many notebooks are read.
   * @default {200}
   */
  maxFiles?: number;
  /**
   * The largest notebook that is read, in bytes.
   * @default {33554432}
   */
  maxBytes?: number;
}

/** A search ends after this many entries of folders. */
const MAX_ENTRIES = 20_000;

/**
 * The notebook of a session: the file that `nbtrack run` or Jupyter names, else the one notebook in the
 * working folder or below whose cells are those that were seen. Null when there is none, or several fit.
 */
export async function findNotebook(
  options: FindNotebookOptions,
): Promise<FoundNotebook | null> {
  const { env, cwd } = options;
  const given = env[ENV.notebook];
  if (given && isFile(given)) return { path: given, how: "given" };
  const session = env[ENV.jupyterSession];
  const named = session ? namedBy(session, cwd) : null;
  if (named !== null) return { path: named, how: "session" };
  const path = await matching(options);
  return path === null ? null : { path, how: "matched" };
}

/** The file a session's name means. VS Code puts `-jvsc-` and an id into the name. */
function namedBy(session: string, cwd: string): string | null {
  const plain = session.replace(/-jvsc-[0-9a-f-]{8,}.*$/i, ".ipynb");
  const names = new Set([
    session,
    plain,
    ...[session, plain].map((n) => `${cwd}/${n.split(/[/\\]/).pop()}`),
  ]);
  for (const name of names) {
    const absolute = /^(?:\/|[a-z]:[/\\])/i.test(name);
    const path = absolute ? name : `${cwd}/${name}`;
    if (/\.ipynb$/i.test(path) && isFile(path)) return path;
  }
  return null;
}

async function matching(options: FindNotebookOptions): Promise<string | null> {
  const { seen, shown = [], maxFiles = 200, maxBytes = 32 << 20 } = options;
  const after_ms = options.savedAfter_ms ?? null;
  const wanted = new Set(
    seen.map((s) => comparable(s.source)).filter((s) => s.trim() !== ""),
  );
  if (wanted.size === 0 && shown.length === 0) return null;
  let best = { score: 0, cells: 0, paths: [] as string[] };
  let showing = { path: null as string | null, mtime_ms: -1 };
  let files = 0;
  for await (const { path, size, mtime_ms } of notebooksBelow(options)) {
    if (files++ >= maxFiles) break;
    if (size > maxBytes || mtime_ms <= (after_ms ?? -1)) continue;
    const text = await readText(path);
    const { score, cells, hasNewest } = similarity(text, wanted, seen);
    const isSame = after_ms === null ||
      cells * 2 >= wanted.size && hasNewest;
    // Of copies, the one that was saved last.
    if (
      isSame && mtime_ms > showing.mtime_ms &&
      shown.some((id) => text.includes(id))
    ) showing = { path, mtime_ms };
    if (score > best.score) best = { score, cells, paths: [path] };
    else if (score === best.score && score > 0) best.paths.push(path);
  }
  if (showing.path !== null || after_ms !== null) return showing.path;
  // At least half of what was seen, so that a shared `import` line alone decides nothing.
  if (best.cells === 0 || best.cells * 2 < wanted.size) return null;
  return best.paths.length === 1 ? best.paths[0] ?? null : null;
}

/**
 * How many seen sources a notebook holds, a score in which a fitting count weighs a little more, and whether it has the
 * newest with its count: a copy that was made before has not.
 */
function similarity(
  text: string,
  wanted: ReadonlySet<string>,
  seen: readonly SeenExecution[],
): { score: number; cells: number; hasNewest: boolean } {
  const notebook = readSavedNotebook(text);
  if (notebook === null) return { score: 0, cells: 0, hasNewest: false };
  const cells = codeCellsOf(notebook).map((c) => ({
    ...c,
    source: comparable(c.source),
  }));
  const sources = new Set(cells.map((c) => c.source));
  const held = [...wanted].filter((source) => sources.has(source)).length;
  const counted = seen.filter((s) =>
    cells.some((c) =>
      c.execution_count === s.execution_count &&
      c.source === comparable(s.source)
    )
  );
  return {
    score: held + counted.length / (seen.length + 1),
    cells: held,
    hasNewest: seen.length > 0 && counted[0] === seen[0],
  };
}

async function* notebooksBelow(
  { cwd, maxDepth = 4 }: FindNotebookOptions,
): AsyncGenerator<{ path: string; size: number; mtime_ms: number }> {
  let entries = 0;
  const folders: { dir: string; depth: number }[] = [{ dir: cwd, depth: 0 }];
  for (let next; (next = folders.shift()) !== undefined;) {
    const { dir, depth } = next;
    for (const { name, isDirectory, isFile } of await namesIn(dir)) {
      if (entries++ > MAX_ENTRIES) return;
      const path = `${dir.replace(/[/\\]$/, "")}/${name}`;
      if (isDirectory) {
        const skipped = name.startsWith(".") || name === "node_modules";
        if (!skipped && depth < maxDepth) {
          folders.push({ dir: path, depth: depth + 1 });
        }
      } else if (isFile && /\.ipynb$/i.test(name) && !name.startsWith(".")) {
        const info = await Deno.stat(path).catch(() => null); // gone meanwhile
        if (info === null) continue;
        const mtime_ms = info.mtime?.getTime() ?? 0;
        yield { path, size: info.size, mtime_ms };
      }
    }
  }
}

/** A folder's entries by name; none when it cannot be read. */
async function namesIn(dir: string): Promise<Deno.DirEntry[]> {
  try {
    const entries = await Array.fromAsync(Deno.readDir(dir));
    return entries.sort((a, b) => a.name < b.name ? -1 : 1);
  } catch (e) {
    if (e instanceof Deno.errors.NotFound) return [];
    if (e instanceof Deno.errors.PermissionDenied) return [];
    throw new NbtrackError(
      `Cannot search ${dir} for notebooks: ${messageOf(e)}`,
      { cause: e },
    );
  }
}

async function readText(path: string): Promise<string> {
  return await Deno.readTextFile(path).catch(() => ""); // gone or unreadable: no match
}
