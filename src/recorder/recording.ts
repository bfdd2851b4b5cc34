/**
 * The recording of a kernel that this process runs: its session, its runs, and what its recorder is told of its cells.
 *
 * @module
 */
import { serverEnv } from "../base/env.ts";
import { EXIT_HOOK } from "../base/exit_hook.ts";
import { RANDOM_HOOK } from "../base/random_hook.ts";
import { newRunName } from "../base/names.ts";
import type { Journal } from "../journal/journal.ts";
import type { Session } from "../journal/sessions.ts";
import {
  type ExecuteReply,
  type Kernel,
  startKernel,
  type StartKernelOptions,
} from "../jupyter/kernel.ts";
import { identify, thisMachine } from "../base/process_identity.ts";
import { CWD_HOOK } from "./data/audit_log.ts";
import { knowDestination } from "../redaction/known_destination.ts";
import type { SentCell } from "./cells/replies.ts";
import type { Answer } from "./protocol.ts";
import { RunnerLink } from "./runner_link.ts";

/** An error's message is reported up to this length, characters: the kernel publishes it whole. */
const MAX_EVALUE_CHARS = 100_000;
/** A cell's source is reported up to this length, characters. */
const MAX_SOURCE_CHARS = 100_000;
const POLL_MS = 25;
/** Tries after which a server counts as one that cannot be reached now. */
const FAILED_TRIES = 2;

/** What is recorded. */
export interface RecordingOptions {
  /** The kernel's working directory. */
  cwd: string;
  /** The notebook's absolute path; null while it is not known. */
  notebook: string | null;
  /** A front end decides what is executed, in the tracked kernel. @default {false: a runner does} */
  interactive?: boolean;
  /** The kernel's log of permission checks. @default {none} */
  audit?: string;
  /** The kernel was started just now and does not listen yet. @default {false} */
  starting?: boolean;
}

/** The recording of one kernel. */
export class Recording {
  readonly session: Session;
  readonly #journal: Journal;
  readonly #link: RunnerLink;
  /** The last reply that is being sent. */
  #sending: Promise<Answer | null> = Promise.resolve(null);

  private constructor(journal: Journal, session: Session, link: RunnerLink) {
    this.#journal = journal;
    this.session = session;
    this.#link = link;
  }

  /**
   * Opens a kernel's session and waits until its recorder has subscribed.
   *
   * @throws {JournalError} when nothing can be stored
   * @throws {RecorderError} when no recorder can be started
   */
  static async open(
    journal: Journal,
    kernel: Pick<Kernel, "pid" | "connectionFile">,
    options: RecordingOptions,
  ): Promise<Recording> {
    const session = journal.sessions.open({
      kind: "kernel",
      pid: kernel.pid,
      process_started: identify(kernel.pid)?.started ?? "",
      connection_file: kernel.connectionFile,
      cwd: options.cwd,
      notebook: options.notebook,
      main_module: null,
      machine: thisMachine(),
    });
    const { starting = false, interactive = false } = options;
    if (interactive) {
      journal.sessions.setTracked(session.session_id, options.audit ?? null);
    } else journal.sessions.setCellsToRun(session.session_id, 1); // more, once it is known
    const link = await RunnerLink.open(journal, session, { starting });
    return new Recording(journal, session, link);
  }

