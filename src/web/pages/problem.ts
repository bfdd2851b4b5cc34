/**
 * The page of what could not be shown, and what to do.
 *
 * @module
 */
import { type Html, markup } from "../parts/hono.ts";
import { page } from "../parts/layout.ts";
import type { Links } from "../parts/links.ts";

/** What is wrong with a request. */
export interface Problem {
  heading: string;
  /** One sentence. */
  message: string;
  /** The next step; empty for none. */
  hint: string;
  /** The form that was used, with what was written. */
  form: Html | "";
}

/** A page that says what is wrong, and keeps the form. */
export function problemPage(
  links: Links,
  { heading, message, hint, form }: Problem,
): string {
  return page(links, {
    heading,
    body: markup`<p role="alert" class="problem">${message}${
      hint === "" ? "" : markup` ${hint}`
    }</p>
${form}`,
  });
}
