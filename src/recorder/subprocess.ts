/**
 * Work in a process of its own: what it takes in memory and time does not stay with the recorder, whose heap is
 * small and whose code is not compiled.
 *
 * @module
 */
import { spawnProcess } from "../base/process.ts";
import { NbtrackError } from "../base/errors.ts";
import { HANDED_ON } from "../redaction/secret_sources.ts";
import { jsonLine, jsonLines } from "./protocol.ts";
import { RUN_ARGS } from "./spawn.ts";

/** What a process is given. */
export interface SubprocessOptions {
  /** Its arguments. */
  args: readonly string[];
  /** What it reads from its standard input, as one line of JSON. */
  input: unknown;
  /** Secrets that it has to know, by name: it gets them in its environment, which only its user can read. */
  secrets?: Readonly<Record<string, string>> | undefined;
  /** Called with each line of JSON that it writes. */
  onLine?: (line: unknown) => void;
}

/**
 * Runs a module in another process.
 *
 * @param module Its address.
 * @throws {NbtrackError} when it fails, with the first line of its standard error
 */
export async function runSubprocess(
  module: URL,
  options: SubprocessOptions,
): Promise<void> {
  const child = spawnProcess(Deno.execPath(), {
    args: [...RUN_ARGS, module.href, ...options.args],
    env: { [HANDED_ON]: JSON.stringify(options.secrets ?? {}) },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  });
  const stderr = new Response(child.stderr).text();
  // One that ends at once reads nothing; the reason is on its standard error.
  const given = new Blob([jsonLine(options.input)]).stream().pipeTo(child.stdin)
    .catch(() => {});
  for await (const line of jsonLines(child.stdout)) options.onLine?.(line);
  const { success, code } = await child.status;
  await given;
  if (success) return;
  const [why = ""] = (await stderr).trim().split("\n");
  throw new NbtrackError(why === "" ? `It ended with code ${code}.` : why);
}

/** What a process of its own was given. */
export async function readSubprocessInput(): Promise<unknown> {
  for await (const line of jsonLines(Deno.stdin.readable)) return line;
  throw new NbtrackError("Nothing was given.");
}
