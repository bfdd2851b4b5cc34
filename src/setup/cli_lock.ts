/**
 * The lock of the nbtrack that a pipeline's jobs run: the packages that nbtrack itself is tested with, by their
 * integrity.
 *
 * @module
 */
import { messageOf, NbtrackError } from "../base/errors.ts";
import { z } from "../base/zod.ts";

const lockSchema = z.looseObject({
  version: z.string(),
  specifiers: z.record(z.string(), z.string()),
  npm: z.record(z.string(), z.looseObject({ integrity: z.string() })),
});

/** The lock of what users run, beside the sources or at the registry. */
const OWN_LOCK = new URL("../deno.lock", import.meta.url);

/**
 * The text of the lock. It holds npm packages only: a release of nbtrack never changes at its registry.
 *
 * @throws {NbtrackError} when nbtrack's own lock cannot be read
 */
export async function cliLock(): Promise<string> {
  try {
    const { version, specifiers, npm } = lockSchema.parse(
      JSON.parse(await read(OWN_LOCK)),
    );
    return JSON.stringify({ version, specifiers, npm }, null, 2) + "\n";
  } catch (cause) {
    throw new NbtrackError(
      `Cannot read nbtrack's own lock ${OWN_LOCK.href}: ${messageOf(cause)}`,
      { hint: "Check the network, or that nbtrack's folder is whole.", cause },
    );
  }
}

async function read(url: URL): Promise<string> {
  if (url.protocol === "file:") return await Deno.readTextFile(url);
  const answer = await fetch(url, { signal: AbortSignal.timeout(60_000) });
  if (answer.ok) return await answer.text();
  await answer.body?.cancel();
  throw new Error(`the answer was ${answer.status}`);
}
