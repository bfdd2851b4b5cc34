/**
 * Peers that speak ZMTP byte by byte, and kernels in folders of their own.
 */
import { concat } from "../../src/base/bytes.ts";
import { type Kernel, startKernel } from "../../src/jupyter/kernel.ts";
import type { StartKernelOptions } from "../../src/jupyter/kernel.ts";
import { encodeFrame } from "../../src/jupyter/frames.ts";

const text = new TextEncoder();

/** A text's bytes. */
export function bytes(content: string): Uint8Array {
  return text.encode(content);
}

/** A greeting of ZMTP, with what is wrong with it. */
export function greeting(
  wrong: { version?: number; mechanism?: string } = {},
): Uint8Array {
  const out = new Uint8Array(64);
  out[0] = 0xff;
  out[9] = 0x7f;
  out[10] = wrong.version ?? 3;
  out.set(bytes(wrong.mechanism ?? "NULL"), 12);
  return out;
}

/** A command frame. */
export function command(name: string, data: Uint8Array | string = "") {
  const body = concat([
    Uint8Array.of(name.length),
    bytes(name),
    typeof data === "string" ? bytes(data) : data,
  ]);
  return encodeFrame({ body, command: true, more: false });
}

/** READY of a publisher. */
export function ready(type = "PUB"): Uint8Array {
  return command(
    "READY",
    concat([
      Uint8Array.of(11),
      bytes("Socket-Type"),
      Uint8Array.of(0, 0, 0, type.length),
      bytes(type),
    ]),
  );
}

/** A message of parts. */
export function message(...parts: (Uint8Array | string)[]): Uint8Array {
  return concat(
    parts.map((part, i) =>
      encodeFrame({
        body: typeof part === "string" ? bytes(part) : part,
        command: false,
        more: i < parts.length - 1,
      })
    ),
  );
}

/** Writes all bytes. */
export async function writeAll(
  connection: Deno.Conn,
  content: Uint8Array,
): Promise<void> {
  for (let at = 0; at < content.length;) {
    at += await connection.write(content.subarray(at));
  }
}

/** Reads as many bytes, or fewer when the other end closes. */
export async function readExactly(
  connection: Deno.Conn,
  length: number,
): Promise<Uint8Array> {
  const out = new Uint8Array(length);
  for (let at = 0; at < length;) {
    const n = await connection.read(out.subarray(at));
    if (n === null) return out.subarray(0, at);
    at += n;
  }
  return out;
}

/** A peer that does with its first connection what it is asked to do. */
export interface Peer extends AsyncDisposable {
  host: string;
  port: number;
}

/** Listens for one connection; what `behave` throws is thrown when the peer is disposed. */
export function peer(
  behave: (connection: Deno.TcpConn) => Promise<void>,
): Peer {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const done = (async () => {
    try {
      using connection = await listener.accept();
      await behave(connection);
      // Closing with something unread would take back what was sent.
      await connection.closeWrite().catch(() => {});
      await untilClosed(connection);
    } finally {
      listener.close();
    }
  })();
  done.catch(() => {}); // thrown on below
  return {
    host: "127.0.0.1",
    port: listener.addr.port,
    [Symbol.asyncDispose]: () => done,
  };
}

/** Waits until the other end closes. */
export async function untilClosed(connection: Deno.Conn): Promise<void> {
  const buffer = new Uint8Array(1024);
  while (await connection.read(buffer).catch(() => null) !== null);
}

/** A new folder, removed afterwards. */
export async function withFolder(
  use: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "nbtrack-test-" });
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** A kernel in a folder of its own, gone afterwards. */
export async function withKernel(
  use: (kernel: Kernel, folder: string) => Promise<void>,
  options: Partial<StartKernelOptions> = {},
): Promise<void> {
  await withFolder(async (folder) => {
    const kernel = await startKernel({ cwd: folder, ...options });
    try {
      await use(kernel, folder);
    } finally {
      kernel.kill();
      await kernel.exited;
    }
  });
}

/** Whether there is a file. */
export function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
