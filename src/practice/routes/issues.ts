/**
 * `issues` and `issues/:iid/notes`: issues of a project, as far as a scheduled pipeline needs them.
 *
 * @module
 */
import { onPage, PAGE, pageHeaders, pageOf } from "../requests/paging.ts";
import {
  enterProject,
  type ProjectContext,
  scopesFor,
} from "../requests/access.ts";
import { identifyUser, type Identity, type Ways } from "../requests/auth.ts";
import {
  authorEntity,
  noteBody,
  noteEntity,
} from "../requests/note_entities.ts";
import {
  fileNotFound,
  json,
  refuseForbidden,
  refuseUnauthorized,
} from "../protocol/answers.ts";
import { webUrl } from "../requests/entities.ts";
import { coerce } from "../protocol/params.ts";
import { type Area, type Route, route } from "../requests/router.ts";
import type { Issue } from "../store/issues.ts";

const WAYS: Ways = { bearer: ["access", "oauth"], privateToken: true };

interface IssueContext extends ProjectContext {
  readonly identity: Identity;
}

const area: Area<IssueContext> = {
  readsBody: true,
  before(context) {
    const identity = identifyUser(context.request, {
      store: context.services.store,
      ways: WAYS,
      scopes: scopesFor(context.method),
      permission: context.permission,
    });
    if (identity === undefined) throw refuseUnauthorized();
    return { ...enterProject(context, identity), identity };
  },
};

const ISSUES = "/api/v4/projects/:id/issues";
const STATES = ["opened", "closed", "all"] as const;
/** Planner: who may close an issue of somebody else. */
const PLANNER = 15;

/** The routes of issues. */
export const issueRoutes: readonly Route[] = [
  route(ISSUES, { GET: list, POST: create }, {
    area,
    permission: { GET: "read_issue", POST: "create_issue" },
  }),
  route(`${ISSUES}/:iid`, { GET: get, PUT: update }, {
    area,
    permission: { GET: "read_issue", PUT: "update_issue" },
  }),
  route(`${ISSUES}/:iid/notes`, { GET: listNotes, POST: addNote }, {
    area,
    permission: { GET: "read_issue_note", POST: "create_issue_note" },
  }),
];

function list(context: IssueContext): Response {
  const { page, per_page, ...filter } = coerce(context.input, {
    ...PAGE,
    state: { type: "string", values: STATES },
    search: { type: "string" },
  });
  const all = context.services.store.issues.list(context.project.id, filter);
  const wanted = pageOf({ page, per_page });
  return json(
    onPage(all, wanted).map((issue) => issueEntity(context, issue)),
    200,
    pageHeaders(context, wanted, all.length),
  );
}

function create(context: IssueContext): Response {
  const { title, description, labels } = coerce(context.input, {
    title: { type: "string", required: true },
    description: { type: "string" },
    labels: { type: "string" },
  });
  const issue = context.services.store.issues.create(context.project.id, {
    title: noteBody(title, "title"),
    description: description ?? "",
    labels: labels ?? "",
    author: context.identity.user.id,
  });
  return json(issueEntity(context, issue), 201);
}

function get(context: IssueContext): Response {
  return json(issueEntity(context, find(context)));
}

function update(context: IssueContext): Response {
  const issue = find(context);
  const { state_event } = coerce(context.input, {
    state_event: { type: "string", values: ["close", "reopen"] },
  });
  if (
    issue.author !== context.identity.user.id && context.level < PLANNER
  ) throw refuseForbidden();
  if (state_event === null || state_event === undefined) {
    return json(issueEntity(context, issue));
  }
  const state = state_event === "close" ? "closed" : "opened";
  const { issues } = context.services.store;
  return json(issueEntity(context, issues.setState(issue, state)));
}

function listNotes(context: IssueContext): Response {
  const wanted = pageOf(coerce(context.input, PAGE));
  const notes = context.services.store.issues.notes(find(context));
  return json(
    onPage(notes, wanted).map((note) => noteEntity(context, note)),
    200,
    pageHeaders(context, wanted, notes.length),
  );
}

function addNote(context: IssueContext): Response {
  const { body } = coerce(context.input, {
    body: { type: "string", required: true },
  });
  const note = context.services.store.issues.addNote(find(context), {
    body: noteBody(body, "note"),
    author: context.identity.user.id,
  });
  return json(noteEntity(context, note), 201);
}

function find({ services, project, variables }: IssueContext): Issue {
  const iid = Number(variables["iid"]);
  const issue = Number.isSafeInteger(iid)
    ? services.store.issues.get(project.id, iid)
    : undefined;
  if (issue === undefined) throw fileNotFound();
  return issue;
}

function issueEntity(context: IssueContext, issue: Issue) {
  const { services, project } = context;
  return {
    id: issue.id,
    iid: issue.iid,
    project_id: project.id,
    title: issue.title,
    description: issue.description,
    state: issue.state,
    labels: issue.labels === "" ? [] : issue.labels.split(","),
    author: authorEntity(services, issue.author),
    created_at: new Date(issue.created_at).toISOString(),
    web_url: `${webUrl(services, project)}/-/issues/${issue.iid}`,
  };
}
