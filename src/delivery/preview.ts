/**
 * What delivery would send of a run, listed before it does.
 *
 * @module
 */
import { createTags } from "../gitlab/fields.ts";
import type { Journal } from "../journal/journal.ts";
import type { RunRow } from "../journal/runs.ts";
import { findTarget, storedDestination } from "./target.ts";

/** Something that would be sent. */
export interface PreviewItem {
  kind: "param" | "metric" | "tag" | "artifact" | "model" | "dataset";
  name: string;
  /** Bytes of a text or file; points of a metric; files of a model. */
  size: number;
  /** How many secrets were taken out of it. */
  redactions: number;
}

/** Lists what of a run is not on its server and would go there. */
export function previewOf(journal: Journal, run: RunRow): PreviewItem[] {
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
  const own = new Set(made.map((tag) => tag.key));
  const unsent = new Map<string, number>();
  for (const point of journal.points(run_id, delivery.delivered_seq)) {
    unsent.set(point.key, (unsent.get(point.key) ?? 0) + 1);
  }
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
    ...made.map((tag) => text("tag", tag.key, tag.value)),
    ...entries.tags(run_id).filter((t) => !t.sent && !own.has(t.key))
      .map((t) => text("tag", t.key, t.value)),
    ...datasets.list(run_id).filter((d) => !d.sent && d.fingerprint !== null)
      .map((d) => ({
        kind: "dataset" as const,
        name: d.name,
        size: new TextEncoder().encode(d.fingerprint ?? "").byteLength,
        redactions: taken((where) => where === `dataset ${d.name}`),
      })),
    ...artifacts.list(run_id).filter((a) => !a.sent).map((a) => ({
      kind: "artifact" as const,
      name: a.path,
      size: a.size,
      redactions: taken(
        a.origin === "user"
          ? (where) => where === `artifact "${a.path}"`
          : a.path === "session.ipynb"
          ? (where) => where.startsWith("cell ")
          : () => true,
      ),
    })),
    ...models.list(run_id).filter((m) => !m.sent).map((m) => ({
      kind: "model" as const,
      name: m.name,
      size: models.files(m).length,
      redactions: taken((where) => where === `model ${m.name}`),
    })),
  ];
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
