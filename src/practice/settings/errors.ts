/**
 * What can keep the practice server from starting.
 *
 * @module
 */
import { NbtrackError } from "../../base/errors.ts";

/** A configuration that the server cannot work with. */
export class ServerConfigError extends NbtrackError {
  /** One line for each thing that is wrong: where it is, and what is wrong there. */
  readonly problems: readonly string[];

  constructor(
    message: string,
    options: { problems?: readonly string[]; hint?: string; cause?: unknown } =
      {},
  ) {
    super(message, options);
    this.problems = options.problems ?? [];
  }
}

/** A data folder that another server has open. */
export class DataDirInUseError extends NbtrackError {
  /** The folder. */
  readonly dir: string;
  /** The other server's process, if it could be read. */
  readonly pid: number | undefined;

  constructor(dir: string, pid: number | undefined) {
    super(
      `Cannot open the data folder ${dir}: a practice server already uses it${
        pid === undefined ? "" : ` (process ${pid})`
      }`,
      { hint: "Stop that server, or give this one another folder with --data" },
    );
    this.dir = dir;
    this.pid = pid;
  }
}

/** A data folder that cannot be read or written, or that a newer nbtrack made. */
export class DataDirError extends NbtrackError {
  /** The folder. */
  readonly dir: string;

  constructor(
    dir: string,
    message: string,
    options: { hint?: string; cause?: unknown } = {},
  ) {
    super(message, options);
    this.dir = dir;
  }
}
