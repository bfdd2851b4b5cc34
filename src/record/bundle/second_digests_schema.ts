/**
 * The shape of the second digests in a manifest.
 *
 * @module
 */
import { z } from "../../base/zod.ts";

const seedSchema = z.object({
  recorded: z.number().nullable(),
  override: z.number().nullable(),
});

/** Second digests of a manifest's contents. */
export const secondDigestsSchema = z.object({
  /** One for each execution's source, in order; null when it could not be seen. */
  cells: z.array(z.string().nullable()),
  /** One for each dataset, in order. */
  data: z.array(z.string()),
  /** How the executions ended, params, tolerances, modules. */
  code: z.string(),
  /** Lock, configuration and the list of packages. */
  packages: z.string(),
  environment: z.string(),
  seed: seedSchema,
  /** What the run showed and logged; bundles of earlier versions have none. */
  results: z.object({
    /** Metrics, every point. */
    metrics: z.string(),
    /** Outputs of the executions. */
    outputs: z.string(),
    /** Names, types and digests of artifacts. */
    artifacts: z.string(),
    /** Tags, models, datasets by name, how the run is called and how it ended. */
    logged: z.string(),
    /** What the record says is not in it, and what its reader should know. */
    notes: z.string(),
  }).optional(),
});

/** Second digests of a manifest's contents. */
export type SecondDigests = z.infer<typeof secondDigestsSchema>;
