/**
 * The page of a merge request: its notes, as they were written. GitLab shows their Markdown as tables and links.
 *
 * @module
 */
import { escapeHtml } from "../base/markup.ts";
import { whole } from "./plain_pages.ts";
import type { StoredProject } from "./store/accounts.ts";
import type { Store } from "./store/store.ts";

/** The page of the merge request that the rest of an address means, such as `/1`; null where there is none. */
export function mergeRequestPage(
  store: Store,
  project: StoredProject,
  rest: string,
): Response | null {
  const [, digits] = /^\/(\d{1,15})\/?$/.exec(rest) ?? [];
  const request = { project: project.id, merge_request: Number(digits) };
  if (digits === undefined || !store.notes.hasMergeRequest(request)) {
    return null;
  }
  const notes = store.notes.list(request).toReversed().map((note) => {
    const author = store.accounts.tokensOf(note.author)[0]?.user.name ?? "";
    const time = new Date(note.updated_at).toISOString();
    return `<article id="note_${note.id}">
<h2>${escapeHtml(author)}, <time datetime="${time}">${
      time.slice(0, 16).replace("T", " ")
    }</time></h2>
<pre style="overflow-x:auto">${escapeHtml(note.body)}</pre></article>`;
  });
  return whole(
    `Merge request !${request.merge_request}`,
    `<p>${escapeHtml(project.path)}. ${
      notes.length === 0
        ? "No note was written yet."
        : "Its notes, the oldest first, as they were written: GitLab shows their Markdown as tables and links."
    }</p>
${notes.join("\n")}`,
  );
}
