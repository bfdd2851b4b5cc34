/**
 * The notebook's end of the line to its recorder: finds the one of this session, or starts it.
 *
 * Imported inside cells: nothing here may load a library.
 *
 * @module
 */
import { pathEnv } from "../base/env.ts";
import { messageOf } from "../base/errors.ts";
import type { Journal } from "../journal/journal.ts";
import type { Session } from "../journal/sessions.ts";
import { isAlive, type ProcessIdentity } from "../jupyter/process.ts";
import { isRecorderError, RecorderError } from "./errors.ts";
import {
  type Answer,
  jsonLine,
  jsonLines,
  type ReadyLine,
  type Request,
} from "./protocol.ts";

/** The recorder streams, and must stay small beside the notebook: a small heap, and code that is not compiled. */
const V8_FLAGS = "--max-old-space-size=32,--max-semi-space-size=1,--lite-mode";
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

/** How long a recorder that listens may take to answer its first request, milliseconds. */
const HELLO_MS = 5000;
/** How long a process that no longer listens may take to be gone, milliseconds. */
const GONE_MS = 2000;
const POLL_MS = 10;

/** How to ask. */
export interface RequestOptions {
  /** Keeps this process from ending before the answer is there. @default {false} */
  hold?: boolean;
}

/** An open line to a session's recorder. */
export class RecorderLink {
  readonly #connection: Deno.TcpConn;
  readonly #waiting = new Map<number, (answer: Answer | Error) => void>();
  #sent = 0;
  #holds = 0;
  #open = true;
  /** Settles when the recorder has gone or the line was closed. */
  readonly closed: Promise<void>;

  constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
    this.closed = this.#read();
    // The process may end although the line is open.
    connection.unref();
  }

  /** Whether the recorder still listens. */
  get open(): boolean {
    return this.#open;
  }

  /** Sends a request and waits for its answer. */
  async request(
    request: Request,
    { hold = false }: RequestOptions = {},
  ): Promise<Answer> {
    if (hold && this.#holds++ === 0 && this.#open) this.#connection.ref();
    try {
      return await this.#ask(request);
    } finally {
      if (hold && --this.#holds === 0 && this.#open) this.#connection.unref();
    }
  }

  /** Closes the line; the recorder goes on. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#connection.close();
  }

  #ask(request: Request): Promise<Answer> {
    return new Promise<Answer>((resolve, reject) => {
      if (!this.#open) {
        reject(new RecorderError("The recorder of this session has gone."));
        return;
      }
      const n = this.#sent++;
      this.#waiting.set(n, (answer) => {
        if (answer instanceof Error) reject(answer);
        else if (answer.error !== undefined) {
          reject(new RecorderError(answer.error));
        } else resolve(answer);
      });
      // A line is far smaller than the socket's buffer: the write is complete at once.
      this.#connection.write(jsonLine(request)).catch(() => this.close());
    });
  }

  async #read(): Promise<void> {
    try {
      for await (const line of jsonLines(this.#connection.readable)) {
        const answer = line as Answer;
        this.#waiting.get(answer.n)?.(answer);
        this.#waiting.delete(answer.n);
      }
    } catch (cause) {
      this.#fail(cause);
      return;
    }
    this.#fail(undefined);
  }

  #fail(cause: unknown): void {
    this.#open = false;
    for (const settle of this.#waiting.values()) {
      settle(
        new RecorderError("The recorder of this session has gone.", { cause }),
      );
    }
    this.#waiting.clear();
  }
}

/** How to find or start a recorder. */
export interface LinkOptions {
  /** The kernel was started just now and does not listen yet. @default {false} */
  starting?: boolean;
}

/** A line to the recorder of a session: to the one that lives, else to a new one that is subscribed. */
export async function linkRecorder(
  journal: Journal,
  session: Session,
  options: LinkOptions = {},
): Promise<RecorderLink> {
  const known = await connectKnown(journal, session.session_id);
  if (known !== null) return known;
  const ready = await spawnRecorder(journal.home, session, options);
  if (ready !== null) {
    // A cell goes on once the recorder listens; another process until it has taken the session.
    const wait = session.pid !== Deno.pid;
    try {
      return await connect(ready, { wait });
    } catch (error) {
      if (!isRecorderError(error)) throw error;
      // Another process started one at the same moment, and that one holds the session.
      const other = await connectKnown(journal, session.session_id);
      if (other !== null) return other;
    }
  }
  throw new RecorderError(
    `Cannot start the recorder of session ${session.session_id.slice(0, 8)}.`,
    { hint: `See ${journal.home}/logs/recorder.log.` },
  );
}

/** A line to the recorder that has the session; null when that one is gone. */
async function connectKnown(
  journal: Journal,
  session_id: string,
): Promise<RecorderLink | null> {
  const row = journal.sessions.get(session_id);
  if (
    !row || row.recorder_pid === null || row.recorder_port === null ||
    row.recorder_key === null
  ) {
    return null;
  }
  const recorder = {
    pid: row.recorder_pid,
    started: row.recorder_started ?? "",
  };
  if (!isAlive(recorder)) return null;
  try {
    const { recorder_port: port, recorder_key: key } = row;
    return await connect({ port, key }, { wait: true });
  } catch (error) {
    if (await endsSoon(recorder)) return null;
    throw error;
  }
}

/** Whether a process is gone in a moment: one that is being killed closes its lines before. */
async function endsSoon(process: ProcessIdentity): Promise<boolean> {
  const deadline = Date.now() + GONE_MS;
  while (isAlive(process)) {
    if (Date.now() > deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return true;
}

/** @param options Whether to wait for an answer: a recorder that was just started listens, and loads what answers. */
async function connect(
  ready: ReadyLine,
  options: { wait: boolean },
): Promise<RecorderLink> {
  const connection = await Deno.connect({
    hostname: "127.0.0.1",
    port: ready.port,
  }).catch((cause) => {
    throw new RecorderError(`Cannot reach the recorder: ${messageOf(cause)}`, {
      cause,
    });
  });
  connection.setNoDelay(true);
  const link = new RecorderLink(connection);
  const hello = link.request({ type: "hello", key: ready.key });
  if (!options.wait) {
    hello.catch(() => {}); // the line's end tells it too
    return link;
  }
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    link.close();
  }, HELLO_MS);
  try {
    await hello;
    return link;
  } catch (cause) {
    if (!late) throw cause;
    throw new RecorderError(
      `The recorder of this session did not answer within ${HELLO_MS} ms.`,
      { cause },
    );
  } finally {
    clearTimeout(timer);
  }
}

/** What a new recorder is told: when it joins its session. */
function whenOf(session: Session, { starting }: LinkOptions): string[] {
  if (starting === true) {
    return ["starting", String(session.pid), session.process_started];
  }
  // Started by the kernel itself: the cell that did is already being executed.
  return session.pid === Deno.pid && session.kind === "kernel"
    ? ["in-cell"]
    : [];
}

async function spawnRecorder(
  home: string,
  session: Session,
  options: LinkOptions,
): Promise<ReadyLine | null> {
  const env = Deno.env.toObject();
  for (const name of KERNEL_ONLY) delete env[name];
  let child: Deno.ChildProcess;
  try {
    child = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--allow-all",
        "--no-config",
        "--no-lock",
        "--quiet",
        `--v8-flags=${V8_FLAGS}`,
        new URL("./main.ts", import.meta.url).href,
        session.session_id,
        home,
        session.connection_file ?? "",
        ...whenOf(session, options),
      ],
      cwd: home,
      clearEnv: true,
      env: { ...env, ...pathEnv(), ...MALLOC },
      stdin: "null",
      stdout: "piped",
      stderr: "null",
      detached: true,
    }).spawn();
  } catch (cause) {
    throw new RecorderError(`Cannot start the recorder: ${messageOf(cause)}`, {
      cause,
    });
  }
  try {
    // One line, or the end of the stream when the process gave up.
    for await (const line of jsonLines(child.stdout)) return line as ReadyLine;
    return null;
  } finally {
    child.unref();
  }
}
