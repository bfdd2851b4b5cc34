/**
 * What all pages have: head, navigation, main part.
 *
 * @module
 */
import { nameText } from "../../base/markup.ts";
import { type Html, markup } from "./hono.ts";
import type { Links } from "./links.ts";

/** What a page is made of. */
export interface PageParts {
  /** The text of its `h1`. */
  heading: string;
  /** What stands in the title after it. @default {"nbtrack"} */
  context?: string;
  /** The path to it: texts and addresses, from above. @default {none} */
  trail?: readonly { text: string; href: string }[];
  /** Which run or experiment it shows, so that news of others are passed over. @default {all} */
  follows?: { run_id?: string; experiment?: string };
  /** Beside the heading. */
  beside?: Html | "";
  body: Html;
}

/** The way to a page from above: all experiments, one of them, a run of it. */
export function trailTo(
  links: Links,
  experiment?: string,
  run?: { run_id: string; name: string },
): { text: string; href: string }[] {
  const trail = [{ text: "Experiments", href: links.home() }];
  if (experiment !== undefined) {
    trail.push({ text: experiment, href: links.experiment(experiment) });
  }
  if (run !== undefined) {
    trail.push({ text: run.name, href: links.run(run.run_id) });
  }
  return trail;
}

/** What pages of files carry with them, since no header does. */
export const CONTENT_POLICY: string = [
  "default-src 'none'",
  "script-src 'self'",
  // Outputs of cells bring styles of their own; they inherit this policy in their frames.
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'self'",
  "frame-src 'self'",
  "base-uri 'none'",
].join("; ");

/** A whole page. */
export function page(links: Links, parts: PageParts): string {
  const { heading, context = "nbtrack", trail = [], follows = {}, body } =
    parts;
  const sessions = links.sessions();
  return String(markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
${
    links.live
      ? ""
      : markup`<meta http-equiv="Content-Security-Policy" content="${CONTENT_POLICY}">
`
  }<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="${
    // Only so does a form that is sent say that it comes from here.
    links.live ? "same-origin" : "no-referrer"}">
<meta name="color-scheme" content="light dark">
<meta http-equiv="x-dns-prefetch-control" content="off">
<title>${nameText(heading)} · ${context}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${links.asset("style.css")}">
<script src="${links.asset("script.js")}" defer></script>
</head>
<body${
    links.live
      ? markup` data-live="${links.home()}" data-run="${
        links.news ? follows.run_id ?? "" : ""
      }"`
      : ""
  }>
<a class="skip" href="#main">Skip to the content</a>
<header class="top">
<nav aria-label="Pages"><a class="brand" href="${links.home()}">nbtrack</a> <a href="${links.home()}">Experiments</a>${
    sessions === null ? "" : markup` <a href="${sessions}">Sessions</a>`
  }</nav>
</header>
<main id="main" tabindex="-1">
${
    trail.length === 0
      ? ""
      : markup`<p class="trail">${
        trail.map(({ text, href }) =>
          markup`<a href="${href}">${
            nameText(text)
          }</a><span aria-hidden="true"> / </span>`
        )
      }</p>
`
  }<div class="heading"><h1>${nameText(heading)}</h1>${parts.beside ?? ""}</div>
${body}
</main>
<footer class="foot"><p>Times are in <span id="zone">UTC</span>.</p></footer>
</body>
</html>
`);
}
