/**
 * A run in full, for people: what it was made from first, how it ended and what to do next last, as a terminal shows
 * the end of what is written.
 *
 * @module
 */
import { nameText } from "../base/markup.ts";
import {
  artifactsText,
  cellsText,
  packagesText,
  sentencesText,
} from "./captured_text.ts";
import { columnsText } from "./columns_text.ts";
import { type EndOptions, endText } from "./end_text.ts";
import { underDimension } from "../record/differences.ts";
import { SWEEP_TAG } from "../record/own_tags.ts";
import type { RunRecord } from "../record/schema/record.ts";
import type { SweepRuns } from "../record/sweep/children.ts";
import { numberText } from "./format.ts";

import { bestText, runsText } from "./runs_text.ts";
import { fields, namedFields } from "./table.ts";
import {
  datasetsText,
  networkText,
  systemText,
  writtenText,
} from "./seen_text.ts";
import { plainLine } from "./text.ts";

/** What a text is made for. */
export interface ShowOptions extends EndOptions {
  /** How nbtrack is called here. @default {"nbtrack"} */
  nbtrack?: string;
  /** The range and the curve of metrics. @default {none is shown} */
  curves?: ReadonlyMap<string, { range: string; curve: string }>;
  /** The runs of a sweep. @default {it is none} */
  sweep?: SweepRuns;
}

/** A run in full: a part for each kind of thing that was captured, then its state, what is missing and the next command. */
export function recordText(run: RunRecord, options: ShowOptions): string {
  const { width } = options;
  const parts = [
    head(run, options),
    section("Params", namedFields(run.params, width - 2)),
    section(
      "Metrics",
      fields(
        Object.entries(run.metrics).map(([key, value]) => {
          const drawn = options.curves?.get(key);
          return [
            key,
            drawn === undefined
              ? numberText(value)
              : `${numberText(value)}${drawn.range}  ${drawn.curve}`,
          ];
        }),
        width - 2,
      ),
    ),
    section("Tags", namedFields(run.tags, width - 2)),
    section("Datasets", datasetsText(run, width)),
    section("Columns", columnsText(run.datasets, width - 2)),
    section(`Cells (${run.cells.length})`, cellsText(run, options)),
    section(
      "Hidden state",
      sentencesText((run.hidden_state ?? []).map(({ what }) => what), width),
    ),
    section("Network", networkText(run, width)),
    section("Written", writtenText(run, width)),
    section("System", systemText(run, width)),
    section("Packages", packagesText(run, width)),
    section("Modules", run.modules.map((m) => plainLine(m.path)).join("\n")),
    section("Artifacts", artifactsText(run, width)),
    section(
      "Changed since the run before",
      sentencesText(run.changed.map(underDimension), width),
    ),
    section(
      "Redacted",
      sentencesText(run.redactions.map((r) => `${r.where}: ${r.kind}`), width),
    ),
    childrenText(options),
    endText(run, options),
    section(
      "Not delivered",
      sentencesText([
        ...(run.delivery.error === null ? [] : [run.delivery.error]),
        ...run.delivery.parts.map(({ what, why }) => `${what}: ${why}`),
      ], width),
    ),
    section(
      "Missing",
      sentencesText(run.missing.map((m) => `${m.what}: ${m.why}`), width),
    ),
    next(run, options),
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

/** Where a run was recorded, where that is worth a line. */
const RECORDED: Record<RunRecord["provenance"], string> = {
  here: "",
  sandbox: "in the sandbox, from another machine's bundle",
  elsewhere: "on another machine",
};

function head(run: RunRecord, { width }: ShowOptions): string {
  const { environment: env, git } = run;
  return fields([
    ["Run", `${nameText(run.name)} (${run.run_id})`],
    ["Experiment", run.experiment],
    ["Note", run.description ?? ""],
    ["Notebook", run.notebook ?? ""],
    ["Parent", run.parent ?? ""],
    ["Reproduces", run.reproduces ?? ""],
    ["Recorded", RECORDED[run.provenance]],
    ["Seed", run.seed === null ? "" : String(run.seed)],
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
    [
      "Submodules",
      (git?.submodules ?? []).map(({ path, commit, moved }) =>
        `${path} ${commit.slice(0, 12)}${moved ? " (moved)" : ""}`
      ).join(", "),
    ],
  ], width);
}

/** A sweep's runs as a table, with the best of them. */
function childrenText({ sweep, width, paint, now }: ShowOptions): string {
  if (sweep === undefined) return "";
  const { children, goal, best } = sweep;
  const count = `Runs of the sweep (${children.length})`;
  if (children.length === 0) return count;
  const text = runsText(
    children.map((run) => ({ ...run, parent: null })), // it is this one
    {
      width: width - 2,
      best: new Set(best?.run_ids),
      ...(paint === undefined ? {} : { paint }),
      ...(now === undefined ? {} : { now }),
    },
  );
  const none = goal === null || best !== null
    ? ""
    : `No run that finished has ${goal.metric}, which decides what is best.`;
  return section(
    count,
    [text, best === null ? none : bestText(best, paint)].filter((part) =>
      part !== ""
    ).join("\n"),
  );
}

/** The command that a reader is most likely to want now. */
function next(run: RunRecord, options: ShowOptions): string {
  const { nbtrack = "nbtrack" } = options;
  const id = run.run_id.slice(0, 8);
  if (run.end_time === null) return `Next: ${nbtrack} watch ${id}`;
  if (Object.hasOwn(run.tags, SWEEP_TAG)) {
    return `Next: ${nbtrack} runs --experiment ${
      JSON.stringify(plainLine(run.experiment))
    }`;
  }
  if (run.delivery.state === "pending" || run.delivery.state === "refused") {
    return `Next: ${nbtrack} sync ${id}`;
  }
  return run.reproduces === null
    ? `Next: ${nbtrack} reproduce ${id}`
    : `Next: ${nbtrack} compare ${run.reproduces.slice(0, 8)} ${id}`;
}

function section(title: string, body: string): string {
  if (body === "") return "";
  return `${title}\n${
    body.split("\n").map((line) => `  ${line}`.trimEnd()).join("\n")
  }`;
}
