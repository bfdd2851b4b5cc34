/**
 * The documents of a run's record, as they lie in the journal (one JSON text each) and in a bundle's manifest.
 *
 * @module
 */
import { messageOf, NbtrackError } from "../../base/errors.ts";
import { isTooDeep, MAX_DEPTH_OF_JSON } from "../../base/values.ts";
import { z } from "../../base/zod.ts";

/** `sha256:` and 64 hex digits. */
export const digestSchema = z.string().regex(/^sha256:[0-9a-f]{64}$/);

/** An exact package that a run's cells reach. */
export const packageSchema = z.object({
  name: z.string(),
  version: z.string(),
  registry: z.enum(["npm", "jsr", "https", "node"]),
  integrity: z.string().nullable(),
  /** Whether a cell or a local module imports it itself. */
  direct: z.boolean(),
});

/** A local module that a run's cells import. */
export const moduleSchema = z.object({
  /** Relative to the notebook's folder, with `/`. */
  path: z.string(),
  digest: z.string(),
  /** Bytes; null when it is not known. */
  size: z.number().nullable().default(null),
});

/** What the run was executed with; a member is null when it is not known. */
export const environmentSchema = z.looseObject({
  deno: z.string().nullable().default(null),
  v8: z.string().nullable().default(null),
  typescript: z.string().nullable().default(null),
  os: z.string().nullable().default(null),
  arch: z.string().nullable().default(null),
});

/** The repository that the notebook lies in. */
export const gitSchema = z.looseObject({
  /** Null in a repository without a commit. */
  commit: z.string().nullable(),
  /** Null when no branch is checked out. */
  branch: z.string().nullable().default(null),
  dirty: z.boolean(),
  /** Without credentials; null when there is none. */
  remote: z.string().nullable().default(null),
  /** The notebook's path from the repository's root; left out where it is not known. */
  notebook: z.string().optional(),
  /** The repository's submodules, with the commits that were checked out; earlier versions did not say. */
  submodules: z.array(
    z.object({
      /** From the repository's root. */
      path: z.string(),
      commit: z.string(),
      /** Whether that is another commit than the repository names. */
      moved: z.boolean(),
    }),
  ).optional(),
}).nullable();

/** A dimension in which a run can differ from another. */
const dimensionSchema = z.enum([
  "data",
  "packages",
  "order",
  "seed",
  "code",
  "environment",
  "params",
]);

/** One difference to the run before. */
export const changeSchema = z.object({
  dimension: dimensionSchema,
  what: z.string(),
});

/** A column of a dataset. */
export const columnSchema = z.looseObject({
  name: z.string(),
  type: z.string(),
});

/** What a column of a dataset holds; smallest and largest value are null for data that must not travel. */
export const columnProfileSchema = z.object({
  name: z.string(),
  type: z.string(),
  missing: z.number().nullable(),
  distinct: z.number().nullable(),
  /** Present when `distinct` is an estimate. */
  distinct_is_estimate: z.literal(true).optional(),
  min: z.union([z.number(), z.string()]).nullable(),
  max: z.union([z.number(), z.string()]).nullable(),
  /** How its numbers are spread, in ranges of the same width; absent for data that must not travel. */
  histogram: z.object({
    from: z.number(),
    width: z.number(),
    counts: z.array(z.number()).max(1000),
  }).optional(),
});

/** A dataset's fingerprint. */
export const fingerprintSchema = z.looseObject({
  uri: z.string(),
  digest: z.string(),
  size: z.number(),
  files: z.number().optional(),
  rows: z.number().nullable(),
  columns: z.array(columnSchema).nullable(),
  profile: z.array(columnProfileSchema).nullable().default(null),
  /** Why it could not be read as a table. */
  message: z.string().nullable().default(null),
});

