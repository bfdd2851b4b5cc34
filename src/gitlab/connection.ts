/**
 * Which server a tracking URI names, and where its endpoints are.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { decodeText } from "./decode.ts";
import { AddressError, isScopeError, UnsupportedError } from "./errors.ts";
import { findMlflow, type MlflowServer } from "./find_mlflow.ts";
import { Http, type HttpOptions } from "./http.ts";
import { GITLAB_LIMITS, type Limits, mlflowLimits } from "./limits.ts";
import { type Project, projectSchema } from "./schemas.ts";
import { cleanUri, gitlabUri, parseGitLabUri } from "./tracking_uri.ts";

/** A tracking server and how to sign in. */
export interface ConnectionOptions
  extends Omit<HttpOptions, "authorization" | "secrets"> {
  /**
   * A plain server's root, or GitLab's `…/api/v4/projects/ID/ml/mlflow`. A user and password in it are used
   * for basic authentication and never shown.
   */
  tracking_uri: string;
  /** Sent as `Authorization: Bearer`. */
  token?: string | undefined;
  /** For a plain server with basic authentication. */
  basic?: { username: string; password: string } | undefined;
}

/** A GitLab project's endpoints. */
export interface GitLabServer {
  kind: "gitlab";
  /** The tracking URI with the numeric project id. */
  tracking: string;
  /** `…/api/v4/projects/ID`. */
  project: string;
  /** GitLab's root, such as `https://host/gitlab`. */
  root: string;
}

export type { MlflowServer };

/** Where calls go. */
export type TrackingServer = GitLabServer | MlflowServer;

/** One server, spoken to. */
export class Connection {
  /** The tracking URI as given, without credentials. */
  readonly tracking_uri: string;
  /** Its requests. */
  readonly http: Http;
  readonly #gitlab: { root: string; project: string } | null;
  #server: Promise<TrackingServer> | null = null;
  #web: Promise<string | null> | null = null;

  /** @throws {AddressError} when the address or token cannot be used */
  constructor(options: ConnectionOptions) {
    const { tracking_uri, token, basic, ...http } = options;
    const url = URL.parse(tracking_uri);
    if (url === null || !/^https?:$/.test(url.protocol)) {
      throw new AddressError(
        `Cannot use ${
          url === null ? "the text given" : `a "${url.protocol}" address`
        } as tracking URI: it must begin with https:// or http://`,
        {
          hint:
            "GitLab's is https://HOST/api/v4/projects/ID/ml/mlflow; for local use set none.",
        },
      );
    }
    const login = basic ?? (url.username === "" ? undefined : {
      username: decodeText(url.username),
      password: decodeText(url.password),
    });
    const authorization = token !== undefined && token !== ""
      ? `Bearer ${checked(token)}`
      : login && `Basic ${base64(`${login.username}:${login.password}`)}`;
    this.tracking_uri = cleanUri(tracking_uri);
    this.#gitlab = parseGitLabUri(tracking_uri);
    this.http = new Http(this.tracking_uri, {
      ...http,
      authorization,
      secrets: [
        token ?? "",
        login?.password ?? "",
        url.password,
        authorization?.slice(authorization.indexOf(" ") + 1) ?? "",
      ],
    });
  }

  /** Where calls go; asks the server the first time if it must. */
  server(): Promise<TrackingServer> {
    this.#server ??= this.#find().catch((error) => {
      this.#server = null;
      throw error;
    });
    return this.#server;
  }

  /**
   * Where calls go that only GitLab knows.
   *
   * @throws {UnsupportedError} on a plain server
   */
  async gitlabOnly(
    attempted: string,
  ): Promise<Extract<TrackingServer, { kind: "gitlab" }>> {
    const server = await this.server();
    if (server.kind === "gitlab") return server;
    throw new UnsupportedError(`Cannot ${attempted}: this is no GitLab`, {
      method: "",
      url: server.root,
      attempted,
      retry: "never",
    });
  }

  /** The address of a REST endpoint such as `runs/create`. */
  async endpoint(path: string): Promise<string> {
    return `${(await this.server()).tracking}/api/2.0/mlflow/${path}`;
  }

  /** The server's limits. */
  async limits(): Promise<Limits> {
    const server = await this.server();
    return server.kind === "gitlab"
      ? GITLAB_LIMITS
      : mlflowLimits(server.version);
  }

  /** GitLab's answer about the project; null on a plain server, and where the token may not ask for it. */
  async project(): Promise<Project | null> {
    const server = await this.server();
    return server.kind === "mlflow"
      ? null
      : await orNull(this.#project(server.project));
  }

  /** Where the server's pages are; null where that cannot be found out. GitLab's is asked once. */
  async web(): Promise<{ kind: TrackingServer["kind"]; url: string | null }> {
    const { kind, root } = await this.server();
    if (kind === "mlflow") return { kind, url: root };
    this.#web ??= this.project().then((project) =>
      project?.web_url?.replace(/\/+$/, "") ?? this.#pageOfPath(root)
    ).catch((error) => {
      this.#web = null;
      throw error;
    });
    return { kind, url: await this.#web };
  }

  #pageOfPath(root: string): string | null {
    const { project } = this.#gitlab ?? { project: "" };
    return project.includes("/") ? `${root}/${project}` : null;
  }

  #project(address: string): Promise<Project> {
    return this.http.json("GET", address, {
      attempted: "read the project",
      schema: projectSchema,
    });
  }

  async #find(): Promise<TrackingServer> {
    if (this.#gitlab === null) {
      return await findMlflow(this.http, this.tracking_uri);
    }
    const { root, project } = this.#gitlab;
    // A path may be that of a project that was renamed: GET is sent on, POST is refused. The id stays.
    const path = encodeURIComponent(project);
    const id = /^\d+$/.test(project)
      ? project
      : (await orNull(this.#project(`${root}/api/v4/projects/${path}`)))?.id ??
        project;
    return {
      kind: "gitlab",
      root,
      project: `${root}/api/v4/projects/${encodeURIComponent(id)}`,
      tracking: gitlabUri(root, id),
    };
  }
}

/** Null where a fine-grained token lacks the right to ask what is only good to know. */
async function orNull<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (isScopeError(error) && error.fine_grained) return null;
    throw error;
  }
}

function checked(token: string): string {
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new AddressError(
    "Cannot use the token: it holds a space, a line break or a character that no token has",
    { hint: "Copy it again, or run `nbtrack login`." },
  );
}

function base64(text: string): string {
  return Buffer.from(text, "utf8").toString("base64");
}
