/**
 * Who sends a request, and whether their token may be used so.
 *
 * @module
 */
import {
  RefusedAnswer,
  refuseForbidden,
  refuseUnauthorized,
} from "../protocol/answers.ts";
import { FINE_GRAINED } from "../settings/config.ts";
import type { Store } from "../store/store.ts";
import type {
  Job,
  StoredProject,
  StoredUser,
  Token,
} from "../store/accounts.ts";

/** A user behind a token or a CI job. */
export interface Identity {
  /** The user; a job's user may be known by number only. */
  readonly user: Pick<StoredUser, "id"> & Partial<StoredUser>;
  readonly token: Token | undefined;
  readonly job: Job | undefined;
}

/** The ways in which a route takes a token. */
export interface Ways {
  /** `Authorization: Bearer T`, with the token kinds that are resolved from it. */
  readonly bearer: readonly ("access" | "oauth" | "job" | "deploy")[];
  /** Whether the last word of any `Authorization` header is tried, not only that of Bearer. */
  readonly anyScheme?: true;
  /** `PRIVATE-TOKEN: T`. */
  readonly privateToken?: true;
  /** `JOB-TOKEN: T`. */
  readonly jobToken?: true;
  /** `DEPLOY-TOKEN: T`. */
  readonly deployToken?: true;
  /** HTTP Basic with the token as password. */
  readonly basic?: true;
}

type Kind = Ways["bearer"][number];

/**
 * Finds the sender.
 *
 * @param options.scopes one of which the token must have; `any` where every token will do
 * @param options.permission what a fine-grained token must be allowed; none is when it is undefined
 * @returns undefined when no token was sent
 * @throws {RefusedAnswer} 401 for a token that is unknown, expired, revoked or of a kind that this route does
 * not take, 403 for one without the scope and for a blocked user
 */
export function identifyUser(
  request: { readonly headers: Headers },
  options: {
    store: Store;
    ways: Ways;
    scopes: readonly string[] | "any";
    permission?: string | undefined;
  },
): Identity | undefined {
  const { store, ways, scopes } = options;
  const sent = credential(request.headers, ways);
  if (sent === undefined) return undefined;
  const job = sent.kinds.includes("job")
    ? store.accounts.jobOfToken(sent.text)
    : undefined;
  if (job !== undefined) {
    const user = store.accounts.tokensOf(job.user)[0]?.user;
    return { user: user ?? { id: job.user }, token: undefined, job };
  }
  const token = store.accounts.token(sent.text);
  if (token === undefined || !sent.kinds.includes(kindOf(token))) {
    throw refuseUnauthorized();
  }
  if (token.revoked) {
    throw oauthRefusal(
      401,
      "invalid_token",
      "Token was revoked. You have to re-authorize from the user.",
    );
  }
  if (isExpired(token)) {
    throw oauthRefusal(
      401,
      "invalid_token",
      "Token is expired. You can either do re-authorization or token refresh.",
    );
  }
  if (token.kind !== "deploy" && scopes !== "any") {
    checkScopes(token, scopes, options.permission);
  }
  if (token.user.blocked) throw refuseForbidden();
  return { user: token.user, token, job: undefined };
}

function checkScopes(
  token: Token,
  scopes: readonly string[],
  permission: string | undefined,
): void {
  if (token.scopes.includes(FINE_GRAINED)) {
    if (permission !== undefined && token.permissions.includes(permission)) {
      return;
    }
    const needed = permission === undefined
      ? "This route is not open to fine-grained tokens"
      : `Your Personal Access Token lacks the required permissions: [${permission}]`;
    throw oauthRefusal(
      403,
      "insufficient_granular_scope",
      `Access denied: ${needed}.`,
    );
  }
  if (!scopes.some((scope) => token.scopes.includes(scope))) {
    throw oauthRefusal(
      403,
      "insufficient_scope",
      "The request requires higher privileges than provided by the access token.",
      scopes.join(" "),
    );
  }
}

/** Whether a token is past its day, or is set so. */
export function isExpired(token: Token): boolean {
  return token.expired ||
    token.expires_at !== null &&
      token.expires_at <= new Date().toISOString().slice(0, 10);
}

const LEVELS = {
  guest: 10,
  reporter: 20,
  developer: 30,
  maintainer: 40,
  owner: 50,
} as const;

/** The access level of a role that GitLab shows, and so not of one by an invited group. */
export function shownLevel(
  token: Token | undefined,
  project: StoredProject,
): number {
  const role = token?.roles[project.id];
  return role === undefined ? 0 : LEVELS[role];
}

/** GitLab's access level in a project: 10 Guest, 20 Reporter, 30 Developer, 40 Maintainer, 50 Owner, 0 none. */
export function accessLevel(
  identity: Identity | undefined,
  options: { project: StoredProject; store: Store },
): number {
  const { project, store } = options;
  if (identity === undefined) return 0;
  const level = (token: Token) => {
    const invited = token.invited_roles[project.id];
    return Math.max(
      shownLevel(token, project),
      invited === undefined ? 0 : LEVELS[invited],
    );
  };
  if (identity.token !== undefined) return level(identity.token);
  if (identity.job?.project !== project.id) return 0;
  const tokens = store.accounts.tokensOf(identity.user.id);
  return tokens.length === 0
    ? LEVELS.developer
    : Math.max(...tokens.map(level));
}

/** The token's text and what it may be, from the first header that holds one. */
function credential(
  headers: Headers,
  ways: Ways,
): { text: string; kinds: readonly Kind[] } | undefined {
  const privateToken = headers.get("private-token");
  if (ways.privateToken && privateToken) {
    return { text: privateToken, kinds: ["access"] };
  }
  const jobToken = headers.get("job-token");
  if (ways.jobToken && jobToken) return { text: jobToken, kinds: ["job"] };
  const deployToken = headers.get("deploy-token");
  if (ways.deployToken && deployToken) {
    return { text: deployToken, kinds: ["deploy"] };
  }
  const authorization = headers.get("authorization")?.trim();
  if (!authorization) return undefined;
  const bearer = /^Bearer\s+(\S+)$/i.exec(authorization)?.[1];
  if (bearer !== undefined) return { text: bearer, kinds: ways.bearer };
  const basic = /^Basic\s+(\S+)$/i.exec(authorization)?.[1];
  if (ways.basic && basic !== undefined) {
    return { text: passwordOf(basic), kinds: ["access", "job", "deploy"] };
  }
  return ways.anyScheme
    ? { text: authorization.split(/\s+/).at(-1) ?? "", kinds: ways.bearer }
    : undefined;
}

function passwordOf(basic: string): string {
  try {
    const pair = new TextDecoder().decode(Uint8Array.fromBase64(basic));
    return pair.slice(pair.indexOf(":") + 1);
  } catch (cause) {
    throw new RefusedAnswer(401, { message: "401 Unauthorized" }, { cause });
  }
}

function kindOf(token: Token): Kind {
  return token.kind === "oauth" || token.kind === "deploy"
    ? token.kind
    : "access";
}

function oauthRefusal(
  status: number,
  error: string,
  description: string,
  scope?: string,
): RefusedAnswer {
  return new RefusedAnswer(status, {
    error,
    error_description: description,
    ...(scope === undefined ? {} : { scope }),
  }, {
    headers: {
      "www-authenticate":
        `Bearer realm="Protected by OAuth 2.0", error="${error}", error_description="${description}"`,
    },
  });
}
