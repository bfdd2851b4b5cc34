/**
 * Answers of several kinds.
 *
 * @module
 */
import { csvField } from "../../base/csv.ts";
import { fromJsonNumber } from "../../base/numbers.ts";
import type { PointRow } from "./source.ts";

/** A page, or a part of one. */
export function htmlAnswer(text: string, status = 200): Response {
  return new Response(text, {
    status,
    headers: { "content-type": "text/html; charset=utf-8" },
  });
}

/** Bytes that a browser stores and never shows, whatever they are. */
export function downloadAnswer(
  body: BodyInit,
  name: string,
  type = "application/octet-stream",
): Response {
  return new Response(body, {
    headers: {
      "content-type": type,
      "content-disposition": `attachment; filename*=UTF-8''${
        encodeURIComponent(name).replaceAll(/['()*]/g, percent)
      }`,
      "content-security-policy": "default-src 'none'; sandbox",
    },
  });
}

/** The points of one metric of a run, or of several runs. */
export type RunPoints = readonly {
  run_id: string;
  points: Iterable<PointRow>;
}[];

/** Points as CSV, one line each, written as they are read; with several runs the first column says of which. */
export function csvAnswer(key: string, points: RunPoints): Response {
  return downloadAnswer(
    ReadableStream.from(csvChunks(points)).pipeThrough(new TextEncoderStream()),
    `${key}.csv`,
    "text/csv; charset=utf-8",
  );
}

/** Points that are written at once. */
const CHUNK = 5000;

/** The text of a CSV file, in pieces. */
export function* csvChunks(runs: RunPoints): Generator<string> {
  const several = runs.length > 1;
  let lines = [`${several ? "run_id," : ""}step,timestamp,value`];
  for (const { run_id, points } of runs) {
    const first = several ? `${run_id},` : "";
    for (const { step, timestamp, value } of points) {
      const number = value === null ? null : fromJsonNumber(value);
      lines.push(
        first + [step, timestamp, number].map(csvField).join(","),
      );
      if (lines.length < CHUNK) continue;
      yield `${lines.join("\n")}\n`;
      lines = [];
    }
  }
  if (lines.length > 0) yield `${lines.join("\n")}\n`;
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
