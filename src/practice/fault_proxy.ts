/**
 * Passes connections on to the real server, so that one of them can be cut without an answer: an HTTP
 * server's own handler can only answer.
 *
 * @module
 */

/** A listener in front of another one on this machine. */
export class FaultProxy {
  readonly #listener: Deno.TcpListener;
  readonly #target: Deno.NetAddr;
  /** Connections from outside by the port from which they are passed on. */
  readonly #outside = new Map<number, Deno.TcpConn>();
  readonly #accepting: Promise<void>;

  constructor(listen: Deno.TcpListenOptions, target: Deno.NetAddr) {
    this.#listener = Deno.listen(listen);
    this.#target = target;
    this.#accepting = this.#accept();
  }

  /** Where it listens. */
  get addr(): Deno.NetAddr {
    return this.#listener.addr;
  }

  /** Cuts the connection that is passed on from that port; whether there was one. */
  cut(port: number): boolean {
    const connection = this.#outside.get(port);
    if (connection === undefined) return false;
    this.#outside.delete(port);
    connection.close();
    return true;
  }

  /** Stops listening and cuts every connection. */
  async close(): Promise<void> {
    this.#listener.close();
    for (const port of [...this.#outside.keys()]) this.cut(port);
    await this.#accepting;
  }

  async #accept(): Promise<void> {
    const passing = new Set<Promise<void>>();
    for await (const outside of this.#listener) {
      const pass = this.#pass(outside).finally(() => passing.delete(pass));
      passing.add(pass);
    }
    await Promise.all(passing);
  }

  async #pass(outside: Deno.TcpConn): Promise<void> {
    const inside = await Deno.connect({
      hostname: this.#target.hostname,
      port: this.#target.port,
    });
    const { port } = inside.localAddr;
    this.#outside.set(port, outside);
    await Promise.all([copy(outside, inside), copy(inside, outside)]);
    this.cut(port);
    inside.close();
  }
}

/** Copies until either side ends. A side that is gone is how connections end, not a failure. */
async function copy(from: Deno.TcpConn, to: Deno.TcpConn): Promise<void> {
  const buffer = new Uint8Array(64 * 1024);
  try {
    for (;;) {
      const count = await from.read(buffer);
      if (count === null) break;
      for (let at = 0; at < count;) {
        at += await to.write(buffer.subarray(at, count));
      }
    }
    await to.closeWrite();
  } catch (error) {
    if (!isConnectionEnd(error)) throw error;
    await to.closeWrite().catch((error) => {
      if (!isConnectionEnd(error)) throw error;
    });
  }
}

function isConnectionEnd(error: unknown): boolean {
  return error instanceof Deno.errors.BadResource ||
    error instanceof Deno.errors.Interrupted ||
    error instanceof Deno.errors.BrokenPipe ||
    error instanceof Deno.errors.ConnectionReset ||
    error instanceof Deno.errors.ConnectionAborted ||
    error instanceof Deno.errors.NotConnected;
}
