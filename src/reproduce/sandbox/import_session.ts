/**
 * What a sandbox did, written into the journal as a session of its own. Everything here comes from a stranger's code
 * and was parsed before.
 *
 * @module
 */
import { newRunName } from "../../base/names.ts";
import { SANDBOX_PROCESS } from "../../base/process_identity.ts";
import { fromJsonNumber } from "../../base/numbers.ts";
import { USER_TAGS } from "../../record/own_tags.ts";
import { TAG } from "../../gitlab/fields.ts";
import { captureEnvironment } from "../../base/environment.ts";
import type { Journal } from "../../journal/journal.ts";
import type { ReadableBundle } from "../../record/bundle/read.ts";
import type { Manifest } from "../../record/bundle/manifest.ts";
import { staysInside } from "../../record/bundle/paths.ts";
import type { ReplayedCell } from "../replay/types.ts";
import type { SandboxRun } from "./collect.ts";

/** What a sandbox left. */
export interface SandboxSession {
  session_id: string;
  bundle: ReadableBundle;
  runs: readonly SandboxRun[];
  /** The seed that was given from outside; null when none was. */
  seed: number | null;
  /** How the last cell ended. */
  last: ReplayedCell["status"] | undefined;
  /** Whether the new run is listed among others. */
  listed: boolean;
}

/** Opens the session that stands for a sandbox. */
export function openSession(journal: Journal, cwd: string): string {
  return journal.sessions.open({
    kind: "script",
    pid: Deno.pid,
    process_started: `${SANDBOX_PROCESS}${crypto.randomUUID()}`,
    connection_file: null,
    cwd,
    notebook: null,
    main_module: null,
  }).session_id;
}

/** Writes the run that stands for the reproduced one, and ends the session. @returns its id; null when there is none */
export function importRun(
  journal: Journal,
  from: SandboxSession,
): string | null {
  const { manifest } = from.bundle;
  const run = manifest.run.opened_by_runner
    ? openedFor(manifest, from.seed)
    : from.runs[manifest.run.ordinal];
  const run_id = run === undefined
    ? null
    : putRun(journal, from.session_id, run, from);
  journal.sessions.end(from.session_id, "shutdown", Date.now());
  return run_id;
}

/** The run of a notebook that does not call `track()`. */
function openedFor(manifest: Manifest, seed: number | null): SandboxRun {
  return {
    run_id: manifest.run.run_id,
    experiment: manifest.run.experiment,
    name: newRunName(),
    status: "FINISHED",
    seed,
    params: manifest.params,
    tags: {},
    user_tags: {},
    metrics: [],
    artifacts: [],
    models: [],
    datasets: [],
    description: null,
    missing: [],
  };
}

function putRun(
  journal: Journal,
  session_id: string,
  run: SandboxRun,
  from: SandboxSession,
): string {
  const { manifest } = from.bundle;
  const { run_id } = journal.runs.create({
    session_id,
    experiment: run.experiment,
    name: run.name,
    options: "{}",
    seed: run.seed,
    description: run.description,
    reproduces: manifest.run.run_id,
    provenance: "sandbox",
    listed: from.listed ? 1 : 0,
  });
  for (const [key, value] of Object.entries(run.params)) {
    journal.entries.setParam(run_id, key, value);
  }
  for (const [key, value] of Object.entries(run.tags)) {
    journal.entries.setTag(run_id, key, value);
  }
  journal.entries.setDocument(run_id, USER_TAGS, JSON.stringify(run.user_tags));
  // Behind the cells' own: none of them says where the run comes from, or what it reproduces.
  journal.entries.setTag(run_id, TAG.provenance, "sandbox");
  journal.entries.setTag(run_id, TAG.reproduces, manifest.run.run_id);
  const writer = journal.metricWriter(run_id);
  writer.name(run.metrics.map(({ key }) => key));
  for (const { key, points } of run.metrics) {
    for (const [step, timestamp, value] of points) {
      writer.log(key, fromJsonNumber(value), step, timestamp);
    }
  }
  writer.close();
  putFiles(journal, run_id, run);
  for (const dataset of run.datasets) {
    const { name, context, written_later: _, ...contents } = dataset;
    const fingerprint = { columns: null, ...contents };
    journal.datasets.put(run_id, name, {
      ...context === null ? {} : { context },
      fingerprint: JSON.stringify(fingerprint),
    });
  }
  for (const { what, why } of run.missing) {
    journal.entries.setMissing(run_id, what, why);
  }
  putDocuments(journal, run_id, from);
  journal.entries.setDocument(
    run_id,
    "environment",
    JSON.stringify(captureEnvironment()),
  );
  // A run that nobody ended ends as its last cell did.
  const left = from.last === "error" ? "FAILED" : "FINISHED";
  journal.runs.end(run_id, run.status === "RUNNING" ? left : run.status);
  journal.runs.setFinalised(run_id, Date.now());
  return run_id;
}

/** Artifacts, and models with their files. */
function putFiles(
  journal: Journal,
  run_id: string,
  { artifacts, models }: Pick<SandboxRun, "artifacts" | "models">,
): void {
  const contents = (
    { path, content }: SandboxRun["artifacts"][number],
    what: string,
  ): Uint8Array | null => {
    if (content !== null && staysInside(path)) {
      return Uint8Array.fromBase64(content);
    }
    journal.entries.setMissing(run_id, what, "it stayed in the sandbox");
    return null;
  };
  for (const artifact of artifacts) {
    const { path, content_type } = artifact;
    const bytes = contents(artifact, `artifact ${path}`);
    if (bytes === null) continue;
    journal.artifacts.put(run_id, path, bytes, {
      content_type,
      origin: "user",
    });
  }
  for (const { name, version, description, files } of models) {
    // What is kept is named at once: nobody removes it before.
    journal.transaction(() =>
      journal.models.put(run_id, {
        name,
        version: version ?? undefined,
        description: description ?? undefined,
        files: files.flatMap((file) => {
          const { path, content_type } = file;
          const bytes = contents(file, `file ${path} of model ${name}`);
          return bytes === null
            ? []
            : [{ path, content_type, ...journal.artifacts.keep(bytes) }];
        }),
      })
    );
  }
}

/** Packages and modules are those of the reproduced run: the sandbox had no others. */
function putDocuments(
  journal: Journal,
  run_id: string,
  { bundle: { manifest, lock, config } }: SandboxSession,
): void {
  const { entries } = journal;
  entries.setDocument(run_id, "packages", JSON.stringify(manifest.packages));
  entries.setDocument(
    run_id,
    "modules",
    JSON.stringify(
      manifest.modules.map(({ path, digest, size }) => ({
        path,
        digest,
        size,
      })),
    ),
  );
  if (lock !== null) entries.setDocument(run_id, "lock", lock);
  if (config !== null) entries.setDocument(run_id, "config", config);
}
