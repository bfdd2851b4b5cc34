/**
 * What a run had to do with beside its cells, for people: data, answers, files that it wrote, load and memory.
 *
 * @module
 */
import type { RunRecord } from "../record/schema/record.ts";
import { systemTable } from "../view/system_load.ts";
import { count, digestText, sizeText } from "./format.ts";
import { table } from "./table.ts";

/** Rows that are shown; more are counted. */
const MAX_ROWS = 20;

/** A dataset's name, with what it is used for and whether somebody named it. */
function nameText(
  { name, context, found }: RunRecord["datasets"][number],
): string {
  const notes = [
    ...context === null ? [] : [context],
    ...found === "detected" ? ["detected"] : [],
  ];
  return notes.length === 0 ? name : `${name} (${notes.join(", ")})`;
}

/** The datasets of a run. */
export function datasetsText(run: RunRecord, width: number): string {
  if (run.datasets.length === 0) return "";
  return table(
    [
      { title: "NAME", whole: true },
      { title: "ROWS", right: true },
      { title: "COLUMNS", right: true },
      { title: "SIZE", right: true },
      { title: "DIGEST" },
      { title: "FROM" },
    ],
    run.datasets.map((d) => [
      nameText(d),
      d.rows === null ? "" : d.rows.toLocaleString("en"),
      d.columns === null ? "" : String(d.columns.length),
      sizeText(d.size),
      d.changed === undefined
        ? digestText(d.digest)
        : `${digestText(d.digest)}, then ${digestText(d.changed)}`,
      d.message ?? d.uri ?? "",
    ]),
    width - 2,
  );
}

/** What `fetch` answered. */
export function networkText({ network }: RunRecord, width: number): string {
  if (network.length === 0) return "";
  return rows(
    table(
      [
        { title: "METHOD" },
        { title: "STATUS", right: true },
        { title: "TIMES", right: true },
        { title: "SIZE", right: true },
        { title: "DIGEST" },
        { title: "ADDRESS" },
      ],
      network.slice(0, MAX_ROWS).map((answer) => [
        answer.method,
        String(answer.status),
        String(answer.count),
        sizeText(answer.size),
        digestText(answer.digest),
        answer.url,
      ]),
      width - 2,
    ),
    network.length,
  );
}

/** Files that the run wrote. */
export function writtenText({ written }: RunRecord, width: number): string {
  if (written.length === 0) return "";
  return rows(
    table(
      [
        { title: "FILE", whole: true },
        { title: "SIZE", right: true },
        { title: "DIGEST" },
      ],
      written.slice(0, MAX_ROWS).map((file) => [
        file.path,
        sizeText(file.size),
        digestText(file.digest),
      ]),
      width - 2,
    ),
    written.length,
  );
}

/** The mean and the most of load and memory. */
export function systemText(run: RunRecord, width: number): string {
  const { columns, rows } = systemTable(run, [
    { title: "" },
    { title: "PROCESSOR, MEAN", right: true },
    { title: "MOST", right: true },
    { title: "MEMORY, MOST", right: true },
  ]);
  return rows.length === 0 ? "" : table(columns, rows, width - 2);
}

function rows(shown: string, all: number): string {
  return all <= MAX_ROWS
    ? shown
    : `${shown}\nand ${count(all - MAX_ROWS, "more row")}; --json has all`;
}
