import { existsSync } from "node:fs";

/** Whether the system weighs sessions against each other. */
export const WEIGHS_SESSIONS = Deno.build.os === "linux" &&
  existsSync("/proc/self/autogroup");

/** The niceness of a process's session. */
export const autogroup = (pid: number) =>
  Deno.readTextFileSync(`/proc/${pid}/autogroup`).split(" ").at(-1)?.trim();
