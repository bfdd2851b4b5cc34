/**
 * One turn: the execution of a cell, with what of it has reached each front end and what is held back of it.
 *
 * @module
 */
import { SILENT_EVALUE } from "../jupyter/silent_failure.ts";
import type { Peeked } from "./peek.ts";

/** Passes a message on. */
export type Pass = () => Promise<void>;

/** A front end's subscription, as far as a turn needs it. */
export interface Subscription {
  /** Publishes a message of ours. */
  publish(
    msg_type: string,
    content: Record<string, unknown>,
    parent: Uint8Array,
  ): Promise<void>;
}

/** Why a cell failed of which the kernel says only that it did. */
export interface ExplainedFailure {
  ename: string;
  evalue: string;
}

/** What of a turn has reached one subscription. */
export interface TurnProgress {
  busy: boolean;
  inputs: number;
  idle: Pass | null;
  errors: Pass[];
  valued: boolean;
  marked: boolean;
}

/** The execution of a cell. */
export interface Turn {
  request: Peeked;
  marker: string;
  progress: Map<Subscription, TurnProgress>;
  reply: { message: Peeked; pass: Pass } | null;
  markerSent: boolean;
  interrupted: boolean;
  /** Milliseconds since 1970. */
  start_time: number;
  timer: ReturnType<typeof setTimeout> | undefined;
  warning: ReturnType<typeof setTimeout> | undefined;
}

/** The turn of a cell that begins. */
export function newTurn(
  request: Peeked,
  subscriptions: Iterable<Subscription>,
): Turn {
  const progress = new Map<Subscription, TurnProgress>();
  for (const subscription of subscriptions) {
    progress.set(subscription, {
      busy: false,
      inputs: 0,
      idle: null,
      errors: [],
      valued: false,
      marked: false,
    });
  }
  return {
    request,
    marker: `nbtrack-${request.msg_id}`,
    progress,
    reply: null,
    markerSent: false,
    interrupted: false,
    start_time: Date.now(),
    timer: undefined,
    warning: undefined,
  };
}

/** Takes in a message of the running cell. @returns what passes it on now; null when it is held back or dropped */
export function passedOn(
  turn: Turn,
  progress: TurnProgress,
  message: Peeked,
  pass: Pass,
): Pass | null {
  switch (message.msg_type) {
    case "status": {
      const { execution_state } = message.content();
      if (execution_state === "idle") {
        progress.idle ??= pass;
        return null;
      }
      const first = !progress.busy;
      progress.busy = true;
      return first ? pass : null;
    }
    case "execute_input":
      return progress.inputs++ === 0 ? pass : null;
    case "update_display_data":
      if (shownDisplay(message) !== turn.marker) return pass;
      progress.marked = true;
      return null;
    case "error":
      // Of what a cell shows, an error takes another way and may come first; the marker's own is nobody's.
      if (progress.inputs <= 1) progress.errors.push(pass);
      return null;
    case "execute_result":
      progress.valued = true;
      return pass;
    default:
      return pass;
  }
}

/**
 * Why a cell failed; null when it did not.
 *
 * @param explain Says why a cell failed that published no error.
 */
export async function failureOfTurn(
  turn: Turn,
  reply: Peeked,
  explain: (code: string) => Promise<ExplainedFailure>,
): Promise<ExplainedFailure | null> {
  const { status, ename, evalue } = reply.content();
  if (status !== "error") return null;
  const said = {
    ename: String(ename ?? "Error"),
    evalue: String(evalue ?? ""),
  };
  if (said.evalue !== "" && said.evalue !== SILENT_EVALUE) return said;
  if (turn.interrupted) {
    return { ename: "InterruptError", evalue: "The cell was interrupted" };
  }
  if ([...turn.progress.values()].some((p) => p.errors.length > 0)) {
    return said;
  }
  return await explain(
    String(turn.request.content()["code"] ?? ""),
  );
}

/** The display that a message shows or updates. */
export function shownDisplay(message: Peeked): unknown {
  const { transient } = message.content();
  return typeof transient === "object" && transient !== null
    ? (transient as Record<string, unknown>)["display_id"]
    : undefined;
}
