/**
 * The recorder's end of the line to the notebook's process and to runners.
 *
 * @module
 */
import { messageOf } from "../base/errors.ts";
import { z } from "../base/zod.ts";
import type { RecorderLog } from "../base/log.ts";
import { answersSchema } from "./data/answer_log.ts";
import { cellReplySchema } from "./cells/replies.ts";
import {
  type Answer,
  jsonLine,
  jsonLines,
  type LineRequest,
} from "./protocol.ts";

const texts = z.record(z.string(), z.string());

/** What a process knows of secrets. */
export const knownSecretsSchema = z.array(
  z.object({ name: z.string(), value: z.string(), learnt: z.boolean() }),
);

const requestSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("hello"), key: z.string() }),
  z.object({ type: z.literal("running"), marker: z.string().optional() }),
  z.object({
    type: z.literal("track"),
    run_id: z.uuid(),
    destination: z.object({ options: texts, env: texts }),
  }),
  z.object({
    type: z.literal("follow"),
    run_id: z.uuid(),
    seen: z.string(),
  }),
  z.object({ type: z.literal("secrets"), variables: texts }),
  z.object({ type: z.literal("known"), secrets: knownSecretsSchema }),
  z.object({ type: z.literal("answers"), answers: answersSchema }),
  z.object({ type: z.literal("changed"), run_id: z.uuid() }),
  z.object({ type: z.literal("dataset"), run_id: z.uuid(), name: z.string() }),
  cellReplySchema.extend({ interrupted: z.boolean().default(false) }),
  z.object({ type: z.literal("finish") }),
]);

/** How long a request may be, characters. */
const MAX_LINE_CHARS = 1 << 20;
/** How long the first line of a caller may be, characters. */
const MAX_HELLO_CHARS = 1000;
/** How long a caller may take to say who it is, milliseconds. */
const HELLO_MS = 10_000;

/** Carries out a request and says what to answer. */
export type RequestHandler = (
  request: LineRequest,
) => Omit<Answer, "n"> | Promise<Omit<Answer, "n">>;

/** Whether a line is a request that is answered when something happens. */
function isFollowing(line: unknown): boolean {
  return requestSchema.safeParse(line).data?.type === "follow";
}

/** Listens for the notebook's process and for runners. */
export class ControlServer {
  readonly #listener: Deno.TcpListener;
  readonly #key: string;
  readonly #handle: RequestHandler;
  readonly #log: RecorderLog;
  readonly #open = new Set<Deno.TcpConn>();
  readonly #known = new Set<Deno.TcpConn>();

  constructor(
    listener: Deno.TcpListener,
    key: string,
    handle: RequestHandler,
    log: RecorderLog,
  ) {
    this.#listener = listener;
    this.#key = key;
    this.#handle = handle;
    this.#log = log;
    this.#accept();
  }

  /** Stops listening and closes every line. */
  close(): void {
    this.#listener.close();
    for (const connection of this.#open) connection.close();
    this.#open.clear();
    this.#known.clear();
  }

  /** Says something to everybody who has said who they are. */
  reportAll(what: Omit<Answer, "n">): void {
    for (const connection of this.#known) {
      // That one has gone is noted where its line is read.
      this.#write(connection, what, -1).catch(() => {});
    }
  }

  async #accept(): Promise<void> {
    for await (const connection of this.#listener) this.#serve(connection);
  }

  async #serve(connection: Deno.TcpConn): Promise<void> {
    connection.setNoDelay(true);
    this.#open.add(connection);
    let n = 0;
    let known = false;
    const limit = () => known ? MAX_LINE_CHARS : MAX_HELLO_CHARS;
    const late = setTimeout(() => this.#end(connection), HELLO_MS);
    try {
      for await (const line of jsonLines(connection.readable, limit)) {
        clearTimeout(late);
        const number = n++;
        const answering = this.#answer(line, known);
        if (known && isFollowing(line)) {
          // What comes after it is not kept waiting; that its asker has gone is noted where its line is read.
          answering.then((answer) => this.#write(connection, answer, number))
            .catch(() => {});
          continue;
        }
        const answer = await answering;
        known ||= answer.error === undefined;
        if (known) this.#known.add(connection);
        await this.#write(connection, answer, number);
        if (!known) break;
      }
    } catch (error) {
      // A notebook's process that was killed resets its line: that is how it often ends. Strangers fill no log.
      const killed = error instanceof Deno.errors.ConnectionReset ||
        error instanceof Deno.errors.BrokenPipe;
      if (known && !killed && this.#open.has(connection)) {
        this.#log.write(`line closed: ${messageOf(error)}`);
      }
    }
    clearTimeout(late);
    this.#end(connection);
  }

  async #write(
    connection: Deno.TcpConn,
    answer: Omit<Answer, "n">,
    n: number,
  ): Promise<void> {
    if (!this.#open.has(connection)) return;
    await connection.write(jsonLine({ ...answer, n }));
  }

  #end(connection: Deno.TcpConn): void {
    this.#known.delete(connection);
    if (!this.#open.delete(connection)) return;
    try {
      connection.close();
    } catch (error) {
      if (!(error instanceof Deno.errors.BadResource)) {
        this.#log.write("line", error);
      }
    }
  }

  async #answer(line: unknown, known: boolean): Promise<Omit<Answer, "n">> {
    const parsed = requestSchema.safeParse(line);
    if (!parsed.success) {
      return { error: "The recorder does not know this request." };
    }
    const request = parsed.data;
    if (!known) {
      return request.type === "hello" && request.key === this.#key
        ? {}
        : { error: "The recorder does not know this caller." };
    }
    try {
      return await this.#handle(request);
    } catch (error) {
      this.#log.write(`request ${request.type}`, error);
      return { error: messageOf(error) };
    }
  }
}
