/**
 * The page of one run.
 *
 * @module
 */
import type { RunRecord } from "../../record/schema/record.ts";
import { type Html, markup } from "../parts/hono.ts";
import { page, trailTo } from "../parts/layout.ts";
import type { Links } from "../parts/links.ts";
import { freshness } from "../parts/freshness.ts";
import type { PageSource } from "../parts/source.ts";
import { shortId, statusOf, tookText } from "../parts/texts.ts";
import { cellsPart } from "./cells_part.ts";
import { metricsPart } from "./metrics_part.ts";
import { artifactsPart, dataPart, packagesPart } from "./record_parts.ts";
import { childrenPart } from "./children.ts";
import { changesPart, factsPart, missingPart } from "./run_facts.ts";
import { starButton, starForm } from "./star.ts";
import { verdictPart } from "./verdict.ts";

/** A part of the page: it is fetched again when it has changed. */
interface Part {
  id: string;
  title: string;
  body: Html | "";
}

/**
 * The page at `/runs/ID`.
 *
 * @param against What the sources are compared with
 * @throws {RunNotFoundError} when there is no such run
 * @throws {UnknownNameError} when there is nothing to compare with
 */
export async function runDocument(
  source: PageSource,
  links: Links,
  run_id: string,
  against = "",
): Promise<string> {
  const run = await source.withState(await source.record(run_id));
  const parts = await partsOf(source, links, run, against);
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
  const parts = await partsOf(source, links, run, against);
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
  against: string,
): Promise<Part[]> {
  const part = (id: string, title: string, body: Html | ""): Part => ({
    id,
    title,
    body,
  });
  const runs = await source.children(run.run_id);
  const children = childrenPart(links, runs);
  return [
    part("overview", "Overview", await factsPart(source, links, run, runs)),
    ...(children === "" ? [] : [part("children", "Child runs", children)]),
    part("metrics", "Metrics", await metricsPart(source, links, run)),
    part("cells", "Cells", await cellsPart(source, links, run, against)),
    part("data", "Data", dataPart(run)),
    part("packages", "Packages", packagesPart(run)),
    part("artifacts", "Artifacts", artifactsPart(links, run)),
    part("changes", "Changes", changesPart(run)),
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
  const failed = run.failed_cell === undefined
    ? ""
    : markup` in <a href="#cell-${
      run.cells.findLastIndex((cell) => cell.status === "error")
    }">cell ${run.failed_cell}</a>`;
  return markup`${
    starred === undefined
      ? ""
      : markup`${starButton(links, run, starred.has(run.run_id))} `
  }${statusOf(run.status)}${failed}${
    run.end_time === null
      ? ""
      : markup` <span>after ${tookText(run.start_time, run.end_time)}</span>`
  }${
    run.end_reason === null ? "" : markup` <span>${run.end_reason}</span>`
  } <code>${shortId(run.run_id)}</code>`;
}
