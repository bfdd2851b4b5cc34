/**
 * What a run is in short, what changed since the one before it, and what its record lacks.
 *
 * @module
 */
import { nameText, shortened } from "../../base/markup.ts";
import { count } from "../../base/numbers.ts";
import { withoutDimension } from "../../record/differences.ts";
import type { RunRecord } from "../../record/schema/record.ts";
import { isOwnTag, SWEEP_TAG } from "../../record/own_tags.ts";
import type { RunSummary } from "../../record/schema/summary.ts";
import type { SweepGoal } from "../../record/sweep/best.ts";
import { childToReproduce, sweepChild } from "../../view/sweep_child.ts";
import { type Html, markup } from "../parts/hono.ts";
import type { Links } from "../parts/links.ts";
import type { PageSource } from "../parts/source.ts";
import { failuresOf } from "./failures.ts";
import { shortId, timePart, tookText } from "../parts/texts.ts";

/** The runs that a run is the parent of, and what it calls best. */
interface Children {
  runs: readonly RunSummary[];
  goal: SweepGoal | null;
}

/** The run before it in its experiment. */
type RunBefore = Awaited<ReturnType<PageSource["before"]>>;

type Fact = [term: string, text: Html | string | null];

/** Params, tags and where the run comes from. */
export function factsPart(
  links: Links,
  run: RunRecord,
  before: RunBefore,
  children: Children,
): Html {
  const compare = before === null
    ? null
    : links.compare([before.run_id, run.run_id]);
  const linked = (run_id: string | null) =>
    run_id === null
      ? null
      : links.hasRun(run_id)
      ? markup`<a href="${links.run(run_id)}">${shortId(run_id)}</a>`
      : markup`<code>${shortId(run_id)}</code>`;
  const facts: Fact[] = [
    ["Started", timePart(run.start_time) || null],
    ["Ended", timePart(run.end_time) || null],
    [
      "Took",
      run.end_time === null ? null : tookText(run.start_time, run.end_time),
    ],
    ["Failed", failuresOf(run)],
    ["Seed", run.seed === null ? null : String(run.seed)],
    ["Notebook", run.notebook],
    ["Git", gitText(run)],
    ["Environment", environmentText(run)],
    ["Parent", linked(run.parent)],
    ["Reproduces", linked(run.reproduces)],
    ["Recorded", run.provenance === "here" ? null : run.provenance],
    ["Delivery", deliveryOf(run)],
    ["Id", markup`<code>${run.run_id}</code>`],
  ];
  return markup`${
    run.description === null
      ? ""
      : markup`<p class="description">${run.description}</p>`
  }<div class="columns">
<dl class="facts">${
    facts.map(([term, text]) =>
      text === null ? "" : markup`<div><dt>${term}</dt><dd>${text}</dd></div>
`
    )
  }</dl>
<div>${pairs("Params", run.params)}${tagsPart(run)}</div>
</div>
${
    before === null
      ? ""
      : compare === null
      ? markup`<p>Before it: <a href="${links.run(before.run_id)}">${
        nameText(before.name)
      }</a></p>`
      : markup`<p class="next"><a href="${compare}">Compare with ${
        nameText(before.name)
      }</a>, ${
        run.reproduces === before.run_id
          ? "which it reproduces"
          : "the run before it"
      }</p>`
  }
${
    Object.hasOwn(run.tags, SWEEP_TAG)
      ? nextOfSweep(children)
      : markup`<p class="next quiet">Run it again: <code>nbtrack reproduce ${
        shortId(run.run_id)
      }</code></p>`
  }`;
}

/** A sweep is not run again as one: its best run is, or another one. */
function nextOfSweep({ runs, goal }: Children): Html {
  const child = childToReproduce(runs.map(sweepChild), goal);
  if (child === null) {
    return markup`<p class="next quiet">It is a sweep; none of its runs that can be run again is known here.</p>`;
  }
  return markup`<p class="next quiet">Run ${
    child.by === null ? "one of its runs" : `its best by ${child.by}`
  } again: <code>nbtrack reproduce ${shortId(child.run_id)}</code></p>`;
}

