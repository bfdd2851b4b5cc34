/**
 * Pages of projects for browsers: who may see them, and signing in. What the pages show is not the server's business:
 * whoever starts it may give what makes them.
 *
 * @module
 */
import { escapeHtml } from "../base/markup.ts";
import { mergeRequestPage } from "./merge_request_page.ts";
import {
  cookieOf,
  decoded,
  fromOwnPage,
  nextOf,
  redirect,
  sentencePage,
  wantsPage,
  whole,
} from "./plain_pages.ts";
import { RefusedAnswer } from "./protocol/answers.ts";
import { bodyTooLarge, type Incoming, readBody } from "./protocol/incoming.ts";
import { LEVEL, mayReadMergeRequests } from "./requests/access.ts";
import { accessLevel, identifyUser, type Identity } from "./requests/auth.ts";
import type { StoredProject } from "./store/accounts.ts";
import type { Store } from "./store/store.ts";

/** A page that somebody asks for who may see it. */
export interface PageQuestion {
  project: Pick<StoredProject, "id" | "path">;
  /** A token that reads this project alone. */
  token: string;
  /** The address path below which the project's pages are. */
  root: string;
  /** What is asked for below it, beginning with a slash, with its query. */
  address: string;
}

/** Makes the pages of projects. */
export type MakePage = (question: PageQuestion) => Promise<Response>;

/** Where a project's pages are, besides the addresses that GitLab has. */
const OWN = "nbtrack";
const MERGE_REQUESTS = "merge_requests";
/** A page of a project, and what browsers take for the project's own address. */
const PAGE = /^\/(.+?)\/-\/(ml|nbtrack|merge_requests)(\/.*)?$/;
const PROJECT = /^\/(?!(?:api|users|-)\/)([^/]+(?:\/[^/]+)+)\/?$/;
const SIGN_IN = "/users/sign_in";
const SIGN_OUT = "/users/sign_out";
const COOKIE = "_practice_session";
/** Longest form, bytes, and how long it may take to arrive, milliseconds. */
const FORM = { bytes: 10_000, ms: 10_000 };
const MAX_SESSIONS = 1000;

/** Answers browsers. */
export class ProjectPages {
  readonly #store: Store;
  readonly #make: MakePage;
  readonly #root: string;
  /** The token of each browser that has signed in; kept as long as the server runs. */
  readonly #sessions = new Map<string, string>();
  /** The token with which each project is read. */
  readonly #readers = new Map<number, string>();

  /** @param root The path under which the server answers, such as `/gitlab`. */
  constructor(store: Store, make: MakePage, root: string) {
    this.#store = store;
    this.#make = make;
    this.#root = root;
  }

  /** The answer to a request for a page; null for a request that is for none. */
  async answer(
    request: Incoming,
    path: string,
    search: string,
  ): Promise<Response | null> {
    if (path === SIGN_IN) return await this.#signIn(request, search);
    if (path === SIGN_OUT) return this.#signOut(request);
    const reads = request.method === "GET" || request.method === "HEAD";
    if (path === "/" && reads && wantsPage(request)) {
      return this.#front(request);
    }
    const match = PAGE.exec(path) ??
      (reads && wantsPage(request) ? PROJECT.exec(path) : null);
    if (match === null) return null;
    const [, project = "", kind, rest = "/"] = match;
    if (!reads) {
      return sentencePage("Pages are only read.", 405, { allow: "GET, HEAD" });
    }
    const found = this.#store.accounts.project(decoded(project))?.project;
    const token = this.#tokenOf(request);
    const seen = found !== undefined &&
      this.#mayRead(found, this.#identityOf(token), kind);
    if (!seen) {
      return token === undefined
        ? redirect(
          `${this.#root}${SIGN_IN}?next=${
            encodeURIComponent(`${path}${search === "" ? "" : `?${search}`}`)
          }`,
        )
        : sentencePage("There is no such page, or you may not see it.", 404);
    }
    if (kind === undefined) return redirect(this.#experiments(found));
    if (kind === MERGE_REQUESTS) {
      return mergeRequestPage(this.#store, found, rest) ??
        sentencePage("There is no such page.", 404);
    }
    const inside = kind === OWN ? rest : this.#inside(found, rest);
    if (inside === null) return sentencePage("There is no such page.", 404);
    return await this.#make({
      project: { id: found.id, path: found.path },
      token: this.#readerOf(found.id),
      root: `${this.#root}/${found.path}/-/${OWN}`,
      address: search === ""
        ? inside
        : `${inside}${inside.includes("?") ? "&" : "?"}${search}`,
    });
  }

