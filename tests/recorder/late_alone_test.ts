import { assertEquals } from "@std/assert";
import {
  autogroup,
  cameForward,
  recorderBehind,
  WEIGHS_SESSIONS,
} from "./autogroups.ts";
import { Workspace } from "./support.ts";
import { until } from "../until.ts";

Deno.test({
  name: "a recorder that comes late on a busy machine comes forward by itself",
  ignore: !WEIGHS_SESSIONS,
  async fn() {
    await using workspace = Workspace.make();
    await using kernel = await workspace.kernel();
    const pid = await recorderBehind(workspace, kernel);
    const busy = Array.from(
      { length: 2 * navigator.hardwareConcurrency },
      () =>
        new Deno.Command(Deno.execPath(), { args: ["eval", "for (;;);"] })
          .spawn(),
    );
    try {
      await cameForward(pid);
    } finally {
      for (const one of busy) one.kill("SIGKILL");
      await Promise.all(busy.map(({ status }) => status));
    }
    await kernel.execute("await run.end();");
    await kernel.shutdown();
    assertEquals((await workspace.finalised()).cells.length, 2);
  },
});

/** What a process was started with; nothing once it has ended. */
function commandLine(pid: number): string {
  try {
    return Deno.readTextFileSync(`/proc/${pid}/cmdline`);
  } catch {
    return "";
  }
}

/** The processes that a process has started. */
function childrenOf(pid: number): number[] {
  return Deno.readTextFileSync(`/proc/${pid}/task/${pid}/children`)
    .split(" ").filter((child) => child !== "").map(Number);
}

Deno.test({
  name:
    "a recorder that gives way and cannot run is brought forward by its guard, which ends with it",
  ignore: !WEIGHS_SESSIONS,
  async fn() {
    await using workspace = Workspace.make();
    await using kernel = await workspace.kernel();
    const pid = await recorderBehind(workspace, kernel);
    Deno.kill(pid, "SIGSTOP");
    await cameForward(pid);
    const [guard = NaN] = childrenOf(pid);
    assertEquals(autogroup(guard), "0");
    Deno.kill(pid, "SIGKILL");
    await until("a guard that has ended", () => commandLine(guard) === "");
    await kernel.execute("await run.end();");
    await kernel.shutdown();
    await workspace.finalised();
  },
});
