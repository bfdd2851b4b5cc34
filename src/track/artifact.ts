/**
 * Artifacts from a cell: text, bytes, a file or a folder.
 *
 * @module
 */
import { NbtrackError } from "../base/errors.ts";
import { fromFileUrl } from "../base/file_urls.ts";
import { contentTypeOf } from "../base/content_types.ts";
import { isRecordFile } from "../base/record_files.ts";
import { Journal } from "../journal/journal.ts";
import type { RunJournal } from "../journal/run_journal.ts";

/** Longest string that is tried as a path. */
const MAX_PATH_CHARS = 4096;

/** Whether a text is meant for the path of a file that is not there: it ends as the artifact's own name does. */
function isLostPath(
  name: string,
  content: string | URL,
): content is string {
  const ending = /\.\w+$/.exec(name)?.[0];
  return ending !== undefined && typeof content === "string" &&
    /^\S+$/.test(content) && content.endsWith(ending) &&
    pathOf(content) === null;
}

/** Stores an artifact of a run. @returns a warning about it, or null */
export async function putArtifact(
  ofRun: RunJournal,
  run_id: string,
  name: string,
  content?: string | Uint8Array | ArrayBuffer | URL,
): Promise<string | null> {
  const journal = Journal.of(ofRun);
  const wanted = artifactPath(content === undefined ? nameOf(name) : name);
  const taken = isRecordFile(wanted);
  const path = taken ? `files/${wanted}` : wanted;
  const warning = content === undefined
    ? await storeFiles(journal, run_id, path, name)
    : await store(journal, run_id, path, content);
  return taken
    ? `That name is taken by nbtrack's own record of the run; it was stored as "${path}".`
    : warning;
}

async function store(
  journal: Journal,
  run_id: string,
  path: string,
  content: string | Uint8Array | ArrayBuffer | URL,
): Promise<string | null> {
  const bytes = bytesOf(content);
  if (bytes !== null) {
    put(journal, run_id, path, bytes);
    return null;
  }
  if (typeof content !== "string" && !(content instanceof URL)) {
    throw new NbtrackError(
      `An artifact is a text, bytes, or the path of a file or folder: it was given a value of type ${typeof content}.`,
      { hint: "Log JSON.stringify of it, or its bytes." },
    );
  }
  const file = content instanceof URL ? fileOf(content) : pathOf(content);
  if (file !== null) return await storeFiles(journal, run_id, path, file);
  put(journal, run_id, path, new TextEncoder().encode(String(content)));
  return isLostPath(path, content)
    ? `There is no file ${content}; the text itself was stored.`
    : null;
}

/** Stores a file, or every file of a folder. @returns what of it was left out, or null */
async function storeFiles(
  journal: Journal,
  run_id: string,
  path: string,
  file: string,
): Promise<string | null> {
  const links: string[] = [];
  for await (const one of filesBelow(path, file, links)) {
    put(journal, run_id, one.path, { file: one.file });
  }
  return links.length === 0
    ? null
    : `Links in a folder are not followed; left out: ${links.join(", ")}.`;
}

/** The bytes of what holds some; null for a text or an address. */
function bytesOf(content: unknown): Uint8Array | null {
  if (content instanceof Uint8Array) return content;
  if (content instanceof ArrayBuffer) return new Uint8Array(content);
  return ArrayBuffer.isView(content)
    ? new Uint8Array(content.buffer, content.byteOffset, content.byteLength)
    : null;
}

/** The artifact's name of a file that is logged by its path alone: one outside of the folder is stored by its last part. */
function nameOf(path: string): string {
  const plain = path.replaceAll("\\", "/");
  const leaves = /^(?:\/|[A-Za-z]:)/.test(plain) ||
    plain.split("/").includes("..");
  return leaves ? plain.slice(plain.lastIndexOf("/") + 1) : plain;
}

function put(
  journal: Journal,
  run_id: string,
  path: string,
  content: Uint8Array | { file: string },
): void {
  journal.artifacts.put(run_id, path, content, {
    content_type: contentTypeOf(path),
    origin: "user",
  });
}

/**
 * A file, or the files of a folder and below, each with its path within the run.
 *
 * @param links takes the paths of links in the folder, which are not followed
 * @throws {NbtrackError} when there is nothing at that path
 */
export async function* filesBelow(
  path: string,
  file: string,
  links: string[] = [],
): AsyncGenerator<{ path: string; file: string }> {
  if (!(await statOf(file)).isDirectory) return yield { path, file };
  const folder = file.replace(/[/\\]+$/, "");
  for await (const entry of Deno.readDir(file)) {
    const below = `${path}/${entry.name}`;
    if (entry.isSymlink) links.push(below);
    else yield* filesBelow(below, `${folder}/${entry.name}`, links);
  }
}

async function statOf(path: string): Promise<Deno.FileInfo> {
  try {
    return await Deno.stat(path);
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    throw new NbtrackError(`There is no file ${path}; nothing was stored.`, {
      cause,
    });
  }
}

/**
 * An artifact's path within its run, as it is stored.
 *
 * @throws {NbtrackError} for one that leaves it, or that cannot be kept as it is
 */
export function artifactPath(name: string): string {
  const path = String(name).replaceAll("\\", "/");
  const parts = path.split("/");
  if (
    path === "" || path.startsWith("/") ||
    parts.some((p) => p === "" || p === "." || p === "..")
  ) {
    throw new NbtrackError(
      `An artifact's name is a relative path without "..": it was given ${
        JSON.stringify(name)
      }.`,
    );
  }
  if (path.includes("\0") || !path.isWellFormed()) {
    throw new NbtrackError(
      `An artifact's name is made of whole characters without U+0000: it was given ${
        JSON.stringify(name)
      }.`,
    );
  }
  return path;
}

/** The path of a `file:` URL. */
export function fileOf(url: URL): string {
  if (url.protocol === "file:") return fromFileUrl(url);
  throw new NbtrackError(
    `An artifact is a file, text or bytes; ${url.protocol} is not read.`,
    {
      hint: "Fetch it and log its bytes.",
    },
  );
}

/** A string as the path of a file or folder that is there; null when it is none. */
export function pathOf(content: string): string | null {
  if (
    content === "" || content.length > MAX_PATH_CHARS ||
    /[\n\r\0<]/.test(content)
  ) return null;
  try {
    const info = Deno.statSync(content);
    return info.isFile || info.isDirectory ? content : null;
  } catch {
    return null; // no file of that name: it is a text
  }
}
