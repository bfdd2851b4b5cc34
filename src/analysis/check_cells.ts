/**
 * Checking the types of a notebook's cells with `deno check`, which the kernel never does.
 *
 * @module
 */
import { removedAtExit } from "../base/at_exit.ts";
import { ifThereAsync } from "../base/files.ts";
import { toFolderUrl } from "../base/file_urls.ts";
import { NbtrackError } from "../base/errors.ts";
import { runProcess } from "../base/process.ts";
import { isOwn } from "../packages/own_copy.ts";
import { readNotebookConfig } from "../packages/deno_config.ts";
import { POSITION, reported } from "./deno_check_text.ts";
import {
  type CellProgram,
  cellProgram,
  plainNames,
  type ProgramCell,
} from "./program.ts";

/** What is wrong with a cell. */
export interface CellDiagnostic {
  /** The cell's index among those that were given. */
  cell: number;
  /** From 1. */
  line: number;
  /** From 1. */
  column: number;
  /** TypeScript's, such as `TS2339`; `SyntaxError` of a cell that does not parse. */
  code: string;
  message: string;
}

/** What checking cells found. */
export interface CellCheck {
  diagnostics: CellDiagnostic[];
  /** What is wrong in local modules that they import. */
  modules: (Omit<CellDiagnostic, "cell"> & { path: string })[];
}

/** How cells are checked. */
export interface CheckOptions {
  /** The notebook's folder. */
  folder: string;
  /** nbtrack's own folder: its modules are not the user's. */
  ownRoot: URL;
  /** Whether modules and packages may be fetched that are not on this machine. @default {true} */
  fetches?: boolean;
  /** @default {120000} */
  timeout_ms?: number;
}

/** Imports that cannot be had are each found by a run of its own, up to so many. */
const MAX_UNRESOLVED = 20;
/** Stands for an import that cannot be had. */
const ABSENT = "nbtrack-absent-";

/**
 * Checks the types of cells as one program. Nothing is written into the notebook's folder.
 *
 * @throws {NbtrackError} when `deno check` cannot be carried out
 */
export async function checkCells(
  cells: readonly ProgramCell[],
  options: CheckOptions,
): Promise<CellCheck> {
  const temporary = await Deno.makeTempDir({ prefix: "nbtrack-check-" });
  using _ = removedAtExit(temporary);
  try {
    return await checkIn(temporary, cells, options);
  } finally {
    await Deno.remove(temporary, { recursive: true });
  }
}

async function checkIn(
  temporary: string,
  cells: readonly ProgramCell[],
  options: CheckOptions,
): Promise<CellCheck> {
  const config = readNotebookConfig(options.folder);
  const lock = `${temporary}/deno.lock`;
  if (config.lockPath !== null) {
    const path = config.lockPath;
    await ifThereAsync(() => Deno.copyFile(path, lock));
  }
  const replaced = new Map<string, string>();
  const unresolved = new Map<string, string>();
  for (;;) {
    const program = cellProgram(cells, toFolderUrl(options.folder), replaced);
    const file = `${temporary}/notebook.${program.jsx ? "tsx" : "ts"}`;
    await Deno.writeTextFile(file, program.text);
    const said = await denoCheck(file, {
      ...options,
      text: program.text,
      lock,
      config: config.file?.path ?? null,
    });
    const url = new URL(file, "file:///").href;
    const fatal = fatalImport(said, url, program);
    if (fatal !== null && unresolved.size < MAX_UNRESOLVED) {
      const to = `${toFolderUrl(temporary).href}${ABSENT}${unresolved.size}.ts`;
      replaced.set(fatal.specifier, to);
      unresolved.set(to, fatal.message);
      continue;
    }
    return gather(said, program, { url, unresolved, ownRoot: options.ownRoot });
  }
}

