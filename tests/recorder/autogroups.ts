import { existsSync } from "node:fs";
import type { Kernel } from "../../src/jupyter/kernel.ts";
import { until } from "../until.ts";
import { IMPORT, type Workspace } from "./support.ts";

/** Whether the system weighs sessions against each other. */
export const WEIGHS_SESSIONS = Deno.build.os === "linux" &&
  existsSync("/proc/self/autogroup");

/** The niceness of a process's session. */
export const autogroup = (pid: number) =>
  Deno.readTextFileSync(`/proc/${pid}/autogroup`).split(" ").at(-1)?.trim();

/** Opens a run, and waits until its recorder gives way. @returns the recorder's process id */
export async function recorderBehind(
  workspace: Workspace,
  kernel: Pick<Kernel, "execute">,
): Promise<number> {
  await kernel.execute(
    `${IMPORT}\nconst run = await track("behind", { quiet: true });`,
  );
  const { pid } = await until("the recorder", () => workspace.recorders[0]);
  await until("its session", () => autogroup(pid) === "19");
  return pid;
}

/** Waits until a process's session has the usual share. */
export async function cameForward(pid: number): Promise<void> {
  await until("a session that came forward", () => autogroup(pid) === "0");
}
