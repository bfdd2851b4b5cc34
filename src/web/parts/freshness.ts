/**
 * How fresh a page of a server's runs is: a server tells nobody what is new.
 *
 * @module
 */
import { type Html, markup } from "./hono.ts";
import type { Links } from "./links.ts";
import type { PageSource } from "./source.ts";

/** How often a page of an open run is read again, at the least, seconds. */
const LEAST_SECONDS = 5;

/** A sentence that says so; empty for the journal. @param open Whether something is still going on, so that a script reads it again */
export function freshness(
  { server, age_ms }: PageSource,
  links: Links,
  open = false,
): Html | "" {
  if (server === null) return "";
  const now = new Date();
  const seconds = Math.max(LEAST_SECONDS, Math.ceil(age_ms / 1000));
  const again = open && links.live ? markup` data-refresh="${seconds}"` : "";
  const older = Math.round(age_ms / 1000);
  return markup`<p class="fresh quiet" data-part="fresh"${again}>As ${server} had it at <time datetime="${now.toISOString()}">${
    now.toISOString().slice(0, 19).replace("T", " ")
  } UTC</time>${older > 0 ? `, or up to ${older} s before` : ""}.${
    links.live
      ? again === ""
        ? " Reload the page for what is newer."
        : markup` <span class="without-script">Reload the page for what is newer.</span><span class="with-script" hidden>It is read again every ${seconds} s.</span>`
      : ""
  }</p>
`;
}
