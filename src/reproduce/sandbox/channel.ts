/**
 * The sandboxed process: `deno repl --json`, which is given code over its file descriptor 3. That cells have ended is
 * read there; what they put out, and how they ended, comes in frames that only the stage can write.
 *
 * @module
 */
import { concat } from "../../base/bytes.ts";
import { type ChildProcess, spawnPiped } from "../../base/piped_process.ts";
import type { Duplex } from "node:stream";
import { FrameReader, type SandboxFrame } from "./frame_reader.ts";
import { held } from "./held.ts";
import { SECRET_BYTES } from "./line_out.ts";
import { ExcessError, tooMuchDisk } from "./usage.ts";

/** Of an answer this much is read; what follows is dropped, bytes. */
const ANSWER_HEAD_BYTES = 4096;
/** The last of standard error is kept, characters. */
const STDERR_TAIL = 2000;

/** What the process answers. */
export interface ReplAnswer {
  type: "RunSuccess" | "RunFailure" | "Error";
  /** The beginning of the answer. */
  text: string;
}

/** How to start the process. */
export interface ReplOptions {
  denoPath: string;
  flags: readonly string[];
  cwd: string;
  env: Record<string, string>;
  /** How long a file of it may become, bytes. */
  fileBytes: number;
  /** Called with each frame, in order. */
  onFrame: (frame: SandboxFrame) => void;
}

/** A `deno repl` that is spoken to. */
export class Repl {
  readonly #child: ChildProcess;
  /** Undefined where the process could not be started. */
  readonly #line: Duplex | undefined;
  /** Bytes of the answer that is being read, without its length. */
  #head = new Uint8Array(0);
  /** Bytes of the current answer that have still to come; null before its length is known. */
  #left: number | null = null;
  /** Says whether an answer is the one that is waited for. */
  #waiting: ((answer: ReplAnswer | Error) => boolean) | null = null;
  #stderr = "";
  #gone: Error | null = null;
  /** Resolves when the process has ended and what it wrote was read. */
  readonly exited: Promise<void>;

  constructor(options: ReplOptions) {
    const secret = crypto.getRandomValues(new Uint8Array(SECRET_BYTES));
    const frames = new FrameReader(secret, options.onFrame);
    const [program, args] = held(
      [options.denoPath, "repl", "--json", "--quiet", ...options.flags],
      options.fileBytes,
    );
    this.#child = spawnPiped(program, args, {
      cwd: options.cwd,
      env: options.env,
      stdio: ["pipe", "pipe", "pipe", "pipe"],
    });
    const { stdin, stdout, stderr } = this.#child;
    stdin?.on("error", () => {}); // it has ended, which `close` reports
    stdin?.end(secret);
    stdout?.on("data", (part: Uint8Array) => {
      try {
        frames.take(part);
      } catch (error) {
        this.#end(error instanceof Error ? error : new Error(String(error)));
        this.kill();
      }
    });
    this.#line = (this.#child.stdio as unknown as Duplex[] | undefined)?.[3];
    this.#line?.on("data", (part: Uint8Array) => this.#take(part));
    this.#line?.on("error", (error: Error) => this.#end(error));
    stderr?.on("data", (part: Uint8Array) => {
      this.#stderr = (this.#stderr + new TextDecoder().decode(part)).slice(
        -STDERR_TAIL,
      );
    });
    this.exited = new Promise((resolve) => {
      this.#child.on("error", (error: Error) => {
        this.#end(
          this.pid === undefined
            ? new Error(`its process cannot be started: ${error.message}`)
            : error,
        );
        resolve();
      });
      this.#child.on("close", (code, signal) => {
        // The system ended it at the limit of `held`.
        if ((signal as string | null) === "SIGXFSZ") {
          this.#end(
            new ExcessError(`${tooMuchDisk(options.fileBytes)} and was ended`),
          );
        }
        const how = signal === null ? `with code ${code}` : `by ${signal}`;
        this.#end(
          new Error(`The process ended ${how}. ${this.#stderr.trim()}`.trim()),
        );
        resolve();
      });
    });
  }

  /** The process's id; undefined when it could not be started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Why the process is gone; null while it lives. */
  get gone(): Error | null {
    return this.#gone;
  }

  /**
   * Runs code and waits for the answer; rejects when the process ends.
   *
   * @param isAnswer Whether an answer is the one to that code. @default {the next one is}
   */
  run(
    code: string,
    isAnswer: (answer: ReplAnswer) => boolean = () => true,
  ): Promise<ReplAnswer> {
    return new Promise((resolve, reject) => {
      if (this.#gone !== null) return reject(this.#gone);
      this.#waiting = (answer) => {
        if (answer instanceof Error) reject(answer);
        else if (isAnswer(answer)) resolve(answer);
        else return false;
        return true;
      };
      const json = new TextEncoder().encode(
        JSON.stringify({ type: "Run", code, output: true }),
      );
      const bytes = new Uint8Array(4 + json.length);
      new DataView(bytes.buffer).setUint32(0, json.length, true);
      bytes.set(json, 4);
      this.#line?.write(bytes);
    });
  }

  /**
   * Waits until everything that was run has been answered. Deno answers with an error that nobody caught in place of what
   * it runs, and sometimes with what it ran afterwards. So it is given a line whose syntax is wrong: it answers with that
   * line, and evaluates nothing.
   *
   * @returns the last answer that came late; undefined when there was none
   */
  async settle(): Promise<ReplAnswer | undefined> {
    const mark = crypto.randomUUID();
    let late: ReplAnswer | undefined;
    await this.run(`"${mark}" "${mark}"`, (answer) => {
      const isOwn = answer.text.includes(mark);
      if (!isOwn) late = answer;
      return isOwn;
    });
    return late;
  }

  /** Ends the process. @param why The reason that a waiting call rejects with */
  kill(why?: Error): void {
    if (why !== undefined) this.#end(why);
    this.#child.kill("SIGKILL");
  }

  /** Reads answers, each with its length before it. Cells can write here too: nothing but their kind is believed. */
  #take(part: Uint8Array): void {
    let bytes = part;
    while (bytes.length > 0) {
      if (this.#left === null) {
        const wanted = 4 - this.#head.length;
        this.#head = concat([this.#head, bytes.subarray(0, wanted)]);
        bytes = bytes.subarray(wanted);
        if (this.#head.length < 4) return;
        this.#left = new DataView(this.#head.buffer).getUint32(0, true);
        this.#head = new Uint8Array(0);
      }
      const now = bytes.subarray(0, this.#left);
      this.#head = concat([
        this.#head,
        now.subarray(0, ANSWER_HEAD_BYTES - this.#head.length),
      ]);
      this.#left -= now.length;
      bytes = bytes.subarray(now.length);
      if (this.#left > 0) return;
      const text = new TextDecoder().decode(this.#head);
      this.#head = new Uint8Array(0);
      this.#left = null;
      this.#answer(text);
    }
  }

  #answer(text: string): void {
    const type = /^\{"type":"(RunSuccess|RunFailure|Error)"/.exec(text)?.[1];
    if (type === undefined) return; // no answer of Deno's
    const answer = { type: type as ReplAnswer["type"], text };
    if (this.#waiting?.(answer)) this.#waiting = null;
  }

  #end(error: Error): void {
    this.#gone ??= error;
    this.#waiting?.(this.#gone);
    this.#waiting = null;
  }
}
