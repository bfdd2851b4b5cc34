/**
 * The page of one run.
 *
 * @module
 */
import type { RunRecord } from "../../record/schema/record.ts";
import { SWEEP_TAG } from "../../record/own_tags.ts";
import { goalOfTag } from "../../record/sweep/sweep_tag.ts";
import { type Html, markup } from "../parts/hono.ts";
import { page, trailTo } from "../parts/layout.ts";
import type { Links } from "../parts/links.ts";
import { freshness } from "../parts/freshness.ts";
import type { PageSource } from "../parts/source.ts";
import { shortId, statusOf, tookText } from "../parts/texts.ts";
import { cellsPart } from "./cells_part.ts";
import { failedIn } from "./failures.ts";
import { metricsPart } from "./metrics_part.ts";
import { artifactsPart } from "./artifacts_part.ts";
import { dataPart, packagesPart } from "./record_parts.ts";
import { childrenPart } from "./children.ts";
import { changesPart, factsPart, missingPart } from "./run_facts.ts";
import { networkPart, systemPart, writtenPart } from "./seen_parts.ts";
import { starButton, starForm } from "./star.ts";
import { verdictPart } from "./verdict.ts";

/** A part of the page: it is fetched again when it has changed. */
interface Part {
  id: string;
  title: string;
  body: Html | "";
}

/** What the address of a run's page asks for. */
export interface RunPageQuery {
  /** What the sources are compared with. @default {nothing} */
  against?: string;
  /** The cell that the page opens at, by its index. @default {none} */
  cell?: string | undefined;
}

/**
 * The page at `/runs/ID`.
 *
 * @throws {RunNotFoundError} when there is no such run
 * @throws {UnknownNameError} when there is nothing to compare with
 */
export async function runDocument(
  source: PageSource,
  links: Links,
  run_id: string,
  asked: RunPageQuery = {},
): Promise<string> {
  const run = await source.withState(await source.record(run_id));
  const parts = await partsOf(source, links, run, asked);
  return page(links, {
    heading: run.name,
    context: `${run.experiment} · nbtrack`,
    trail: trailTo(links, run.experiment),
    follows: { run_id },
    beside: markup`<p class="beside" data-part="head">${
      headOf(source, links, run)
    }</p>`,
    body: markup`${
      freshness(source, links, run.end_time === null)
    }<nav class="parts" aria-label="On this page">${
      parts.map(({ id, title }) => markup`<a href="#${id}">${title}</a> `)
    }</nav>
${parts.map(sectionOf)}${
      source.stars === undefined ? "" : starForm(links.run(run_id))
    }`,
  });
}

/**
 * Some parts of the page alone, by their ids.
 *
 * @throws {RunNotFoundError} when there is no such run
 */
export async function runParts(
  source: PageSource,
  links: Links,
  run_id: string,
  wanted: readonly string[],
  against = "",
): Promise<string> {
  const read = await source.record(run_id);
  const run = wanted.includes("cells") ? await source.withState(read) : read;
  const parts = await partsOf(source, links, run, { against });
  const head = wanted.includes("head")
    ? markup`<p class="beside" data-part="head">${
      headOf(source, links, run)
    }</p>`
    : "";
  const fresh = wanted.includes("fresh")
    ? freshness(source, links, run.end_time === null)
    : "";
  return String(
    markup`${head}${fresh}${
      parts.filter(({ id }) => wanted.includes(id)).map(sectionOf)
    }`,
  );
}

async function partsOf(
  source: PageSource,
  links: Links,
  run: RunRecord,
  asked: RunPageQuery,
): Promise<Part[]> {
  const part = (id: string, title: string, body: Html | ""): Part => ({
    id,
    title,
    body,
  });
  const runs = await source.children(run.run_id);
  const goal = await source.goal?.(run.run_id) ??
    goalOfTag(run.tags[SWEEP_TAG]);
  const children = childrenPart(links, runs, {
    goal,
    sweep: Object.hasOwn(run.tags, SWEEP_TAG),
  });
  const before = await source.before(run);
  const ifAny = (id: string, title: string, body: Html | "") =>
    body === "" ? [] : [part(id, title, body)];
  // What may still come has its place: a part is fetched again where the page has it.
  const once = (id: string, title: string, body: Html | "") =>
    ifAny(
      id,
      title,
      body === "" && run.end_time === null
        ? markup`<p class="quiet">Nothing so far.</p>`
        : body,
    );
  return [
    part(
      "overview",
      "Overview",
      factsPart(links, run, before, { runs, goal }),
    ),
    ...ifAny("children", "Child runs", children),
    part("metrics", "Metrics", await metricsPart(source, links, run)),
    part("cells", "Cells", await cellsPart(source, links, run, asked)),
    part("data", "Data", dataPart(run)),
    ...once("network", "Network", networkPart(run)),
    ...once("written", "Written", writtenPart(run)),
    ...once("system", "System", systemPart(run)),
    part("packages", "Packages", packagesPart(run)),
    part("artifacts", "Artifacts", await artifactsPart(source, links, run)),
    ...ifAny("changes", "Changes", changesPart(run, before)),
    part("verdict", "Verdict", await verdictPart(source, links, run)),
    part("missing", "Record", missingPart(run)),
  ];
}

function sectionOf({ id, title, body }: Part): Html {
  return markup`<section id="${id}" data-part="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
${body}
</section>
`;
}

function headOf(source: PageSource, links: Links, run: RunRecord): Html {
  const starred = source.stars?.among({ run_ids: [run.run_id] });
  return markup`${
    starred === undefined
      ? ""
      : markup`${starButton(links, run, starred.has(run.run_id))} `
  }${statusOf(run.status)}${failedIn(run)}${
    run.end_time === null
      ? ""
      : markup` <span>after ${tookText(run.start_time, run.end_time)}</span>`
  }${
    run.end_reason === null ? "" : markup` <span>${run.end_reason}</span>`
  } <code>${shortId(run.run_id)}</code>`;
}
