/**
 * What the parts of one pass over a run share.
 *
 * @module
 */
import type { TrackingClient } from "../gitlab/client.ts";
import type { ServerInfo } from "../gitlab/detect.ts";
import type { RunLocation } from "../gitlab/artifacts.ts";
import { isNbtrackError, messageOf, NbtrackError } from "../base/errors.ts";
import type { ServerRun } from "../gitlab/schemas.ts";
import type { Digest } from "../base/digest.ts";
import type { DeliveryChange } from "../journal/deliveries.ts";
import type { Journal } from "../journal/journal.ts";
import type { RunRow } from "../journal/run_row.ts";
import type { Lease } from "./lease.ts";
import type { PointFitter } from "./point_fitter.ts";
import type { PointStream } from "./point_stream.ts";
import type { SentBefore } from "./sent_before.ts";

/** In the place of a number of the stream: every point may be on the server. */
export const ALL_POINTS = Number.MAX_SAFE_INTEGER;

/** A file of a run on the server. */
export interface FileThere {
  /** Bytes; null where the server does not say. */
  size: number | null;
  /** Its content, when this process sent or read it. */
  digest: Digest | null;
}

/** What one process has learned of a run on its server, so that it need not ask again. */
export interface RunMemory {
  /** Its id there. */
  remote: string | null;
  /** Where its files are. */
  location: RunLocation | null;
  /** Its files by stored name, as far as they were listed. */
  files: Map<string, FileThere>;
  /** Makes its points fit. */
  fitter: PointFitter | null;
  /** The points that go there. */
  stream: PointStream | null;
  /** Whether the run was seen on the server after something was refused. */
  seen_there: boolean;
  /** Single points that the server refused. */
  refused_points: number;
  /** Whether so many were refused that the others are not tried. */
  points_given_up: boolean;
  /** Points of one request, where the server took fewer than it should. */
  batch_metrics: number;
}

/** Nothing learned yet. */
export function newMemory(): RunMemory {
  return {
    remote: null,
    location: null,
    files: new Map(),
    fitter: null,
    stream: null,
    seen_there: false,
    refused_points: 0,
    points_given_up: false,
    batch_metrics: Infinity,
  };
}

/** One pass over a run. */
export interface Sending {
  journal: Journal;
  /** The run as it was when the pass began. */
  run: RunRow;
  /** Its id on the server. */
  remote: string;
  client: TrackingClient;
  server: ServerInfo;
  /** The right to deliver it. */
  lease: Lease;
  memory: RunMemory;
  /** Whether the run has ended and its record is complete. */
  complete: boolean;
  /** Finds runs that a copy of this journal has sent. */
  sent_before: SentBefore;
  /** Whether GitLab gets all points too. */
  points: "all" | "thinned";
  /** How long a request without an answer may still be worked on, milliseconds. */
  in_flight_ms: number;
  /** Until when one of an earlier pass, or of another process, may still be worked on; null when none is. */
  in_flight_until: number | null;
  /** The most points of a run that this process may read back at once: older GitLab lists all in one answer. */
  most_read_back: number;
}

/** Where the run's files are, found out once. */
export async function locationOf(sending: Sending): Promise<RunLocation> {
  const { journal, run, memory, remote, server } = sending;
  if (memory.location !== null) return memory.location;
  const { remote_run_iid, remote_experiment_id } = journal.deliveries.get(
    run.run_id,
  );
  // GitLab's number of the run says it, and spares an answer that may hold every point of the run.
  memory.location = server.kind === "gitlab" && server.features.artifact_list &&
      remote_run_iid !== null && remote_experiment_id !== null
    ? {
      artifact_uri: `mlflow-artifacts:/candidate:${remote_run_iid}`,
      experiment_id: remote_experiment_id,
      run_id: remote,
    }
    : (await readBack(sending)).info;
  return memory.location;
}

/**
 * The run as the server has it.
 *
 * @throws {NbtrackError} when its answer would be larger than this process can hold
 */
export async function readBack(sending: Sending): Promise<ServerRun> {
  const { journal, run, client, remote, server } = sending;
  const { delivered_seq, unsure_to } = journal.deliveries.get(run.run_id);
  if (
    !server.features.history &&
    Math.max(delivered_seq, unsure_to ?? 0) > sending.most_read_back
  ) {
    throw new NbtrackError(
      "An answer was lost, and this GitLab lists all points of a run at once: the recorder has no room for so many.",
      { hint: "Run `nbtrack sync`; nothing is lost." },
    );
  }
  return await client.getRun(remote);
}

/** What went wrong and what to do, in words. */
export function sentenceOf(error: unknown): string {
  const text = messageOf(error);
  if (!isNbtrackError(error) || error.hint === "") return text;
  return `${text.replace(/\.$/, "")}. ${error.hint}`;
}

/** What to note before a request that must not be carried out twice. */
export function inFlight(
  { in_flight_ms }: Pick<Sending, "in_flight_ms">,
): Pick<DeliveryChange, "in_flight_until"> {
  return { in_flight_until: Date.now() + in_flight_ms };
}

/** Waits until a server is through with what was sent before this pass; whether that took any time. */
export function inFlightOver(
  { in_flight_until, in_flight_ms }: Pick<
    Sending,
    "in_flight_until" | "in_flight_ms"
  >,
): Promise<boolean> {
  return waitUntil(in_flight_until, in_flight_ms);
}

/** Waits until a time, at most so long: the clock may have been set back. */
export async function waitUntil(
  time: number | null,
  most_ms: number,
): Promise<boolean> {
  const ms = Math.min((time ?? 0) - Date.now(), most_ms);
  if (ms <= 0) return false;
  await new Promise((resolve) => setTimeout(resolve, ms));
  return true;
}

/**
 * Does work on every item, some at once. After a failure no further item is begun.
 *
 * @throws what the first failing work threw, once all that was begun has ended
 */
export async function someAtOnce<T>(
  items: Iterable<T>,
  at_once: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const failures: unknown[] = [];
  const left = items[Symbol.iterator]();
  const lane = async () => {
    for (
      let next = left.next();
      next.done !== true && failures.length === 0;
      next = left.next()
    ) {
      try {
        await work(next.value);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: at_once }, lane));
  if (failures.length > 0) throw failures[0];
}