  /** Opens a run on the notebook's behalf. */
  async track(
    experiment: string,
    options: {
      params?: Record<string, string>;
      seed?: number;
      /** The sweep it belongs to, and its number there. */
      sweep?: { parent: string; trial: number };
      /** The run it repeats. */
      reproduces?: string;
      /** Whether it is listed among other runs. @default {true} */
      listed?: boolean;
    },
  ): Promise<void> {
    const { run_id } = this.#journal.runs.create({
      session_id: this.session.session_id,
      experiment,
      name: newRunName(),
      options: "{}",
      seed: options.seed ?? null,
      reproduces: options.reproduces ?? null,
      ...options.sweep,
      listed: options.listed === false ? 0 : 1,
    });
    for (const [key, value] of Object.entries(options.params ?? {})) {
      this.#journal.entries.setParam(run_id, key, value);
    }
    if (options.seed !== undefined) {
      const given = { params: {}, seed: options.seed };
      this.#journal.entries.setDocument(
        run_id,
        "overrides",
        JSON.stringify(given),
      );
    }
    const destination = { options: {}, env: serverEnv() };
    await this.#link.send({ type: "track", run_id, destination });
  }

  /** Says how many cells will be executed: a session that ends before was killed. */
  plan(cells: number): void {
    this.#journal.sessions.setCellsToRun(this.session.session_id, cells);
  }

  /** Reports a cell's reply. The recorder's answer is awaited before the next report: a cell costs no round trip. */
  async reply(
    reply: Pick<
      ExecuteReply,
      "msg_id" | "status" | "ename" | "evalue" | "interrupted" | "end_time"
    >,
    cell_id: string | null,
    cell?: SentCell,
  ): Promise<void> {
    const { msg_id, status, ename, interrupted, end_time } = reply;
    const evalue = reply.evalue?.slice(0, MAX_EVALUE_CHARS) ?? null;
    await this.#sending;
    this.#sending = this.#link.send({
      type: "reply",
      msg_id,
      status,
      ename,
      evalue,
      interrupted,
      end_time,
      cell_id,
      cell: cell !== undefined && (cell.source?.length ?? 0) > MAX_SOURCE_CHARS
        ? { ...cell, source: null }
        : cell,
    });
    this.#sending.catch(() => {}); // its failure is thrown by the next await
  }

  /** Knows secrets from here on, in this process and in the recorder's. */
  async learn(variables: Record<string, string>): Promise<void> {
    knowDestination(this.#journal.redactor, { options: {}, env: variables });
    await this.#link.send({ type: "secrets", variables });
  }

  /**
   * Waits until the recorder has taken in every reply that was reported.
   *
   * @returns whether it has seen the cell of the last one
   */
  async reported(): Promise<boolean> {
    return typeof (await this.#sending)?.position === "number";
  }

  /**
   * Says that the kernel is about to be shut down.
   *
   * @param options.cut_off Whether the notebook was interrupted before its end: its open runs are KILLED.
   */
  async finish(options: { cut_off?: boolean } = {}): Promise<void> {
    await this.#sending;
    if (options.cut_off !== true) {
      this.#journal.sessions.setCellsToRun(this.session.session_id, null);
    }
    await this.#link.send({ type: "finish" });
    this.#learn();
  }

  /** What cells told the recorder of secrets counts in this process too. */
  #learn(): void {
    for (const { name, value, learnt } of this.#link.taught) {
      this.#journal.redactor.know?.(name, value, learnt);
    }
  }

  /** Lets go of the recorder, which goes on by itself. */
  release(): void {
    this.#link.close();
  }

  /** Waits until the record is complete, and up to `wait_ms` longer until it was delivered. */
  async complete(wait_ms: number): Promise<void> {
    await this.#sending;
    let deadline = Infinity;
    while (Date.now() < deadline) {
      const row = this.#journal.sessions.get(this.session.session_id);
      const ended = row === undefined || row.end_time !== null;
      if (ended && deadline === Infinity) deadline = Date.now() + wait_ms;
      if (ended && this.#cannotBeDelivered()) break;
      this.#learn();
      if (!this.#link.open && (ended || !await this.#link.reconnect())) return;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    this.#link.close();
  }

  /** Whether a server has failed again and again: its recorder goes on trying, nobody waits for it. */
  #cannotBeDelivered(): boolean {
    const { session_id } = this.session;
    const pending = this.#journal.deliveries.inState("pending", { session_id });
    return pending.length > 0 &&
      pending.every(({ tries, error }) =>
        tries >= FAILED_TRIES && error !== null
      );
  }
}

/** A kernel and its recording. */
export interface RecordedKernel {
  kernel: Kernel;
  recording: Recording;
}

/**
 * Starts a kernel and its recorder side by side: the recorder subscribes as soon as the kernel listens.
 *
 * @throws {KernelStartError} when no kernel can be started
 * @throws {RecorderError} when no recorder can be started
 */
export async function startRecorded(
  journal: Journal,
  options: StartKernelOptions & {
    notebook: string;
    /** Whether a seed will reach libraries that took `Math.random` before. @default {true} */
    prepared?: boolean;
    /** A file for Deno's log of permission checks. @default {none is kept} */
    audit?: string | undefined;
  },
): Promise<RecordedKernel> {
  const { cwd, notebook, prepared = true, audit } = options;
  let opening: Promise<Recording> | null = null;
  const logged = audit === undefined ? {} : { DENO_AUDIT_PERMISSIONS: audit };
  const kernel = await startKernel({
    ...options,
    env: { ...options.env, ...logged },
    onSpawn: (process) => {
      opening = Recording.open(journal, process, {
        cwd,
        notebook,
        starting: true,
      });
      opening.catch(() => {}); // awaited below, unless another process takes its place
    },
  });
  try {
    const recording = await (opening ??
      Recording.open(journal, kernel, { cwd, notebook }));
    const hooks = [
      ...prepared ? [RANDOM_HOOK] : [],
      EXIT_HOOK,
      ...audit === undefined ? [] : [CWD_HOOK],
    ];
    await kernel.execute(hooks.join("\n"), { silent: true });
    return { kernel, recording };
  } catch (error) {
    await kernel.shutdown();
    throw error;
  }
}
