/**
 * `merge_requests/:iid/notes`: the comments of a merge request, as far as a pipeline needs them.
 *
 * @module
 */
import {
  enterProject,
  mayReadMergeRequests,
  type ProjectContext,
  scopesFor,
} from "../requests/access.ts";
import {
  fileNotFound,
  json,
  refuseForbidden,
  refuseUnauthorized,
} from "../protocol/answers.ts";
import { identifyUser, type Identity, type Ways } from "../requests/auth.ts";
import { noteBody, noteEntity } from "../requests/note_entities.ts";
import { coerce } from "../protocol/params.ts";
import { type Area, type Route, route } from "../requests/router.ts";
import type { MergeRequest, Note } from "../store/notes.ts";

const WAYS: Ways = { bearer: ["access", "oauth"], privateToken: true };

interface NoteContext extends ProjectContext {
  readonly identity: Identity;
  readonly mergeRequest: MergeRequest;
}

const area: Area<NoteContext> = {
  readsBody: true,
  before(context) {
    const { store } = context.services;
    const identity = identifyUser(context.request, {
      store,
      ways: WAYS,
      scopes: scopesFor(context.method),
      permission: context.permission,
    });
    if (identity === undefined) throw refuseUnauthorized();
    const entered = enterProject(context, identity);
    const { project, level } = entered;
    const iid = Number(context.variables["iid"]);
    const mergeRequest = { project: project.id, merge_request: iid };
    if (
      !mayReadMergeRequests(project, level) ||
      !store.notes.hasMergeRequest(mergeRequest)
    ) {
      throw fileNotFound();
    }
    return { ...entered, identity, mergeRequest };
  },
};

const NOTES = "/api/v4/projects/:id/merge_requests/:iid/notes";

/** The routes of notes. */
export const noteRoutes: readonly Route[] = [
  route(NOTES, { GET: list, POST: create }, {
    area,
    permission: {
      GET: "read_merge_request_note",
      POST: "create_merge_request_note",
    },
  }),
  route(`${NOTES}/:note`, { GET: get, PUT: change }, {
    area,
    permission: {
      GET: "read_merge_request_note",
      PUT: "update_merge_request_note",
    },
  }),
];

function list(context: NoteContext): Response {
  const { page, per_page } = coerce(context.input, {
    page: { type: "integer", default: 1 },
    per_page: { type: "integer", default: 20 },
  });
  const size = Math.min(Math.max(Number(per_page), 1), 100);
  const first = (Math.max(Number(page), 1) - 1) * size;
  const notes = context.services.store.notes.list(context.mergeRequest);
  return json(
    notes.slice(first, first + size).map((note) => entity(context, note)),
    200,
    {
      "x-total": String(notes.length),
      "x-next-page": first + size < notes.length
        ? String(Math.max(Number(page), 1) + 1)
        : "",
    },
  );
}

function create(context: NoteContext): Response {
  const body = bodyOf(context);
  const { store } = context.services;
  const author = context.identity.user.id;
  const note = store.notes.add(context.mergeRequest, { body, author });
  return json(entity(context, note), 201);
}

function get(context: NoteContext): Response {
  return json(entity(context, find(context)));
}

function change(context: NoteContext): Response {
  const note = find(context);
  if (note.author !== context.identity.user.id && context.level < 40) {
    throw refuseForbidden();
  }
  const body = bodyOf(context);
  const { notes } = context.services.store;
  return json(
    noteEntity(context, notes.change(context.mergeRequest, note.id, body)),
  );
}

function find(context: NoteContext): Note {
  const id = Number(context.variables["note"]);
  const note = Number.isSafeInteger(id)
    ? context.services.store.notes.get(context.mergeRequest, id)
    : undefined;
  if (note === undefined) throw fileNotFound();
  return note;
}

function bodyOf(context: NoteContext): string {
  const { body } = coerce(context.input, {
    body: { type: "string", required: true },
  });
  return noteBody(body, "note");
}

function entity(context: NoteContext, note: Note) {
  return {
    ...noteEntity(context, note),
    noteable_id: note.merge_request,
    noteable_type: "MergeRequest",
    noteable_iid: note.merge_request,
  };
}
