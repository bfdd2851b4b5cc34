/**
 * The record of a run: what `nbtrack show --json` prints.
 *
 * @module
 */
import { z } from "../../base/zod.ts";
import { outputSchema } from "../../notebook/schema.ts";
import {
  answerSchema,
  changeSchema,
  columnProfileSchema,
  columnSchema,
  environmentSchema,
  gitSchema,
  moduleSchema,
  packageSchema,
  stateNoteSchema,
  systemSampleSchema,
  writtenFileSchema,
} from "./documents.ts";
import {
  jsonNumberSchema,
  type RunSummary,
  runSummarySchema,
} from "./summary.ts";

/** What is worth knowing of a cell execution besides its result. */
export const flagSchema = z.enum([
  "stale",
  "edited",
  "out-of-order",
  "before-track",
  "excluded",
  "deleted",
  "undefined",
  "old-module",
]);

/** A cell execution. */
export const recordedCellSchema = z.object({
  /** Position in the order of execution, from 0. */
  index: z.number(),
  /** The cell's id in the notebook file. */
  id: z.string().nullable(),
  execution_count: z.number().nullable(),
  /** As executed; empty when it could not be seen, which `missing` then says. */
  source: z.string(),
  /** `running` only while it does. */
  status: z.enum(["ok", "error", "aborted", "running"]),
  start_time: z.number().nullable(),
  end_time: z.number().nullable(),
  outputs: z.array(outputSchema),
  flags: z.array(flagSchema),
  /** Whether it was interrupted, by its user or by a limit of time; left out where it was not. */
  interrupted: z.boolean().optional(),
  /** Where the source was read: on the wire as it was executed, or in the notebook's file; null when not known. */
  source_from: z.enum(["wire", "file"]).nullable(),
});

/** A dataset of a run; what is not known (yet) is null. */
export const datasetSchema = z.object({
  name: z.string(),
  context: z.string().nullable(),
  uri: z.string().nullable(),
  digest: z.string().nullable(),
  /** Bytes. */
  size: z.number().nullable(),
  rows: z.number().nullable(),
  columns: z.array(columnSchema).nullable(),
  /** What its columns hold; absent where a record does not say. */
  profile: z.array(columnProfileSchema).nullable().optional(),
  found: z.enum(["named", "detected"]),
  /** Why something of it is not known. */
  message: z.string().nullable(),
  /** The digest it had when the run ended, when it was changed while the run was open. */
  changed: z.string().optional(),
});

/** An artifact of a run; a server may not say its digest. */
const artifactSchema = z.object({
  path: z.string(),
  /** `user`: logged by the user; `record`: nbtrack's own record of the run. */
  origin: z.enum(["user", "record"]),
  size: z.number().nullable(),
  digest: z.string().nullable(),
});

/** Where something was taken out, what kind of secret it was, and what stands instead. */
export const redactionSchema = z.object({
  where: z.string(),
  kind: z.string(),
  /** Empty in the records of earlier versions. */
  placeholder: z.string().default(""),
  /** The name that it stood under: a variable, a param, a member. */
  name: z.string().nullable().default(null),
});

/** What was not captured, and why. */
export const missingSchema = z.object({ what: z.string(), why: z.string() });

/** A run in full. */
export const runRecordSchema = runSummarySchema.extend({
  notebook: z.string().nullable(),
  description: z.string().nullable(),
  /** Why it ended so, when nobody called `end()`. */
  end_reason: z.string().nullable(),
  cells: z.array(recordedCellSchema),
  datasets: z.array(datasetSchema),
  packages: z.array(packageSchema),
  modules: z.array(moduleSchema),
  artifacts: z.array(artifactSchema),
  environment: environmentSchema,
  git: gitSchema,
  redactions: z.array(redactionSchema),
  missing: z.array(missingSchema),
  /** Since the run before it in its experiment. */
  changed: z.array(changeSchema),
  /** Hosts that the notebook reached, with the port where it is not the protocol's own, as far as that was seen. */
  hosts: z.array(z.string()).default([]),
  /** Names of the environment variables that the notebook read, as far as it was seen; never their values. */
  env_names: z.array(z.string()).default([]),
  /** What the notebook does not show of its state; null where nobody has looked. */
  hidden_state: z.array(stateNoteSchema).nullable().default(null),
  /** What `fetch` answered to the notebook. */
  network: z.array(answerSchema).default([]),
  /** Files that the notebook wrote while the run was open, and that were there when it ended. */
  written: z.array(writtenFileSchema).default([]),
  /** How busy kernel and machine were, some seconds apart; known on the machine that recorded the run. */
  system: z.array(systemSampleSchema).default([]),
});

/** One point of a metric; a server may not say its step. */
export const pointSchema = z.object({
  step: z.number().nullable(),
  timestamp: z.number().nullable(),
  value: jsonNumberSchema.nullable(),
});

/** A run in full. */
export type RunRecord = z.infer<typeof runRecordSchema>;
/** A cell execution. */
export type RecordedCell = z.infer<typeof recordedCellSchema>;
/** A dataset of a run. */
export type RecordedDataset = z.infer<typeof datasetSchema>;
/** An artifact of a run. */
export type RecordedArtifact = z.infer<typeof artifactSchema>;
/** One point of a metric. */
export type RecordedPoint = z.infer<typeof pointSchema>;

/** An environment of which nothing is known. */
export const UNKNOWN_ENVIRONMENT: RunRecord["environment"] = {
  deno: null,
  v8: null,
  typescript: null,
  os: null,
  arch: null,
};

/** The record of a run of which no more than its summary is known. */
export function recordOfSummary(summary: RunSummary): RunRecord {
  return {
    ...summary,
    notebook: null,
    description: null,
    end_reason: null,
    cells: [],
    datasets: [],
    packages: [],
    modules: [],
    artifacts: [],
    environment: UNKNOWN_ENVIRONMENT,
    git: null,
    redactions: [],
    missing: [],
    changed: [],
    hosts: [],
    env_names: [],
    hidden_state: null,
    network: [],
    written: [],
    system: [],
  };
}

/** Artifacts with those of the user in front of nbtrack's own. */
export function usersFirst(
  artifacts: readonly RecordedArtifact[],
): RecordedArtifact[] {
  return artifacts.toSorted((a, b) =>
    Number(a.origin === "record") - Number(b.origin === "record")
  );
}
