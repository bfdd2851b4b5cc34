/**
 * A practice server for a lesson, which ends with the kernel that started it.
 *
 * @module
 */
import { NbtrackError } from "../base/errors.ts";
import { spawnProcess } from "../base/process.ts";
import { z } from "../base/zod.ts";

const MAIN = new URL("./server_main.ts", import.meta.url).href;
const readySchema = z.looseObject({
  url: z.string(),
  tracking_uri: z.string(),
  token: z.string(),
});

/** A practice server, as `track()` needs it. */
export interface LessonServer {
  /** Its address. */
  readonly url: string;
  /** What `track()` takes as `trackingUri`. */
  readonly tracking_uri: string;
  /** What `track()` takes as `token`. */
  readonly token: string;
}

/** The server of this process, and the stream whose end ends it. */
let running: {
  server: Promise<LessonServer>;
  input: WritableStream<Uint8Array>;
} | null = null;

/**
 * Starts a practice server on this machine, which speaks GitLab's API, keeps nothing, and ends with this process. A
 * second call gives the same one.
 *
 * @throws {NbtrackError} when it cannot be started
 *
 * @example Usage
 * ```ts no-eval
 * import { track } from "@nbtrack/nbtrack";
 * import { practiceServer } from "@nbtrack/nbtrack/lessons";
 *
 * const { tracking_uri, token } = await practiceServer();
 * const run = await track("shared", { trackingUri: tracking_uri, token });
 * ```
 */
export function practiceServer(): Promise<LessonServer> {
  running ??= start();
  return running.server;
}

/** The server that was started here; null when none was, or it did not start. */
export async function startedServer(): Promise<LessonServer | null> {
  try {
    return await running?.server ?? null;
  } catch (error) {
    if (error instanceof NbtrackError) return null; // whoever started it was told
    throw error;
  }
}

function start(): NonNullable<typeof running> {
  const child = spawnProcess(Deno.execPath(), {
    args: ["run", "-A", "--quiet", "--no-lock", MAIN],
    stdin: "piped",
    stdout: "piped",
  });
  child.unref();
  return { input: child.stdin, server: firstLine(child.stdout) };
}

async function firstLine(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
): Promise<LessonServer> {
  let text = "";
  for await (const part of stream.pipeThrough(new TextDecoderStream())) {
    text += part;
    const end = text.indexOf("\n");
    if (end >= 0) return readySchema.parse(JSON.parse(text.slice(0, end)));
  }
  running = null;
  throw new NbtrackError("The practice server did not start.", {
    hint: "Run nbtrack serve in a terminal: it says why.",
  });
}
