/**
 * Commands that go on until they are ended.
 *
 * @module
 */

/** A server of a command. */
interface Closable {
  close(): Promise<void>;
}

/**
 * Keeps a server until somebody ends the command, then closes it.
 *
 * @param announce Says that it is there: whoever reads that may end the command at once.
 * @returns the exit code
 */
export async function serveUntilSignal(
  server: Closable,
  announce: () => void,
): Promise<0> {
  const signals: Deno.Signal[] = Deno.build.os === "windows"
    ? ["SIGINT", "SIGBREAK"]
    : ["SIGINT", "SIGTERM"];
  const ended = Promise.withResolvers<void>();
  for (const signal of signals) {
    Deno.addSignalListener(signal, () => ended.resolve());
  }
  announce();
  await ended.promise;
  await server.close();
  return 0;
}