  /** What GitLab's addresses of candidates and experiments mean. */
  #inside(project: StoredProject, rest: string): string | null {
    if (/^\/?$/.test(rest) || /^\/(experiments|candidates)\/?$/.test(rest)) {
      return "/";
    }
    const [, kind, digits = ""] =
      /^\/(experiments|candidates)\/(\d{1,15})\/?$/.exec(rest) ?? [];
    if (kind === undefined) return null;
    if (kind === "candidates") {
      const run = this.#store.runs.byIid(project.id, Number(digits));
      return run === undefined ? null : `/runs/${run.eid}`;
    }
    const experiment = this.#store.experiments.byIid(project.id, digits);
    // By its name in the query: a segment of dots would be taken for a step in the path.
    return experiment === undefined
      ? null
      : `/experiments?name=${encodeURIComponent(experiment.name)}`;
  }

  #mayRead(
    project: StoredProject,
    identity: Identity | undefined,
    kind = "ml",
  ): boolean {
    const level = accessLevel(identity, { project, store: this.#store });
    if (kind === MERGE_REQUESTS) {
      return (identity !== undefined || project.visibility === "public") &&
        mayReadMergeRequests(project, level);
    }
    return project.experiments &&
      (level >= LEVEL.guest || project.visibility === "public");
  }

  #readerOf(project: number): string {
    const known = this.#readers.get(project);
    if (known !== undefined) return known;
    const token = this.#store.accounts.admitReader(project);
    this.#readers.set(project, token);
    return token;
  }

  /** Who a token belongs to; undefined for none, and for one that does not count any more. */
  #identityOf(token: string | undefined): Identity | undefined {
    if (token === undefined) return undefined;
    try {
      return identifyUser(
        { headers: new Headers({ "private-token": token }) },
        {
          store: this.#store,
          ways: { bearer: [], privateToken: true },
          scopes: ["api", "read_api"],
        },
      );
    } catch (error) {
      if (error instanceof RefusedAnswer) return undefined;
      throw error;
    }
  }

  #tokenOf(request: Incoming): string | undefined {
    return this.#sessions.get(cookieOf(request, COOKIE));
  }

  /** The address of a project's experiments. */
  #experiments({ path }: Pick<StoredProject, "path">): string {
    return `${this.#root}/${path}/-/ml/experiments`;
  }

  /** The projects that a browser may see; of a server with a single one its experiments. */
  #front(request: Incoming): Response {
    const token = this.#tokenOf(request);
    const identity = this.#identityOf(token);
    const all = this.#store.accounts.projects();
    const projects = all.filter((project) => this.#mayRead(project, identity));
    if (projects.length === 0 && token === undefined) {
      return redirect(`${this.#root}${SIGN_IN}`);
    }
    const [only] = projects;
    if (all.length === 1 && only !== undefined) {
      return redirect(this.#experiments(only));
    }
    return whole(
      "Projects",
      `<ul>${
        projects.map((project) =>
          `<li><a href="${escapeHtml(this.#experiments(project))}">${
            escapeHtml(project.path)
          }</a></li>`
        ).join("")
      }</ul>${
        token === undefined
          ? `<p><a href="${
            escapeHtml(`${this.#root}${SIGN_IN}`)
          }">Sign in</a></p>`
          : this.#signOutForm()
      }`,
    );
  }

  async #signIn(request: Incoming, search: string): Promise<Response> {
    const next = nextOf(new URLSearchParams(search).get("next"));
    if (request.method === "GET" || request.method === "HEAD") {
      return this.#form(next, "");
    }
    if (request.method !== "POST") {
      return sentencePage("A token is posted.", 405, {
        allow: "GET, HEAD, POST",
      });
    }
    if (!fromOwnPage(request)) {
      return sentencePage("Another page sent this form.", 403);
    }
    const body = await readBody(request, { ...FORM, refusal: bodyTooLarge() });
    const form = new URLSearchParams(new TextDecoder().decode(body));
    const token = form.get("token")?.trim() ?? "";
    const wanted = nextOf(form.get("next"));
    if (this.#identityOf(token) === undefined) {
      return this.#form(
        wanted,
        "This token is not known, or lacks the scope read_api.",
        401,
      );
    }
    const session = crypto.getRandomValues(new Uint8Array(32)).toHex();
    if (this.#sessions.size >= MAX_SESSIONS) {
      const [oldest = ""] = this.#sessions.keys();
      this.#sessions.delete(oldest);
    }
    this.#sessions.set(session, token);
    return redirect(`${this.#root}${wanted}`, {
      "set-cookie": `${COOKIE}=${session}; Path=${
        this.#root || "/"
      }; HttpOnly; SameSite=Lax`,
    });
  }

  #signOut(request: Incoming): Response {
    if (request.method === "GET" || request.method === "HEAD") {
      return whole("Sign out", this.#signOutForm());
    }
    if (request.method !== "POST" || !fromOwnPage(request)) {
      return sentencePage("Signing out is a form of its own.", 405, {
        allow: "GET, HEAD, POST",
      });
    }
    this.#sessions.delete(cookieOf(request, COOKIE));
    return redirect(`${this.#root}${SIGN_IN}`, {
      "set-cookie": `${COOKIE}=; Path=${
        this.#root || "/"
      }; HttpOnly; SameSite=Lax; Max-Age=0`,
    });
  }

  #signOutForm(): string {
    return `<form method="post" action="${
      escapeHtml(`${this.#root}${SIGN_OUT}`)
    }"><button>Sign out</button></form>`;
  }

  #form(next: string, problem: string, status = 200): Response {
    return whole(
      "Sign in",
      `${problem === "" ? "" : `<p role="alert">${escapeHtml(problem)}</p>`}
<form method="post" action="${escapeHtml(`${this.#root}${SIGN_IN}`)}">
<input type="hidden" name="next" value="${escapeHtml(next)}">
<p><label for="token">Access token of this practice server</label><br>
<input id="token" name="token" type="password" autocomplete="off" required autofocus></p>
<p><button>Sign in</button></p>
</form>`,
      status,
    );
  }
}
