/**
 * Files and folders that only the server's own user can read, whatever the umask of its process is.
 *
 * @module
 */
import { writeAll } from "../../base/bytes.ts";
const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;

/** Makes a folder, and those above it that are missing; one that is there already becomes private too. */
export function makePrivateFolder(path: string): void {
  Deno.mkdirSync(path, { recursive: true, mode: FOLDER_MODE });
  restrict(path, FOLDER_MODE);
}

/** Opens a file for writing, making it if there is none. */
export function openPrivateFile(
  path: string,
  options: { createNew?: boolean } = {},
): Deno.FsFile {
  const file = Deno.openSync(path, {
    write: true,
    create: true,
    ...options,
    mode: FILE_MODE,
  });
  restrict(path, FILE_MODE);
  return file;
}

function restrict(path: string, mode: number): void {
  if (Deno.build.os !== "windows") Deno.chmodSync(path, mode);
}

/** Writes a whole file, instead of the one that is there. */
export function writePrivateFile(path: string, text: string): void {
  const part = `${path}.part`;
  const file = openPrivateFile(part);
  try {
    file.truncateSync();
    writeAll(file, new TextEncoder().encode(text));
  } finally {
    file.close();
  }
  Deno.renameSync(part, path);
}
