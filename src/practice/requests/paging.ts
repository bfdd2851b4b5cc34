/**
 * GitLab's paging: the part of a list that is asked for, and the headers that lead to the others.
 *
 * @module
 */
import type { Context } from "./router.ts";

/** The params of a request for a part of a list. */
export const PAGE = {
  page: { type: "integer", default: 1 },
  per_page: { type: "integer", default: 20 },
} as const;

/** The part of a list that is asked for. */
export interface PageWanted {
  readonly number: number;
  readonly limit: number;
  readonly offset: number;
}

/** What the params of a request ask for. */
export function pageOf(
  params: { page: number | bigint; per_page: number | bigint },
): PageWanted {
  const number = Math.max(1, Number(params.page));
  const limit = Math.max(1, Math.min(Number(params.per_page), 100));
  return { number, limit, offset: (number - 1) * limit };
}

/** The items on a page. */
export function onPage<T>(
  all: readonly T[],
  { offset, limit }: PageWanted,
): T[] {
  return all.slice(offset, offset + limit);
}

/** GitLab's paging headers. */
export function pageHeaders(
  { services, path, search }: Context,
  { number, limit }: PageWanted,
  total: number,
): Record<string, string> {
  const pages = Math.max(1, Math.ceil(total / limit));
  const link = (page: number, rel: string) => {
    const query = new URLSearchParams(search);
    query.set("page", String(page));
    query.set("per_page", String(limit));
    return `<${services.externalUrl}${path}?${query}>; rel="${rel}"`;
  };
  const links = [
    ...(number > 1 ? [link(number - 1, "prev")] : []),
    ...(number < pages ? [link(number + 1, "next")] : []),
    link(1, "first"),
    link(pages, "last"),
  ];
  return {
    "x-page": String(number),
    "x-per-page": String(limit),
    "x-total": String(total),
    "x-total-pages": String(pages),
    "x-prev-page": number > 1 ? String(number - 1) : "",
    "x-next-page": number < pages ? String(number + 1) : "",
    link: links.join(", "),
  };
}
