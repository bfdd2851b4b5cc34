/**
 * The manifest of a bundle: what a run was, and what it takes to repeat it.
 *
 * @module
 */
import { VERSION } from "../../base/version.ts";
import { z } from "../../base/zod.ts";
import {
  answerSchema,
  changeSchema,
  digestSchema,
  environmentSchema,
  gitSchema,
  moduleSchema,
  packageSchema,
  stateNoteSchema,
  writtenFileSchema,
} from "../schema/documents.ts";
import {
  datasetSchema,
  missingSchema,
  recordedCellSchema,
  redactionSchema,
  runRecordSchema,
} from "../schema/record.ts";
import { namedFolderSchema } from "./folders.ts";
import { bundledModelSchema } from "./models.ts";
import { isPoint } from "./json_text.ts";
import { fitsName, isPlainPath, namesFolder, staysInside } from "./paths.ts";
import { secondDigestsSchema } from "./second_digests_schema.ts";
import { jsonNumberSchema, provenanceSchema } from "../schema/summary.ts";

/** The version this code writes; a manifest of a newer one is refused. */
export const MANIFEST_VERSION = 1;

/** A point of a metric: step, milliseconds since 1970, value. */
const pointSchema = z.tuple([z.number(), z.number(), jsonNumberSchema]);

/** Tolerances by metric, as `track()` was given them. */
export const toleranceSchema = z.record(
  z.string(),
  z.looseObject({
    rtol: z.number().nonnegative().optional(),
    atol: z.number().nonnegative().optional(),
  }),
);

/** Files by which Deno is set up in a folder. */
export const PROJECT_FILES = ["deno.json", "deno.jsonc", "deno.lock"] as const;

/** How far a seed reached. */
export const reachSchema = z.enum(["everything"]).nullable();

const filePathSchema = z.string().refine(
  isPlainPath,
  "it names no file by a plain path",
);
const folderPathSchema = z.string().refine(
  (path) => /^(?:\.|\/|(?:\.\.\/)*\.\.)$/.test(path) || isPlainPath(path),
  "it names no folder by a plain path",
);
const entryNameSchema = z.string().refine(
  staysInside,
  "it names no file of the bundle",
);

/** A run's id as nbtrack and GitLab make them, or as MLflow does. */
const runIdSchema = z.string().regex(
  /^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32})$/i,
  "it is no id of a run",
);
/** The last moment of the year 9999, milliseconds since 1970. */
export const LAST_TIME = 253_402_300_799_999;
const timeSchema = z.number().min(0).max(LAST_TIME);

const bundledFileSchema = z.object({
  digest: digestSchema,
  /** Bytes. */
  size: z.number(),
});

/** One cell execution, as the manifest vouches for it. */
const bundledCellSchema = recordedCellSchema.extend({
  start_time: timeSchema.nullable(),
  end_time: timeSchema.nullable(),
  /** A cell that was still running when its session ended is `aborted`. */
  status: z.enum(["ok", "error", "aborted"]),
  /** Earlier versions did not say. */
  source_from: recordedCellSchema.shape.source_from.optional(),
  /** SHA-256 of the source's UTF-8 bytes; null when the source could not be seen. */
  source: digestSchema.nullable(),
  /** SHA-256 of the outputs in canonical form: JSON, keys sorted, texts in one piece, execution counts left out. */
  outputs: digestSchema,
});

/** A file of a dataset: where the notebook reads it, and where it lies in the bundle. */
const bundledDataFileSchema = z.object({
  /** Relative to the notebook's folder, with `/`; may start with `../`; absolute when the notebook names it so. */
  path: filePathSchema,
  digest: digestSchema,
  size: z.number(),
  /** Its path in the bundle; null when it does not travel. */
  file: entryNameSchema.nullable(),
  /**
   * SHA-256 of the prefixes that end after each `every` lines, 8 hex digits each: they find the first line that
   * differs. Null for data that must not travel.
   */
  lines: z.object({ every: z.number(), digests: z.string() }).nullable()
    .catch(null),
  /** When its contents were last changed; earlier versions did not say. */
  changed_time: timeSchema.optional(),
  /** Its owner could execute it; left out where not, as in earlier versions. */
  executable: z.literal(true).optional(),
  /** Several paths of the run led to this file, by links: those with the same number. */
  linked: z.int().nonnegative().optional(),
});

