/**
 * The folder a server keeps its data in, held by one server at a time. The lock is the operating
 * system's, so it goes with its process, however that ends.
 *
 * @module
 */
import { ifThere } from "../../base/files.ts";
import { messageOf } from "../../base/errors.ts";
import { DataDirError, DataDirInUseError } from "../settings/errors.ts";
import { makePrivateFolder, openPrivateFile } from "./private_files.ts";

/** The location of a server's data: a folder, or memory, which is gone when the server ends. */
export type DataLocation = { dir: string } | "memory";

/** A data folder that is open. */
export interface DataDir {
  /** The folder; in memory mode one for the artifacts only, removed at the end. */
  readonly dir: string;
  /** The database's path as SQLite takes it. */
  readonly database: string;
  /** Unlocks the folder for another server. */
  release(): void;
}

/**
 * Opens a data folder, making it if there is none.
 *
 * @throws {DataDirInUseError} when another server has it open
 * @throws {DataDirError} when it cannot be made or written
 */
export function openDataDir(location: DataLocation): DataDir {
  if (location === "memory") {
    const dir = Deno.makeTempDirSync({ prefix: "nbtrack-server-" });
    return {
      dir,
      database: ":memory:",
      release: () => Deno.removeSync(dir, { recursive: true }),
    };
  }
  const { dir } = location;
  const pidFile = `${dir}/server.pid`;
  const database = `${dir}/server.db`;
  let lock: Deno.FsFile;
  try {
    if (!isForeign(dir)) makePrivateFolder(dir);
    lock = openPrivateFile(`${dir}/server.lock`);
  } catch (cause) {
    throw cannotUse(dir, cause);
  }
  if (!lock.tryLockSync(true)) {
    lock.close();
    throw new DataDirInUseError(dir, readPid(pidFile));
  }
  try {
    openPrivateFile(pidFile).close();
    Deno.writeTextFileSync(pidFile, `${Deno.pid}\n`);
    // SQLite gives its write-ahead log the mode that the database has.
    openPrivateFile(database).close();
  } catch (cause) {
    lock.close();
    throw cannotUse(dir, cause);
  }
  return {
    dir,
    database,
    release: () => {
      Deno.removeSync(pidFile);
      lock.unlockSync();
      lock.close();
    },
  };
}

/** The names that a server gives in its folder. */
const OWN = /^(server\.(db(-wal|-shm)?|lock|pid)|files|incoming)$/;

/** Whether a folder holds something that is not a server's: then its own mode is its owner's affair. */
function isForeign(dir: string): boolean {
  return ifThere(() =>
    [...Deno.readDirSync(dir)].some(({ name }) => !OWN.test(name))
  ) ?? false;
}

function cannotUse(dir: string, cause: unknown): DataDirError {
  return new DataDirError(
    dir,
    `Cannot use the data folder ${dir}: ${messageOf(cause)}`,
    { hint: "Give a folder that can be written with --data", cause },
  );
}

function readPid(path: string): number | undefined {
  const text = ifThere(() => Deno.readTextFileSync(path)) ?? "";
  const pid = Number.parseInt(text, 10);
  return Number.isInteger(pid) ? pid : undefined;
}
