/**
 * Whether runs can be delivered to a server: address, token, scope, role and features, asked before anything is
 * sent there.
 *
 * @module
 */
import { isNbtrackError, messageOf } from "../base/errors.ts";
import type { TrackingClient } from "./client.ts";
import type { TokenIdentity } from "./detect.ts";
import {
  isAuthenticationError,
  isForbiddenError,
  isNotFoundError,
  isScopeError,
} from "./errors.ts";
import { DEVELOPER, roleOf } from "./roles.ts";
import type { Project, TokenInfo } from "./schemas.ts";

/** What was found out about one thing. */
export interface Check {
  /** What was checked. */
  name: string;
  /** `fail`: something will not work; `warn`: something may not. */
  state: "ok" | "warn" | "fail";
  /** What was found, one sentence. */
  message: string;
  /** What to do. */
  hint: string | null;
}

/** What was found out about a server. */
export interface Access {
  /** Who the token is; null when that could not be asked. */
  identity: TokenIdentity | null;
  /** In the order in which they were made; none follows one that leaves nothing to ask. */
  checks: Check[];
}

/** A token that ends within so many days is warned of. */
const SOON_DAYS = 14;
/** Clocks that differ by more are warned of, milliseconds. */
const SKEW_MS = 120_000;
/** Asks a server whether runs can be delivered to it. Nothing is written there. */
export async function checkAccess(client: TrackingClient): Promise<Access> {
  const checks: Check[] = [];
  let identity: TokenIdentity | null = null;
  try {
    if (await client.kind() === "mlflow") return await plain(client);
    identity = await client.whoami();
    const { user, token, project, access_level } = identity;
    checks.push(
      ok("server", `${client.tracking_uri} is a GitLab project's.`),
      tokenCheck(user?.username ?? null, token),
      ...(token === null ? [] : [scopeCheck(token)]),
      ...(project === null ? [] : featureChecks(project)),
    );
    if (checks.every((check) => check.state !== "fail")) {
      checks.push(...await probe(client, access_level));
    }
  } catch (error) {
    checks.push(refusal(error));
  }
  checks.push(...clockCheck(client));
  return { identity, checks };
}

async function plain(client: TrackingClient): Promise<Access> {
  const { version } = await client.detect();
  return {
    identity: null,
    checks: [
      ok(
        "server",
        `${client.tracking_uri} is a plain MLflow server${
          version === null ? "" : `, version ${version}`
        }.`,
      ),
      ...clockCheck(client),
    ],
  };
}

function tokenCheck(username: string | null, token: TokenInfo | null): Check {
  const whose = username === null ? "a user's" : `${username}'s`;
  const until = token?.expires_at ?? null;
  const days = until === null
    ? Infinity
    : (Date.parse(until) - Date.now()) / 86_400_000;
  if (days < SOON_DAYS) {
    return {
      name: "token",
      state: "warn",
      message: `The token is ${whose}, valid until ${until} only.`,
      hint: "Make a new one soon and run `nbtrack login`.",
    };
  }
  return ok(
    "token",
    `The token is ${whose}${until === null ? "" : `, valid until ${until}`}${
      username === null ? "; it may not say whose" : ""
    }.`,
  );
}

function scopeCheck({ scopes }: TokenInfo): Check {
  if (scopes.includes("api")) return ok("scope", "The token has scope `api`.");
  if (scopes.includes("granular")) {
    return ok("scope", "The token is fine-grained: its rights are tried.");
  }
  const has = scopes.length === 0
    ? "no scope"
    : `only ${scopes.map((scope) => `\`${scope}\``).join(", ")}`;
  return {
    name: "scope",
    state: "fail",
    message: `The token has ${has}: it can read, but not log runs.`,
    hint: "Make a token with scope `api`.",
  };
}

function featureChecks(project: Project): Check[] {
  const features = [
    [
      "experiments",
      "Model experiments",
      project.model_experiments_access_level,
    ],
    ["registry", "Model registry", project.model_registry_access_level],
    ["packages", "Package registry", project.package_registry_access_level],
  ] as const;
  return features.map(([name, title, level]) => {
    if (level !== "disabled") {
      return ok(name, `${title} is on in ${project.path_with_namespace}.`);
    }
    return {
      name,
      state: "fail",
      message: `${title} is switched off in ${project.path_with_namespace}${
        name === "experiments"
          ? ": runs cannot be logged."
          : ": artifacts cannot be stored."
      }`,
      hint:
        "A maintainer switches it on in the project's Settings > General > Visibility, project features, permissions.",
    };
  });
}

/** Tries what logging takes: what the server answers is right, whatever it says of roles. */
async function probe(
  client: TrackingClient,
  level: number | null,
): Promise<Check[]> {
  const role = roleOf(level);
  try {
    await client.probeLogging();
  } catch (error) {
    return [loggingRefused(error, role)];
  }
  const files = await client.probeFiles();
  return [
    ok(
      "role",
      role === null || (level ?? 0) < DEVELOPER
        ? "The token may log runs."
        : `The token's user is ${role} in the project.`,
    ),
    ...(files === null ? [] : [{
      name: "packages",
      state: "warn" as const,
      message: `The token may log runs, but not store files: ${
        messageOf(files)
      }.`,
      hint: isNbtrackError(files) && files.hint !== "" ? files.hint : null,
    }]),
  ];
}

function loggingRefused(error: unknown, role: string | null): Check {
  if (isAuthenticationError(error)) {
    return {
      name: "role",
      state: "fail",
      message: role === null
        ? "The token's user may not log runs in the project."
        : `The token's user is ${role} in the project, who may not log runs.`,
      hint: "Ask a maintainer of the project for the role Developer.",
    };
  }
  if (isNotFoundError(error) && error.missing === "hidden") {
    return {
      name: "experiments",
      state: "fail",
      message:
        "Model experiments is switched off in the project, or the token's user may not see it.",
      hint: error.hint || null,
    };
  }
  return refusal(error);
}

/** What an error says about: the token, its scope, the project, or else the server. */
function refusal(error: unknown): Check {
  const name = isAuthenticationError(error)
    ? "token"
    : isScopeError(error)
    ? "scope"
    : isForbiddenError(error)
    ? "role"
    : isNotFoundError(error) && error.missing === "project"
    ? "project"
    : "server";
  return {
    name,
    state: "fail",
    message: `${messageOf(error)}.`,
    hint: isNbtrackError(error) && error.hint !== "" ? error.hint : null,
  };
}

function clockCheck(client: TrackingClient): Check[] {
  const skew = client.clock_skew_ms;
  if (skew === null) return [];
  const minutes = Math.round(Math.abs(skew) / 60_000);
  if (Math.abs(skew) < SKEW_MS) {
    return [ok("clock", "This machine's clock agrees with the server's.")];
  }
  return [{
    name: "clock",
    state: "warn",
    message: `This machine's clock is ${
      minutes < 120 ? `${minutes} minutes` : `${Math.round(minutes / 60)} hours`
    } ${
      skew < 0 ? "ahead of" : "behind"
    } the server's: times of runs will be wrong.`,
    hint: "Set this machine's clock.",
  }];
}

function ok(name: string, message: string): Check {
  return { name, state: "ok", message, hint: null };
}
