/**
 * Notes on merge requests: one of ours for each, brought up to date.
 *
 * @module
 */
import { z } from "../base/zod.ts";
import type { Connection } from "./connection.ts";
import { isForbiddenError } from "./errors.ts";

/** A note to have on a merge request. */
export interface WantedNote {
  /** The merge request's number within the project. */
  merge_request: number;
  /** What a note of ours is known by; `body` holds it. */
  marker: string;
  /** Its text, in Markdown. */
  body: string;
}

const PAGE = 100;
/** Notes that are searched for an earlier one of ours. */
const MAX_PAGES = 20;

const noteSchema = z.object({ id: z.int(), body: z.string() });

/**
 * Puts a note on a merge request, instead of the one of ours that is there.
 *
 * @returns its page; null where the token may not ask for the project's
 */
export async function putNote(
  connection: Connection,
  note: WantedNote,
): Promise<string | null> {
  const attempted = `write a note on merge request !${note.merge_request}`;
  const server = await connection.gitlabOnly(attempted);
  const notes = `${server.project}/merge_requests/${note.merge_request}/notes`;
  const json = { body: note.body };
  const send = (method: "POST" | "PUT", url: string) =>
    connection.http.json(method, url, {
      attempted,
      json,
      schema: noteSchema,
      repeat: method === "PUT" ? "safe" : "unsafe",
    });
  const web = await connection.web();
  const page = ({ id }: { id: number }) =>
    web.url === null
      ? null
      : `${web.url}/-/merge_requests/${note.merge_request}#note_${id}`;
  const before = await earlierNote(connection, notes, note);
  if (before !== null) {
    try {
      return page(await send("PUT", `${notes}/${before}`));
    } catch (error) {
      if (!isForbiddenError(error)) throw error; // another token's note stays as it is
    }
  }
  return page(await send("POST", notes));
}

async function earlierNote(
  connection: Connection,
  notes: string,
  { marker, merge_request }: WantedNote,
): Promise<number | null> {
  for (let page = 1; page <= MAX_PAGES; page++) {
    const found = await connection.http.json("GET", notes, {
      attempted: `read the notes of merge request !${merge_request}`,
      query: { per_page: PAGE, page },
      schema: z.array(noteSchema),
    });
    const ours = found.find((note) => note.body.includes(marker));
    if (ours !== undefined) return ours.id;
    if (found.length < PAGE) return null;
  }
  return null;
}