/** Where a dataset's contents can be had besides the bundle. */
const originSchema = z.object({
  /** Path from the root of the repository. */
  repository_path: z.string().nullable(),
  url: z.string().nullable(),
  /** Object id of Git LFS. */
  lfs: z.string().nullable(),
  /** MD5 that the DVC pointer beside it names. */
  dvc: z.string().nullable(),
});

/** A dataset of the run. */
const bundledDatasetSchema = datasetSchema.omit({
  message: true,
  profile: true,
})
  .extend({
    kind: z.enum(["file", "folder", "glob", "url", "memory"]).nullable(),
    digest_algorithm: z.string().nullable(),
    /** The folder of a folder's or glob's files, written like their paths. */
    base: folderPathSchema.nullable().default(null),
    /** What the files of a glob match, from its base. */
    pattern: z.string().nullable().default(null),
    /** The absolute path of the file or base, when the run named it by one. */
    absolute: z.string().nullable().default(null),
    origin: originSchema,
    files: z.array(bundledDataFileSchema),
    /** Whether the notebook made it itself. */
    made: z.boolean(),
  });

/** An artifact that the user logged. */
const bundledArtifactSchema = z.object({
  path: z.string(),
  digest: digestSchema,
  size: z.number(),
  content_type: z.string(),
  /** Its path in the bundle; null when it does not travel. */
  file: entryNameSchema.nullable(),
});

