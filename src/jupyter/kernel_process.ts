/**
 * The process of a Deno kernel: its connection file, its standard error, its end. Nothing of it is left behind.
 *
 * @module
 */
import { ifThere, ifThereAsync } from "../base/files.ts";
import { spawnProcess } from "../base/process.ts";
import { stripVTControlCharacters } from "node:util";
import { pathEnv } from "../base/env.ts";
import { messageOf } from "../base/errors.ts";
import {
  type ConnectionInfo,
  KERNEL_FOLDER,
  writeConnectionFile,
} from "./connection.ts";
import { KernelStartError } from "./kernel_errors.ts";

/** How often a start is tried when somebody else took one of the ports meanwhile. */
export const START_TRIES = 3;
/** The last of the kernel's standard error is kept, characters. */
const STDERR_TAIL = 4000;
/** How long the end of it may take to arrive once the process has ended, milliseconds. */
const STDERR_WAIT_MS = 200;
/**
 * What every kernel says at its start, of every interrupt, and of every import from a checkout that links packages:
 * nothing about what is wrong with this one.
 */
const NOISE =
  /^(?:Warning "deno jupyter" is unstable.*|CDP response has null result.*|Warning "links" field .*\n\s+at .*)\n?/gm;
/** What Deno adds to an error of its own. */
const BACKTRACE = /\s*^Stack backtrace:[^]*$/m;
const SIGNALS: readonly Deno.Signal[] = Deno.build.os === "windows"
  ? ["SIGINT", "SIGBREAK"]
  : ["SIGINT", "SIGTERM", "SIGHUP"];
const SIGNAL_NUMBERS: Partial<Record<Deno.Signal, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGTERM: 15,
};

/** How to start the process. */
export interface KernelProcessOptions {
  /** The kernel's working directory. */
  cwd: string;
  /** Added to this process's environment. @default {{}} */
  env?: Record<string, string> | undefined;
  /** The Deno that serves the kernel. @default {Deno.execPath()} */
  denoPath?: string | undefined;
  /** Arguments in front of `jupyter`. @default {[]} */
  denoArgs?: readonly string[] | undefined;
  /** The path the connection file is written to; it must not exist. @default {a new temporary folder} */
  connectionFile?: string | undefined;
  /** The key that messages are signed with. @default {a new one} */
  key?: string | undefined;
  /** Ends the kernel and this process when a signal ends it. @default {false} */
  killOnExit?: boolean | undefined;
}

/** A kernel's process. */
export class KernelProcess {
  /** The addresses it listens on. */
  readonly connection: ConnectionInfo;
  /** Its connection file, removed when it ends. */
  readonly connectionFile: string;
  /** Resolves when it has ended and nothing of it is left. */
  readonly exited: Promise<Deno.CommandStatus>;
  readonly #child: Deno.ChildProcess;
  readonly #leftovers: string;
  readonly #onUnload = () => this.#abandon();
  readonly #onSignal = new Map<Deno.Signal, () => void>();
  #status: Deno.CommandStatus | null = null;
  #stderr = "";

  private constructor(
    child: Deno.ChildProcess,
    connection: ConnectionInfo,
    files: { connectionFile: string; leftovers: string },
  ) {
    this.#child = child;
    this.connection = connection;
    this.connectionFile = files.connectionFile;
    this.#leftovers = files.leftovers;
    globalThis.addEventListener("unload", this.#onUnload);
    const stderr = child.stderr.getReader();
    const read = this.#tail(stderr);
    this.exited = child.status.then(async (status) => {
      this.#status = status;
      this.#unhook();
      // A process that a cell has started may hold the other end open.
      const timer = setTimeout(() => stderr.cancel(), STDERR_WAIT_MS);
      await read;
      clearTimeout(timer);
      await remove(this.#leftovers);
      return status;
    });
  }

  /**
   * Starts the process.
   *
   * @throws {KernelStartError} when it cannot be started
   */
  static async spawn(options: KernelProcessOptions): Promise<KernelProcess> {
    const folder = options.connectionFile === undefined
      ? await Deno.makeTempDir({ prefix: KERNEL_FOLDER })
      : null;
    const connectionFile = options.connectionFile ??
      `${folder}/connection.json`;
    const leftovers = folder ?? connectionFile;
    const program = options.denoPath ?? Deno.execPath();
    try {
      const connection = writeConnectionFile(connectionFile, {
        key: options.key,
      });
      const child = spawnProcess(program, {
        args: [
          ...options.denoArgs ?? [],
          "jupyter",
          "--kernel",
          "--conn",
          connectionFile,
        ],
        cwd: options.cwd,
        env: { DENO_NO_UPDATE_CHECK: "1", ...pathEnv(), ...options.env },
        stderr: "piped",
      });
      const files = { connectionFile, leftovers };
      const process = new KernelProcess(child, connection, files);
      if (options.killOnExit === true) process.#hookSignals();
      return process;
    } catch (cause) {
      if (folder !== null) await remove(folder);
      throw new KernelStartError(
        `Cannot start a Deno kernel with ${program} in ${options.cwd}: ${
          messageOf(cause)
        }`,
        { cause, hint: "Is Deno installed, and does the folder exist?" },
      );
    }
  }

  /** The process's id. */
  get pid(): number {
    return this.#child.pid;
  }

  /** How it ended; null while it runs. */
  get status(): Deno.CommandStatus | null {
    return this.#status;
  }

  /** The last of what it wrote to its standard error. */
  get stderr(): string {
    return stripVTControlCharacters(this.#stderr).replace(NOISE, "")
      .replace(BACKTRACE, "").trim();
  }

  /** Whether it ended because another process listens on one of its ports. */
  get portsTaken(): boolean {
    return this.#status !== null && /AddrInUse|in use/i.test(this.stderr);
  }

  /** Ends it by force. */
  kill(): void {
    if (this.#status !== null) return;
    try {
      this.#child.kill("SIGKILL");
    } catch (error) {
      // It ended in this moment: what was wanted has happened.
      if (
        !(error instanceof TypeError || error instanceof Deno.errors.NotFound)
      ) throw error;
    }
  }

  async #tail(stderr: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    for (;;) {
      const { value, done } = await stderr.read();
      if (done) return;
      this.#stderr = (this.#stderr + decoder.decode(value, { stream: true }))
        .slice(-STDERR_TAIL);
    }
  }

  #hookSignals(): void {
    for (const signal of SIGNALS) {
      // Exiting unloads, and unloading ends every kernel of this process.
      const listener = () => Deno.exit(128 + (SIGNAL_NUMBERS[signal] ?? 0));
      Deno.addSignalListener(signal, listener);
      this.#onSignal.set(signal, listener);
    }
  }

  #unhook(): void {
    globalThis.removeEventListener("unload", this.#onUnload);
    for (const [signal, listener] of this.#onSignal) {
      Deno.removeSignalListener(signal, listener);
    }
  }

  /** This process ends: no time is left to wait. */
  #abandon(): void {
    this.kill();
    ifThere(() => Deno.removeSync(this.#leftovers, { recursive: true }));
  }
}

async function remove(path: string): Promise<void> {
  await ifThereAsync(() => Deno.remove(path, { recursive: true }));
}
