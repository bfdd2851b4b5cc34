/**
 * Starting processes. Nothing else in nbtrack starts one, so what holds for all of them stands here: no prompt, no
 * terminal, output within a limit, an end in time.
 *
 * @module
 */
import { atExit } from "./at_exit.ts";
import { concat } from "./bytes.ts";

/** How a process is started. */
export interface ProcessOptions {
  /** @default {[]} */
  args?: readonly string[];
  /** The folder it starts in. @default {this process's} */
  cwd?: string | URL | undefined;
  /** Variables of its environment. @default {{}} */
  env?: Readonly<Record<string, string>> | undefined;
  /** Whether `env` is all of its environment, and this process's is not handed on. @default {false} */
  clearEnv?: boolean | undefined;
  /** Ends the process with SIGTERM when aborted. */
  signal?: AbortSignal | undefined;
}

/** How a process is run to its end. */
export interface RunProcessOptions extends ProcessOptions {
  /** What it reads from its standard input. @default {nothing: it reads the end of the file at once} */
  input?: string | Uint8Array<ArrayBuffer> | undefined;
  /** Called with its id when it has started. */
  onStart?: ((pid: number) => void) | undefined;
  /** It is ended when it has written more to its standard output, bytes. @default {no limit} */
  maxBytes?: number | undefined;
}

/** What a process that has ended left behind. */
export interface ProcessResult {
  /** The exit code; above 128 when a signal ended it. */
  code: number;
  success: boolean;
  /** What it wrote to its standard output; up to `maxBytes` when it wrote more. */
  stdout: Uint8Array<ArrayBuffer>;
  /** Whether it was ended because it wrote more than `maxBytes`. */
  overLimit: boolean;
  /** What it wrote to its standard error. */
  stderr: string;
}

/**
 * Runs a program to its end.
 *
 * @throws {Deno.errors.NotFound} when the program or the folder does not exist
 * @throws the signal's reason when it was aborted
 */
export async function runProcess(
  program: string,
  options: RunProcessOptions = {},
): Promise<ProcessResult> {
  const { input, maxBytes = Infinity, signal } = options;
  signal?.throwIfAborted();
  const child = new Deno.Command(program, {
    ...commandOptions(options),
    stdin: input === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  using _ = atExit(() => child.kill("SIGKILL"));
  options.onStart?.(child.pid);
  // A process that ends without reading its input closes the pipe; its exit code and standard error say why it ended.
  const written = input === undefined
    ? undefined
    : new Blob([input]).stream().pipeTo(child.stdin).catch(() => {});
  const [out, stderr, status] = await Promise.all([
    readUpTo(child.stdout, maxBytes),
    new Response(child.stderr).text(),
    child.status,
    written,
  ]);
  signal?.throwIfAborted();
  return {
    code: status.code,
    success: status.success && !out.overLimit,
    stdout: out.bytes,
    overLimit: out.overLimit,
    stderr,
  };
}

/** The standard output of a program that ends soon, as text. Blocks this thread: for the few places that cannot wait. */
export function outputOfProcessSync(
  program: string,
  options: ProcessOptions = {},
): string {
  const { stdout } = new Deno.Command(program, {
    ...commandOptions(options),
    stderr: "null",
  }).outputSync();
  return new TextDecoder().decode(stdout);
}

/** How a process that goes on beside this one is started. */
export interface SpawnProcessOptions extends ProcessOptions {
  /** @default {"null"} */
  stdin?: "null" | "piped" | "inherit";
  /** @default {"null"} */
  stdout?: "null" | "piped" | "inherit";
  /** @default {"null"} */
  stderr?: "null" | "piped" | "inherit";
  /** Whether it outlives this process and its terminal. @default {false} */
  detached?: boolean;
}

/** Starts a program that goes on beside this process. */
export function spawnProcess(
  program: string,
  options: SpawnProcessOptions = {},
): Deno.ChildProcess {
  const { stdin = "null", stdout = "null", stderr = "null" } = options;
  return new Deno.Command(program, {
    ...commandOptions(options),
    stdin,
    stdout,
    stderr,
    detached: options.detached ?? false,
  }).spawn();
}

function commandOptions(options: ProcessOptions): Deno.CommandOptions {
  const { args = [], cwd, env, clearEnv, signal } = options;
  return {
    args: [...args],
    ...cwd === undefined ? {} : { cwd },
    ...env === undefined ? {} : { env },
    ...clearEnv === undefined ? {} : { clearEnv },
    ...signal === undefined ? {} : { signal },
  };
}

/** Reads a stream up to a limit; leaving it then closes the pipe, which ends the process. */
async function readUpTo(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  maxBytes: number,
): Promise<{ bytes: Uint8Array<ArrayBuffer>; overLimit: boolean }> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for await (const chunk of stream) {
    chunks.push(chunk.subarray(0, maxBytes - size));
    size += chunk.length;
    if (size > maxBytes) break;
  }
  return { bytes: concat(chunks), overLimit: size > maxBytes };
}
