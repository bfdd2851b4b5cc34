const POLL_MS = 20;
/** So long nothing takes that comes at all, on a machine that has much else to do, milliseconds. */
export const LONGEST_MS = 180_000;

/** Asks until something is there; fails when it does not come in time. */
export async function until<T>(
  what: string,
  find: () =>
    | T
    | undefined
    | null
    | false
    | Promise<T | undefined | null | false>,
  timeout_ms = LONGEST_MS,
): Promise<T> {
  const deadline = Date.now() + timeout_ms;
  for (;;) {
    const found = await find();
    if (found !== undefined && found !== null && found !== false) return found;
    if (Date.now() > deadline) {
      throw new Error(`waited ${timeout_ms} ms in vain for ${what}`);
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
