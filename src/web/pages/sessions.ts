/**
 * The page of sessions.
 *
 * @module
 */
import { nameText } from "../../base/markup.ts";
import type { SessionRow } from "../../record/session_rows.ts";
import { markup } from "../parts/hono.ts";
import { page } from "../parts/layout.ts";
import type { Links } from "../parts/links.ts";
import { shortId, timePart, tookText } from "../parts/texts.ts";

/** Runs of a session that are named; a sweep has many. */
const MAX_RUNS = 8;

/** The page at `/sessions`. @param most So many are shown, the newest. */
export function sessionsPage(
  links: Links,
  all: readonly SessionRow[],
  most = Infinity,
): string {
  const sessions = all.slice(0, most);
  return page(links, {
    heading: "Sessions",
    body:
      markup`<p class="summary">Kernels and scripts that were recorded. A session of the kernel Deno (nbtrack) is recorded from its first cell, with or without <code>track()</code>; <code>nbtrack adopt SESSION</code> makes a run of one.</p>
${
        sessions.length === 0
          ? markup`<p>No session yet.</p>`
          : markup`<div class="scroll" tabindex="0" role="region" aria-label="Sessions"><table>
<caption>${
            sessions.length < all.length
              ? `The newest ${sessions.length} sessions`
              : "Sessions, newest first"
          }</caption>
<thead><tr><th scope="col">Session</th><th scope="col">Started</th><th scope="col">Took</th><th scope="col" class="number">Cells</th><th scope="col">Kernel</th><th scope="col">Runs</th><th scope="col">Notebook</th></tr></thead>
<tbody>${
            sessions.map((session) =>
              markup`<tr data-session="${session.session_id}"><th scope="row"><code>${
                shortId(session.session_id)
              }</code></th><td>${timePart(session.start_time)}</td><td>${
                session.end_time === null
                  ? "open"
                  : tookText(session.start_time, session.end_time)
              }</td><td class="number">${session.cells}</td><td>${session.kernel}</td><td class="text">${
                session.runs.slice(0, MAX_RUNS).map(({ run_id, name }, i) =>
                  markup`${i === 0 ? "" : ", "}<a class="whole" href="${
                    links.run(run_id)
                  }">${nameText(name)}</a>`
                )
              }${
                session.runs.length > MAX_RUNS
                  ? markup` <span class="quiet whole">and ${
                    session.runs.length - MAX_RUNS
                  } more</span>`
                  : ""
              }</td><td class="text">${session.notebook ?? ""}</td></tr>
`
            )
          }</tbody></table></div>`
      }`,
  });
}
