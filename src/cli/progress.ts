/**
 * Progress of one long step, on a terminal's stderr only.
 *
 * @module
 */
import { ENV, readEnv, switchedOn } from "../base/env.ts";

/** Steps shorter than this show nothing, milliseconds. */
const FIRST_AFTER_MS = 400;
/** Between two pictures, milliseconds. */
const PAUSE_MS = 100;

/** A line that is updated. */
export interface ProgressLine {
  /** Says how far it is; the total may not be known. */
  update(done: number, total?: number | null): void;
  /** Takes the line away. */
  end(): void;
}

/** A progress line; it shows nothing where stderr is no terminal or quiet was asked for. */
export function progressLine(
  what: string,
  text: (amount: number) => string,
): ProgressLine {
  const quiet = !Deno.stderr.isTerminal() || switchedOn(readEnv(ENV.quiet));
  const began = performance.now();
  let last = began + FIRST_AFTER_MS - PAUSE_MS;
  let shown = false;
  const write = (line: string) =>
    Deno.stderr.writeSync(new TextEncoder().encode(`\r\x1b[2K${line}`));
  return {
    update(done, total) {
      const now = performance.now();
      if (quiet || now - last < PAUSE_MS) return;
      last = now;
      shown = true;
      const share = typeof total === "number" && total > 0
        ? ` of ${text(total)} (${Math.floor(100 * done / total)} %)`
        : "";
      write(`${what}: ${text(done)}${share}`);
    },
    end() {
      if (shown) write("");
    },
  };
}
