/**
 * The line to `deno repl --json`: length-prefixed JSON over its file descriptor 3.
 *
 * @module
 */
import { type ChildProcess, spawn } from "node:child_process";
import type { Duplex } from "node:stream";
import { z } from "../../base/zod.ts";
import { messageOf } from "../../base/errors.ts";

/** Longest answer that is read, bytes. */
const MAX_ANSWER_BYTES = 256 << 20;
/** The last of standard error is kept, characters. */
const STDERR_TAIL = 2000;

const answerSchema = z.union([
  z.looseObject({
    type: z.literal("RunSuccess"),
    output: z.string().nullish(),
  }),
  z.looseObject({ type: z.literal("RunFailure"), text: z.string().nullish() }),
  z.looseObject({ type: z.literal("Error"), error: z.string() }),
]);

/** What the process answers. */
export type ReplAnswer = z.infer<typeof answerSchema>;

/** How to start the process. */
export interface ReplOptions {
  denoPath: string;
  flags: readonly string[];
  cwd: string;
  env: Record<string, string>;
}

/** A `deno repl` that is spoken to. */
export class Repl {
  readonly #child: ChildProcess;
  readonly #line: Duplex;
  readonly #chunks: Uint8Array[] = [];
  #held = 0;
  #waiting: ((answer: ReplAnswer | Error) => void) | null = null;
  #stderr = "";
  #gone: Error | null = null;
  /** Settles when the process has ended. */
  readonly exited: Promise<void>;

  constructor(options: ReplOptions) {
    this.#child = spawn(
      options.denoPath,
      ["repl", "--json", "--quiet", ...options.flags],
      {
        cwd: options.cwd,
        env: options.env,
        stdio: ["ignore", "ignore", "pipe", "pipe"],
      },
    );
    this.#line = this.#child.stdio[3] as unknown as Duplex;
    this.#line.on("data", (part: Uint8Array) => this.#take(part));
    this.#line.on("error", (error: Error) => this.#end(error));
    this.#child.stderr?.on("data", (part: Uint8Array) => {
      this.#stderr = (this.#stderr + new TextDecoder().decode(part)).slice(
        -STDERR_TAIL,
      );
    });
    this.exited = new Promise((resolve) => {
      this.#child.on("error", (error: Error) => (this.#end(error), resolve()));
      this.#child.on("exit", (code, signal) => {
        const how = signal === null ? `with code ${code}` : `by ${signal}`;
        this.#end(
          new Error(`The process ended ${how}. ${this.#stderr.trim()}`.trim()),
        );
        resolve();
      });
    });
  }

  /** Why the process is gone; null while it lives. */
  get gone(): Error | null {
    return this.#gone;
  }

  /** Runs code and waits for the answer; rejects when the process ends. */
  run(code: string): Promise<ReplAnswer> {
    return new Promise((resolve, reject) => {
      if (this.#gone !== null) return reject(this.#gone);
      this.#waiting = (answer) =>
        answer instanceof Error ? reject(answer) : resolve(answer);
      const json = new TextEncoder().encode(
        JSON.stringify({ type: "Run", code, output: true }),
      );
      const bytes = new Uint8Array(4 + json.length);
      new DataView(bytes.buffer).setUint32(0, json.length, true);
      bytes.set(json, 4);
      this.#line.write(bytes);
    });
  }

  /** Ends the process. */
  kill(): void {
    this.#child.kill("SIGKILL");
  }

  #take(part: Uint8Array): void {
    this.#chunks.push(part);
    this.#held += part.length;
    while (this.#held >= 4) {
      const length = this.#peekLength();
      if (length > MAX_ANSWER_BYTES) {
        this.kill();
        return this.#end(
          new Error(`The sandbox answered with ${length} bytes.`),
        );
      }
      if (this.#held < 4 + length) return;
      const all = this.#joined();
      this.#chunks.length = 0;
      this.#held = all.length - 4 - length;
      if (this.#held > 0) this.#chunks.push(all.subarray(4 + length));
      this.#answer(all.subarray(4, 4 + length));
    }
  }

  #peekLength(): number {
    let [first] = this.#chunks;
    if (first === undefined || first.length < 4) {
      first = this.#joined();
      this.#chunks.splice(0, this.#chunks.length, first);
    }
    return new DataView(first.buffer, first.byteOffset, 4).getUint32(0, true);
  }

  #joined(): Uint8Array {
    const all = new Uint8Array(
      this.#chunks.reduce((sum, c) => sum + c.length, 0),
    );
    let at = 0;
    for (const chunk of this.#chunks) {
      all.set(chunk, at);
      at += chunk.length;
    }
    return all;
  }

  #answer(bytes: Uint8Array): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    try {
      waiting?.(
        answerSchema.parse(JSON.parse(new TextDecoder().decode(bytes))),
      );
    } catch (error) {
      waiting?.(
        new Error(
          `The sandbox answered what cannot be read: ${messageOf(error)}`,
        ),
      );
    }
  }

  #end(error: Error): void {
    this.#gone ??= error;
    this.#waiting?.(this.#gone);
    this.#waiting = null;
  }
}
