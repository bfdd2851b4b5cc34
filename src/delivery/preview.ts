/**
 * What delivery would send of a run, listed before it does.
 *
 * @module
 */
import { ifThere } from "../base/files.ts";
import { parseGitLabUri } from "../gitlab/tracking_uri.ts";
import { createTags, TAG } from "../gitlab/fields.ts";
import { GITLAB_LIMITS, MLFLOW_LIMITS } from "../gitlab/limits.ts";
import type { ArtifactRow } from "../journal/artifacts.ts";
import type { Redaction } from "../journal/entries.ts";
import type { Journal } from "../journal/journal.ts";
import type { RunRow } from "../journal/run_row.ts";
import { metricsBytes, metricsPath } from "./metrics_csv.ts";
import { PointFitter } from "./point_fitter.ts";
import { PointStream, thinnedText } from "./point_stream.ts";
import { NOT_ON_GITLAB, summaryText } from "./run_summary.ts";
import { everyDigest } from "./send_datasets.ts";
import { modelTag } from "./verdicts.ts";
import { findTarget, pointsWanted, storedDestination } from "./target.ts";

/** Something that would be sent. */
export interface PreviewItem {
  kind: "param" | "metric" | "tag" | "artifact" | "model" | "dataset";
  name: string;
  /** Bytes of a text or file; points of a metric; files of a model. */
  size: number;
  /** How many secrets were taken out of it. */
  redactions: number;
}

/**
 * Lists what of a run is not on its server and would go there.
 *
 * @param target the tracking URI; GitLab gets thinned series and fewer tags
 */
export function previewOf(
  journal: Journal,
  run: RunRow,
  target: string | null = null,
): PreviewItem[] {
  const { entries, artifacts, datasets, models, deliveries } = journal;
  const { run_id } = run;
  const redactions = entries.redactions(run_id);
  const taken = (fits: (where: string) => boolean) =>
    redactions.filter((one) => fits(one.where)).length;
  const text = (kind: "param" | "tag", key: string, value: string) => ({
    kind,
    name: key,
    size: new TextEncoder().encode(value).byteLength,
    redactions: taken((where) => where === `${kind} ${key}`),
  });
  const delivery = deliveries.get(run_id);
  const made = delivery.remote_run_id === null
    ? createTags({ run_id, run_name: run.name })
    : [];
  const gitlab = target !== null && parseGitLabUri(target) !== null;
  const goes = (key: string) => !gitlab || !NOT_ON_GITLAB.has(key);
  const complete = run.end_time !== null && run.finalised_time !== null;
  if (gitlab && complete && delivery.status_sent === null) {
    made.push({ key: TAG.summary, value: summaryText(journal, run) });
  }
  const unsentDatasets = datasets.list(run_id).filter((d) =>
    !d.sent && d.fingerprint !== null
  );
  if (gitlab && unsentDatasets.length > 0) {
    made.push({ key: TAG.datasets, value: everyDigest(journal, run_id) });
  }
  const unsentModels = models.list(run_id).filter((m) =>
    !m.sent && !m.left_out
  );
  for (const { name, version } of unsentModels) {
    made.push({ key: modelTag(name), value: version ?? "" });
  }
  const own = new Set(made.map((tag) => tag.key));
  const stream = streamTo(journal, run, { gitlab, complete });
  const unsent = new Map<string, number>();
  for (const { metric } of stream.from(delivery.delivered_seq, complete)) {
    if (metric === null) continue;
    unsent.set(metric.key, (unsent.get(metric.key) ?? 0) + 1);
  }
  const history = complete && stream.mode !== "all" &&
      delivery.points_sent_of === null && thinnedText(stream.plan()) !== null
    ? [{
      kind: "artifact" as const,
      name: metricsPath(journal, run_id),
      size: metricsBytes(journal, run_id),
      redactions: 0,
    }]
    : [];
  return [
    ...entries.params(run_id).filter((p) => !p.sent)
      .map((p) => text("param", p.key, p.value)),
    ...[...unsent].map(([name, size]) => ({
      kind: "metric" as const,
      name,
      size,
      redactions: taken((where) =>
        where === "metric name" && name.includes("[redacted")
      ),
    })),
    ...made.filter((tag) => goes(tag.key))
      .map((tag) => text("tag", tag.key, tag.value)),
    ...entries.tags(run_id).filter((t) =>
      !t.sent && !own.has(t.key) && goes(t.key)
    )
      .map((t) => text("tag", t.key, t.value)),
    ...unsentDatasets.map((d) => ({
      kind: "dataset" as const,
      name: d.name,
      size: new TextEncoder().encode(d.fingerprint ?? "").byteLength,
      redactions: taken((where) => where === `dataset ${d.name}`),
    })),
    ...artifacts.list(run_id).filter((a) => !a.sent).map((a) => ({
      kind: "artifact" as const,
      name: a.path,
      size: a.size,
      redactions: a.origin === "user"
        ? taken((where) => where === `artifact "${a.path}"`)
        : takenOutOf(journal, a, redactions),
    })),
    ...history,
    ...unsentModels.map((m) => ({
      kind: "model" as const,
      name: m.name,
      size: models.files(m).length,
      redactions: taken((where) => where === `model ${m.name}`),
    })),
  ];
}

/** How many of a run's secrets were taken out of a file that is made of its record. */
function takenOutOf(
  journal: Journal,
  { path, digest }: Pick<ArtifactRow, "path" | "digest">,
  redactions: readonly Redaction[],
): number {
  // A bundle holds everything, packed.
  if (path.endsWith(".zip")) return redactions.length;
  const file = journal.artifacts.file(digest);
  const text = ifThere(() => Deno.readTextFileSync(file)) ?? "";
  const there = new Set(redactions.map(({ placeholder }) => placeholder));
  return there.values().filter((placeholder) => text.includes(placeholder))
    .reduce((sum) => sum + 1, 0);
}

/** The points that would go to a server. */
function streamTo(
  journal: Journal,
  run: RunRow,
  { gitlab, complete }: { gitlab: boolean; complete: boolean },
): PointStream {
  const { points_mode } = journal.deliveries.get(run.run_id);
  const mode = !gitlab || pointsWanted(run) === "all"
    ? "all"
    : complete
    ? "whole"
    : "live";
  const limits = gitlab ? GITLAB_LIMITS : MLFLOW_LIMITS;
  return new PointStream(journal, run.run_id, {
    fitter: new PointFitter(limits),
    mode: points_mode ?? mode,
  });
}

/** Where it would be sent; null when no server is known. */
export async function targetOf(
  journal: Journal,
  { run_id, session_id }: RunRow,
): Promise<string | null> {
  const known = journal.deliveries.get(run_id).target;
  if (known !== null) return known;
  const target = await findTarget(journal, run_id, {
    destination: storedDestination(journal, run_id),
    cwd: journal.sessions.get(session_id)?.cwd ?? Deno.cwd(),
  });
  return target?.tracking_uri ?? null;
}