/** The tags that somebody has set; those that programs set to find the run again are folded. */
function tagsPart({ tags }: RunRecord): Html {
  const [own, set] = [true, false].map((isOwn) =>
    Object.fromEntries(
      Object.entries(tags).filter(([key]) =>
        (isOwnTag(key) || key.startsWith("mlflow.")) === isOwn
      ),
    )
  );
  const programs = pairs("Tags of nbtrack and MLflow", own ?? {});
  return markup`${pairs("Tags", set ?? {})}${
    programs === ""
      ? ""
      : markup`<details><summary>Tags of nbtrack and MLflow</summary>${programs}</details>`
  }`;
}

function pairs(title: string, values: Record<string, string>): Html | "" {
  const entries = Object.entries(values);
  if (entries.length === 0) return "";
  return markup`<table class="pairs"><caption>${title}</caption><thead class="unseen"><tr><th scope="col">Name</th><th scope="col">Value</th></tr></thead><tbody>${
    entries.map(([key, value]) =>
      markup`<tr><th scope="row">${key}</th><td class="text">${
        foldedPart(value)
      }</td></tr>
`
    )
  }</tbody></table>`;
}

/** Characters from which on a value is folded, and those of it that are seen then. */
const LONG_VALUE = 400;
const SEEN_CHARS = 120;

function foldedPart(value: string): Html | string {
  return value.length <= LONG_VALUE
    ? value
    : markup`<details><summary>${
      shortened(value, SEEN_CHARS)
    } <span class="quiet">${
      count(value.length, "character")
    }</span></summary>${value}</details>`;
}

function gitText({ git }: RunRecord): Html | null {
  if (git === null) return null;
  return markup`<code>${git.commit?.slice(0, 12) ?? "no commit"}</code>${
    git.branch === null ? "" : markup` on ${git.branch}`
  }${git.dirty ? " with uncommitted changes" : ""}${
    git.remote === null ? "" : markup` <span class="quiet">${git.remote}</span>`
  }`;
}

function environmentText({ environment }: RunRecord): string | null {
  const { deno, v8, typescript, os, arch } = environment;
  const parts = [
    deno === null ? null : `Deno ${deno}`,
    v8 === null ? null : `V8 ${v8}`,
    typescript === null ? null : `TypeScript ${typescript}`,
    [os, arch].filter((part) => part !== null).join(" ") || null,
  ].filter((part) => part !== null);
  return parts.length === 0 ? null : parts.join(", ");
}

function deliveryOf({ delivery }: RunRecord): Html {
  const { state, url, target, error, parts } = delivery;
  const words = {
    local: "kept on this machine",
    pending: "on its way",
    delivered: "delivered",
    refused: "refused",
  }[state];
  return markup`${words}${
    url !== null && /^https?:\/\//.test(url)
      ? markup`, <a href="${url}" rel="noreferrer">${url}</a>`
      : target === null
      ? ""
      : markup` <span class="quiet">${target}</span>`
  }${error === null ? "" : markup`<br><span class="problem">${error}</span>`}${
    parts.map(({ what, why }) =>
      markup`<br><span class="quiet">not there: ${what}, ${why}</span>`
    )
  }`;
}

/** What changed since the run before; empty where there is none. */
export function changesPart(run: RunRecord, before: RunBefore): Html | "" {
  if (run.changed.length === 0) {
    return before === null
      ? ""
      : markup`<p class="quiet">Nothing is known to have changed since the run before it.</p>`;
  }
  return markup`<ul class="changes">${
    run.changed.map((change) =>
      markup`<li><span class="key">${change.dimension}</span> ${
        withoutDimension(change)
      }</li>
`
    )
  }</ul>`;
}

/** What could not be captured, and what was taken out. */
export function missingPart({ missing, redactions }: RunRecord): Html {
  return markup`${
    missing.length === 0
      ? markup`<p class="quiet">Nothing is missing.</p>`
      : markup`<ul class="changes">${
        missing.map(({ what, why }) =>
          markup`<li><span class="key">${what}</span> ${why}</li>
`
        )
      }</ul>`
  }${
    redactions.length === 0
      ? ""
      : markup`<details><summary>${redactions.length} taken out, as secrets</summary><ul class="changes">${
        redactions.map(({ where, kind, placeholder }) =>
          markup`<li><span class="key">${where}</span> ${kind} <code>${placeholder}</code></li>
`
        )
      }</ul></details>`
  }`;
}
