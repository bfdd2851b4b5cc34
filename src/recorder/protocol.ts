/**
 * What the notebook's process and its recorder say to each other: JSON lines over a loopback connection,
 * the first of which carries the key from the session's row (the journal is readable by its user alone).
 *
 * Imported inside cells: nothing here may load a library.
 *
 * @module
 */
import type { Destination } from "../base/destination.ts";

/** A line from the notebook's process, or from a runner. */
export type Request =
  | { type: "hello"; key: string }
  /** Answers with the cell that is being executed; once a mark it has published arrived, where one is given. */
  | { type: "running"; mark?: string | undefined }
  /** A run was opened or goes on. */
  | { type: "track"; run_id: string; where: Destination }
  /** A run was ended, or something large was logged. */
  | { type: "changed"; run_id: string }
  /** A dataset waits: answered when it has its fingerprint or its error. */
  | { type: "dataset"; run_id: string; name: string }
  | CellReply
  /** A runner says who it is: its kernel is nobody's once it is gone. */
  | { type: "runner"; pid: number; started: string }
  /** A runner is about to shut the kernel down. */
  | { type: "finish" };

/** A runner saw a cell's reply, which tells more than IOPub does. */
export interface CellReply {
  type: "reply";
  msg_id: string;
  status: "ok" | "error" | "aborted";
  ename: string | null;
  evalue: string | null;
  /** When the cell ended, by the kernel's clock: it is told while the next cell is executed. */
  end_time: number;
  /** The cell's id in the notebook's file. */
  cell_id: string | null;
}

/** A line back. */
export interface Answer {
  /** Place of the request it answers, from 0. */
  n: number;
  /** Digest of the source of the cell that is being executed; null when it could not be seen. */
  running?: string | null;
  /** Its position among the session's executions; null when nothing is being executed. */
  position?: number | null;
  /** Why the request could not be carried out. */
  error?: string;
}

const MARK = "nbtrack-mark-";

/** The id of a new mark: an update of a display nobody has, which tells the recorder who published it. */
export function newMark(): string {
  return `${MARK}${crypto.randomUUID()}`;
}

/** Whether a display's id is a mark. */
export function isMark(display_id: string): boolean {
  return display_id.startsWith(MARK);
}

/** What the recorder prints when its subscription stands. */
export interface ReadyLine {
  port: number;
  key: string;
}

/** Splits a stream of bytes into lines of JSON. */
export async function* jsonLines(
  stream: ReadableStream<Uint8Array>,
): AsyncGenerator<unknown> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const bytes of stream) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line !== "") yield JSON.parse(line);
  }
}

/** A value as one line of JSON. */
export function jsonLine(value: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${JSON.stringify(value)}\n`);
}
