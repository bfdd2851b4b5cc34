/**
 * Seeing to it that a process does not outlive this one, however this one ends: killed, it ends nothing itself.
 *
 * @module
 */
import { spawnProcess } from "./process.ts";

/** What waits for this process's end, and then ends the other: no signal that is sent to both at once ends it before. */
const WAIT = (pid: number) =>
  `trap '' HUP INT TERM; read -r _; kill -KILL ${pid} 2>/dev/null`;

/**
 * Ends a process when this one is gone, until the scope ends. Only systems with a shell have it; on Windows nothing is
 * done.
 */
export function endWithThisProcess(pid: number | undefined): AsyncDisposable {
  if (pid === undefined || Deno.build.os === "windows") {
    return { [Symbol.asyncDispose]: () => Promise.resolve() };
  }
  const guard = spawnProcess("/bin/sh", {
    args: ["-c", WAIT(pid)],
    stdin: "piped",
  });
  guard.unref();
  return {
    async [Symbol.asyncDispose]() {
      guard.ref();
      guard.kill("SIGKILL");
      await guard.status;
      // The pipe has no reader any more, which closing it may say.
      await guard.stdin.close().catch(() => {});
    },
  };
}
