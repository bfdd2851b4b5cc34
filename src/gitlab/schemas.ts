/**
 * The shapes of a tracking server's answers, as wide as GitLab's versions and MLflow differ.
 * Members that nobody reads are dropped.
 *
 * @module
 */
import { RUN_STATUSES } from "../base/run_status.ts";
import { z } from "../base/zod.ts";

const text = z.union([z.string(), z.number()]).transform(String);

/** A float64 as servers write it: a number, the text of one, or null where none was stored. */
const value = z.union([z.number(), z.string(), z.null()])
  .transform((v) => v === null || v === "" ? null : Number(v));

/** An int64, which MLflow's protocol may write as text. */
const integer = z.union([z.number(), z.string().regex(/^-?\d+$/)])
  .transform(Number);

const optionalInteger = integer.nullish().transform((v) => v ?? null);

/** A list that is left out when it is empty. */
function listOf<T extends z.ZodType>(item: T) {
  return z.array(item).nullish().transform((v) => v ?? []);
}

/** A tag or a param. */
const tagSchema = z.object({
  key: z.string(),
  value: z.string().nullish().transform((v) => v ?? ""),
});
/** A tag or a param. */
export type Tag = z.infer<typeof tagSchema>;

/** An experiment. */
export const experimentSchema = z.object({
  experiment_id: text,
  name: z.string(),
  lifecycle_stage: z.string().default("active"),
  tags: listOf(tagSchema),
});
/** An experiment. */
export type Experiment = z.infer<typeof experimentSchema>;

/** A stored metric point; `value` is null where the server kept none, NaN and infinities are numbers. */
export const metricSchema = z.object({
  key: z.string(),
  value: value.optional().transform((v) => v ?? null),
  timestamp: optionalInteger,
  step: optionalInteger,
});
/** A stored metric point. */
export type Metric = z.infer<typeof metricSchema>;

/** MLflow's run states. */
const statusSchema = z.enum(RUN_STATUSES);

/** What identifies a run, and its state. */
const runInfoSchema = z.object({
  run_id: z.string().min(1),
  experiment_id: text,
  run_name: z.string().nullish().transform((v) => v ?? null),
  status: statusSchema,
  start_time: optionalInteger,
  end_time: optionalInteger,
  artifact_uri: z.string().nullish().transform((v) => v ?? ""),
  user_id: text.nullish().transform((v) => v ?? ""),
  lifecycle_stage: z.string().default("active"),
});
/** What identifies a run, and its state. */
export type RunInfo = z.infer<typeof runInfoSchema>;

/** What was logged to a run. */
const runDataSchema = z.object({
  metrics: listOf(metricSchema),
  params: listOf(tagSchema),
  tags: listOf(tagSchema),
});

/** A run. */
export const runSchema = z.object({
  info: runInfoSchema,
  data: runDataSchema.nullish()
    .transform((v) => v ?? { metrics: [], params: [], tags: [] }),
});
/** A run. */
export type ServerRun = z.infer<typeof runSchema>;

const token = z.string().nullish().transform((v) => v ? v : null);

/** Answers of experiment endpoints. */
export const experimentAnswer = z.object({ experiment: experimentSchema });
/** Answer of `experiments/create`. */
export const newExperimentAnswer = z.object({ experiment_id: text });
/** Answer of `experiments/list` and `experiments/search`. */
export const experimentsAnswer = z.object({
  experiments: listOf(experimentSchema),
  next_page_token: token,
});
/** Answer of `runs/create` and `runs/get`. */
export const runAnswer = z.object({ run: runSchema });
/** Answer of `runs/update`. */
export const runInfoAnswer = z.object({ run_info: runInfoSchema });
/** Answer of `runs/search`. */
export const runsAnswer = z.object({
  runs: listOf(runSchema),
  next_page_token: token,
});
/** Answer of `metrics/get-history`. */
export const metricsAnswer = z.object({
  metrics: listOf(metricSchema),
  next_page_token: token,
});
/** Answer of calls that return nothing. */
export const emptyAnswer = z.looseObject({});

/** A file or folder of a run's artifacts. */
const artifactFileSchema = z.object({
  path: z.string(),
  file_size: integer.nullish().transform((v) => v ?? null),
  is_dir: z.boolean().default(false),
});
/** Answer of the artifact listings. */
export const artifactsAnswer = z.object({
  files: listOf(artifactFileSchema),
  next_page_token: token,
});
/** Answer of GitLab's packages list. */
export const packagesAnswer = z.array(z.object({
  id: integer,
  name: z.string(),
  version: z.string().nullish(),
  package_type: z.string(),
}));
/** Answer of GitLab's package files list. */
export const packageFilesAnswer = z.array(z.object({
  id: integer,
  file_name: z.string(),
  size: integer.nullish().transform((v) => v ?? null),
}));

/** A version of a model; GitLab's `version` is an id of its database, the semantic version is an alias. */
const modelVersionSchema = z.object({
  name: z.string(),
  version: text,
  description: z.string().nullish().transform((v) => v ?? ""),
  source: z.string().nullish().transform((v) => v ?? ""),
  run_id: z.string().nullish().transform((v) => v ? v : null),
  status: z.string().nullish().transform((v) => v ?? null),
  aliases: listOf(text),
  tags: listOf(tagSchema),
});
/** A version of a model. */
export type ModelVersion = z.infer<typeof modelVersionSchema>;

/** A registered model. */
const registeredModelSchema = z.object({
  name: z.string(),
  description: z.string().nullish().transform((v) => v ?? ""),
  tags: listOf(tagSchema),
  latest_versions: listOf(modelVersionSchema),
});
/** A registered model. */
export type RegisteredModel = z.infer<typeof registeredModelSchema>;

/** Answer of `registered-models/create` and `get`. */
export const modelAnswer = z.object({
  registered_model: registeredModelSchema,
});
/** Answer of `model-versions/create` and `get`. */
export const versionAnswer = z.object({ model_version: modelVersionSchema });
/** Answer of searches for versions. */
export const versionsAnswer = z.object({
  model_versions: listOf(modelVersionSchema),
  next_page_token: token,
});

/** The user a token belongs to. */
export const userSchema = z.object({
  id: integer,
  username: z.string(),
  name: z.string().nullish().transform((v) => v ?? ""),
});
/** The user a token belongs to. */
export type User = z.infer<typeof userSchema>;

/** What GitLab says of a token; `expires_at` is a date such as `2027-01-31`, or null. */
export const tokenInfoSchema = z.object({
  name: z.string().nullish().transform((v) => v ?? ""),
  scopes: z.array(z.string()),
  active: z.boolean().default(true),
  revoked: z.boolean().default(false),
  expires_at: z.string().nullish().transform((v) => v ?? null),
});
/** What GitLab says of a token. */
export type TokenInfo = z.infer<typeof tokenInfoSchema>;

const access = z.object({ access_level: integer }).nullish()
  .transform((v) => v?.access_level ?? null);
const level = z.string().nullish().transform((v) => v ?? null);

/** A GitLab project. Access levels: 10 guest, 15 planner, 20 reporter, 30 developer, 40 maintainer, 50 owner. */
export const projectSchema = z.object({
  id: integer,
  path_with_namespace: z.string(),
  web_url: z.string(),
  visibility: level,
  package_registry_access_level: level,
  model_experiments_access_level: level,
  model_registry_access_level: level,
  permissions: z.object({ project_access: access, group_access: access })
    .nullish().transform((v) => v ?? null),
});
/** A GitLab project. */
export type Project = z.infer<typeof projectSchema>;
