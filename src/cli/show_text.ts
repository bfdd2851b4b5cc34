/**
 * A run in full, for people.
 *
 * @module
 */
import type { RunRecord } from "../record/schema/record.ts";
import {
  ago,
  clock,
  count,
  digestText,
  duration,
  metricText,
  sizeText,
} from "./format.ts";
import { fields, table } from "./table.ts";
import { plainLine, wrap } from "./text.ts";

/** Packages that nobody imports himself are counted, not listed. */
const MAX_CELLS = 40;

/** A run in full: one part for each kind of thing that was captured. */
export function recordText(
  run: RunRecord,
  width: number,
  now: number = Date.now(),
): string {
  const parts = [
    head(run, width, now),
    section(
      "Not delivered",
      list(run.delivery.error === null ? [] : [run.delivery.error], width),
    ),
    section("Params", fields(Object.entries(run.params), width)),
    section(
      "Metrics",
      fields(
        Object.entries(run.metrics).map(([k, v]) => [k, metricText(v)]),
        width,
      ),
    ),
    section("Tags", fields(Object.entries(run.tags), width)),
    section("Datasets", datasets(run, width)),
    section(`Cells (${run.cells.length})`, cells(run, width)),
    section("Packages", packages(run, width)),
    section("Modules", run.modules.map((m) => m.path).join("\n")),
    section("Artifacts", artifacts(run, width)),
    section(
      "Changed since the run before",
      list(run.changed.map((c) => `${c.dimension}: ${c.what}`), width),
    ),
    section(
      "Redacted",
      list(run.redactions.map((r) => `${r.where}: ${r.kind}`), width),
    ),
    section(
      "Missing",
      list(run.missing.map((m) => `${m.what}: ${m.why}`), width),
    ),
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

/** Where a run was recorded, where that is worth a line. */
const RECORDED: Record<RunRecord["provenance"], string> = {
  here: "",
  sandbox: "in the sandbox, from another machine's bundle",
  elsewhere: "on another machine",
};

function head(run: RunRecord, width: number, now: number): string {
  const took = run.end_time === null
    ? ""
    : `, took ${duration(run.end_time - run.start_time)}`;
  const { environment: env, git } = run;
  return fields([
    ["Run", `${run.name} (${run.run_id})`],
    ["Experiment", run.experiment],
    [
      "Status",
      run.end_reason === null ? run.status : `${run.status}: ${run.end_reason}`,
    ],
    ["Started", `${clock(run.start_time)}, ${ago(run.start_time, now)}${took}`],
    ["Note", run.description ?? ""],
    ["Notebook", run.notebook ?? ""],
    ["Parent", run.parent ?? ""],
    ["Reproduces", run.reproduces ?? ""],
    ["Recorded", RECORDED[run.provenance]],
    ["Seed", run.seed === null ? "" : String(run.seed)],
    ["Delivery", run.delivery.url ?? run.delivery.state],
    [
      "Environment",
      env.deno === null
        ? ""
        : `Deno ${env.deno}, TypeScript ${env.typescript}, ${env.os} ${env.arch}`,
    ],
    [
      "Git",
      git === null
        ? ""
        : `${git.commit?.slice(0, 12) ?? "no commit"}${
          git.branch === null ? "" : ` on ${git.branch}`
        }${git.dirty ? ", with uncommitted changes" : ""}`,
    ],
  ], width);
}

function section(title: string, body: string): string {
  if (body === "") return "";
  return `${title}\n${
    body.split("\n").map((line) => `  ${line}`.trimEnd()).join("\n")
  }`;
}

function datasets(run: RunRecord, width: number): string {
  if (run.datasets.length === 0) return "";
  return table(
    [
      { title: "NAME" },
      { title: "ROWS", right: true },
      { title: "COLUMNS", right: true },
      {
        title: "SIZE",
        right: true,
      },
      { title: "DIGEST" },
      { title: "FROM" },
    ],
    run.datasets.map((d) => [
      d.context === null ? d.name : `${d.name} (${d.context})`,
      d.rows === null ? "" : d.rows.toLocaleString("en"),
      d.columns === null ? "" : String(d.columns.length),
      sizeText(d.size),
      digestText(d.digest),
      d.message ?? d.uri ?? "",
    ]),
    width - 2,
  );
}

function cells(run: RunRecord, width: number): string {
  if (run.cells.length === 0) return "";
  const shown = run.cells.slice(0, MAX_CELLS);
  const lines = table(
    [
      { title: "#", right: true, whole: true },
      { title: "IN", right: true, whole: true },
      { title: "STATUS", whole: true },
      { title: "TOOK", right: true },
      { title: "OUTPUTS", right: true },
      { title: "SOURCE" },
      { title: "FLAGS" },
    ],
    shown.map((cell) => [
      String(cell.index),
      `[${cell.execution_count ?? " "}]`,
      cell.status,
      cell.start_time === null || cell.end_time === null
        ? ""
        : duration(cell.end_time - cell.start_time),
      String(cell.outputs.length),
      cell.source === ""
        ? "(not seen)"
        : cell.source.trim().split("\n")[0] ?? "",
      cell.flags.join(", "),
    ]),
    width - 2,
  );
  const more = run.cells.length - shown.length;
  return more === 0
    ? lines
    : `${lines}\nand ${count(more, "more execution")}; --json has all`;
}

function packages(run: RunRecord, width: number): string {
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

function artifacts(run: RunRecord, width: number): string {
  if (run.artifacts.length === 0) return "";
  return table(
    [{ title: "PATH" }, { title: "SIZE", right: true }, { title: "DIGEST" }],
    run.artifacts.map((a) => [a.path, sizeText(a.size), digestText(a.digest)]),
    width - 2,
  );
}

/** Sentences, each whole: it may say what to do. */
function list(sentences: readonly string[], width: number): string {
  return sentences.map((text) => wrap(plainLine(text), width - 4).join("\n  "))
    .join("\n");
}
