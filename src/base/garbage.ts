/**
 * Giving memory back while much is read and thrown away: V8 takes several times as much before it looks.
 *
 * @module
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** So much may come together, bytes. */
const MOST = 32 << 20;

let collect: (() => void) | null = null;
let left = 0;

/** Gives back what nothing uses any more, once much of it may have come together. */
export function collectGarbage(): void {
  const { heapUsed } = Deno.memoryUsage();
  left = Math.min(left, heapUsed);
  if (heapUsed - left < MOST) return;
  if (collect === null) {
    setFlagsFromString("--expose-gc");
    collect = runInNewContext("gc") as () => void;
  }
  collect();
  left = Deno.memoryUsage().heapUsed;
}
