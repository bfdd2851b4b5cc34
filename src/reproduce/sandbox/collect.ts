/**
 * The runs of a sandbox as plain JSON: what leaves it, and how it is read outside.
 *
 * @module
 */
import { z } from "../../base/zod.ts";
import { toJsonNumber } from "../../base/numbers.ts";
import type { Journal } from "../../journal/journal.ts";
import type { ModelFileRow } from "../../journal/models.ts";
import {
  jsonNumberSchema,
  runStatusSchema,
} from "../../record/schema/summary.ts";

/** Larger artifacts stay in the sandbox: they are compared by digest. */
const MAX_ARTIFACT_BYTES = 16 << 20;

/** A file that was logged: null in place of contents that stay in the sandbox. */
const fileSchema = z.object({
  path: z.string(),
  content_type: z.string(),
  content: z.base64().nullable(),
});

const texts = z.record(z.string(), z.string());

/** One run of a sandbox. */
export const sandboxRunSchema = z.object({
  run_id: z.string(),
  experiment: z.string(),
  name: z.string(),
  status: runStatusSchema,
  seed: z.number().int().nullable(),
  params: texts,
  tags: texts,
  metrics: z.array(
    z.object({
      key: z.string(),
      points: z.array(z.tuple([z.number(), z.number(), jsonNumberSchema])),
    }),
  ),
  artifacts: z.array(fileSchema),
  /** Versions of models that it registered. */
  models: z.array(
    z.object({
      name: z.string(),
      version: z.string().nullable(),
      description: z.string().nullable(),
      files: z.array(fileSchema),
    }),
  ),
  /** Datasets that were made in memory: those of files are not fingerprinted in a sandbox. */
  datasets: z.array(
    z.object({
      name: z.string(),
      context: z.string().nullable(),
      uri: z.string(),
      digest: z.string(),
      digest_algorithm: z.string().nullable(),
      size: z.number(),
      rows: z.number().nullable(),
    }),
  ),
  description: z.string().nullable(),
  missing: z.array(z.object({ what: z.string(), why: z.string() })),
});

const memorySchema = z.object({
  kind: z.literal("memory"),
  uri: z.string(),
  digest: z.string(),
  digest_algorithm: z.string().nullable().default(null),
  size: z.number(),
  rows: z.number().nullable().default(null),
});

/** One run of a sandbox. */
export type SandboxRun = z.infer<typeof sandboxRunSchema>;

/** Collects the runs of a sandbox's journal, oldest first. */
export function collectRuns(journal: Journal): SandboxRun[] {
  return journal.runs.list({}).reverse().map((run): SandboxRun => {
    const { run_id } = run;
    const file = (
      { path, digest, size, content_type }: ModelFileRow,
    ): SandboxRun["artifacts"][number] => ({
      path,
      content_type,
      content: size > MAX_ARTIFACT_BYTES
        ? null
        : Deno.readFileSync(journal.artifacts.file(digest)).toBase64(),
    });
    const points = pointsOf(journal, run_id);
    const record = (entries: { key: string; value: string }[]) =>
      Object.fromEntries(entries.map(({ key, value }) => [key, value]));
    return {
      run_id,
      experiment: run.experiment,
      name: run.name,
      status: run.status,
      seed: run.seed,
      params: record(journal.entries.params(run_id)),
      tags: record(journal.entries.tags(run_id)),
      metrics: journal.metrics(run_id).map(({ key }) => ({
        key,
        points: points.get(key) ?? [],
      })),
      artifacts: journal.artifacts.list(run_id).map(file),
      models: journal.models.list(run_id).map(
        ({ name, version, description }) => ({
          name,
          version,
          description,
          files: journal.models.files({ run_id, name }).map(file),
        }),
      ),
      datasets: journal.datasets.list(run_id).flatMap(
        ({ name, context, fingerprint }) => {
          const made = memorySchema.safeParse(
            fingerprint === null ? null : JSON.parse(fingerprint),
          );
          if (!made.success) return [];
          const { kind: _, ...contents } = made.data;
          return [{ name, context, ...contents }];
        },
      ),
      description: run.description,
      missing: journal.entries.missing(run_id),
    };
  });
}

type Points = SandboxRun["metrics"][number]["points"];

/** The points of each metric of a run. */
function pointsOf(journal: Journal, run_id: string): Map<string, Points> {
  const points = new Map<string, Points>();
  for (const { key, step, timestamp, value } of journal.points(run_id)) {
    const point: Points[number] = [step, timestamp, toJsonNumber(value)];
    const known = points.get(key);
    if (known === undefined) points.set(key, [point]);
    else known.push(point);
  }
  return points;
}
