/**
 * The HTTP server below the practice server: requests as they arrive, answers as they are given, and an end
 * to whoever begins a request and does not go on with it. Node's server, because Deno's has no time limit
 * for a request's head and cannot cut a connection without an answer.
 *
 * @module
 */
import {
  createServer,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import { once } from "node:events";
import type { AddressInfo, Socket } from "node:net";
import { type Incoming, requestTimeout } from "./protocol/incoming.ts";

/** A request with the connection that it came by. */
export interface Arrival {
  readonly request: Incoming;
  /** The sender's IP address. */
  readonly address: string;
  /** Ends the connection without an answer. */
  cut(): void;
}

/** A server that listens. */
export interface Listener {
  readonly addr: Deno.NetAddr;
  /**
   * Stops listening and waits for what is being answered.
   *
   * @param graceMs how long it waits before it cuts, milliseconds
   */
  close(graceMs: number): Promise<void>;
}

/** How long a connection without a request is kept, milliseconds: longer than clients keep theirs. */
const KEEP_ALIVE_MS = 120_000;
/** How long a body may go on after its answer, milliseconds. */
const DISCARD_MS = 5000;

/**
 * Listens.
 *
 * @param options.report called with every error of sending an answer, but for connections that end
 * @param options.timeoutMs how long a request's head, and each pause within a body or an answer, may take
 * @throws {Error} when the address cannot be listened on
 */
export async function listen(
  options: {
    port: number;
    host: string;
    timeoutMs: number;
    report: (error: unknown) => void;
  },
  handle: (arrival: Arrival) => Promise<Response>,
): Promise<Listener> {
  const { port, host, timeoutMs } = options;
  const server = createServer({
    headersTimeout: timeoutMs,
    requestTimeout: 0,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionsCheckingInterval: Math.min(1000, timeoutMs),
  }, (message, response) => void answer(message, response));
  server.on("clientError", (error, socket) => {
    refuseHead(socket as Socket, error);
  });
  const open = new Set<Promise<void>>();

  function answer(message: IncomingMessage, response: ServerResponse): void {
    const done = respond(message, response).catch((error) => {
      message.socket.destroy();
      if (!isConnectionEnd(error)) options.report(error);
    }).finally(() => open.delete(done));
    open.add(done);
  }

  async function respond(
    message: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { socket } = message;
    const chunks = message[Symbol.asyncIterator]();
    const given = await handle({
      request: {
        method: message.method ?? "GET",
        target: message.url ?? "/",
        headers: headersOf(message),
        body: inTime(chunks, timeoutMs),
      },
      address: socket.remoteAddress ?? "",
      cut: () => void socket.destroy(),
    });
    if (socket.destroyed) return;
    if (given.headers.has("content-length")) {
      await sendFile(given, response, timeoutMs);
      return;
    }
    const unread = given.status !== 408 && !message.complete;
    await sendWhole(given, response, { end: !unread });
    if (given.status === 408) socket.destroySoon();
    if (!unread) return;
    await discard(message, chunks);
    response.end();
  }

  server.listen(port, host);
  await once(server, "listening");
  const bound = server.address() as AddressInfo;
  return {
    addr: { transport: "tcp", hostname: bound.address, port: bound.port },
    async close(graceMs) {
      const closed = once(server, "close");
      server.close();
      server.closeIdleConnections();
      const timer = setTimeout(() => server.closeAllConnections(), graceMs);
      await Promise.all(open);
      server.closeAllConnections();
      await closed;
      clearTimeout(timer);
    },
  };
}

function headersOf(message: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, values] of Object.entries(message.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value);
  }
  return headers;
}

/** The chunks of a body, each of which has its time. */
async function* inTime(
  chunks: AsyncIterator<Uint8Array>,
  timeoutMs: number,
): AsyncGenerator<Uint8Array> {
  for (;;) {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(requestTimeout()), timeoutMs);
    try {
      const next = await Promise.race([chunks.next(), late]);
      if (next.done) return;
      yield next.value;
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Sends an answer of some size, chunk by chunk; a reader that takes nothing for too long is cut off. */
async function sendFile(
  answer: Response,
  response: ServerResponse,
  timeoutMs: number,
): Promise<void> {
  response.writeHead(answer.status, [...answer.headers].flat());
  for await (const chunk of answer.body ?? []) {
    if (response.destroyed) break;
    if (!response.write(chunk)) {
      await once(response, "drain", { signal: AbortSignal.timeout(timeoutMs) });
    }
  }
  response.end();
}

/**
 * Sends an answer at once.
 *
 * @param options.end whether the exchange ends with it: Node then reads by itself what is left of the request
 */
async function sendWhole(
  answer: Response,
  response: ServerResponse,
  options: { end: boolean },
): Promise<void> {
  const body = await answer.bytes();
  const bodiless = answer.status === 204 || answer.status === 304;
  response.writeHead(answer.status, [
    ...[...answer.headers].flat(),
    ...(bodiless ? [] : ["content-length", String(body.byteLength)]),
  ]);
  if (options.end) response.end(body);
  else if (body.byteLength > 0) response.write(body);
}

/**
 * Discards the body of a request that is answered before all of it was read: many a sender reads the answer
 * only when it has sent everything. Chunk by chunk, since a body that flows is buffered faster than it is
 * freed.
 */
async function discard(
  message: IncomingMessage,
  chunks: AsyncIterator<Uint8Array>,
): Promise<void> {
  const { socket } = message;
  const timer = setTimeout(() => socket.destroy(), DISCARD_MS);
  try {
    while (!socket.destroyed && !(await chunks.next()).done);
  } finally {
    clearTimeout(timer);
  }
}

/** Answers what is no request, or none in time, and ends its connection. */
function refuseHead(socket: Socket, error: Error): void {
  const late = "code" in error && error.code === "ERR_HTTP_REQUEST_TIMEOUT";
  const status = late ? "408 Request Timeout" : "400 Bad Request";
  if (socket.writable) {
    socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`);
  }
  socket.destroySoon();
}

function isConnectionEnd(error: unknown): boolean {
  return error instanceof Error &&
    (error.name === "AbortError" || error.name === "TimeoutError" ||
      "code" in error && typeof error.code === "string" &&
        /^(ECONNRESET|EPIPE|ERR_STREAM|ERR_HTTP)/.test(error.code));
}
