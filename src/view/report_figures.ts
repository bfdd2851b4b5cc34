/**
 * The figures that a notebook logged, in its report: pictures in the file itself, charts of Vega by their names.
 *
 * @module
 */
import { escapeHtml } from "../base/markup.ts";
import type { Journal } from "../journal/journal.ts";
import type { RunRecord } from "../record/schema/record.ts";
import { drawingAddress } from "./output_frames.ts";
import { DRAWING_TYPE, isShownPicture, pictureType } from "./pictures.ts";

/** Characters of all pictures together; the names of others are there. */
const MAX_CHARS = 4_000_000;
const MAX_NAMES = 100;
const VEGA = /\.v[gl]\.json$/i;

/** Addresses of pictures by the paths of their artifacts. */
export type Figures = ReadonlyMap<string, string>;

/** Reads the pictures of a run, as far as a report has room for them. */
export function readFigures(journal: Journal, run_id: string): Figures {
  const found = new Map<string, string>();
  let left = MAX_CHARS;
  for (const artifact of journal.artifacts.list(run_id)) {
    const { path, origin, digest } = artifact;
    const type = pictureType(path);
    if (origin !== "user" || type === null || !isShownPicture(artifact)) {
      continue;
    }
    const bytes = Deno.readFileSync(journal.artifacts.file(digest));
    const address = type === DRAWING_TYPE
      ? drawingAddress(new TextDecoder().decode(bytes))
      : `data:${type};base64,${bytes.toBase64()}`;
    if (address.length > left) continue;
    left -= address.length;
    found.set(path, address);
  }
  return found;
}

/** The figures of a run; empty where it has none. */
export function reportFigures(run: RunRecord, figures: Figures): string {
  const users = run.artifacts.filter(({ origin }) => origin === "user");
  const left = users.filter(({ path }) =>
    pictureType(path) !== null && !figures.has(path)
  ).map(({ path }) => path);
  const charts = run.artifacts.map(({ path }) => path)
    .filter((path) => VEGA.test(path));
  return [...figures].map(([path, address]) =>
    `<figure><img alt="${escapeHtml(path)}" src="${
      escapeHtml(address)
    }"><figcaption>${escapeHtml(path)}</figcaption></figure>`
  ).join("\n") +
    named("Too large to be shown here", left) +
    named("Charts that Vega draws", charts);
}

function named(what: string, paths: readonly string[]): string {
  if (paths.length === 0) return "";
  const more = paths.length - MAX_NAMES;
  return `<p class="faint">${what}: ${
    paths.slice(0, MAX_NAMES).map((path) => `<code>${escapeHtml(path)}</code>`)
      .join(", ")
  }${more > 0 ? ` and ${more} more` : ""}, beside this report.</p>`;
}
