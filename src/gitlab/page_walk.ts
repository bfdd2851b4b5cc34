/**
 * Lists that come page by page. A server that never says which page is the last would be asked for ever.
 *
 * @module
 */
import { AnswerError } from "./errors.ts";
import { bareUrl } from "./network.ts";

/** So many pages in turn may hold nothing new: a list that grows meanwhile moves on by a few places. */
const MOST_STALE = 10;

/** Follows the pages of one list. */
export class PageWalk {
  readonly #attempted: string;
  readonly #url: string;
  readonly #most: number;
  readonly #tokens = new Set<string>();
  readonly #ids = new Set<string>();
  #pages = 0;
  #stale = 0;

  /** @param most how many pages there may be */
  constructor(attempted: string, url: string, most = 10_000) {
    this.#attempted = attempted;
    this.#url = url;
    this.#most = most;
  }

  /**
   * Goes on to another page.
   *
   * @param token what the server named the other page by; null where pages have numbers
   * @param ids what tells the members of this page from all others; null where nothing does
   * @throws {AnswerError} when the pages do not end
   */
  next(token: string | null, ids: readonly (string | number)[] | null): void {
    if (token !== null) {
      if (this.#tokens.has(token)) this.#refuse("names the same page again");
      this.#tokens.add(token);
    }
    if (++this.#pages >= this.#most) {
      this.#refuse(`has more than ${this.#most} pages`);
    }
    if (ids === null) return;
    const before = this.#ids.size;
    for (const id of ids) this.#ids.add(String(id));
    this.#stale = this.#ids.size > before ? 0 : this.#stale + 1;
    if (this.#stale >= MOST_STALE) {
      this.#refuse("sends page after page with nothing new");
    }
  }

  #refuse(what: string): never {
    throw new AnswerError(
      `Cannot ${this.#attempted}: the list of ${
        URL.parse(this.#url)?.host
      } does not end: it ${what}`,
      {
        status: 200,
        method: "",
        url: bareUrl(this.#url),
        attempted: this.#attempted,
        retry: "never",
        fault: "schema",
        hint: "Check that the address is the tracking server's.",
      },
    );
  }
}
