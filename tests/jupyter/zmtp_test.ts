import { assert, assertEquals, assertRejects } from "@std/assert";
import { ZmtpError, ZmtpSocket } from "../../src/jupyter/zmtp.ts";
import {
  bytes,
  command,
  greeting,
  message,
  type Peer,
  peer,
  readExactly,
  ready,
  untilClosed,
  writeAll,
} from "./support.ts";

const SUBSCRIBE = Uint8Array.of(0, 1, 1);
/** What a SUB says before it is ready: greeting, READY, subscription. */
const HELLO_BYTES = 64 + 2 + 6 + 12 + 4 + 3 + 3;

function connect(to: Peer, type: "SUB" | "DEALER" = "SUB") {
  return ZmtpSocket.connect({ host: to.host, port: to.port, type });
}

Deno.test("a SUB says all it has to say at once, its subscription last, without waiting for an answer", async () => {
  let said: Uint8Array = new Uint8Array();
  await using publisher = peer(async (connection) => {
    said = await readExactly(connection, HELLO_BYTES);
    await writeAll(connection, greeting());
    await writeAll(connection, ready());
    await untilClosed(connection);
  });
  const socket = await connect(publisher);
  assertEquals(said.length, HELLO_BYTES);
  assertEquals(said.subarray(0, 64), greeting());
  assertEquals(said.subarray(-3), SUBSCRIBE);
  socket.close();
  assertEquals(await socket.receive(), null);
});

Deno.test("messages of several parts arrive whole, byte by byte as well, and commands between them are passed over", async () => {
  await using publisher = peer(async (connection) => {
    const all = [greeting(), ready(), message("a", "", "ccc"), command("PING")];
    for (const content of [...all, message(new Uint8Array(300).fill(9))]) {
      for (const byte of content) {
        await writeAll(connection, Uint8Array.of(byte));
      }
    }
  });
  const socket = await connect(publisher);
  const received = [];
  for await (const parts of socket) received.push(parts);
  assertEquals(received, [
    [bytes("a"), bytes(""), bytes("ccc")],
    [new Uint8Array(300).fill(9)],
  ]);
  socket.close();
});

Deno.test("what comes in one piece with READY is not lost", async () => {
  await using publisher = peer(async (connection) => {
    await writeAll(
      connection,
      new Uint8Array([...greeting(), ...ready(), ...message("x"), 0, 5]),
    );
    await writeAll(connection, bytes("hello"));
  });
  const socket = await connect(publisher);
  assertEquals(await socket.receive(), [bytes("x")]);
  assertEquals(await socket.receive(), [bytes("hello")]);
  assertEquals(await socket.receive(), null);
  socket.close();
});

Deno.test("a DEALER sends messages whole and in order, its identity in READY", async () => {
  const sent = [message("one", "two"), message(new Uint8Array(70_000).fill(1))];
  let heard: Uint8Array = new Uint8Array();
  let hello: Uint8Array = new Uint8Array();
  await using router = peer(async (connection) => {
    hello = await readExactly(connection, 64 + 2 + 6 + 12 + 4 + 6 + 9 + 4 + 5);
    await writeAll(connection, greeting());
    await writeAll(connection, ready("ROUTER"));
    heard = await readExactly(
      connection,
      sent.reduce((n, part) => n + part.length, 0),
    );
  });
  const socket = await ZmtpSocket.connect({
    host: router.host,
    port: router.port,
    type: "DEALER",
    identity: "me-me",
  });
  await Promise.all([
    socket.send([bytes("one"), bytes("two")]),
    socket.send([new Uint8Array(70_000).fill(1)]),
  ]);
  assertEquals(await socket.receive(), null);
  assertEquals(heard, new Uint8Array(sent.flatMap((part) => [...part])));
  assert(new TextDecoder().decode(hello).endsWith("me-me"));
  socket.close();
});

Deno.test("without a signal it tries once, with one until somebody listens", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  const there = { host: "127.0.0.1", port, type: "SUB" } as const;
  await assertRejects(
    () => ZmtpSocket.connect(there),
    ZmtpError,
    `Cannot connect to 127.0.0.1:${port}`,
  );
  const stop = new AbortController();
  const connecting = ZmtpSocket.connect({ ...there, signal: stop.signal });
  const second = Deno.listen({ hostname: "127.0.0.1", port });
  using connection = await second.accept();
  await writeAll(connection, greeting());
  await writeAll(connection, ready());
  (await connecting).close();
  second.close();
});

Deno.test("an aborted signal ends trying to connect and waiting to be ready", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  const stop = new AbortController();
  const trying = assertRejects(
    () =>
      ZmtpSocket.connect({
        host: "127.0.0.1",
        port,
        type: "SUB",
        signal: stop.signal,
      }),
    ZmtpError,
    "enough",
  );
  stop.abort(new Error("enough"));
  await trying;

  const stopLater = new AbortController();
  await using silent = peer(async (connection) => {
    await readExactly(connection, HELLO_BYTES);
    stopLater.abort(new Error("tired"));
    await untilClosed(connection);
  });
  await assertRejects(
    () =>
      ZmtpSocket.connect({
        host: silent.host,
        port: silent.port,
        type: "SUB",
        signal: stopLater.signal,
      }),
    ZmtpError,
    "tired",
  );
});

Deno.test("sending to a peer that has gone is a ZmtpError", async () => {
  await using router = peer(async (connection) => {
    await writeAll(connection, greeting());
    await writeAll(connection, ready("ROUTER"));
  });
  const socket = await connect(router, "DEALER");
  assertEquals(await socket.receive(), null);
  socket.close();
  await assertRejects(() => socket.send([bytes("x")]), ZmtpError, "send");
});
