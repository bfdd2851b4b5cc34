/**
 * What the packages of a session are captured from.
 *
 * @module
 */

/** Options of `capturePackages`. */
export interface CapturePackagesOptions {
  /** Sources in the order they were executed, or with the name each has in `missing` (default: `cell 0`, …). */
  cells: readonly (string | { label: string; source: string })[];
  /** The kernel's working directory. Nothing is written there. */
  cwd: string;
  /**
   * The Deno that runs the kernel.
   * @default {Deno.execPath()}
   */
  denoPath?: string;
  /** The kernel's environment; default: this process's. */
  env?: Readonly<Record<string, string>>;
  /** Where to make a temporary folder; default: the system's folder for them. */
  workDir?: string;
  /** Where nbtrack itself lies; default: this copy. */
  ownRoot?: URL;
  /** When the session began, in milliseconds since 1970: files changed since are named in `missing`. */
  since_ms?: number;
  /**
   * Milliseconds until the network is given up; then what needs it is named in `missing`.
   * @default {20000}
   */
  timeout_ms?: number;
  /**
   * The largest content of a local module that is kept, in bytes.
   * @default {1048576}
   */
  maxSourceBytes?: number;
}
