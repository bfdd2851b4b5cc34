/**
 * What the tests of delivery share: journals with runs, deliveries, and what is there afterwards.
 *
 * @module
 */
import { Home as JournalHome, session } from "../journal/support.ts";
import { standardRedaction } from "../../src/redaction/standard_redaction.ts";
import type { TrackingClient } from "../../src/gitlab/client.ts";
import { TAG } from "../../src/gitlab/fields.ts";
import type { ServerRun } from "../../src/gitlab/schemas.ts";
import type { Journal } from "../../src/journal/journal.ts";
import { newHolder } from "../../src/delivery/lease.ts";
import { Delivery, type DeliveryOptions } from "../../src/delivery/deliver.ts";
import { resolveTarget, type Target } from "../../src/gitlab/target.ts";

export { upTo } from "../journal/support.ts";

/** A folder for nbtrack that is removed when the test is over, whose journal takes secrets out. */
export class Home extends JournalHome {
  override open(): Journal {
    return super.open(standardRedaction(this.path));
  }
}

/** What a run is filled with. */
export interface Filling {
  experiment?: string;
  name?: string;
  options?: Record<string, unknown>;
  params?: Record<string, string>;
  tags?: Record<string, string>;
  /** Values by metric; their steps count from 0. */
  metrics?: Record<string, readonly number[]>;
  /** Texts or bytes by path. */
  artifacts?: Record<string, string | Uint8Array>;
  /** The run that it reproduces. */
  reproduces?: string;
  /** Whether it goes on. @default {false} */
  open?: boolean;
}

/** Records a run in a session that has ended. */
export function record(journal: Journal, filling: Filling = {}): string {
  const { session_id } = journal.sessions.open(
    session({ cwd: journal.home, process_started: "never" }),
  );
  journal.sessions.end(session_id, "exited", Date.now());
  const { run_id } = journal.runs.create({
    session_id,
    experiment: filling.experiment ?? "birds",
    name: filling.name ?? "quiet-heron",
    options: JSON.stringify(filling.options ?? {}),
    ...(filling.reproduces === undefined
      ? {}
      : { reproduces: filling.reproduces }),
  });
  const { params = {}, tags = {}, metrics = {}, artifacts = {} } = filling;
  for (const [key, value] of Object.entries(params)) {
    journal.entries.setParam(run_id, key, value);
  }
  for (const [key, value] of Object.entries(tags)) {
    journal.entries.setTag(run_id, key, value);
  }
  log(journal, run_id, metrics);
  for (const [path, content] of Object.entries(artifacts)) {
    put(journal, run_id, path, content);
  }
  if (filling.open !== true) end(journal, run_id);
  return run_id;
}

/** Logs points in turns: one of each metric, then the next of each. */
export function log(
  journal: Journal,
  run_id: string,
  metrics: Record<string, readonly number[]>,
): void {
  const writer = journal.metricWriter(run_id);
  const most = Math.max(0, ...Object.values(metrics).map((v) => v.length));
  for (let i = 0; i < most; i++) {
    for (const [key, values] of Object.entries(metrics)) {
      const value = values[i];
      if (value !== undefined) writer.log(key, value);
    }
  }
  writer.close();
}

/** Stores an artifact of the user's. */
export function put(
  journal: Journal,
  run_id: string,
  path: string,
  content: string | Uint8Array | { file: string },
): void {
  journal.artifacts.put(
    run_id,
    path,
    typeof content === "string" ? new TextEncoder().encode(content) : content,
    { content_type: "application/octet-stream", origin: "user" },
  );
}

/** Ends a run with its record complete. */
export function end(journal: Journal, run_id: string): void {
  journal.runs.end(run_id, "FINISHED");
  journal.runs.setFinalised(run_id, Date.now());
}

/** A server as `track()` options name it. */
export function targetOf(
  { tracking_uri, token }: { tracking_uri: string; token?: string },
): Target {
  const options = { trackingUri: tracking_uri, token };
  const target = resolveTarget({ options, env: {} });
  if (target === null || target.problem !== null) {
    throw new Error(target?.problem ?? "nowhere to go");
  }
  return target;
}

/** A delivery that does not wait long. */
export function newDelivery(
  journal: Journal,
  options: Partial<DeliveryOptions> = {},
): Delivery {
  return new Delivery(journal, {
    holder: newHolder("sync"),
    in_flight_ms: 0,
    ...options,
    client: { delay: () => Promise.resolve(), ...options.client },
  });
}

/** Delivers a run to a server, again after each failure. */
export async function deliver(
  journal: Journal,
  run_id: string,
  place: { tracking_uri: string; token?: string },
  options: Partial<DeliveryOptions> & { tries?: number } = {},
): Promise<boolean> {
  const { tries = 1, ...rest } = options;
  const delivery = newDelivery(journal, rest);
  const target = targetOf(place);
  journal.deliveries.set(run_id, { target: target.tracking_uri });
  for (let i = 0; i < tries; i++) {
    if (await delivery.deliver(run_id, target)) return true;
  }
  return false;
}

/** The runs of an experiment on a server that nbtrack made for a run of the journal. */
export async function runsThere(
  client: TrackingClient,
  run_id: string,
  experiment = "birds",
): Promise<ServerRun[]> {
  const found = await client.getExperimentByName(experiment);
  if (found === null) return [];
  const runs: ServerRun[] = [];
  const { experiment_id } = found;
  for await (const run of client.searchRuns({ experiment_id })) {
    if (run.data.tags.some((t) => t.key === TAG.runId && t.value === run_id)) {
      runs.push(run);
    }
  }
  return runs;
}

/** The one run on a server. */
export async function runThere(
  client: TrackingClient,
  run_id: string,
  experiment = "birds",
): Promise<ServerRun> {
  const [run, ...others] = await runsThere(client, run_id, experiment);
  if (run === undefined || others.length > 0) {
    throw new Error(`${run === undefined ? 0 : 1 + others.length} runs there`);
  }
  return run;
}

/** Every value of a metric on a server, by step. */
export async function valuesThere(
  client: TrackingClient,
  remote: string,
  key: string,
): Promise<(number | null)[]> {
  const { points } = await client.storedPoints(remote, key);
  return points.map((p) => p.value);
}