/** Something of a notebook's state that the notebook does not show. */
export const stateNoteSchema = z.object({
  /** The execution, by its index. */
  cell: z.number(),
  /**
   * - `stale`: after it ran, another execution defined or changed what it uses, and it was not executed again
   * - `deleted`: its cell is gone from the notebook, and what it defined is used
   * - `undefined`: it reads names that no recorded execution defines
   * - `old-module`: it ran with a local module that had been changed on disk since it was imported
   */
  flag: z.enum(["stale", "deleted", "undefined", "old-module"]),
  /** The names, files or modules. */
  names: z.array(z.string()),
  /** The execution that changed them, or that uses them; null when there is none. */
  by: z.number().nullable(),
  /** The same as a sentence. */
  what: z.string(),
});

/** What `fetch` answered to the notebook, and how often. */
export const answerSchema = z.object({
  method: z.string(),
  /** The address that was asked, with what is secret in it taken out. */
  url: z.string(),
  status: z.number(),
  /** Of what was read; null when it was not read to its end. */
  digest: z.string().nullable(),
  /** Bytes that were read; null when that is not known. */
  size: z.number().nullable(),
  /** Whether the answer itself travels with the run. */
  kept: z.boolean(),
  count: z.number(),
});

/** A file that the run wrote. */
export const writtenFileSchema = z.object({
  /** From the notebook's folder; absolute outside of it. */
  path: z.string(),
  size: z.number(),
  digest: z.string(),
});

/** How busy kernel and machine were at a moment; a member is null where the operating system does not say. */
export const systemSampleSchema = z.object({
  /** Milliseconds since 1970. */
  time: z.number(),
  /** Cores that the kernel was busy on since the sample before. */
  kernel_cpu: z.number().nullable(),
  /** The kernel's resident memory, bytes. */
  kernel_memory: z.number().nullable(),
  /** The part of all cores that was busy, from 0 to 1. */
  machine_cpu: z.number().nullable(),
  /** Memory of the machine in use, bytes. */
  machine_memory: z.number().nullable(),
});

/** A local module that was changed on disk after cells had imported it. */
const moduleChangeSchema = z.object({
  /** Relative to the notebook's folder. */
  path: z.string(),
  /** What cells write to import it, or what imports it. */
  specifiers: z.array(z.string()),
  /** When it was imported, milliseconds since 1970. */
  loaded_time: z.number(),
  /** When it was saved with another content. */
  changed_time: z.number(),
});

/** The schema of each document of the journal that is JSON of a known shape. */
export const DOCUMENTS = {
  packages: z.array(packageSchema),
  hosts: z.array(z.string()),
  env_names: z.array(z.string()),
  written: z.array(writtenFileSchema),
  modules: z.array(moduleSchema),
  environment: environmentSchema,
  git: gitSchema,
  changed: z.array(changeSchema),
  hidden_state: z.array(stateNoteSchema),
  module_changes: z.array(moduleChangeSchema),
} as const;

/** Names of the documents with a schema. */
export type DocumentName = keyof typeof DOCUMENTS;

/** What a document holds. */
export type Document<N extends DocumentName> = z.infer<(typeof DOCUMENTS)[N]>;

/** An exact package. */
export type RecordedPackage = z.infer<typeof packageSchema>;
/** A dimension in which runs differ. */
export type Dimension = z.infer<typeof dimensionSchema>;
/** Something of a notebook's state that the notebook does not show. */
export type StateNote = z.infer<typeof stateNoteSchema>;
/** A local module that was changed on disk after cells had imported it. */
export type ModuleChange = z.infer<typeof moduleChangeSchema>;
/** One difference. */
export type Change = z.infer<typeof changeSchema>;

/**
 * Parses JSON text by a schema.
 *
 * @throws {NbtrackError} when it is no JSON or has another shape
 */
export function parseJson<T>(
  schema: z.ZodType<T>,
  text: string,
  what: string,
): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new NbtrackError(`Cannot read ${what}: ${messageOf(cause)}`, {
      cause,
    });
  }
  if (isTooDeep(value)) {
    throw new NbtrackError(
      `Cannot read ${what}: it is nested more than ${MAX_DEPTH_OF_JSON} levels deep`,
    );
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const at = issue === undefined || issue.path.length === 0
    ? ""
    : ` at ${issue.path.join(".")}`;
  throw new NbtrackError(
    `Cannot read ${what}${at}: ${issue?.message ?? "invalid"}`,
    {
      cause: result.error,
    },
  );
}
