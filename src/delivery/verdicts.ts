/**
 * What reproductions found, where a run's page and a model's card say it.
 *
 * @module
 */
import { z } from "../base/zod.ts";
import { isTrackingError } from "../gitlab/errors.ts";
import { TAG } from "../gitlab/fields.ts";
import type { Journal } from "../journal/journal.ts";
import type { RunRow } from "../journal/run_row.ts";
import { ownVerdict } from "../record/found_verdicts.ts";
import { MODEL_TAG } from "../record/own_tags.ts";
import type { Sending } from "./sending.ts";

/** The heading of the verdict in a model's card. */
const HEADING = "### Reproduction";
/** The verdict in a card, with its heading. */
const SECTION = new RegExp(`${HEADING}\\n\\n[^\\n]*`);

/** The tag of a run that names the version of a model that it registered. */
export function modelTag(name: string): string {
  return `${MODEL_TAG}${name}`;
}

/** The verdict of a reproduction; of another run that of its newest one. Null while there is none. */
export function verdictOf(journal: Journal, run: RunRow): string | null {
  return run.reproduces === null
    ? newestReproduction(journal, run.run_id)?.verdict ?? null
    : ownVerdict(journal, run.run_id);
}

/** What a model's card says of the newest reproduction of its run; empty while there is none. */
export function reproductionText(journal: Journal, run_id: string): string {
  const newest = newestReproduction(journal, run_id);
  return newest === null ? "" : textOf(journal, newest);
}

interface Reproduction {
  run: RunRow;
  verdict: string;
}

function newestReproduction(
  journal: Journal,
  run_id: string,
): Reproduction | null {
  for (const run of journal.runs.reproductions(run_id)) {
    const verdict = ownVerdict(journal, run.run_id);
    if (verdict !== null) return { run, verdict };
  }
  return null;
}

function textOf(journal: Journal, { run, verdict }: Reproduction): string {
  const { url } = journal.deliveries.get(run.run_id);
  const date = new Date(run.start_time).toISOString().slice(0, 10);
  return `${HEADING}\n\n**${verdict}** on ${date}, by the run ${
    url === null || !/^https?:\/\/[^\s()<>|]+$/.test(url)
      ? `\`${run.run_id}\``
      : `[${run.run_id.slice(0, 8)}](${url})`
  }${causesText(journal, run.run_id)}.`;
}

const verdictSchema = z.looseObject({
  causes: z.array(z.looseObject({ dimension: z.string() })),
});

/** What was shown to have made the difference: somebody may have changed it to see that. */
function causesText({ artifacts }: Journal, run_id: string): string {
  const kept = artifacts.get(run_id, "verdict.json");
  if (kept === undefined) return "";
  const { data } = verdictSchema.safeParse(
    JSON.parse(Deno.readTextFileSync(artifacts.file(kept.digest))),
  );
  const causes = new Set(data?.causes.map(({ dimension }) => dimension));
  return causes.size === 0 ? "" : `: because of ${[...causes].join(", ")}`;
}

/** A card that says another verdict than before, or one for the first time. */
export function withReproduction(card: string, text: string): string {
  return SECTION.test(card)
    ? card.replace(SECTION, () => text)
    : `${card.trimEnd()}\n\n${text}`.trimStart();
}

/**
 * Says what a reproduction found on the cards of the models that its original registered, where the server has them. The
 * reproduction is none the worse for one that cannot be changed.
 *
 * @returns what could not be changed, and why
 */
export async function sendVerdict(
  sending: Sending,
): Promise<{ model: string; error: Error }[]> {
  const { journal, run, client } = sending;
  const verdict = ownVerdict(journal, run.run_id);
  if (verdict === null || run.reproduces === null) return [];
  const text = textOf(journal, { run, verdict });
  const failed: { model: string; error: Error }[] = [];
  for (const { name, version } of await modelsOf(sending, run.reproduces)) {
    try {
      const there = await client.findModelVersion(name, version) ??
        await client.getModelVersion(name, version);
      const card = withReproduction(there.description ?? "", text);
      if (card === there.description) continue;
      await client.describeModelVersion(there, card);
    } catch (error) {
      if (!isTrackingError(error) || error.retry !== "never") throw error;
      failed.push({ model: name, error });
    }
  }
  return failed;
}

/** The versions of models that a run registered: by this journal, else by the tags of the run on the server. */
async function modelsOf(
  { journal, run, client }: Sending,
  original: string,
): Promise<{ name: string; version: string }[]> {
  const { remote_experiment_id } = journal.deliveries.get(run.run_id);
  const here = journal.runs.get(original);
  if (here !== undefined) {
    return journal.models.list(original).flatMap(({ name, remote_name }) =>
      remote_name === null ? [] : [{ name, version: remote_name }]
    );
  }
  const there = remote_experiment_id === null
    ? null
    : await client.findRunByTag({
      experiment_id: remote_experiment_id,
      key: TAG.runId,
      value: original,
    });
  return (there?.data.tags ?? []).flatMap(({ key, value }) =>
    key.startsWith(MODEL_TAG)
      ? [{ name: key.slice(MODEL_TAG.length), version: value }]
      : []
  );
}