/** `manifest.json`. */
export const manifestSchema = z.looseObject({
  schema_version: z.int().positive(),
  /** The version of nbtrack that wrote it. */
  nbtrack: z.string(),
  run: runRecordSchema.pick({
    run_id: true,
    name: true,
    experiment: true,
    status: true,
    start_time: true,
    end_time: true,
    end_reason: true,
    parent: true,
    reproduces: true,
    description: true,
  }).extend({
    run_id: runIdSchema,
    parent: runIdSchema.nullable(),
    reproduces: runIdSchema.nullable(),
    start_time: timeSchema,
    end_time: timeSchema.nullable(),
    /** Where it was recorded, as seen by its recorder; earlier versions did not say. */
    provenance: provenanceSchema.optional(),
    /** Position among the runs that cells of its session opened, from 0; 0 for one that no cell opened. */
    ordinal: z.int().nonnegative(),
    /** Whether a runner or \`nbtrack adopt\` opened it, not a \`track()\` of the notebook. */
    opened_by_runner: z.boolean(),
    /** How many times its `track()` cell was executed. */
    attempt: z.int().positive(),
  }),
  params: z.record(z.string(), z.string()),
  tags: z.record(z.string(), z.string()),
  /** Tags by nbtrack's own names as the notebook set them; earlier versions did not say. */
  user_tags: z.record(z.string(), z.string()).optional(),
  metrics: z.array(
    z.object({ key: z.string(), points: z.array(pointSchema) }),
  ),
  tolerance: toleranceSchema,
  seed: z.int().nullable(),
  /** Whether the seed also reached libraries that had taken `Math.random` before; null or left out where it did not. */
  seed_reach: reachSchema.optional(),
  /** Whether `network` also has what was asked before `track()` was called; null or left out where it does not. */
  network_reach: reachSchema.optional(),
  /** What `nbtrack run` gave instead of what the cells say. */
  overrides: z.object({
    params: z.record(z.string(), z.string()),
    seed: z.int().nullable(),
  }),
  environment: environmentSchema,
  /** Names of environment variables that the run read. */
  env_names: z.array(
    z.string().regex(/^[^=\p{Cc}]+$/u, "it names no variable"),
  ),
  /** Hosts that the run reached. */
  hosts: z.array(z.string()),
  /** What `fetch` answered to the notebook; earlier versions did not say. */
  network: z.array(answerSchema).optional(),
  /** Files that the notebook wrote; earlier versions did not say. */
  written: z.array(writtenFileSchema).optional(),
  git: gitSchema,
  /** The name of the notebook's folder, without those it lies in: programs print it. */
  folder: z.string().refine(namesFolder, "it names no folder").nullable()
    .optional(),
  /** Which of Deno's own files lay in the notebook's folder; null when that is not known. */
  project_files: z.array(z.enum(PROJECT_FILES)).nullable().default(null),
  /** The work folder, home, temporary folder and cache of the recording machine, by digests; earlier versions wrote none. */
  folders: z.array(namedFolderSchema).max(64).optional(),
  notebook: z.object({
    /** The file's name. */
    name: z.string().refine(fitsName, "it is no name of a file"),
    digest: digestSchema.nullable(),
  }).nullable(),
  cells: z.array(bundledCellSchema),
  datasets: z.array(bundledDatasetSchema),
  packages: z.array(packageSchema),
  /** SHA-256 of lock and configuration as canonical JSON (keys sorted, no white space). */
  lock: digestSchema.nullable(),
  config: digestSchema.nullable(),
  modules: z.array(
    moduleSchema.extend({
      path: filePathSchema,
      /** Its path in the bundle; null when it does not travel. */
      file: entryNameSchema.nullable(),
    }),
  ),
  artifacts: z.array(bundledArtifactSchema),
  /** Versions of models that the run registered; earlier versions wrote none. */
  models: z.array(bundledModelSchema).optional(),
  changed: z.array(changeSchema),
  /** What the notebook does not show of its state; null or left out where nobody has looked. */
  hidden_state: z.array(stateNoteSchema).nullable().optional(),
  redactions: z.array(redactionSchema),
  missing: z.array(missingSchema),
  /** Every other file of the bundle by its path. */
  files: z.record(entryNameSchema, bundledFileSchema),
  /** Second digests of all this, under the name that bundles of earlier versions have it; the earliest have none. */
  seals: secondDigestsSchema.optional(),
});

type Point = z.infer<typeof pointSchema>;

/**
 * What {@linkcode manifestSchema} takes, without an object for each point on the way: a run may have millions of them.
 */
export const readManifestSchema = manifestSchema.extend({
  metrics: z.array(
    z.object({
      key: z.string(),
      points: z.custom<Point[]>(
        (value) => Array.isArray(value) && value.every(isPoint),
        "they are not all [step, time, value]",
      ),
    }),
  ),
});

/** `manifest.json`. */
export type Manifest = z.infer<typeof manifestSchema>;
/** One cell execution in the manifest. */
export type BundledCell = z.infer<typeof bundledCellSchema>;
/** A dataset in the manifest. */
export type BundledDataset = z.infer<typeof bundledDatasetSchema>;
/** A file of a dataset in the manifest. */
export type BundledDataFile = z.infer<typeof bundledDataFileSchema>;
/** An artifact in the manifest. */
export type BundledArtifact = z.infer<typeof bundledArtifactSchema>;

const SCHEMA_ID =
  `https://jsr.io/@nbtrack/nbtrack/${VERSION}/src/record/bundle/manifest.schema.json`;

/** The JSON Schema of `manifest.json`, for programs in other languages: `manifest.schema.json` beside this file. */
export function manifestJsonSchema(): Record<string, unknown> {
  return {
    $id: SCHEMA_ID,
    title: "manifest of an nbtrack bundle",
    ...z.toJSONSchema(manifestSchema),
  };
}
