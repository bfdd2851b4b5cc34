/**
 * The notebook's end of an open line to its recorder: requests, and answers to them.
 *
 * Imported inside cells: nothing here may load a library.
 *
 * @module
 */
import type { KnownSecret } from "../redaction/known_secrets.ts";
import { RecorderError } from "./errors.ts";
import {
  type Answer,
  jsonLine,
  jsonLines,
  type LineRequest,
} from "./protocol.ts";

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
  /** What the recorder knows of secrets, as it last said. */
  taught: readonly KnownSecret[] = [];
  /** Resolves when the recorder has gone or the line was closed. */
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
    request: LineRequest,
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

  #ask(request: LineRequest): Promise<Answer> {
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
        this.taught = answer.taught?.secrets ?? this.taught;
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
    for (const answer of this.#waiting.values()) {
      answer(
        new RecorderError("The recorder of this session has gone.", { cause }),
      );
    }
    this.#waiting.clear();
  }
}
