/**
 * Comparing pictures that anyone may have made: in a process without any right, which is ended when it takes too long or
 * too much. Decoders read what strangers wrote.
 *
 * @module
 */
import { runProcess } from "../../../base/process.ts";
import { z } from "../../../base/zod.ts";
import { RUN_ARGS } from "../../../recorder/spawn.ts";

/** How long it may take, milliseconds. */
const TIMEOUT_MS = 60_000;
/** Longest answer that is read, bytes. */
const MAX_ANSWER_BYTES = 1 << 16;
/** The heap of the process, MiB; pixels lie outside of it. */
const HEAP_MIB = 512;
const MAIN = new URL("./main.ts", import.meta.url);

/** How Deno is started for what strangers made. */
export const ARGS_WITHOUT_RIGHTS: readonly string[] = [
  ...RUN_ARGS.filter((arg) => arg !== "--allow-all"),
  "--no-prompt",
  "--cached-only",
  "--no-check",
  "--unstable-raw-imports",
  `--v8-flags=--max-old-space-size=${HEAP_MIB}`,
];

const answerSchema = z.object({ difference: z.string().nullable() });

/**
 * What differs between two pictures of one kind; null when every pixel is the same.
 *
 * @throws {Error} when they cannot be read
 */
export async function pictureDifference(
  type: string,
  recorded: Uint8Array,
  reproduced: Uint8Array,
): Promise<string | null> {
  const input = new Uint8Array(4 + recorded.length + reproduced.length);
  new DataView(input.buffer).setUint32(0, recorded.length);
  input.set(recorded, 4);
  input.set(reproduced, 4 + recorded.length);
  const { success, stdout, stderr } = await runProcess(Deno.execPath(), {
    args: [...ARGS_WITHOUT_RIGHTS, MAIN.href, type],
    env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
    input,
    maxBytes: MAX_ANSWER_BYTES,
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!success) {
    const why =
      /^(?:error: )?(?:Uncaught )?(?:\(in promise\) )?(\w*Error: .*)$/m
        .exec(stderr)?.[1];
    throw new Error(
      (why ?? "the process that decodes them ended").slice(0, 300),
    );
  }
  return answerSchema.parse(JSON.parse(new TextDecoder().decode(stdout)))
    .difference;
}
