/**
 * The recorder's process. It subscribes before it loads anything else: the cell that called `track()` waits for the
 * one line printed here.
 *
 * @module
 */
import { lazyImport } from "../base/lazy.ts";
import type { Subscriber } from "../jupyter/subscriber.ts";
import { jsonLine, type ReadyLine } from "./protocol.ts";
import { subscribeTo } from "./subscription.ts";

const [home, connection_file, when, pid, started] = Deno.args;
if (home === undefined || connection_file === undefined) {
  console.error(
    "usage: recorder NBTRACK_HOME CONNECTION_FILE, and the session's id on standard input (started by nbtrack itself)",
  );
  Deno.exit(2);
}
let subscriber: Subscriber | null = null;
let failure: unknown;
try {
  if (connection_file !== "") {
    subscriber = await subscribeTo(
      connection_file,
      when === "starting"
        ? { pid: Number(pid), started: started ?? "" }
        : undefined,
    );
  }
} catch (error) {
  failure = error; // a kernel that has ended is recorded to its end all the same
}
const subscribed_time = Date.now();
const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
const ready: ReadyLine = {
  port: listener.addr.port,
  key: crypto.randomUUID(),
};
if (failure === undefined) await Deno.stdout.write(jsonLine(ready));
// Whoever starts it may do so before it knows which session it has; none is given when another recorder has it.
const given = await new Response(Deno.stdin.readable).text();
const [session_id = "", secrets = "[]"] = given.split("\n");
if (session_id === "") Deno.exit(0);
const { record } = await lazyImport<typeof import("./record.ts")>(
  "./record.ts",
  import.meta.url,
);
Deno.exit(
  await record({
    session_id,
    secrets,
    home,
    subscriber,
    subscribed_time,
    failure,
    listener,
    key: ready.key,
    inCell: when === "in-cell",
  }),
);
