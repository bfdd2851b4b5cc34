/**
 * The star of a run: a button that gives or takes it, with or without scripts.
 *
 * @module
 */
import { type Html, markup } from "../parts/hono.ts";
import type { Links } from "../parts/links.ts";

/** The form that all stars of a page send. @param back The page to which its sender returns */
export function starForm(back: string): Html {
  return markup`<form id="star" method="post"><input type="hidden" name="back" value="${back}"></form>`;
}

/** The star of a run. */
export function starButton(
  links: Links,
  { run_id, name }: { run_id: string; name: string },
  starred: boolean,
): Html {
  return markup`<button class="star" form="star" formaction="${
    links.star(run_id)
  }" name="starred" value="${String(!starred)}" aria-pressed="${
    String(starred)
  }" aria-label="Star ${name}">${starred ? "★" : "☆"}</button>`;
}
