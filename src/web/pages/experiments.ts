/**
 * The page of all experiments.
 *
 * @module
 */
import { nameText } from "../../base/markup.ts";
import { betterEnd } from "../../view/metric_facts.ts";
import { count, numberText } from "../../base/numbers.ts";
import { SWEEP_TAG } from "../../record/own_tags.ts";
import { goalOfTag } from "../../record/sweep/sweep_tag.ts";
import { type Html, markup } from "../parts/hono.ts";
import { page } from "../parts/layout.ts";
import type { Links } from "../parts/links.ts";
import { freshness } from "../parts/freshness.ts";
import type { BestRun, PageSource } from "../parts/source.ts";
import { timePart } from "../parts/texts.ts";

/** Experiments whose best run is searched for. */
const MAX_SEARCHED = 200;
/** Newest runs of an experiment that say which metrics it has. */
const NEWEST = 20;

/** The best run of an experiment by a metric; its last one where the metric's name does not say what is good. */
interface Best {
  key: string;
  end: "low" | "high" | null;
  run: BestRun;
}

/** The page at `/`. @param metric The metric whose best is shown; empty for one that fits each experiment. */
export async function experimentsPage(
  source: PageSource,
  links: Links,
  metric: string,
): Promise<string> {
  const rows = await source.experiments();
  const bests = new Map<string, Best>();
  const offered = new Set<string>();
  for (const { name } of rows.slice(0, MAX_SEARCHED)) {
    const best = await bestIn(source, name, metric, offered);
    if (best !== null) bests.set(name, best);
  }
  const runs = rows.reduce((sum, row) => sum + row.runs, 0);
  return page(links, {
    heading: "Experiments",
    body: markup`${freshness(source, links)}<p class="summary">${
      count(rows.length, "experiment")
    }, ${count(runs, "run")}${
      source.server === null ? "" : markup`, on ${source.server}`
    }</p>
${
      rows.length === 0
        ? nothing()
        : markup`${links.live ? metricForm(links, metric, offered) : ""}
<div class="scroll" tabindex="0" role="region" aria-label="Experiments">
<table>
<caption>Experiments, the one with the newest run first${
          bests.size === 0
            ? ""
            : "; the best by the goal of the newest sweep, else by what the metric’s name says is good"
        }</caption>
<thead><tr><th scope="col">Experiment</th><th scope="col" class="number">Runs</th><th scope="col">Last run</th><th scope="col">Best</th></tr></thead>
<tbody>
${
          rows.map((row) =>
            markup`<tr data-experiment="${row.name}"><th scope="row"><a href="${
              links.experiment(row.name)
            }">${nameText(row.name)}</a></th><td class="number">${
              row.runs.toLocaleString("en")
            }${
              row.open > 0
                ? markup` <span class="status" data-status="RUNNING">${row.open} running</span>`
                : ""
            }</td><td>${timePart(row.last_time)}</td><td>${
              bestCell(links, bests.get(row.name))
            }</td></tr>
`
          )
        }</tbody>
</table>
</div>`
    }${links.live && rows.length > 0 ? findForm(links, "") : ""}`,
  });
}

/** A form that finds a run by its id, or the beginning of it. */
export function findForm(links: Links, asked: string): Html {
  return markup`<form method="get" action="${links.home()}find" class="find">
<label for="find">Find a run by its id</label> <input id="find" name="run" value="${asked}" required autocomplete="off" spellcheck="false"> <button>Find</button>
</form>`;
}

async function bestIn(
  source: PageSource,
  experiment: string,
  metric: string,
  offered: Set<string>,
): Promise<Best | null> {
  const newest = (await source.select({ experiment })).rows(0, NEWEST);
  await source.fill(experiment, newest, [{ kind: "tags", key: SWEEP_TAG }]);
  const sweep = newest.find(({ tags }) => Object.hasOwn(tags, SWEEP_TAG));
  const goal = goalOfTag(sweep?.tags[SWEEP_TAG]);
  const { metrics } = await source.keys(newest.map((run) => run.run_id));
  for (const key of metrics) offered.add(key);
  const key = metric !== ""
    ? metric
    : goal !== null && metrics.includes(goal.metric)
    ? goal.metric
    : metrics.find((key) => betterEnd(key) === "high") ??
      metrics.find((key) => betterEnd(key) === "low") ?? metrics[0];
  if (key === undefined) return null;
  const end = goal?.metric === key
    ? goal.direction === "min" ? "low" : "high"
    : betterEnd(key);
  const run = await source.best(experiment, key, end ?? undefined);
  return run === null ? null : { key, end, run };
}

function bestCell(links: Links, best: Best | undefined): Html | "" {
  if (best === undefined) return "";
  const { key, end, run } = best;
  return markup`<span class="key">${key}</span> <strong>${
    numberText(run.value)
  }</strong> <span class="quiet">${
    end === null ? "last, of" : `${end}est, of`
  }</span> <a href="${links.run(run.run_id)}">${nameText(run.name)}</a>`;
}

function metricForm(
  links: Links,
  metric: string,
  offered: ReadonlySet<string>,
): Html {
  const keys = [...new Set([...offered, ...metric === "" ? [] : [metric]])];
  return markup`<form method="get" action="${links.home()}" class="filter">
<p><label for="metric">Best by</label> <select id="metric" name="metric"><option value="">each one’s main metric</option>${
    keys.map((key) =>
      markup`<option value="${key}"${
        key === metric ? markup` selected` : ""
      }>${key}</option>`
    )
  }</select></p>
<p class="end"><button>Show</button></p>
</form>`;
}

function nothing(): Html {
  return markup`<p>No runs yet. A cell that calls <code>track()</code> makes the first one; <code>nbtrack init DIR</code> prepares a folder with a first notebook.</p>`;
}
