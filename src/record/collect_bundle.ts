/**
 * Collecting what a bundle is made from out of the journal.
 *
 * @module
 */
import { messageOf, NbtrackError } from "../base/errors.ts";
import { type JsonNumber, toStoredNumber } from "../base/numbers.ts";
import { VERSION } from "../base/version.ts";
import { z } from "../base/zod.ts";
import type { Journal } from "../journal/journal.ts";
import { isPartlyPacked } from "../redaction/archives.ts";
import { redactBytes } from "../redaction/bytes.ts";
import type { Redactor } from "../redaction/redaction.ts";
import type { RunRow } from "../journal/run_row.ts";
import { collectDatasets } from "./bundle/data.ts";
import { ownFoldersSchema } from "./bundle/folders.ts";
import {
  PROJECT_FILES,
  reachSchema,
  toleranceSchema,
} from "./bundle/manifest.ts";
import { modelsOf } from "./bundle/models.ts";
import { namesFolder } from "./bundle/paths.ts";
import type { BundleSource, CollectedArtifact } from "./bundle/source.ts";
import { recordOf } from "./journal_record.ts";
import { ownAddresses } from "./own_server.ts";
import { USER_TAGS } from "./own_tags.ts";
import { parseJson } from "./schema/documents.ts";
import type { RunRecord } from "./schema/record.ts";

/** Artifacts up to this size travel in the bundle, so that a changed one can be compared by its kind. */
export const MAX_ARTIFACT_BYTES = 1 << 20;
/** All of them together. */
export const MAX_ARTIFACTS_BYTES = 8 << 20;

const optionsSchema = z.looseObject({
  tolerance: toleranceSchema.optional().catch(undefined),
});

const overridesSchema = z.object({
  params: z.record(z.string(), z.string()).default({}),
  seed: z.number().nullable().default(null),
});

/**
 * Collects what the journal, and the data it names, hold of a run.
 *
 * @param options Whether the cells' outputs are read, too
 * @throws {NbtrackError} when there is no such run, or a document of it cannot be read
 */
export function collectBundle(
  journal: Journal,
  run_id: string,
  options: { outputs?: boolean } = {},
): BundleSource {
  const run = journal.runs.get(run_id);
  if (run === undefined) {
    throw new NbtrackError(`The journal has no run ${run_id}.`, {
      hint: "nbtrack runs lists them.",
    });
  }
  if (journal.entries.document(run_id, "sweep") !== undefined) {
    throw new NbtrackError(
      `Run ${run_id.slice(0, 8)} is a sweep: it has no cells of its own.`,
      {
        hint:
          `Take one of its runs; nbtrack runs --experiment "${run.experiment}" lists them.`,
      },
    );
  }
  const record = recordOf(journal, run, options);
  const named = optionsOf(run);
  const text = (name: string) => journal.entries.document(run_id, name) ?? null;
  const parsed = <T>(name: string, schema: z.ZodType<T>, otherwise: T): T => {
    const json = text(name);
    return json === null
      ? otherwise
      : parseJson(schema, json, `${name} of run ${run_id.slice(0, 8)}`);
  };
  const names = z.array(z.string());
  const session = journal.sessions.get(run.session_id);
  const hosts = parsed("hosts", names, []);
  const module_sources = parsed(
    "module_sources",
    z.record(z.string(), z.string().nullable()).transform(withoutNulls),
    {},
  );
  return {
    nbtrack: VERSION,
    record,
    ordinal: isOpenedForNotebook(run)
      ? 0
      : journal.runs.list({ session_id: run.session_id })
        .filter((other) => !isOpenedForNotebook(other) && before(other, run))
        .length,
    opened_by_runner: isOpenedForNotebook(run),
    attempt: run.attempt,
    unseen: unseenCells(journal, run),
    user_tags: parsed(USER_TAGS, z.record(z.string(), z.string()), {}),
    metrics: metricsOf(journal, run_id),
    tolerance: named.tolerance ?? {},
    seed_reach: parsed("seed_reach", reachSchema, null),
    network_reach: parsed("network_reach", reachSchema, null),
    overrides: parsed("overrides", overridesSchema, { params: {}, seed: null }),
    env_names: parsed("env_names", names, []),
    hosts,
    folder: folderName(journal.redactor.text(session?.cwd ?? "").text),
    project_files: parsed(
      "project_files",
      z.array(z.enum(PROJECT_FILES)).nullable(),
      null,
    ),
    folders: parsed("folders", ownFoldersSchema, []),
    datasets: collectDatasets(journal.datasets.list(run_id), {
      embed: journal.datasets.mayTravel(run_id),
      forbids: (bytes) => forbids(journal.redactor, bytes),
      cwd: session?.cwd ?? null,
      repository_path: repositoryPath(record),
      cells: record.cells,
      served: ownAddresses({
        sources: [
          ...record.cells.map(({ source }) => source),
          ...Object.values(module_sources),
        ],
        hosts,
      }),
    }),
    artifacts: artifactsOf(journal, run_id),
    models: modelsOf(journal, record),
    module_sources,
    lock: text("lock"),
    config: text("config"),
    notebook_file: text("notebook_file"),
    changes_diff: text("changes_diff") || null,
  };
}

