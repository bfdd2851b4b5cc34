/**
 * What the relay of the tracked kernel adds to a cell, beside Deno's own kernel seen by the same front end.
 *
 * @module
 */
import { KernelClient } from "../../src/jupyter/kernel_client.ts";
import { KernelProcess } from "../../src/jupyter/kernel_process.ts";
import { visibly } from "../../src/jupyter/execute.ts";
import type { Message } from "../../src/jupyter/wire.ts";
import { TrackedKernel } from "../../src/kernel/tracked_kernel.ts";
import { writeConnectionFile } from "../../src/jupyter/connection.ts";
import { type Figure, median } from "./report.ts";

const CELLS = 300;
const LIMIT_MS = 30_000;

/** Times from a cell's request to its value, milliseconds: nothing waits for the end of the cell before. */
async function timesToValue(
  connection: Parameters<typeof KernelClient.connect>[0],
): Promise<number[]> {
  let seen: (message: Message) => void = () => {};
  const client = await KernelClient.connect(connection, {
    signal: AbortSignal.timeout(LIMIT_MS),
    onPublish: (message) => seen(message),
    onClosed: () => {},
  });
  const times: number[] = [];
  for (let i = 0; i < CELLS; i++) {
    const request = client.request("execute_request", visibly(`${i}`));
    const { msg_id } = request.header;
    const value = Promise.withResolvers<void>();
    const idle = Promise.withResolvers<void>();
    const reply = Promise.withResolvers<void>();
    seen = ({ header, parent_header, content }) => {
      if (parent_header.msg_id !== msg_id) return;
      if (header.msg_type === "execute_result") value.resolve();
      if (content["execution_state"] === "idle") idle.resolve();
    };
    client.onReply(msg_id, () => reply.resolve());
    const began = performance.now();
    await client.send(request);
    await value.promise;
    times.push(performance.now() - began);
    await Promise.all([idle.promise, reply.promise]);
    client.forget(msg_id);
  }
  client.close();
  return times;
}

/** The relay's share of a cell's time. */
export async function relay(cwd: string): Promise<Figure> {
  const plain = await KernelProcess.spawn({ cwd });
  const own = median(await timesToValue(plain.connection));
  plain.kill();
  await plain.exited;
  const folder = await Deno.makeTempDir({ prefix: "nbtrack-relay-" });
  try {
    const frontEnd = writeConnectionFile(`${folder}/kernel.json`);
    const kernel = await TrackedKernel.start({
      frontEnd,
      cwd,
      observer: {
        onStart: () => {},
        onReady: () => Promise.resolve(),
        onCell: () => Promise.resolve(),
        onSecrets: () => Promise.resolve(),
        onShutdown: () => Promise.resolve(),
      },
      onTrouble: (what, error) => console.error(what, error),
    });
    const relayed = median(await timesToValue(frontEnd));
    kernel.kill();
    await kernel.exited;
    return {
      what:
        `added by the tracked kernel's relay to a cell's value (median of ${CELLS})`,
      value: relayed - own,
      unit: "ms",
      peer: { what: "the same cell in Deno's own kernel", value: own },
      bar: { limit: 1, of: "value", side: "below" },
    };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
