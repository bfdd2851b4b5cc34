/** Pages over a real journal, asked without a network. */
import type { Journal } from "../../src/journal/journal.ts";
import { pagesApp } from "../../src/web/app.ts";
import { JournalSource } from "../../src/web/journal_source.ts";
import { serverLinks } from "../../src/web/parts/links.ts";

/** A page as it was answered. */
export interface Answered {
  status: number;
  text: string;
  headers: Headers;
}

/** Asks for pages of a journal; an unexpected error fails the test that asked. */
export function pagesOf(journal: Journal) {
  const failures: unknown[] = [];
  const app = pagesApp({
    source: new JournalSource(journal),
    links: serverLinks(),
    report: (error) => failures.push(error),
  });
  return {
    app,
    async get(path: string): Promise<Answered> {
      const answer = await app.request(path);
      const text = await answer.text();
      if (failures.length > 0) throw failures[0];
      return { status: answer.status, text, headers: answer.headers };
    },
  };
}

/** The values of an attribute, in the order of the page. */
export function attributes(html: string, name: string): string[] {
  return [...html.matchAll(new RegExp(`\\s${name}="([^"]*)"`, "g"))]
    .map((found) => decoded(found[1] ?? ""));
}

/** The text of the first element of a kind, without the elements in it. */
export function textIn(html: string, element: string): string {
  const found = new RegExp(`<${element}[^>]*>([^]*?)</${element}>`).exec(html);
  return decoded((found?.[1] ?? "").replaceAll(/<[^>]*>/g, ""))
    .replaceAll(/\s+/g, " ").trim();
}

/** A text as a page shows it, without its escapes. */
export function decoded(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"').replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&");
}
