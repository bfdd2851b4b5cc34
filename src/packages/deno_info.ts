/**
 * `deno info --json`: the module graph of a file, without writing anything but the lock it is given.
 *
 * @module
 */
import { runProcess } from "../base/process.ts";
import { NbtrackError, recogniser } from "../base/errors.ts";
import { z } from "../base/zod.ts";

const edgeSchema = z.looseObject({
  specifier: z.string().optional(),
  error: z.string().optional(),
});

const dependencySchema = z.looseObject({
  /** As written. */
  specifier: z.string(),
  /** Where it leads; absent for imports of types only. */
  code: edgeSchema.optional(),
  isDynamic: z.boolean().optional(),
  /** The `type` of its import attributes. */
  assertionType: z.string().optional(),
});

const moduleSchema = z.looseObject({
  specifier: z.string(),
  kind: z.string().optional(),
  error: z.string().optional(),
  dependencies: z.array(dependencySchema).default([]),
});

const graphSchema = z.looseObject({
  modules: z.array(moduleSchema).default([]),
  redirects: z.record(z.string(), z.string()).default({}),
});

/** One import of a module. */
export type Dependency = z.infer<typeof dependencySchema>;

/** One module of a graph. */
export type Module = z.infer<typeof moduleSchema>;

/** What `deno info --json` says. */
export type ModuleGraph = z.infer<typeof graphSchema>;

/** `deno info` failed or did not answer in time. */
export class DenoInfoError extends NbtrackError {
  /** Whether it was stopped because it took too long. */
  readonly timedOut: boolean;

  constructor(
    message: string,
    options: { timedOut: boolean; cause?: unknown },
  ) {
    super(message, { cause: options.cause });
    this.timedOut = options.timedOut;
  }
}

/** Whether a value is a {@linkcode DenoInfoError}. */
export const isDenoInfoError = recogniser(DenoInfoError);

/** Options of {@linkcode denoInfo}. */
export interface DenoInfoOptions {
  /** The program. */
  denoPath: string;
  /** The `deno.json` to use; null for none. */
  config: string | null;
  /** The lock to read and write; null for none. */
  lock: string | null;
  /** The folder it runs in: the kernel's, whose `.npmrc` counts. */
  cwd: string;
  /** The environment it runs in. */
  env: Readonly<Record<string, string>>;
  /** More flags: `--no-remote`, `--no-npm`. */
  flags?: readonly string[];
  /** Milliseconds until it is stopped. */
  timeout_ms: number;
}

/**
 * The module graph of a file.
 *
 * @throws {DenoInfoError} when it takes too long or fails as a whole; a module that cannot be had is an
 * `error` of the graph instead
 */
export async function denoInfo(
  file: string,
  options: DenoInfoOptions,
): Promise<ModuleGraph> {
  const { denoPath, config, lock, flags = [], timeout_ms } = options;
  const env: Record<string, string> = { ...options.env, NO_COLOR: "1" };
  // They would write into the user's audit file, or slow this process down.
  delete env.DENO_AUDIT_PERMISSIONS;
  delete env.DENO_V8_FLAGS;
  const signal = AbortSignal.timeout(Math.max(1, timeout_ms));
  const running = runProcess(denoPath, {
    args: [
      "info",
      "--json",
      "--quiet",
      "--allow-import",
      "--node-modules-dir=none",
      "--vendor=false",
      ...config === null ? ["--no-config"] : [`--config=${config}`],
      ...lock === null ? ["--no-lock"] : [
        `--lock=${lock}`,
        "--frozen-lockfile=false",
      ],
      ...flags,
      file,
    ],
    cwd: options.cwd,
    env,
    clearEnv: true,
    signal,
  });
  const { code, stdout, stderr } = await running.catch((cause) => {
    if (!signal.aborted) throw cause;
    throw new DenoInfoError(
      `Cannot read the imports: deno info did not answer within ${timeout_ms} ms`,
      { timedOut: true, cause },
    );
  });
  try {
    if (code !== 0) throw new Error(`deno info ended with code ${code}`);
    return graphSchema.parse(JSON.parse(new TextDecoder().decode(stdout)));
  } catch (cause) {
    const said = stderr.trim().split("\n")[0] ?? "";
    throw new DenoInfoError(
      `Cannot read the imports: ${said || `deno info ended with code ${code}`}`,
      { timedOut: false, cause },
    );
  }
}
