/**
 * The folder a server keeps its data in, held by one server at a time. The lock is the operating
 * system's, so it goes with its process, however that ends.
 *
 * @module
 */
import { messageOf } from "../../base/errors.ts";
import { DataDirError, DataDirInUseError } from "../settings/errors.ts";

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
  let lock: Deno.FsFile;
  try {
    Deno.mkdirSync(dir, { recursive: true });
    lock = Deno.openSync(`${dir}/server.lock`, { write: true, create: true });
  } catch (cause) {
    throw new DataDirError(
      dir,
      `Cannot use the data folder ${dir}: ${messageOf(cause)}`,
      { hint: "Give a folder that can be written with --data", cause },
    );
  }
  if (!lock.tryLockSync(true)) {
    lock.close();
    throw new DataDirInUseError(dir, readPid(pidFile));
  }
  Deno.writeTextFileSync(pidFile, `${Deno.pid}\n`);
  return {
    dir,
    database: `${dir}/server.db`,
    release: () => {
      Deno.removeSync(pidFile);
      lock.unlockSync();
      lock.close();
    },
  };
}

function readPid(path: string): number | undefined {
  try {
    const pid = Number.parseInt(Deno.readTextFileSync(path), 10);
    return Number.isInteger(pid) ? pid : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
