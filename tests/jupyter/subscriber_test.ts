import { assert, assertEquals, assertRejects } from "@std/assert";
import type { ConnectionInfo } from "../../src/jupyter/connection.ts";
import { subscribe } from "../../src/jupyter/subscriber.ts";
import { encodeMessage, newMessage } from "../../src/jupyter/wire.ts";
import { isZmtpError, ZmtpError } from "../../src/jupyter/zmtp.ts";
import {
  greeting,
  message,
  type Peer,
  peer,
  ready,
  untilClosed,
  writeAll,
} from "./support.ts";
import { until } from "../until.ts";

const KEY = "kernel-key";

function publisher(
  publish: (connection: Deno.TcpConn) => Promise<void>,
): Peer {
  return peer(async (connection) => {
    await writeAll(connection, greeting());
    await writeAll(connection, ready());
    await publish(connection);
  });
}

function connectionTo(kernel: Peer): ConnectionInfo {
  return {
    ip: kernel.host,
    key: KEY,
    transport: "tcp",
    signature_scheme: "hmac-sha256",
    shell_port: 1,
    iopub_port: kernel.port,
    stdin_port: 1,
    control_port: 1,
    hb_port: 1,
  };
}

function line(text: string, key = KEY): Uint8Array {
  const content = { name: "stdout", text };
  return message(...encodeMessage(key, newMessage("stream", content, "s")));
}

Deno.test("a subscription gives what the kernel publishes, in order, and ends with it", async () => {
  await using kernel = publisher(async (connection) => {
    for (let i = 0; i < 100; i++) await writeAll(connection, line(`${i}`));
  });
  const subscriber = await subscribe(connectionTo(kernel));
  const texts = [];
  for await (const { content } of subscriber) texts.push(content["text"]);
  assertEquals(texts, Array.from({ length: 100 }, (_, i) => `${i}`));
  assertEquals([subscriber.refused, subscriber.broken], [0, null]);
});

Deno.test("messages with another signature, and what is no message, are counted and passed over", async () => {
  await using kernel = publisher(async (connection) => {
    await writeAll(connection, line("good"));
    await writeAll(connection, line("forged", "another-key"));
    await writeAll(connection, message("no", "message"));
    await writeAll(connection, line("good too"));
  });
  const subscriber = await subscribe(connectionTo(kernel));
  const texts = [];
  for await (const { content } of subscriber) texts.push(content["text"]);
  assertEquals(texts, ["good", "good too"]);
  assertEquals(subscriber.refused, 2);
});

Deno.test("a kernel that breaks off in the middle ends the subscription, which says so", async () => {
  await using kernel = publisher(async (connection) => {
    await writeAll(connection, line("whole"));
    await writeAll(connection, line("half").subarray(0, 40));
  });
  const subscriber = await subscribe(connectionTo(kernel));
  const texts = [];
  for await (const { content } of subscriber) texts.push(content["text"]);
  assertEquals(texts, ["whole"]);
  assert(isZmtpError(subscriber.broken));
});

Deno.test("a kernel can publish far more than a socket holds while nobody consumes it", async () => {
  const published = Promise.withResolvers<void>();
  const megabyte = line("x".repeat(2 ** 20));
  await using kernel = publisher(async (connection) => {
    for (let i = 0; i < 24; i++) await writeAll(connection, megabyte);
    published.resolve();
  });
  const subscriber = await subscribe(connectionTo(kernel));
  await published.promise;
  let count = 0;
  for await (const _ of subscriber) count++;
  assertEquals(count, 24);
});

Deno.test("beyond its limit the kernel is made to wait, and nothing is lost", async () => {
  const limit = 2 * 2 ** 20;
  const megabyte = line("x".repeat(2 ** 20));
  await using kernel = publisher(async (connection) => {
    for (let i = 0; i < 60; i++) await writeAll(connection, megabyte);
  });
  const subscriber = await subscribe(connectionTo(kernel), {
    max_waiting_bytes: limit,
  });
  const turn = () => new Promise((resolve) => setTimeout(resolve));
  await until("messages beyond the limit", () => subscriber.waiting > limit);
  let count = 0;
  for await (const _ of subscriber) {
    count++;
    await turn();
    const most = limit + 2 * megabyte.length;
    assert(subscriber.waiting <= most, `${subscriber.waiting} bytes wait`);
  }
  assertEquals(count, 60);
});

Deno.test("a closed subscription ends, with what has arrived", async () => {
  await using kernel = publisher(async (connection) => {
    await writeAll(connection, line("one"));
    await untilClosed(connection);
  });
  const subscriber = await subscribe(connectionTo(kernel));
  const texts = [];
  for await (const { content } of subscriber) {
    texts.push(content["text"]);
    subscriber.close();
  }
  assertEquals(texts, ["one"]);
});

Deno.test("subscribing to nobody is a ZmtpError", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  const nobody = { host: "127.0.0.1", port } as Peer;
  await assertRejects(() => subscribe(connectionTo(nobody)), ZmtpError);
});
