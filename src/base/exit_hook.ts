/**
 * Seeing what a cell shows before it ends its kernel by `Deno.exit()`: the kernel publishes on another thread, which ends
 * with it.
 *
 * @module
 */

/** How long that thread is given, milliseconds. */
const PUBLISH_MS = 150;

/** Code that prepares a kernel, for its start: exits wait until what was shown is published. */
export const EXIT_HOOK = `for (const holder of [Deno, process]) {
  const { exit } = holder;
  const { wait } = Atomics;
  const never = new Int32Array(new SharedArrayBuffer(4));
  holder.exit = Object.defineProperty((code) => {
    wait(never, 0, 0, ${PUBLISH_MS});
    return exit.call(holder, code);
  }, "name", { value: "exit" });
}`;