async function denoCheck(
  file: string,
  { folder, text, lock, config, fetches = true, timeout_ms = 120_000 }:
    & CheckOptions
    & {
      text: string;
      lock: string;
      config: string | null;
    },
): Promise<string> {
  const signal = AbortSignal.timeout(timeout_ms);
  const { DENO_AUDIT_PERMISSIONS: _, DENO_V8_FLAGS: __, ...env } = Deno.env
    .toObject();
  const { success, stderr } = await runProcess(Deno.execPath(), {
    args: [
      "check",
      "--quiet",
      ...fetches
        ? ["--allow-import"]
        : ["--cached-only", ...mayFetch(text) ? ["--no-remote"] : []],
      "--node-modules-dir=none",
      "--vendor=false",
      ...config === null ? ["--no-config"] : [`--config=${config}`],
      `--lock=${lock}`,
      "--frozen-lockfile=false",
      file,
    ],
    cwd: folder,
    env: { ...env, NO_COLOR: "1" },
    clearEnv: true,
    signal,
  });
  if (!success && !/\[ERROR\]|^error: /m.test(stderr)) {
    throw new NbtrackError(
      `deno check could not be carried out: ${
        stderr.trim().split("\n")[0] ?? ""
      }`,
    );
  }
  return success ? "" : stderr;
}

/** Whether something may be imported as text, which Deno 2.9 fetches although it is told to use its cache alone. */
function mayFetch(text: string): boolean {
  return /\b(?:with|assert)\b/.test(text);
}

/** An import that keeps Deno from checking anything; null when there is none. */
function fatalImport(
  said: string,
  url: string,
  program: CellProgram,
): { specifier: string; message: string } | null {
  if (said === "" || /\[ERROR\]/.test(said)) return null;
  const [first = "", ...rest] = said.trim().split("\n");
  const message = first.replace(/^error: /, "");
  const position = rest.map((line) => POSITION.exec(line)).find((m) =>
    m !== null
  );
  if (position?.[1] !== url) {
    throw new NbtrackError(`The cells cannot be checked: ${message}`, {
      hint: "nbtrack doctor says what is wrong with the folder.",
    });
  }
  const line = program.text.split("\n")[Number(position[2]) - 1] ?? "";
  const specifier = /^(["'])(.*?)\1/.exec(line.slice(Number(position[3]) - 1))
    ?.[2];
  if (specifier === undefined || specifier.includes(ABSENT)) {
    throw new NbtrackError(`The cells cannot be checked: ${message}`);
  }
  const written = program.specifiers.get(specifier) ?? specifier;
  return { specifier: written, message };
}

interface GatherOptions {
  url: string;
  /** Why imports cannot be had, by what stands for them. */
  unresolved: ReadonlyMap<string, string>;
  ownRoot: URL;
}

function gather(
  said: string,
  program: CellProgram,
  { url, unresolved, ownRoot }: GatherOptions,
): CellCheck {
  const found: CellCheck = { diagnostics: [], modules: [] };
  for (const { cell, line, column, message } of program.failures) {
    found.diagnostics.push({
      cell,
      line,
      column,
      code: "SyntaxError",
      message,
    });
  }
  for (const { code, message, position } of reported(said)) {
    const text = plainNames(
      [...unresolved].find(([to]) => message.includes(to))?.[1] ??
        withSpecifiers(message, program),
    );
    if (position.file !== url) {
      if (!position.file.startsWith("file:") || isOwn(position.file, ownRoot)) {
        continue;
      }
      const { file: path, line, column } = position;
      found.modules.push({ path, line, column, code, message: text });
      continue;
    }
    const inCell = program.find(position.line, position.column);
    if (inCell !== null) {
      found.diagnostics.push({ ...inCell, code, message: text });
    }
  }
  const seen = new Set<string>();
  found.diagnostics = found.diagnostics.filter((one) => {
    const key = JSON.stringify(one);
    return !seen.has(key) && seen.add(key);
  }).toSorted((a, b) =>
    a.cell - b.cell || a.line - b.line || a.column - b.column
  );
  return found;
}

/** A message with imports as the cells write them. */
function withSpecifiers(
  message: string,
  { specifiers }: CellProgram,
): string {
  let text = message;
  for (const [to, written] of specifiers) {
    text = text.replaceAll(to, written);
  }
  return text;
}
