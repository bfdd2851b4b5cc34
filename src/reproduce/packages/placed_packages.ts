/**
 * What is asked of packages, and what became of them.
 *
 * @module
 */
import { emptyLock, type Lock } from "../../packages/lock_file.ts";
import type { ReplayConfig } from "../replay/replay_config.ts";
import type { Cause, SandboxSurroundings } from "../replay/types.ts";

/** What is needed to put packages in place. */
export interface PlacePackagesOptions {
  /** The Deno that fetches. */
  denoPath: string;
  /** The configuration of the replay. */
  config: ReplayConfig;
  /** The text of the lock; null when there is none. */
  lock: string | null;
  /** Takes the newest packages that the imports allow instead of the recorded ones. */
  newest: boolean;
  /** A sandbox: its cache is filled, and its configuration is written where its cells cannot change it. */
  sandbox?: SandboxSurroundings | undefined;
  /** Hosts whose modules a sandbox may import. */
  hosts?: readonly string[] | undefined;
}

/** What became of the packages. */
export interface PlacedPackages {
  /** Why the replay cannot be run. */
  failures: Cause[];
  /** What the lock had before anything was added. */
  lock: Lock;
  /** Whether imports that the lock does not know are refused. */
  frozen: boolean;
  /** What nbtrack itself added to the lock. */
  owned: ReadonlySet<string>;
  /** The lock that the cells can write; null when they cannot. */
  lockPath: string | null;
}

/** What stands where nothing was put in place. */
export const NO_PACKAGES: PlacedPackages = {
  failures: [],
  lock: emptyLock(),
  frozen: true,
  owned: new Set(),
  lockPath: null,
};
