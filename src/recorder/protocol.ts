/**
 * What the notebook's process and its recorder say to each other: JSON lines over a loopback connection,
 * the first of which carries the key from the session's row (the journal is readable by its user alone).
 *
 * Imported inside cells: nothing here may load a library.
 *
 * @module
 */
import type { FetchAnswer } from "../base/fetch_hook.ts";
import type { KnownSecret } from "../redaction/known_secrets.ts";
import type { HandedOver } from "../redaction/redaction.ts";
import { RecorderError } from "./errors.ts";
import type { Destination } from "../base/destination.ts";
import type { CellReply } from "./cells/replies.ts";

/** A line from the notebook's process, or from a runner. */
export type LineRequest =
  | { type: "hello"; key: string }
  /** Answers with the cell that is being executed; once a marker that it published has arrived, if one is given. */
  | { type: "running"; marker?: string | undefined }
  /** A run was opened or goes on. */
  | { type: "track"; run_id: string; destination: Destination }
  /** Answers once more is known of a run than what was answered last, an empty text at first. */
  | { type: "follow"; run_id: string; seen: string }
  /** Variables that hold secrets were set in the notebook's process. */
  | { type: "secrets"; variables: Record<string, string> }
  /** What a process knows of secrets. */
  | { type: "known"; secrets: KnownSecret[] }
  /** What `fetch` answered in a process that is no kernel. */
  | { type: "answers"; answers: FetchAnswer[] }
  /** A run was ended, or something large was logged. */
  | { type: "changed"; run_id: string }
  /** A dataset waits: answered when it has its fingerprint or its error. */
  | { type: "dataset"; run_id: string; name: string }
  | CellReply
  /** A runner is about to shut the kernel down. */
  | { type: "finish" };

/** What is known of a run, as a text that changes with it. */
export interface Followed {
  state: string;
  /** What its notebook is told, each once. */
  sentences: string[];
  /** The first cell that failed since it was opened, with its error. */
  failed: string | null;
  /** Whether nothing more is to come. */
  last: boolean;
}

/** A line back. */
export interface Answer {
  /** Number of the request it answers, from 0; -1 when it was not asked. */
  n: number;
  /** Digest of the source of the cell that is being executed; null when it could not be seen. */
  running?: string | null;
  /**
   * Its position among the session's executions; null when nothing is being executed. Of a reply that of its cell; null
   * where it was not seen.
   */
  position?: number | null;
  /** Whether the marker has arrived that was asked for, and with it everything before it. */
  arrived?: boolean;
  /** What is known of a followed run. */
  followed?: Followed;
  /** The secrets that the recorder knows. */
  taught?: HandedOver;
  /** Why the request could not be carried out. */
  error?: string;
}

/** What the recorder prints when its subscription stands. */
export interface ReadyLine {
  port: number;
  key: string;
}

/**
 * Splits a stream of bytes into lines of JSON.
 *
 * @param limit How long a line may be at this moment, characters.
 * @throws {RecorderError} when a line is longer
 * @throws {SyntaxError} when a line is no JSON
 */
export async function* jsonLines(
  stream: ReadableStream<Uint8Array>,
  limit: () => number = () => Infinity,
): AsyncGenerator<unknown> {
  const decoder = new TextDecoder();
  let partial = "";
  for await (const bytes of stream) {
    if (partial.length + bytes.length > limit()) {
      throw new RecorderError(`A line is longer than ${limit()} characters.`);
    }
    const lines = (partial + decoder.decode(bytes, { stream: true })).split(
      "\n",
    );
    partial = lines.pop() ?? "";
    for (const line of lines) if (line !== "") yield JSON.parse(line);
  }
}

/** A value as one line of JSON. */
export function jsonLine(value: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${JSON.stringify(value)}\n`);
}
