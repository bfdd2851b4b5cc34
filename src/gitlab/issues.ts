/**
 * Issues of a project: one of ours for each matter, with a note for each new finding.
 *
 * @module
 */
import { z } from "../base/zod.ts";
import type { Connection } from "./connection.ts";

/** A finding that an issue has to hold. */
export interface WantedIssue {
  title: string;
  /** What an issue of ours is known by; its description holds it. */
  marker: string;
  /** What the finding is known by: an issue that holds it gets no note of it again. */
  finding: string;
  /** The finding, in Markdown. */
  body: string;
}

/** What became of a finding. */
export interface PutIssue {
  /** The issue's page. */
  url: string;
  /** Whether the issue was opened, got a note, or held the finding already. */
  what: "opened" | "noted" | "known";
}

const PAGE = 100;
/** Pages that are searched for what is there. */
const MAX_PAGES = 20;

const issueSchema = z.object({
  iid: z.int(),
  description: z.string().nullish().transform((text) => text ?? ""),
  web_url: z.string(),
});
const noteSchema = z.object({ body: z.string() });

/** Opens an issue with a finding, or adds the finding to the open one of ours. */
export async function putIssue(
  connection: Connection,
  wanted: WantedIssue,
): Promise<PutIssue> {
  const attempted = `open the issue "${wanted.title}"`;
  const server = await connection.gitlabOnly(attempted);
  const issues = `${server.project}/issues`;
  const body = `${wanted.body}\n\n${wanted.marker}\n${wanted.finding}\n`;
  const open = await search(connection, issues, {
    attempted,
    query: { state: "opened", search: wanted.title, in: "title" },
    schema: issueSchema,
    isWanted: ({ description }) => description.includes(wanted.marker),
  });
  if (open === null) {
    const made = await connection.http.json("POST", issues, {
      attempted,
      json: { title: wanted.title, description: body },
      schema: issueSchema,
      repeat: "unsafe",
    });
    return { url: made.web_url, what: "opened" };
  }
  const notes = `${issues}/${open.iid}/notes`;
  const known = open.description.includes(wanted.finding) ||
    await search(connection, notes, {
        attempted: `read the notes of ${open.web_url}`,
        query: {},
        schema: noteSchema,
        isWanted: (note) => note.body.includes(wanted.finding),
      }) !== null;
  if (known) return { url: open.web_url, what: "known" };
  await connection.http.json("POST", notes, {
    attempted: `write a note on ${open.web_url}`,
    json: { body },
    schema: noteSchema,
    repeat: "unsafe",
  });
  return { url: open.web_url, what: "noted" };
}

/** The first item of a list, page by page, that is wanted. */
async function search<T>(
  connection: Connection,
  url: string,
  options: {
    attempted: string;
    query: Record<string, string>;
    schema: z.ZodType<T>;
    isWanted: (item: T) => boolean;
  },
): Promise<T | null> {
  const { attempted, query, schema, isWanted } = options;
  for (let page = 1; page <= MAX_PAGES; page++) {
    const items = await connection.http.json("GET", url, {
      attempted,
      query: { ...query, per_page: PAGE, page },
      schema: z.array(schema),
    });
    const found = items.find(isWanted);
    if (found !== undefined) return found;
    if (items.length < PAGE) return null;
  }
  return null;
}
