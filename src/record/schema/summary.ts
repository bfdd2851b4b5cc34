/**
 * The summary of a run: what `nbtrack runs --json` prints of each.
 *
 * @module
 */
import { RUN_STATUSES } from "../../base/run_status.ts";
import { z } from "../../base/zod.ts";

/** A float64 as JSON. */
export const jsonNumberSchema = z.union([
  z.number(),
  z.enum(["NaN", "Infinity", "-Infinity", "-0"]),
]);

/** MLflow's run states. */
export const runStatusSchema = z.enum(RUN_STATUSES);

/** Parts of a run that its server has not, and why. */
export const deliveryPartsSchema = z.array(
  z.object({ what: z.string(), why: z.string() }),
);

/** How far a run has reached its server. */
const deliverySchema = z.object({
  state: z.enum(["local", "pending", "delivered", "refused"]),
  /** The tracking URI it goes to. */
  target: z.string().nullable(),
  /** The run's page. */
  url: z.string().nullable(),
  /** Why it waits or was refused. */
  error: z.string().nullable(),
  /** What alone could not be delivered of a run that was. */
  parts: deliveryPartsSchema,
  /** What of its metrics the server has less of than there is, one sentence; null when nothing is left out. */
  thinned: z.string().nullable(),
});

/** Where a run was recorded: by this machine, in its sandbox, or by another machine. */
export const provenanceSchema = z.enum(["here", "sandbox", "elsewhere"]);

/** A run in short. Times are milliseconds since 1970 (UTC). */
export const runSummarySchema = z.object({
  run_id: z.string(),
  name: z.string(),
  experiment: z.string(),
  status: runStatusSchema,
  start_time: z.number(),
  end_time: z.number().nullable(),
  params: z.record(z.string(), z.string()),
  /** The last value of each metric. */
  metrics: z.record(z.string(), jsonNumberSchema),
  tags: z.record(z.string(), z.string()),
  delivery: deliverySchema,
  provenance: provenanceSchema,
  /** The run it is a reproduction of. */
  reproduces: z.string().nullable(),
  /** The sweep whose run it is, or the run that it goes on from. */
  parent: z.string().nullable(),
  /** Of `Math.random`; null where none was set or a server does not say it. */
  seed: z.number().nullable().default(null),
  /** Of a run that failed, the cell that did: `[3]` as its front end numbers it; absent where it is not known. */
  failed_cell: z.string().optional(),
});

/** A run in short. */
export type RunSummary = z.infer<typeof runSummarySchema>;
