/**
 * Which token, or user and password, belongs to which server. A secret goes only to the origin it was named with:
 * that of the address variable beside it, or the host it was stored for.
 *
 * @module
 */
import { ENV } from "../base/env.ts";
import { parseGitLabUri } from "./tracking_uri.ts";
import { type Credential, findCredential } from "./credentials.ts";
import { decodeText } from "./decode.ts";
import { rootOf } from "./project_address.ts";

/** Environment variables by name. */
export type Env = Readonly<Record<string, string | undefined>>;

/** How to sign in. */
export interface SignIn {
  /** Sent as `Authorization: Bearer`. */
  token?: string;
  /** For basic authentication. */
  basic?: { username: string; password: string };
}

/** A server, and of a GitLab the project. */
export interface SignInAddress {
  /** GitLab's root, or a plain server's tracking URI. */
  root: string;
  /** GitLab's project, by path or number; null on a plain server, or for any. */
  project: string | null;
}

/** Where tokens may come from. */
export interface KnownTokens {
  env: Env;
  /** What `readCredentials` gave. */
  credentials: readonly Credential[];
  /**
   * Whether MLflow's token alone, beside which no variable names an address, is for the address that was given
   * otherwise; it stays on this machine. @default {false}
   */
  unnamed?: boolean;
}

/** Where a token of GitLab goes that no variable names an address for. */
const GITLAB_COM = "https://gitlab.com";

/** What signs in at an address: variables that name its origin, else what was stored for its host. */
export function accessTo(address: SignInAddress, known: KnownTokens): SignIn {
  const found = fromVariables(address.root, known);
  if (found.token !== undefined || found.basic !== undefined) return found;
  const { root: url, project } = address;
  const stored = findCredential(known.credentials, { url, project });
  return stored === null ? {} : { token: stored.token };
}

/** What variables hold for an origin. */
function fromVariables(root: string, { env, unnamed }: KnownTokens): SignIn {
  const origin = originOf(root);
  const tracking = read(env, ENV.trackingUri);
  const ofTracking = origin !== null &&
    (trackingOrigins(env).includes(origin) ||
      unnamed === true && isUnnamed(env) && isLocal(new URL(origin).hostname));
  const ofGitLab = origin !== null && gitlabOrigins(env).includes(origin);
  const bearer = ofTracking ? read(env, ENV.trackingToken) : undefined;
  const gitlab = ofGitLab ? read(env, ENV.gitlabToken) : undefined;
  const basic = ofTracking ? basicOf(env) : undefined;
  const isGitLab = parseGitLabUri(tracking ?? "") !== null;
  const plain = tracking !== undefined && origin === originOf(tracking) &&
    !isGitLab;
  // As MLflow's own client does: user and password come before a token. GitLab takes none there.
  if (plain && basic !== undefined) return { basic };
  const token = plain
    ? bearer
    : tracking !== undefined
    ? bearer ?? gitlab
    : gitlab ?? bearer;
  if (token !== undefined) return { token };
  return basic === undefined ? {} : { basic };
}

/** Origins that the token of MLflow's variables is named with. */
function trackingOrigins(env: Env): string[] {
  const named = origins([read(env, ENV.trackingUri)]);
  return named.length > 0 ? named : gitlabOrigins(env);
}

/** Whether no variable names an address. */
function isUnnamed(env: Env): boolean {
  return [ENV.trackingUri, ENV.gitlabUrl, ENV.ciApiUrl].every((name) =>
    read(env, name) === undefined
  );
}

/** Origins that the token of GitLab's variables is named with. */
function gitlabOrigins(env: Env): string[] {
  const named = origins([rootOf(read(env, ENV.gitlabUrl))]);
  if (named.length > 0) return named;
  const tracking = read(env, ENV.trackingUri);
  const others = origins([
    read(env, ENV.ciApiUrl),
    tracking !== undefined && parseGitLabUri(tracking) !== null
      ? tracking
      : undefined,
  ]);
  return others.length > 0 ? others : [GITLAB_COM];
}

function basicOf(env: Env): SignIn["basic"] | undefined {
  const username = read(env, ENV.trackingUsername);
  const password = read(env, ENV.trackingPassword);
  if (username !== undefined && password !== undefined) {
    return { username, password };
  }
  return userOf(read(env, ENV.trackingUri) ?? "");
}

/** The user and password that stand in an address. */
export function userOf(uri: string): SignIn["basic"] | undefined {
  const url = URL.parse(uri);
  if (url === null || url.username === "") return undefined;
  return {
    username: decodeText(url.username),
    password: decodeText(url.password),
  };
}

/** Why the token that a variable holds is not sent to a server, one sentence; null when none holds one. */
export function keptBack(env: Env): string | null {
  const name = [ENV.trackingToken, ENV.gitlabToken, ENV.trackingPassword].find(
    (variable) => read(env, variable) !== undefined,
  );
  if (name === undefined) return null;
  const home = name === ENV.gitlabToken
    ? gitlabOrigins(env)
    : trackingOrigins(env);
  return `${name} is not sent there: it belongs to ${home.join(" and ")}.`;
}

/**
 * Why nothing secret is sent to an address, one sentence: it is plain http to another machine, and nobody allowed
 * it, by variable or by a login that was asked about. Null when nothing speaks against it.
 */
export function unencryptedProblem(
  address: string,
  known: KnownTokens,
): string | null {
  const url = URL.parse(address);
  if (url === null || url.protocol !== "http:" || isLocal(url.hostname)) {
    return null;
  }
  const allowed = read(known.env, ENV.allowHttp)?.split(/[\s,]+/) ?? [];
  if (allowed.includes(url.host) || allowed.includes(url.hostname)) return null;
  const asked = known.credentials.some((stored) =>
    originOf(stored.url) === url.origin
  );
  return asked
    ? null
    : `The address http://${url.host} is not encrypted, so that anyone on the way could read the token: use https, or allow it with ${ENV.allowHttp}=${url.host}.`;
}

/** Whether a host is this machine, so that nobody can listen on the way. */
export function isLocal(hostname: string): boolean {
  return hostname === "localhost" || hostname.endsWith(".localhost") ||
    hostname === "[::1]" || /^127(\.\d+){3}$/.test(hostname);
}

function origins(addresses: readonly (string | undefined)[]): string[] {
  return addresses.flatMap((address) => originOf(address ?? "") ?? []);
}

function originOf(address: string): string | null {
  const url = URL.parse(address);
  return url === null || !/^https?:$/.test(url.protocol) ? null : url.origin;
}

/** A variable's value; an empty one is unset. */
export function read(env: Env, name: string): string | undefined {
  return env[name]?.trim() || undefined;
}
