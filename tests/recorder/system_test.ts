import { assert, assertEquals } from "@std/assert";
import { countSystem } from "../../src/recorder/system_load.ts";
import { IMPORT, Workspace } from "./support.ts";
import { until } from "../until.ts";
import { SessionSystem } from "../../src/journal/session_system.ts";

Deno.test("this process and this machine are counted", async () => {
  const one = await countSystem(Deno.pid);
  assert(one.total === null || one.total > 0);
  assert(one.memory !== null && one.memory > 1 << 20);
  if (Deno.build.os !== "linux") return;
  assert((one.process_memory ?? 0) > 1 << 20);
  const gone = await countSystem(2 ** 30);
  assertEquals([gone.process_ms, gone.process_memory], [null, null]);
});

Deno.test("load and memory are noted while a run is open that has not said no, and are shown", async () => {
  await using space = Workspace.make();
  await using kernel = await space.kernel();
  await kernel.execute(
    `${IMPORT}\nconst off = await track("off", { quiet: true, system: false });`,
  );
  await kernel.execute(
    'await off.end(); const on = await track("on", { quiet: true });',
  );
  const { session_id } = await until("a sample", () => {
    const [session] = space.journal.sessions.unended();
    return session !== undefined &&
      new SessionSystem(space.journal).list(session.session_id, 0, Infinity)
          .length > 0 &&
      session;
  });
  await kernel.execute("await on.end()");
  await kernel.shutdown();
  const runs = await until("complete runs", () => {
    const all = space.journal.runs.list({ session_id });
    return all.length === 2 && all.every((r) => r.finalised_time !== null) &&
      all;
  });
  for (const { run_id, experiment } of runs) {
    const { code, stdout } = await space.nbtrack(["show", run_id, "--json"]);
    const { system, metrics } = JSON.parse(stdout);
    assertEquals([code, system.length > 0], [0, experiment === "on"]);
    assertEquals(metrics, {}); // what is sent to servers as metrics has none of it
    if (experiment !== "on") continue;
    const [{ time, kernel_memory, machine_memory }] = system;
    assert(time > 0 && machine_memory > 1 << 20);
    assert(Deno.build.os !== "linux" || kernel_memory > 1 << 20);
  }
});
