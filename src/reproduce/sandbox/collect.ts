/**
 * The runs of a sandbox as plain JSON: what leaves it, and how it is read outside.
 *
 * @module
 */
import { byKeys } from "../../base/values.ts";
import { z } from "../../base/zod.ts";
import { toStoredNumber } from "../../base/numbers.ts";
import { fingerprint, isDatasetError } from "../../datasets/dataset.ts";
import type { DatasetRow } from "../../journal/datasets.ts";
import type { Journal } from "../../journal/journal.ts";
import type { ModelFileRow } from "../../journal/models.ts";
import { USER_TAGS } from "../../record/own_tags.ts";
import {
  jsonNumberSchema,
  runStatusSchema,
} from "../../record/schema/summary.ts";

/** Larger artifacts stay in the sandbox: they are compared by digest. */
const MAX_ARTIFACT_BYTES = 16 << 20;

/** A file that was logged: null instead of contents that stay in the sandbox. */
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
  /** Those by nbtrack's own names. */
  user_tags: texts,
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
  /** Datasets; files are read once the last cell has ended. */
  datasets: z.array(
    z.object({
      name: z.string(),
      context: z.string().nullable(),
      kind: z.enum(["file", "folder", "glob", "memory"]),
      uri: z.string(),
      digest: z.string(),
      digest_algorithm: z.string().nullable(),
      size: z.number(),
      rows: z.number().nullable(),
      /** Whether a file of it was written after the run had logged it: its digest then is not that of what was logged. */
      written_later: z.boolean(),
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
}).transform((made) => ({ ...made, written_later: false }));

/** One run of a sandbox. */
export type SandboxRun = z.infer<typeof sandboxRunSchema>;

/** Collects the runs of a sandbox's journal, oldest first. @param given names of datasets that it was given: nobody asks for those */
export async function collectRuns(
  journal: Journal,
  given: ReadonlySet<string>,
): Promise<SandboxRun[]> {
  const runs: SandboxRun[] = [];
  for (const run of journal.runs.list({}).reverse()) {
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
    runs.push({
      run_id,
      experiment: run.experiment,
      name: run.name,
      status: run.status,
      seed: run.seed,
      params: byKeys(journal.entries.params(run_id)),
      tags: byKeys(journal.entries.tags(run_id)),
      user_tags: texts.parse(
        JSON.parse(journal.entries.document(run_id, USER_TAGS) ?? "{}"),
      ),
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
      datasets: await datasetsOf(journal, run_id, given),
      description: run.description,
      missing: journal.entries.missing(run_id),
    });
  }
  return runs;
}

async function datasetsOf(
  journal: Journal,
  run_id: string,
  given: ReadonlySet<string>,
): Promise<SandboxRun["datasets"]> {
  const found: SandboxRun["datasets"] = [];
  for (const row of journal.datasets.list(run_id)) {
    const { name, context, input } = row;
    if (given.has(name)) continue;
    if (row.fingerprint !== null) {
      const made = memorySchema.safeParse(JSON.parse(row.fingerprint));
      if (made.success) found.push({ name, context, ...made.data });
      continue;
    }
    const contents = input === null ? null : await contentsOf(row, input);
    if (contents !== null) found.push({ name, context, ...contents });
  }
  return found;
}

/** A dataset of files as it lies in the sandbox's folder; null when it cannot be read there. */
async function contentsOf(
  { cwd, time }: DatasetRow,
  input: string,
): Promise<Omit<SandboxRun["datasets"][number], "name" | "context"> | null> {
  try {
    const { kind, uri, digest, digest_algorithm, size, rows, listing = [] } =
      await fingerprint(input, { cwd: cwd ?? Deno.cwd() });
    if (kind === "url" || kind === "memory") return null;
    return {
      kind,
      uri,
      digest,
      digest_algorithm,
      size,
      rows,
      written_later: listing.some(({ changed_ms }) =>
        Math.floor(changed_ms) > time
      ),
    };
  } catch (error) {
    if (isDatasetError(error) || error instanceof Deno.errors.NotCapable) {
      return null; // then the run has no such dataset, which comparing shows
    }
    throw error;
  }
}

type Points = SandboxRun["metrics"][number]["points"];

/** The points of each metric of a run. */
function pointsOf(journal: Journal, run_id: string): Map<string, Points> {
  const points = new Map<string, Points>();
  for (const { key, step, timestamp, value } of journal.points(run_id)) {
    const point: Points[number] = [step, timestamp, toStoredNumber(value)];
    const known = points.get(key);
    if (known === undefined) points.set(key, [point]);
    else known.push(point);
  }
  return points;
}
