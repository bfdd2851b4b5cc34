/**
 * What a bundle is made from: plain data.
 *
 * @module
 */
import type { JsonNumber } from "../../base/numbers.ts";
import type { OwnFolder } from "../../base/own_folders.ts";
import type { z } from "../../base/zod.ts";
import type { RunRecord } from "../schema/record.ts";
import type { CollectedDataset } from "./data.ts";
import type { PROJECT_FILES, toleranceSchema } from "./manifest.ts";
import type { BundledModel } from "./models.ts";

/** An artifact of the user. */
export interface CollectedArtifact {
  path: string;
  digest: string;
  size: number;
  content_type: string;
  /** Null when it does not travel. */
  bytes: Uint8Array | null;
}

/** What a bundle is made from. */
export interface BundleSource {
  /** The version of nbtrack that makes it. */
  nbtrack: string;
  record: RunRecord;
  /** Position among the runs of its session. */
  ordinal: number;
  opened_by_runner: boolean;
  attempt: number;
  /** Indices of cells whose source could not be seen. */
  unseen: ReadonlySet<number>;
  /** Tags by nbtrack's own names as the notebook set them. */
  user_tags: Record<string, string>;
  metrics: { key: string; points: [number, number, JsonNumber][] }[];
  tolerance: z.infer<typeof toleranceSchema>;
  /** Whether the seed reached what had taken `Math.random` before. */
  seed_reach: "everything" | null;
  /** Whether what was asked before `track()` was called was seen. */
  network_reach: "everything" | null;
  overrides: { params: Record<string, string>; seed: number | null };
  env_names: string[];
  hosts: string[];
  /** The name of the notebook's folder. */
  folder: string | null;
  /** Which of Deno's own files lay in it; null when that is not known. */
  project_files: (typeof PROJECT_FILES)[number][] | null;
  /** Its own folders, as they stood when it was recorded. */
  folders: OwnFolder[];
  datasets: CollectedDataset[];
  artifacts: CollectedArtifact[];
  models: BundledModel[];
  /** Sources of local modules by path. */
  module_sources: Record<string, string>;
  lock: string | null;
  config: string | null;
  notebook_file: string | null;
  changes_diff: string | null;
}
