/**
 * What a client asks GitLab about itself: user, token, version, project.
 *
 * @module
 */
import {
  canRead,
  enterProject,
  type ProjectContext,
} from "../requests/access.ts";
import { json, refuseUnauthorized } from "../protocol/answers.ts";
import {
  identifyUser,
  type Identity,
  isExpired,
  shownLevel,
  type Ways,
} from "../requests/auth.ts";
import type { Profile } from "../settings/config.ts";
import { webUrl } from "../requests/entities.ts";
import {
  type Area,
  type Context,
  type Route,
  route,
  type Services,
} from "../requests/router.ts";
import type { StoredProject, StoredUser, Token } from "../store/accounts.ts";

const WAYS: Ways = { bearer: ["access", "oauth"], privateToken: true };

/** What each profile says its version is. */
const VERSIONS: Record<Profile, string> = {
  "16.4": "16.4.0",
  "17.9": "17.9.0",
  newest: "19.0.0",
};

interface TokenContext extends Context {
  readonly identity: Identity;
  readonly token: Token;
}

function signedIn(scopes?: "any"): Area<TokenContext> {
  return {
    readsBody: true,
    before(context) {
      const { store } = context.services;
      const identity = identifyUser(context.request, {
        store,
        ways: WAYS,
        scopes: scopes ?? ["api", "read_api", "read_user"],
        permission: context.permission,
      });
      if (identity?.token === undefined) throw refuseUnauthorized();
      return { ...context, identity, token: identity.token };
    },
  };
}

const projectArea: Area<ProjectContext> = {
  readsBody: true,
  before(context) {
    return enterProject(
      context,
      identifyUser(context.request, {
        store: context.services.store,
        ways: WAYS,
        scopes: ["api", "read_api"],
        permission: context.permission,
      }),
    );
  },
};

/** The routes about the instance. */
export const instanceRoutes: readonly Route[] = [
  route("/api/v4/version", { GET: version }, {
    area: signedIn(),
    permission: "read_metadata",
  }),
  route("/api/v4/metadata", { GET: metadata }, {
    area: signedIn(),
    permission: "read_metadata",
  }),
  route("/api/v4/user", { GET: user }, {
    area: signedIn(),
    permission: "read_user",
  }),
  route("/api/v4/personal_access_tokens/self", { GET: ownToken }, {
    area: signedIn("any"),
  }),
  route("/api/v4/projects/:id", { GET: getProject }, {
    area: projectArea,
    permission: "read_project",
  }),
];

function version({ services }: Context): Response {
  return json({ version: VERSIONS[services.profile], revision: "practice" });
}

function metadata({ services }: Context): Response {
  return json({
    version: VERSIONS[services.profile],
    revision: "practice",
    kas: { enabled: false, externalUrl: null, version: null },
    enterprise: false,
  });
}

function user({ services, token }: TokenContext): Response {
  return json(userEntity(services, token.user));
}

function userEntity({ externalUrl }: Services, user: StoredUser) {
  return {
    id: user.id,
    username: user.username,
    name: user.name,
    state: user.blocked ? "blocked" : "active",
    locked: false,
    avatar_url: null,
    web_url: `${externalUrl}/${user.username}`,
  };
}

function ownToken({ token }: TokenContext): Response {
  return json({
    id: token.id,
    name: token.name,
    revoked: token.revoked,
    created_at: new Date(token.created_at).toISOString(),
    description: null,
    scopes: token.scopes,
    user_id: token.user.id,
    last_used_at: new Date().toISOString(),
    active: !token.revoked && !isExpired(token),
    expires_at: token.expires_at,
  });
}

function getProject(context: ProjectContext): Response {
  const { services, project } = context;
  const level = shownLevel(context.identity?.token, project);
  const segments = project.path.split("/");
  const name = segments.at(-1) ?? "";
  const namespace = segments.slice(0, -1).join("/");
  return json({
    id: project.id,
    description: null,
    name,
    name_with_namespace: segments.join(" / "),
    path: name,
    path_with_namespace: project.path,
    created_at: new Date(project.created_at).toISOString(),
    default_branch: "main",
    ...remotes(services, project),
    namespace: {
      id: project.id,
      name: namespace.split("/").at(-1),
      path: namespace.split("/").at(-1),
      kind: "group",
      full_path: namespace,
      parent_id: null,
      avatar_url: null,
      web_url: `${services.externalUrl}/groups/${namespace}`,
    },
    visibility: project.visibility,
    archived: false,
    ...(canRead(context) ? features(project) : {}),
    permissions: {
      project_access: level === 0
        ? null
        : { access_level: level, notification_level: 3 },
      group_access: null,
    },
  });
}

function remotes(services: Services, project: StoredProject) {
  const web = webUrl(services, project);
  const { hostname } = new URL(services.externalUrl);
  return {
    ssh_url_to_repo: `git@${hostname}:${project.path}.git`,
    http_url_to_repo: `${web}.git`,
    web_url: web,
  };
}

function features(project: StoredProject) {
  const state = (on: boolean) => on ? "enabled" : "disabled";
  return {
    packages_enabled: project.packages,
    package_registry_access_level: state(project.packages),
    model_experiments_access_level: state(project.experiments),
    model_registry_access_level: state(project.registry),
  };
}
