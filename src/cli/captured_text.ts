/**
 * What was captured of a run, for people: its cells, packages and artifacts.
 *
 * @module
 */
import { cellName } from "../record/cell_name.ts";
import type { RunRecord } from "../record/schema/record.ts";
import { count, digestText, sizeText, spanText } from "./format.ts";
import type { Paint } from "./paint.ts";
import { fields, table } from "./table.ts";
import { plainLine, wrap } from "./text.ts";

/** Executions that are listed; more are counted. */
const MAX_CELLS = 40;

/** The cell executions, the first ones if there are many. */
export function cellsText(
  run: RunRecord,
  { width, paint }: { width: number; paint?: Paint },
): string {
  if (run.cells.length === 0) return "";
  const shown = run.cells.slice(0, MAX_CELLS);
  const lines = table(
    [
      { title: "CELL", right: true, whole: true },
      { title: "STATUS", whole: true, state: true },
      { title: "TOOK", right: true },
      { title: "OUTPUTS", right: true },
      { title: "SOURCE" },
      { title: "FLAGS" },
    ],
    shown.map((cell) => [
      cellName(cell),
      cell.status,
      spanText(cell.start_time, cell.end_time) ?? "",
      String(cell.outputs.length),
      cell.source === ""
        ? "(not seen)"
        : cell.source.trim().split("\n")[0] ?? "",
      [
        ...cell.flags,
        ...(cell.source_from === "file" ? ["read from the file"] : []),
      ].join(", "),
    ]),
    width - 2,
    paint,
  );
  const more = run.cells.length - shown.length;
  return more === 0
    ? lines
    : `${lines}\nand ${count(more, "more execution")}; --json has all`;
}

/** The packages that cells import by name; those that these need are counted. */
export function packagesText(run: RunRecord, width: number): string {
  const named = run.packages.filter((p) => p.direct && p.registry !== "node");
  const others =
    run.packages.filter((p) => !p.direct && p.registry !== "node").length;
  const lines = fields(
    named.map((p) => [p.name, `${p.version} (${p.registry})`]),
    width - 2,
  );
  if (others === 0) return lines;
  return `${lines}${lines === "" ? "" : "\n"}and ${
    count(others, "package")
  } that these need`;
}

/** The user's artifacts; those of the record follow in one line. */
export function artifactsText(run: RunRecord, width: number): string {
  const own = run.artifacts.filter((a) => a.origin === "user");
  const others = run.artifacts.filter((a) => a.origin === "record");
  const lines = own.length === 0 ? [] : [table(
    [
      { title: "PATH", whole: true },
      { title: "SIZE", right: true },
      { title: "DIGEST" },
    ],
    own.map((a) => [a.path, sizeText(a.size), digestText(a.digest)]),
    width - 2,
  )];
  if (others.length > 0) {
    const names = others.map((a) =>
      `${a.path}${a.size === null ? "" : ` (${sizeText(a.size)})`}`
    );
    lines.push(sentencesText([`of the record: ${names.join(", ")}`], width));
  }
  return lines.join("\n");
}

/** Sentences, each whole: it may say what to do. */
export function sentencesText(
  sentences: readonly string[],
  width: number,
): string {
  return sentences.map((text) => wrap(plainLine(text), width - 4).join("\n  "))
    .join("\n");
}
