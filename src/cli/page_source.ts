/**
 * What pages are made from: the journal, or the server that is configured.
 *
 * @module
 */
import type { Journal } from "../journal/journal.ts";
import { JournalSource } from "../web/journal_source.ts";
import type { PageSource } from "../web/parts/source.ts";

/**
 * The runs of the journal, or with `server` those of the server that variables, logins and the git remote name.
 *
 * @throws {UsageError} when no server is configured, or it cannot be used
 */
export async function pageSource(
  journal: Journal,
  options: { server: boolean },
): Promise<PageSource> {
  if (!options.server) return new JournalSource(journal);
  // Without a server its client, and the 60 modules that it needs, would be loaded for nothing.
  const { serverPageSource } = await import("./server_page_source.ts");
  return await serverPageSource(journal);
}
