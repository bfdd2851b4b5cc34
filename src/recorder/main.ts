/**
 * The recorder's process. It subscribes before it loads anything that can wait: the cell that called `track()`
 * waits for the one line printed here.
 *
 * @module
 */
import { lazyImport } from "../base/lazy.ts";
import { standardGate } from "../capture/gate.ts";
import { Journal } from "../journal/journal.ts";
import { readConnectionFile } from "../jupyter/connection.ts";
import { identify, isAlive } from "../jupyter/process.ts";
import { subscribe, type Subscriber } from "../jupyter/subscriber.ts";
import { RecorderLog } from "./log.ts";
import { jsonLine, type ReadyLine } from "./protocol.ts";

async function main(
  session_id: string,
  home: string,
  inCell: boolean,
): Promise<void> {
  const log = new RecorderLog(home, `${session_id.slice(0, 8)} [${Deno.pid}]`);
  try {
    const journal = Journal.open({ gate: standardGate, home, patient: true });
    const session = journal.sessions.get(session_id);
    if (session === undefined) {
      throw new Error(`no session ${session_id} in the journal`);
    }
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const ready: ReadyLine = {
      port: listener.addr.port,
      key: crypto.randomUUID(),
    };
    const started = identify(Deno.pid)?.started ?? "";
    const self = { pid: Deno.pid, started, port: ready.port, key: ready.key };
    const mine = journal.sessions.claim(
      session_id,
      self,
      (pid, started) => isAlive({ pid, started }),
    );
    if (!mine) return listener.close();
    const { connection_file, pid, process_started } = session;
    const listens = connection_file !== null &&
      isAlive({ pid, started: process_started });
    const subscriber: Subscriber | null = listens
      ? await subscribe(readConnectionFile(connection_file))
      : null;
    journal.sessions.subscribed(session_id, Date.now());
    await Deno.stdout.write(jsonLine(ready));
    const { Recorder } = await lazyImport<typeof import("./recorder.ts")>(
      "./recorder.ts",
      import.meta.url,
    );
    await new Recorder({
      journal,
      session,
      subscriber,
      listener,
      key: ready.key,
      log,
      inCell,
    }).run();
    journal.close();
  } catch (error) {
    log.write("gave up", error);
    Deno.exitCode = 1;
  }
  Deno.exit();
}

const [session_id, home, where] = Deno.args;
if (session_id === undefined || home === undefined) {
  console.error(
    "usage: recorder SESSION_ID NBTRACK_HOME (started by nbtrack itself)",
  );
  Deno.exit(2);
}
await main(session_id, home, where === "in-cell");
