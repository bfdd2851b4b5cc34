import type { Replay } from "../replay.ts";
export function replayInSandbox(_: unknown): Promise<Replay> {
  return Promise.reject(new Error("not there"));
}
