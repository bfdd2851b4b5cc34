import { assertEquals, assertRejects } from "@std/assert";
import { ZmtpError, ZmtpSocket } from "../../src/jupyter/zmtp.ts";
import {
  bytes,
  command,
  greeting,
  message,
  type Peer,
  peer,
  ready,
  untilClosed,
  writeAll,
} from "./support.ts";

function connect(to: Peer) {
  return ZmtpSocket.connect({ host: to.host, port: to.port, type: "SUB" });
}

async function refuses(
  behave: (connection: Deno.TcpConn) => Promise<void>,
  because: string,
): Promise<void> {
  await using wrong = peer(behave);
  await assertRejects(() => connect(wrong), ZmtpError, because);
}

Deno.test("a peer of another protocol is refused", async () => {
  await refuses(
    (c) => writeAll(c, bytes(`HTTP/1.1 400 Bad Request\r\n${"x".repeat(80)}`)),
    "another signature",
  );
});

Deno.test("a peer of ZMTP 2 is refused", async () => {
  await refuses((c) => writeAll(c, greeting({ version: 1 })), "ZMTP 1");
});

Deno.test("a peer that asks for a key is refused", async () => {
  await refuses((c) => writeAll(c, greeting({ mechanism: "CURVE" })), "CURVE");
});

Deno.test("a peer that closes in its greeting is refused", async () => {
  await refuses(
    (c) => writeAll(c, greeting().subarray(0, 20)),
    "closed after 20 of the 64 bytes",
  );
});

Deno.test("a peer that closes before it is ready is refused", async () => {
  await refuses((c) => writeAll(c, greeting()), "before it was ready");
});

Deno.test("a peer that answers with an error is refused with its reason", async () => {
  await refuses(async (connection) => {
    await writeAll(connection, greeting());
    await writeAll(connection, command("ERROR", "\x07no more"));
  }, "no more");
});

Deno.test("a peer that sends a message before READY is refused", async () => {
  await refuses(async (connection) => {
    await writeAll(connection, greeting());
    await writeAll(connection, message("too early"));
  }, "not ready");
});

Deno.test("a peer that listens and says nothing is given up", async () => {
  await using silent = peer(untilClosed);
  await assertRejects(
    () =>
      ZmtpSocket.connect({
        host: silent.host,
        port: silent.port,
        type: "SUB",
        handshake_timeout_ms: 50,
      }),
    ZmtpError,
    "not ready within 50 ms",
  );
});

Deno.test("a peer that stops in the middle of a message is an error, not an end", async () => {
  for (
    const broken of [
      message("whole", "parts").subarray(0, 7),
      message("whole", "parts").subarray(0, 9),
      message("whole", "parts").subarray(0, 8),
    ]
  ) {
    await using publisher = peer(async (connection) => {
      await writeAll(connection, greeting());
      await writeAll(connection, ready());
      await writeAll(connection, message("first"));
      await writeAll(connection, broken);
    });
    const socket = await connect(publisher);
    assertEquals(await socket.receive(), [bytes("first")]);
    await assertRejects(() => socket.receive(), ZmtpError, "in the middle");
    socket.close();
  }
});

Deno.test("a peer that sends no frames is an error", async () => {
  await using publisher = peer(async (connection) => {
    await writeAll(connection, greeting());
    await writeAll(connection, ready());
    await writeAll(connection, Uint8Array.of(0xff, 0xff));
    await untilClosed(connection);
  });
  await assertRejects(
    async () => {
      const socket = await connect(publisher);
      await socket.receive().finally(() => socket.close());
    },
    ZmtpError,
    "flags",
  );
});
