/**
 * The pages of the practice server's projects.
 *
 * @module
 */
import { createClient } from "../gitlab/client.ts";
import { ServerReader } from "../record/server_reader.ts";
import { pagesApp } from "../web/app.ts";
import { serverLinks } from "../web/parts/links.ts";
import { ServerSource } from "../web/server_source.ts";

/** How long what a project holds is taken for true, milliseconds: a page asks for the same several times. */
const KEPT_MS = 500;
/** Readers for whom pages are made at the same time. */
const MAX_READERS = 100;

/** A page that somebody asks for who may see it, as the practice server says it. */
interface AskedPage {
  project: { path: string };
  /** Where the project's runs are read, and with which token. */
  tracking_uri: string;
  token: string;
  /** The address path below which the project's pages are. */
  root: string;
  /** What is asked for below it, with its query. */
  address: string;
}

/** Makes pages of projects, read through the server's own interface with the rights of whoever asks. */
export function projectPages(
  report: (error: unknown) => void = console.error,
): (asked: AskedPage) => Promise<Response> {
  const apps = new Map<string, ReturnType<typeof pagesApp>>();
  return async ({ project, tracking_uri, token, root, address }) => {
    const reader = JSON.stringify([tracking_uri, token, root]);
    let app = apps.get(reader);
    if (app === undefined) {
      app = pagesApp({
        source: new ServerSource(
          new ServerReader(createClient({ tracking_uri, token })),
          project.path,
          { kept_ms: KEPT_MS },
        ),
        links: serverLinks(root, { sessions: false, news: false }),
        report,
      });
      if (apps.size >= MAX_READERS) apps.clear();
      apps.set(reader, app);
    }
    return await app.request(address);
  };
}
