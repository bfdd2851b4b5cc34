/**
 * Comments of merge requests and issues, as GitLab's answers show them.
 *
 * @module
 */
import { RefusedAnswer } from "../protocol/answers.ts";
import type { ProjectContext } from "./access.ts";
import type { Services } from "./router.ts";

/** The longest text, characters. */
const MAX_TEXT = 1_000_000;

/** A comment of either. */
interface AnyNote {
  readonly id: number;
  readonly body: string;
  readonly author: number;
  readonly created_at: number;
  readonly updated_at: number;
}

/** A user who wrote something. */
export function authorEntity(services: Services, id: number) {
  const author = services.store.accounts.tokensOf(id)[0]?.user;
  return {
    id,
    username: author?.username ?? "",
    name: author?.name ?? "",
    state: "active",
    web_url: `${services.externalUrl}/${author?.username ?? ""}`,
  };
}

/** A comment. */
export function noteEntity(
  { services, project }: ProjectContext,
  note: AnyNote,
) {
  return {
    id: note.id,
    type: null,
    body: note.body,
    author: authorEntity(services, note.author),
    created_at: new Date(note.created_at).toISOString(),
    updated_at: new Date(note.updated_at).toISOString(),
    system: false,
    project_id: project.id,
    resolvable: false,
    confidential: false,
    internal: false,
  };
}

/**
 * A text that may not be blank.
 *
 * @throws {RefusedAnswer} 400 when it is blank or too long
 */
export function noteBody(body: string | null, name: string): string {
  const problem = body === null || body.trim() === ""
    ? "can't be blank"
    : [...body].length > MAX_TEXT
    ? `is too long (maximum is ${MAX_TEXT} characters)`
    : undefined;
  if (body === null || problem !== undefined) {
    throw new RefusedAnswer(400, {
      message: `400 Bad request - Note {:${name}=>["${problem}"]}`,
    });
  }
  return body;
}
