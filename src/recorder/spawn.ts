/**
 * Starting a recorder: one process a session, detached, small.
 *
 * Imported inside cells: nothing here may load a library.
 *
 * @module
 */
import { spawnProcess } from "../base/process.ts";
import { pathEnv } from "../base/env.ts";
import { messageOf } from "../base/errors.ts";
import type { KnownSecret } from "../redaction/known_secrets.ts";
import { RecorderError } from "./errors.ts";
import { jsonLines, type ReadyLine } from "./protocol.ts";

/**
 * The recorder streams, and must stay small beside the notebook: a heap that grows in small steps and is cleared well
 * before it is full, or when the recorder asks for it, and no code that is compiled at great length. Only a run of tens
 * of thousands of metrics comes near the limit.
 */
const V8_FLAGS = [
  "--max-old-space-size=96",
  "--heap-growing-percent=15",
  "--max-semi-space-size=1",
  "--incremental-marking-soft-trigger=40",
  "--incremental-marking-hard-trigger=25",
  "--no-opt",
  "--no-maglev",
  "--sparkplug",
  "--expose-gc",
  "--memory-saver-mode",
];
/** One pool for all threads, from which what is large stays out: freed it goes back to the system at once. */
const MALLOC = {
  MALLOC_ARENA_MAX: "1",
  MALLOC_MMAP_THRESHOLD_: "65536",
  MALLOC_TOP_PAD_: "0",
  MALLOC_TRIM_THRESHOLD_: "65536",
};
/** Variables that act on a Deno process and are meant for the kernel alone. */
const KERNEL_ONLY = [
  "DENO_AUDIT_PERMISSIONS",
  "DENO_V8_FLAGS",
  "DENO_COVERAGE_DIR",
];

/** Where the configuration of `src/` lies, and its lock; only on this machine's disk can it be named to Deno. */
const FOLDER = import.meta.dirname;

/** How Deno runs a process of ours, whatever lies in the folder it starts in: with our lock, never the user's. */
export const RUN_ARGS: readonly string[] = [
  "run",
  "--allow-all",
  ...FOLDER === undefined
    ? ["--no-config", "--no-lock"]
    : [`--config=${FOLDER}/../deno.json`, "--frozen"],
  "--quiet",
];

/** What a recorder has to know before it can subscribe. */
export interface RecordedProcess {
  /** Null for a script or REPL. */
  connection_file: string | null;
  /** The kernel was started just now by this process and does not listen yet. @default {it runs this very code} */
  starting?: { pid: number; process_started: string };
  /** The cell that starts the recorder is being executed in that kernel. @default {false} */
  inCell?: boolean;
}

/** A recorder that was started: it subscribes, and waits to be given its session. */
export class StartedRecorder {
  readonly #child: Deno.ChildProcess;
  readonly #ready: Promise<ReadyLine | null>;

  constructor(child: Deno.ChildProcess) {
    this.#child = child;
    this.#ready = firstLine(child.stdout);
    this.#ready.catch(() => {}); // thrown by `record`, if it is ever called
  }

  /** Gives it its session, and the secrets that are known. @returns its port and key once it has subscribed; null when it gave up */
  async record(
    session_id: string,
    secrets: readonly KnownSecret[],
  ): Promise<ReadyLine | null> {
    this.#say(`${session_id}\n${JSON.stringify(secrets)}`);
    try {
      return await this.#ready;
    } finally {
      this.#child.unref();
    }
  }

  /** Waits until its process has ended. */
  async ended(): Promise<void> {
    await this.#child.status;
  }

  /** Lets it end: there is nothing to record for it. */
  drop(): void {
    this.#say("");
    this.#child.unref();
  }

  #say(text: string): void {
    const writer = this.#child.stdin.getWriter();
    // One that has ended already reads nothing; that it has is seen by its output.
    writer.write(new TextEncoder().encode(text)).catch(() => {});
    writer.close().catch(() => {});
  }
}

/**
 * Starts a recorder.
 *
 * @throws {RecorderError} when no process can be started
 */
export function startRecorder(
  home: string,
  recorded: RecordedProcess,
): StartedRecorder {
  const env = Deno.env.toObject();
  for (const name of KERNEL_ONLY) delete env[name];
  try {
    const child = spawnProcess(Deno.execPath(), {
      args: [
        ...RUN_ARGS,
        "--no-code-cache",
        `--v8-flags=${V8_FLAGS.join()}`,
        new URL("./main.ts", import.meta.url).href,
        home,
        recorded.connection_file ?? "",
        ...whenOf(recorded),
      ],
      cwd: home,
      clearEnv: true,
      env: { ...env, ...pathEnv(), ...MALLOC },
      stdin: "piped",
      stdout: "piped",
      detached: true,
    });
    return new StartedRecorder(child);
  } catch (cause) {
    throw new RecorderError(`Cannot start the recorder: ${messageOf(cause)}`, {
      cause,
    });
  }
}

/** The arguments that say when a new recorder joins its session. */
function whenOf({ starting, inCell = false }: RecordedProcess): string[] {
  if (starting !== undefined) {
    return ["starting", String(starting.pid), starting.process_started];
  }
  return inCell ? ["in-cell"] : [];
}

/** One line of JSON, or null at the end of the stream when the process gave up. */
async function firstLine(
  stream: ReadableStream<Uint8Array>,
): Promise<ReadyLine | null> {
  for await (const line of jsonLines(stream)) return line as ReadyLine;
  return null;
}
