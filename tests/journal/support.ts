/**
 * What the tests of the journal share: homes that go away, redactors, runs, and processes that are told what to do.
 *
 * @module
 */
import {
  isJournalError,
  JournalError,
  type JournalErrorKind,
} from "../../src/journal/errors.ts";
import { assert, assertThrows } from "@std/assert";
import { nothingTaken, type Redactor } from "../../src/redaction/redaction.ts";
import { Journal } from "../../src/journal/journal.ts";
import type { NewSession } from "../../src/journal/sessions.ts";

/** Lets every text pass. */
export const passAll: Redactor = {
  named: (_name, text) => nothingTaken(text),
  text: nothingTaken,
  json: nothingTaken,
};

/** A folder that is removed when the test is over. */
export class Home implements Disposable {
  readonly path: string = Deno.makeTempDirSync({ prefix: "nbtrack-journal-" });

  /** Opens the journal in it. */
  open(redactor: Redactor = passAll): Journal {
    return Journal.open({ redactor, home: this.path });
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.path, { recursive: true });
  }
}

/** A session as `track()` opens it. */
export function session(part: Partial<NewSession> = {}): NewSession {
  return {
    kind: "script",
    pid: 4711,
    process_started: "100",
    connection_file: null,
    cwd: "/there",
    notebook: null,
    main_module: null,
    ...part,
  };
}

/** Opens a run in a session of its own process. */
export function newRun(journal: Journal, name = "quiet-heron"): string {
  const { session_id } = journal.sessions.open(session());
  return journal.runs.create({
    session_id,
    experiment: "birds",
    name,
    options: "{}",
  }).run_id;
}

/** The values of a run's points, in the order of logging. */
export function values(journal: Journal, run_id: string): number[] {
  return [...journal.points(run_id)].map((point) => point.value);
}

/** Whole numbers from 0. */
export function upTo(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i);
}

/** A process of a script beside the tests; it is told to go on by a line, and tells by lines. */
export class Child implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;

  private constructor(process: Deno.ChildProcess) {
    this.#process = process;
    this.#lines = lines(process.stdout);
    this.#input = process.stdin.getWriter();
  }

  /** Starts a script of `children/`; `shell` comes before it, as in `ulimit -f 100; exec "$@"`. */
  static start(script: string, args: string[], shell?: string): Child {
    const file = `${import.meta.dirname}/children/${script}`;
    const deno = [Deno.execPath(), "run", "--quiet", "-A", file, ...args];
    const command = shell === undefined
      ? deno
      : ["sh", "-c", `${shell} exec "$@"`, "sh", ...deno];
    const [program = "", ...rest] = command;
    return new Child(
      new Deno.Command(program, {
        args: rest,
        stdin: "piped",
        stdout: "piped",
        stderr: "inherit",
      }).spawn(),
    );
  }

  /** The next line it writes; null when it has ended. */
  async line(): Promise<string | null> {
    const { value, done } = await this.#lines.next();
    return done === true ? null : value;
  }

  /** Lets it go on. */
  async tell(text: string): Promise<void> {
    await this.#input.write(new TextEncoder().encode(`${text}\n`));
  }

  /** Ends it as `kill -9` does. */
  kill(): void {
    this.#process.kill("SIGKILL");
  }

  /** Waits for its end. */
  status(): Promise<Deno.CommandStatus> {
    return this.#process.status;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#input.close().catch(() => {}); // it may be gone
    await this.#lines.return?.();
    await this.#process.status;
  }
}

/** The lines that a process writes, as they come. */
export async function* lines(stream: ReadableStream<Uint8Array>) {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const parts = (rest + text).split("\n");
    rest = parts.pop() ?? "";
    yield* parts;
  }
}

/** The kind of journal error that some work ends in. */
export function kindOf(work: () => unknown): JournalErrorKind {
  const error = assertThrows(work, JournalError);
  assert(isJournalError(error));
  assert(error.hint !== "");
  return error.kind;
}
