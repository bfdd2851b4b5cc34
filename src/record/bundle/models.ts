/**
 * Versions of models that a run registered, as its bundle vouches for them.
 *
 * @module
 */
import { z } from "../../base/zod.ts";
import type { Journal } from "../../journal/journal.ts";
import { digestSchema } from "../schema/documents.ts";
import type { RunRecord } from "../schema/record.ts";

/** A version of a model. The contents of its files travel where they are artifacts of the run too. */
export const bundledModelSchema = z.object({
  name: z.string(),
  /** The version that was asked for; null for the next one. */
  version: z.string().nullable(),
  description: z.string().nullable(),
  files: z.array(z.object({
    path: z.string(),
    digest: digestSchema,
    size: z.number(),
    content_type: z.string(),
  })),
});

/** A version of a model. */
export type BundledModel = z.infer<typeof bundledModelSchema>;

/** What the cells of a run registered: not what was registered once it was over, such as by a command. */
export function modelsOf(journal: Journal, record: RunRecord): BundledModel[] {
  const { run_id, end_time, cells } = record;
  const over = end_time === null ? Infinity : Math.max(
    end_time,
    ...cells.flatMap(({ end_time }) => end_time === null ? [] : [end_time]),
  );
  return journal.models.list(run_id).filter(({ time }) => time <= over)
    .map(({ name, version, description }) => ({
      name,
      version,
      description,
      files: journal.models.files({ run_id, name }).map(
        ({ path, digest, size, content_type }) => ({
          path,
          digest,
          size,
          content_type,
        }),
      ),
    }));
}