/** Named data whose parts alone may be packed, such as a table's columns, travels unless what is open holds a secret. */
function forbids(redactor: Redactor, bytes: Uint8Array): string | null {
  const { taken, unexamined } = redactBytes(redactor, bytes);
  if (taken.length > 0) return "holds a secret";
  return unexamined === null || isPartlyPacked(bytes)
    ? null
    : `could not be examined for secrets: ${unexamined}`;
}

function folderName(cwd: string): string | null {
  const name = cwd.split(/[/\\]/).pop() ?? "";
  return namesFolder(name) ? name : null;
}

function optionsOf(run: RunRow): z.infer<typeof optionsSchema> {
  try {
    return optionsSchema.parse(JSON.parse(run.options));
  } catch (cause) {
    throw new NbtrackError(
      `Cannot read the options of run ${run.run_id.slice(0, 8)}: ${
        messageOf(cause)
      }`,
      { cause },
    );
  }
}

/** Whether a runner or `adopt` opened a run: a cell's \`track()\` always says what it was given. */
function isOpenedForNotebook(run: RunRow): boolean {
  return run.options === "{}";
}

function before(a: RunRow, b: RunRow): boolean {
  return a.start_time < b.start_time ||
    (a.start_time === b.start_time && a.run_id < b.run_id);
}

function unseenCells(journal: Journal, run: RunRow): Set<number> {
  const unseen = new Set<number>();
  journal.executions.list(run.session_id, run.last_execution).forEach(
    (execution, index) => {
      if (execution.source === null) unseen.add(index);
    },
  );
  return unseen;
}

function metricsOf(journal: Journal, run_id: string): BundleSource["metrics"] {
  const metrics = new Map<string, [number, number, JsonNumber][]>();
  for (const { key } of journal.metrics(run_id)) metrics.set(key, []);
  for (const point of journal.points(run_id)) {
    metrics.get(point.key)?.push([
      point.step,
      point.timestamp,
      toStoredNumber(point.value),
    ]);
  }
  return [...metrics].map(([key, points]) => ({ key, points }));
}

function artifactsOf(journal: Journal, run_id: string): CollectedArtifact[] {
  let room = MAX_ARTIFACTS_BYTES;
  return journal.artifacts.list(run_id)
    .filter((artifact) => artifact.origin === "user")
    .map(({ path, digest, size, content_type }) => {
      const travels = size <= MAX_ARTIFACT_BYTES && size <= room;
      if (travels) room -= size;
      return {
        path,
        digest,
        size,
        content_type,
        bytes: travels
          ? Deno.readFileSync(journal.artifacts.file(digest))
          : null,
      };
    });
}

function repositoryPath(record: RunRecord): string | null {
  const path = record.git?.["path"];
  return typeof path === "string" ? path : null;
}

function withoutNulls(
  sources: Record<string, string | null>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(sources).flatMap(([path, source]) =>
      source === null ? [] : [[path, source]]
    ),
  );
}
