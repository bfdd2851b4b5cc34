/**
 * A run that is reproduced again and again: what of it is no longer as it was, for people and for an issue.
 *
 * @module
 */
import { numberText } from "../base/numbers.ts";
import { sha256 } from "../base/digest.ts";
import type { TrackingClient } from "../gitlab/client.ts";
import { isNotFoundError } from "../gitlab/errors.ts";
import { TAG } from "../gitlab/fields.ts";
import type { PutIssue } from "../gitlab/issues.ts";
import type { ServerRun } from "../gitlab/schemas.ts";
import { withoutDimension } from "../record/differences.ts";
import { code, markdownTable, plainMarkdown } from "../record/markdown.ts";
import { standardRedaction } from "../redaction/standard_redaction.ts";
import { ReproduceError } from "./replay/errors.ts";
import { reproduce, type ReproduceOptions } from "./reproduce.ts";
import type { Verdict } from "./replay/types.ts";

/** How to watch. */
export interface WatchRunOptions extends ReproduceOptions {
  /** The server that has the run. */
  client: TrackingClient;
  /** Opens an issue on a finding, or adds to the one that is open. @default {false} */
  issue?: boolean | undefined;
  /** The page of the job that watches. */
  job?: string | undefined;
}

/** What was found. */
export interface Watched {
  /** What is watched, as it was given. */
  what: string;
  /** The run's page; null where its server has none. */
  url: string | null;
  verdict: Verdict;
  /** The finding, for people. */
  markdown: string;
  /** The issue that holds it; null when none was asked for, or everything is as it was. */
  issue: PutIssue | null;
}

/** Cells that are listed. */
const MAX_CELLS = 20;

/**
 * Reproduces a run of a server as it was recorded: the run of that id or address, or the one that the newest version
 * of the model of that name was registered by.
 *
 * @throws {ReproduceError} when there is no such run or model
 * @throws {TrackingError} when the server refuses
 */
export async function watchRun(
  what: string,
  options: WatchRunOptions,
): Promise<Watched> {
  const { client, issue = false, job, ...how } = options;
  const { address, url } = await addressOf(what, client);
  // The project's own pipeline names the run: nobody is there to be asked.
  const verdict = await reproduce(address, { ...how, trust: true });
  const finding = findingText({ what, url, verdict, job });
  const markdown = standardRedaction().text(finding).text;
  const wanted = issue && verdict.verdict !== "REPRODUCED";
  return {
    what,
    url,
    verdict,
    markdown,
    issue: wanted
      ? await client.putIssue({
        title: `nbtrack: ${what} is no longer reproduced`.slice(0, 255),
        marker: comment("watch", what),
        finding: comment("finding", findingOf(verdict)),
        body: markdown,
      })
      : null,
  };
}

async function addressOf(
  what: string,
  client: TrackingClient,
): Promise<{ address: string; url: string | null }> {
  if (/^https?:/i.test(what)) return { address: what, url: what };
  const run = await runOfId(what, client) ?? await runOfModel(what, client);
  if (run === null) {
    throw new ReproduceError(
      `The server has neither a run nor a model ${JSON.stringify(what)}.`,
      {
        hint:
          "Give a run's id or address as the server has it, or a model's name.",
      },
    );
  }
  const root = client.tracking_uri.replace(/\/+$/, "");
  return {
    address: `${root}/api/2.0/mlflow/runs/get?run_id=${run.info.run_id}`,
    url: await client.runUrl(run.info),
  };
}

async function runOfId(
  id: string,
  client: TrackingClient,
): Promise<ServerRun | null> {
  if (!/^[0-9a-f-]{32,36}$/i.test(id)) return null;
  try {
    return await client.getRun(id);
  } catch (error) {
    if (isNotFoundError(error)) return null;
    throw error;
  }
}

/** The run that registered the newest version: a version on GitLab has a run of its own beside it. */
async function runOfModel(
  name: string,
  client: TrackingClient,
): Promise<ServerRun | null> {
  if (await client.getRegisteredModel(name) === null) return null;
  const { versions } = await client.listModelVersions(name);
  const newest = versions.toSorted((a, b) =>
    Number(a.version) - Number(b.version)
  ).at(-1);
  const ours = newest?.tags.find(({ key }) => key === TAG.runId)?.value;
  if (newest !== undefined && await client.kind() === "mlflow") {
    return newest.run_id === null ? null : await client.getRun(newest.run_id);
  }
  if (ours === undefined) return null;
  for (const { experiment_id } of await client.listExperiments()) {
    const run = await client.findRunByTag({
      experiment_id,
      key: TAG.runId,
      value: ours,
    });
    if (run !== null) return run;
  }
  return null;
}

/** What of a verdict makes it another finding: the results that differ, and why. */
function findingOf({ verdict, causes, metrics, outputs, artifacts }: Verdict) {
  return JSON.stringify([
    verdict,
    causes,
    metrics.filter(({ same }) => !same),
    outputs.filter(({ same }) => !same).map(({ cell }) => cell),
    artifacts.filter(({ same }) => !same).map(({ path }) => path),
  ]);
}

/** A text that GitLab does not show, and by which it is found again. */
function comment(kind: string, text: string): string {
  return `<!-- nbtrack ${kind} ${
    sha256(new TextEncoder().encode(text)).slice("sha256:".length)
  } -->`;
}

function findingText(
  { what, url, verdict, job }: {
    what: string;
    url: string | null;
    verdict: Verdict;
    job: string | undefined;
  },
): string {
  const named = url === null ? code(what) : `[${code(what)}](${url})`;
  const metrics = verdict.metrics.filter(({ same }) => !same);
  const cells = verdict.outputs.filter(({ same }) => !same)
    .map(({ name }) => name);
  const artifacts = verdict.artifacts.filter(({ same }) => !same);
  const lines = [
    `${named} is ${code(verdict.verdict)}, run again with Deno ${
      code(verdict.deno)
    }${job === undefined ? "" : ` in [this job](${job})`}.`,
    ...verdict.causes.map((cause) =>
      `* **${cause.dimension}**: ${plainMarkdown(withoutDimension(cause))}`
    ),
    metrics.length === 0 ? "" : markdownTable(
      ["metric", "recorded", "now"],
      metrics.map(({ key, recorded, reproduced }) => [
        code(key),
        recorded === null ? "–" : code(numberText(recorded)),
        reproduced === null ? "–" : code(numberText(reproduced)),
      ]),
    ),
    cells.length === 0
      ? ""
      : `Cells whose output differs: ${cells.slice(0, MAX_CELLS).join(", ")}${
        cells.length > MAX_CELLS ? ` and ${cells.length - MAX_CELLS} more` : ""
      }.`,
    artifacts.length === 0
      ? ""
      : `Artifacts that differ: ${
        artifacts.slice(0, MAX_CELLS).map(({ path }) => code(path)).join(", ")
      }.`,
    ...verdict.warnings.slice(0, MAX_CELLS).map((warning) =>
      `_${plainMarkdown(warning.split("\n")[0] ?? "")}_`
    ),
  ];
  return lines.filter((line) => line !== "").join("\n\n") + "\n";
}
