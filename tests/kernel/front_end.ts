/**
 * A front end as nbclient is one: it takes a cell's outputs until the reply and `idle` have come, and no longer.
 *
 * @module
 */
import { KernelClient } from "../../src/jupyter/kernel_client.ts";
import {
  type ConnectionInfo,
  writeConnectionFile,
} from "../../src/jupyter/connection.ts";
import { visibly } from "../../src/jupyter/execute.ts";
import {
  decodeMessage,
  encodeMessage,
  type Message,
} from "../../src/jupyter/wire.ts";
import { ZmtpSocket } from "../../src/jupyter/zmtp.ts";
import type { Workspace } from "../recorder/support.ts";
import { TRACKED_PROGRAM } from "../test_kernel.ts";

const LIMIT_MS = 180_000;

/** What a front end keeps of a cell. */
export interface Shown {
  status: string;
  stdout: string;
  stderr: string;
  /** The cell's value as text. */
  value: string | null;
  error: { ename: string; evalue: string } | null;
  /** The types of all messages, in order. */
  types: string[];
}

/** A tracked kernel and the front end that started it. */
export class FrontEnd implements AsyncDisposable {
  readonly connection: ConnectionInfo;
  readonly child: Deno.ChildProcess;
  readonly client: KernelClient;
  readonly #listeners: Set<(message: Message) => void>;
  readonly #folder: string;
  #stdin: ZmtpSocket | null = null;

  private constructor(parts: {
    connection: ConnectionInfo;
    child: Deno.ChildProcess;
    client: KernelClient;
    listeners: Set<(message: Message) => void>;
    folder: string;
  }) {
    this.connection = parts.connection;
    this.child = parts.child;
    this.client = parts.client;
    this.#listeners = parts.listeners;
    this.#folder = parts.folder;
  }

  /** Starts the program behind the kernelspec, or Deno's own kernel for `null`, and connects to it. */
  static async start(
    space: Workspace,
    env: Record<string, string> = {},
    program: string | null = TRACKED_PROGRAM,
  ): Promise<FrontEnd> {
    const folder = await Deno.makeTempDir({ prefix: "nbtrack-front-end-" });
    const connection = writeConnectionFile(`${folder}/kernel.json`);
    const child = new Deno.Command(Deno.execPath(), {
      args: program === null
        ? ["jupyter", "--kernel", "--conn", `${folder}/kernel.json`]
        : ["run", "-A", "--quiet", program, `${folder}/kernel.json`],
      cwd: space.work,
      env: { ...space.env, ...env },
      stdin: "null",
      stdout: "null",
      stderr: "inherit",
    }).spawn();
    const listeners = new Set<(message: Message) => void>();
    const client = await KernelClient.connect(connection, {
      signal: AbortSignal.timeout(LIMIT_MS),
      onPublish: (message) => listeners.forEach((take) => take(message)),
      onClosed: () => {},
    });
    return new FrontEnd({ connection, child, client, listeners, folder });
  }

  /** Hands over whatever the kernel publishes, also between cells. */
  listen(take: (message: Message) => void): void {
    this.#listeners.add(take);
  }

  /** Sends a cell without waiting for the one before it. */
  execute(
    code: string,
    options: {
      cellId?: string;
      /** What the request asks for besides. */
      asks?: {
        silent?: boolean;
        store_history?: boolean;
        allow_stdin?: boolean;
      };
      onMessage?: (message: Message) => void;
    } = {},
  ): Promise<Shown> {
    const request = this.client.request("execute_request", {
      ...visibly(code),
      ...options.asks,
    });
    if (options.cellId !== undefined) {
      request.metadata = { cellId: options.cellId };
    }
    const { msg_id } = request.header;
    const shown: Shown = {
      status: "",
      stdout: "",
      stderr: "",
      value: null,
      error: null,
      types: [],
    };
    const done = Promise.withResolvers<Shown>();
    let idle = false;
    const check = () => {
      if (!idle || shown.status === "") return;
      this.#listeners.delete(take);
      clearTimeout(timer);
      done.resolve(shown);
    };
    const take = (message: Message) => {
      if (message.parent_header.msg_id !== msg_id) return;
      options.onMessage?.(message);
      const { content } = message;
      shown.types.push(
        message.header.msg_type === "status"
          ? String(content["execution_state"])
          : message.header.msg_type,
      );
      switch (message.header.msg_type) {
        case "stream":
          shown[content["name"] === "stderr" ? "stderr" : "stdout"] += String(
            content["text"],
          );
          break;
        case "execute_result":
          shown.value = String(
            (content["data"] as Record<string, unknown>)["text/plain"],
          );
          break;
        case "error":
          shown.error = {
            ename: String(content["ename"]),
            evalue: String(content["evalue"]),
          };
          break;
        case "status":
          idle ||= content["execution_state"] === "idle";
          check();
      }
    };
    this.#listeners.add(take);
    this.client.onReply(msg_id, (reply) => {
      shown.status = String(reply.content["status"]);
      check();
    });
    const timer = setTimeout(
      () => done.reject(new Error(`no end of ${code}: ${shown.types}`)),
      LIMIT_MS,
    );
    this.client.send(request).catch(done.reject);
    return done.promise;
  }

  /** Answers what cells ask for from here on, as they ask. */
  async answer(answerTo: (prompt: string) => string): Promise<void> {
    const { ip: host, stdin_port: port, key } = this.connection;
    const socket = await ZmtpSocket.connect({
      host,
      port,
      type: "DEALER",
      // As front ends do: the kernel asks whoever sent the request.
      identity: this.client.request("", {}).header.session,
    });
    this.#stdin = socket;
    (async () => {
      for await (const parts of socket) {
        const asked = decodeMessage(key, parts);
        const value = answerTo(String(asked.content["prompt"]));
        const reply = this.client.request("input_reply", { value });
        await socket.send(encodeMessage(key, reply));
      }
    })().catch(() => {}); // the kernel has gone
  }

  /** Asks for something on the control channel and waits for the answer. */
  async control(
    msg_type: string,
    content: Record<string, unknown> = {},
  ): Promise<Message> {
    const request = this.client.request(msg_type, content);
    const reply = Promise.withResolvers<Message>();
    this.client.onReply(request.header.msg_id, reply.resolve);
    await this.client.sendControl(request);
    return await reply.promise;
  }

  /** Shuts the kernel down and waits until its process has ended. */
  async shutdown(): Promise<Deno.CommandStatus> {
    await this.control("shutdown_request", { restart: false });
    return await this.child.status;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.client.close();
    this.#stdin?.close();
    try {
      this.child.kill("SIGKILL");
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // it has ended
    }
    await this.child.status;
    await Deno.remove(this.#folder, { recursive: true });
  }
}
